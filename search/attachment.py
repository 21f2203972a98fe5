"""What a search needs beside a snapshot, attached to it once at publication: its vocabulary and its full text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.snapshot.columns import Snapshot
from search import index as fulltext
from search import vocabulary as words
from search.index import Index
from search.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Prepared:
    """A snapshot that can be searched."""

    snapshot: Snapshot
    vocabulary: Vocabulary
    index: Index

    @classmethod
    def open(cls, snapshot: Snapshot, folder: Path) -> Prepared:
        """Open what `attach` wrote; a vocabulary of older synonym files is made anew in memory.

        Raises `SnapshotDamaged` when the full text is absent or not whole.
        """
        vocabulary = Vocabulary.open(folder) or words.build(snapshot)
        return cls(snapshot, vocabulary, Index.open(folder))


def attach(snapshot: Snapshot, folder: Path) -> Prepared:
    """Write vocabulary and full text of a snapshot into `folder` (`Stage.attached`), and return them opened."""
    vocabulary = words.build(snapshot)
    vocabulary.save(folder)
    return Prepared(snapshot, vocabulary, fulltext.build(snapshot, folder))
