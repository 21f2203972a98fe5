"""The words that a request can be read with: built once from a snapshot and the files in `synonyms`, cached as JSON.

A word is compared after `writing.plain` (NFKC, lower case, simplified characters). Where words overlap in a text, the
leftmost wins, then the longest.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.model.condition_json import parse
from graph.model.receipt import canonical
from graph.model.text import Text
from graph.snapshot.parts import write_whole
from search.gazetteer import Gazetteer, gazetteer
from search.index import documents
from search.slots import Concept, Concepts, Sort, Who
from search.words import cut_fine
from search.writing import plain

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

    from graph.snapshot.columns import Snapshot

SYNONYMS = Path(__file__).parent / "synonyms"
FILE = "vocabulary.json"
EVERY = "every"
KNOWING = ("会", "懂")
"""Verbs that make a skill of its word: a tag 会理发 and the skill 理发 are then found by the same words."""

Entry = Concepts | Who | None
"""What a word means; None for a shield: 子女 holds 女 but means no woman."""


@dataclass(frozen=True)
class Vocabulary:
    """The meaning of every word, the names of places, and the digest of the synonym files it was made from.

    `texts` are the words of the full text: with them a request is cut without loading a dictionary of the language.
    Not slotted: the automata are built when first used.
    """

    concepts: Mapping[str, tuple[Concept, ...]]
    places: Gazetteer
    texts: tuple[str, ...]
    synonyms: str

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """All words, those of the synonym files included; the data's own concepts win."""
        entries: dict[str, Entry] = dict.fromkeys(map(plain, _toml("plain")["shields"]))
        entries.update(_people_words())
        for word, concepts in self.concepts.items():
            known = entries.get(word)
            tags = any(c.sort == "tag" for c in concepts)
            if tags or not isinstance(known, Who):
                entries[word] = Concepts(concepts)
        return entries

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing by themselves (的, 找, 小区); the full text is not asked for them."""
        words = _toml("plain")
        return frozenset(map(plain, [*words["function"], *words["shields"]]))

    @cached_property
    def _patterns(self) -> list[str]:
        return sorted(self.entries)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return _longest_first(self._patterns)

    @cached_property
    def _cutter(self) -> AhoCorasick:
        return _longest_first(sorted({*(word for word in self.texts if len(word) > 1), *self.stop_words}))

    def cut(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (start, word) for the words of the full text in `text` and for what lies between, stop words left out.

        What lies between may still be part of a text (a name cut otherwise), so it is looked up as a whole.
        """
        at = 0
        for _, start, end in [*self._cutter.find_matches_as_indexes(text), (0, len(text), len(text))]:
            if at < start:
                yield at, text[at:start]
            if start < end and text[start:end] not in self.stop_words:
                yield start, text[start:end]
            at = end

    def matches(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Yield (start, end, meaning) of each word in `text`, left to right, without overlap."""
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            yield start, end, self.entries[self._patterns[which]]

    def save(self, folder: Path) -> None:
        """Write the cache into `folder`."""
        concepts = {w: [[c.sort, c.label, c.id, c.name] for c in found] for w, found in self.concepts.items()}
        content: dict[str, Any] = {"synonyms": self.synonyms, "concepts": concepts, "texts": self.texts}
        content["places"] = self.places.to_data()
        write_whole(folder / FILE, canonical(content))

    @classmethod
    def open(cls, folder: Path) -> Vocabulary | None:
        """Read the cache of `folder`; None when it is absent or was made from other synonym files."""
        try:
            content: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        if content.get("synonyms") != synonyms_digest():
            return None
        concepts = {w: tuple(Concept(*c) for c in found) for w, found in content["concepts"].items()}
        return cls(concepts, Gazetteer.of_data(content["places"]), tuple(content["texts"]), content["synonyms"])


def build(snapshot: Snapshot) -> Vocabulary:
    """Collect the words of a snapshot; equal snapshots give equal vocabularies."""
    words: dict[str, set[Concept]] = defaultdict(set)
    for concept, names in [*_named(snapshot, "Tag", sort="tag"), *_named(snapshot, "Skill", sort="skill")]:
        _add(words, concept, names=names)
    for concept, names in _named(snapshot, "ServiceItem", sort="service"):
        _add(words, concept, names=names)
    for concept, names in _kinds(snapshot):
        _add(words, concept, names=names)
    found = {word: tuple(sorted(concepts)) for word, concepts in sorted(words.items())}
    texts = sorted(
        {word for _, said in documents(snapshot) for text in said for word in cut_fine(text) if word.strip()}
    )
    return Vocabulary(found, gazetteer(snapshot), tuple(texts), synonyms_digest())


def _longest_first(patterns: list[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick, MatchKind

    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)


def synonyms_digest() -> str:
    """Return the SHA-256 of the synonym files: a cache made from others is stale."""
    content = hashlib.sha256()
    for path in sorted(SYNONYMS.glob("*.toml")):
        content.update(path.read_bytes())
    return content.hexdigest()


def _add(words: dict[str, set[Concept]], concept: Concept, *, names: Iterable[str]) -> None:
    for name in names:
        if len(name) > 1:
            words[name].add(concept)


def _named(snapshot: Snapshot, label: str, *, sort: Sort) -> Iterator[tuple[Concept, set[str]]]:
    """Yield each node of `label` as a concept, with its name, synonyms and the groups that hold one of them."""
    nodes, groups = snapshot.nodes(label), _groups()
    columns = (nodes.ids, nodes.column("name"), nodes.column("synonyms"))
    for key, name, synonyms in zip(*(c.to_pylist() for c in columns), strict=True):
        own = {plain(word) for word in [name, *(synonyms or [])]}
        own |= {word.split("(")[0] for word in own}
        own = own.union(*(groups.get(word, frozenset()) for word in own))
        able = {verb + word for word in own for verb in KNOWING} if sort == "skill" else set()
        yield Concept(sort, label, key, name), own | able


def _kinds(snapshot: Snapshot) -> Iterator[tuple[Concept, set[str]]]:
    for label, kinds in _toml("kinds").items():
        nodes = snapshot.nodes(label)
        held = set(nodes.codes("kind")[1]) if "kind" in nodes.label.by_name else set()
        for code, words in kinds.items():
            if code == EVERY:
                yield Concept("label", label, "", words[0]), set(map(plain, words))
            elif code in held:
                yield Concept("kind", label, code, words[0]), set(map(plain, words))


def _groups() -> dict[str, frozenset[str]]:
    """Return each word of a group of equal words with its whole group (groups may share words)."""
    groups: dict[str, frozenset[str]] = {}
    for group in _toml("concepts")["groups"]:
        words = frozenset(map(plain, group))
        for word in words:
            groups[word] = groups.get(word, frozenset()) | words
    return groups


def _people_words() -> Iterator[tuple[str, Who]]:
    for entry in _toml("people")["people"]:
        named = Text(**entry["says"]) if "says" in entry else None
        who = Who(parse(entry["condition"]), weak=entry.get("weak", False), named=named)
        for word in entry["words"]:
            yield plain(word), who


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SYNONYMS / f"{name}.toml").read_text(encoding="utf-8"))
