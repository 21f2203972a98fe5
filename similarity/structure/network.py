"""A snapshot as one sparse graph over chosen relationship types: the nodes of all labels in one numbering.

The nodes of a label have consecutive numbers from its offset on, in row order. A relationship links its two nodes in
both directions; several between the same two nodes are one entry with their number as weight. Only nodes that are seen
are linked, and only by relationships in force on the day, so degrees too tell nothing of what lies outside the scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.model.errors import UnknownName
from graph.model.relationships import SCHEMA
from graph.model.schema import Relationship
from graph.model.text import Text
from graph.snapshot.columns import Floats, Ints
from similarity.structure.seen import Node, Seen

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship between two nodes of a network; `position` is its place among the edges of its name."""

    start: int
    end: int
    relationship: Relationship
    position: int


class Network:
    """The graph of the relationships with those names (`Resident-LIVES_IN-Dwelling`), built when first used."""

    def __init__(self, seen: Seen, names: Sequence[str]) -> None:
        self.seen = seen
        self.relationships = tuple(SCHEMA.relationship[name] for name in names)
        ends = {label for r in self.relationships for label in (r.start, r.end)}
        self.labels = tuple(label for label in SCHEMA.label if label in ends)
        sizes = [len(seen.snapshot.nodes(label)) for label in self.labels]
        self.offsets = np.array([0, *accumulate(sizes)], np.int64)
        """The nodes of `labels[i]` have the numbers from `offsets[i]` up to `offsets[i + 1]`."""

    def __len__(self) -> int:
        return int(self.offsets[-1])

    @cached_property
    def matrix(self) -> csr_matrix:
        """The symmetric matrix nodes x nodes: how many relationships link two nodes, in float64; no node to itself."""
        from scipy.sparse import coo_matrix

        pairs = [self._pairs(r) for r in self.relationships]
        starts = np.concatenate([np.zeros(0, np.int32), *(s for s, _ in pairs)])
        ends = np.concatenate([np.zeros(0, np.int32), *(e for _, e in pairs)])
        both = (np.concatenate([starts, ends]), np.concatenate([ends, starts]))
        linked = coo_matrix((np.ones(len(both[0])), both), shape=(len(self), len(self))).tocsr()
        linked.sum_duplicates()
        return linked

    def _pairs(self, relationship: Relationship) -> tuple[Ints, Ints]:
        edges = self.seen.snapshot.edges(relationship.name)
        holds = self.seen.edges(edges)
        starts = edges.starts[holds] + self.offset(relationship.start)
        ends = edges.indices[holds] + self.offset(relationship.end)
        other = starts != ends
        return starts[other].astype(np.int32), ends[other].astype(np.int32)

    @cached_property
    def degrees(self) -> Counts:
        """How many other nodes each node is linked to; shape (nodes,)."""
        return np.diff(self.matrix.indptr).astype(np.int64)

    @cached_property
    def strengths(self) -> Floats:
        """How many relationships each node has; shape (nodes,)."""
        return np.asarray(self.matrix.sum(axis=1), np.float64).ravel()

    def offset(self, label: str) -> int:
        """Return the number of the first node of a label."""
        return int(self.offsets[self.labels.index(label)])

    def span(self, label: str) -> slice:
        """Return the numbers of a label as a slice; empty for a label that no chosen relationship touches."""
        if label not in self.labels:
            return slice(0, 0)
        at = self.labels.index(label)
        return slice(int(self.offsets[at]), int(self.offsets[at + 1]))

    def number(self, node: Node) -> int | None:
        """Return the number of a node, None when no chosen relationship touches its label."""
        return self.offset(node.label) + node.row if node.label in self.labels else None

    def node(self, number: int) -> Node:
        """Return the node with that number."""
        at = int(np.searchsorted(self.offsets, number, side="right")) - 1
        return Node(self.labels[at], number - int(self.offsets[at]))

    def neighbours(self, number: int) -> Ints:
        """Return the numbers of the nodes linked to a node, ascending."""
        indptr = self.matrix.indptr
        found: Ints = self.matrix.indices[indptr[number] : indptr[number + 1]]
        return found

    def key(self, number: int) -> tuple[int, str]:
        """Return what breaks ties: the place of the label in the schema, then the id."""
        node = self.node(number)
        return self.labels.index(node.label), self.seen.id_of(node)

    def links(self, numbers: Iterable[int]) -> list[Link]:
        """Return the relationships between the nodes of a set, in the order of their starts and names."""
        chosen = sorted(set(numbers))
        return [link for start in chosen for link in self._leaving(start, set(chosen))]

    def _leaving(self, start: int, chosen: set[int]) -> Iterator[Link]:
        node = self.node(start)
        for relationship in self.relationships:
            if relationship.start != node.label:
                continue
            edges = self.seen.snapshot.edges(relationship.name)
            at = self.seen.at(edges, node.row)
            ends = edges.indices[at] + self.offset(relationship.end)
            for position, end in zip(at.tolist(), ends.tolist(), strict=True):
                if end in chosen and end != start:
                    yield Link(start, end, relationship, position)


def relationship_names(types: Iterable[str] | None) -> list[str]:
    """Return the full names of the relationships meant by types (`LIVES_IN`) or full names; None means all.

    Raises `UnknownName` with the nearest ones.

    >>> relationship_names(["leads", "Venue-IN-Area"])
    ['Venue-IN-Area', 'Resident-LEADS-Unit']
    """
    if types is None:
        return list(SCHEMA.relationship)
    meant: set[str] = set()
    for written in types:
        asked = written.strip().casefold()
        found = {r.name for r in SCHEMA.relationships if asked in (r.type.casefold(), r.name.casefold())}
        if not found:
            known = [*dict.fromkeys(r.type for r in SCHEMA.relationships), *SCHEMA.relationship]
            raise UnknownName(Text("关系类型", "relationship type"), written.strip().upper(), known)
        meant |= found
    return [name for name in SCHEMA.relationship if name in meant]
