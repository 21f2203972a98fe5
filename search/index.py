"""The full text of public and internal labels: words, pairs of characters, pinyin and initials. People never enter it.

Documents are numbered label by label in the order of the snapshot's rows, so a hit is a row. The text is cut here and
only split at blanks by the engine.

    words      words and the shorter words inside them
    pairs      overlapping pairs of characters with positions: a phrase of pairs is a substring
    pinyin     each word in letters, and the whole name
    initials   the first letters of each word of two characters or more, and of the whole name
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import SnapshotDamaged
from graph.model.text import Text
from graph.snapshot.columns import Mask
from search.words import cut_fine
from search.writing import plain

if TYPE_CHECKING:
    import tantivy

    from graph.snapshot.columns import Snapshot

TEXTS: dict[str, tuple[str, ...]] = {
    "Venue": ("name", "address", "facilities"),
    "Organisation": ("name", "address"),
    "ServicePoint": ("name", "address"),
    "ServiceItem": ("name", "description", "audience", "synonyms"),
    "Need": ("name", "description"),
    "Activity": ("name",),
    "Programme": ("name", "description"),
    "Skill": ("name", "synonyms"),
}
"""What of each label is searched; none of these properties is personal."""

FOLDER, COUNTS = "fulltext", "fulltext.json"
FORMAT = 1
_FIELDS = ("words", "pairs", "pinyin", "initials")
_BLANKS = "blanks"
_HEAP = 20_000_000


@dataclass(frozen=True)
class Index:
    """An opened index; `counts` holds the number of documents of each label."""

    engine: tantivy.Index
    counts: dict[str, int]

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the index in `folder`; raises `SnapshotDamaged` when it is absent or not whole."""
        import tantivy

        try:
            content = json.loads((folder / COUNTS).read_bytes())
            engine = tantivy.Index.open(str(folder / FOLDER))
        except (OSError, ValueError) as why:
            raise SnapshotDamaged(FOLDER, Text("搜索索引不完整", "the search index is not whole")) from why
        engine.register_tokenizer(_BLANKS, _blanks())
        return cls(engine, content["counts"])

    def hits(self, word: str) -> dict[str, Mask]:
        """Return for each label which rows mention `word` (levelled by `plain`); labels without a hit are absent."""
        query = self._query(word)
        total = sum(self.counts.values())
        if query is None or not total:
            return {}
        searcher = self.engine.searcher()
        found = searcher.search(query, limit=total, count=False).hits
        rows = np.zeros(total, bool)
        documents = searcher.fast_field_values("row", [address for _, address in found])
        rows[np.asarray(documents, np.int64)] = True
        return self._by_label(rows)

    def _by_label(self, rows: Mask) -> dict[str, Mask]:
        masks, at = {}, 0
        for label, count in self.counts.items():
            if rows[at : at + count].any():
                masks[label] = rows[at : at + count]
            at += count
        return masks

    def _query(self, word: str) -> tantivy.Query | None:
        import tantivy

        schema, query = self.engine.schema, tantivy.Query
        if word.isascii():
            fields = ("words", "pinyin", "initials")
            return query.boolean_query([(tantivy.Occur.Should, query.term_query(schema, f, word)) for f in fields])
        ways = [query.term_query(schema, "words", word)]
        pairs = _pairs(word)
        if len(pairs) == 1:
            ways.append(query.term_query(schema, "pairs", pairs[0]))
        elif pairs:
            ways.append(query.phrase_query(schema, "pairs", list(pairs)))
        return query.boolean_query([(tantivy.Occur.Should, way) for way in ways])


def build(snapshot: Snapshot, folder: Path) -> Index:
    """Write the index of a snapshot into `folder` (replacing one that is there), and open it."""
    import shutil

    import tantivy

    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    (folder / FOLDER).mkdir(parents=True, mode=0o700)
    schema = tantivy.SchemaBuilder()
    for field in _FIELDS:
        schema.add_text_field(field, tokenizer_name=_BLANKS, index_option="position" if field == "pairs" else "basic")
    schema.add_unsigned_field("row", fast=True)
    engine = tantivy.Index(schema.build(), path=str(folder / FOLDER))
    engine.register_tokenizer(_BLANKS, _blanks())
    writer = engine.writer(heap_size=_HEAP, num_threads=1)
    for row, (name, texts) in enumerate(documents(snapshot)):
        writer.add_document(_document(row, name, texts=texts))
    writer.commit()
    writer.wait_merging_threads()
    counts = {label: len(snapshot.nodes(label)) for label in TEXTS}
    (folder / COUNTS).write_text(json.dumps({"format": FORMAT, "counts": counts}))
    return Index.open(folder)


def documents(snapshot: Snapshot) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and all texts of every document, in the order of their numbers."""
    for label, properties in TEXTS.items():
        nodes = snapshot.nodes(label)
        columns = [nodes.column(p).to_pylist() for p in properties]
        for values in zip(*columns, strict=True):
            texts = [t for v in values if v for t in (v if isinstance(v, list) else [v])]
            yield plain(values[0]), [plain(t) for t in texts]


def _document(row: int, name: str, *, texts: list[str]) -> tantivy.Document:
    import tantivy
    from pypinyin import lazy_pinyin

    document = tantivy.Document()
    words = [w for t in texts for w in cut_fine(t) if w.strip()]
    said = [lazy_pinyin(w) for w in [name, *(w for w in words if len(w) > 1 and not w.isascii())]]
    document.add_text("words", " ".join(words))
    document.add_text("pairs", " | ".join(" ".join(_pairs(t)) for t in texts))
    document.add_text("pinyin", " ".join("".join(syllables) for syllables in said))
    document.add_text("initials", " ".join("".join(s[0] for s in syllables if s) for syllables in said))
    document.add_unsigned("row", row)
    return document


def _pairs(text: str) -> list[str]:
    """Return the overlapping pairs of neighbouring characters, blanks left out."""
    return [text[i : i + 2] for i in range(len(text) - 1) if " " not in text[i : i + 2]]


def _blanks() -> tantivy.TextAnalyzer:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
