"""What somebody may see of a snapshot on a day: the nodes of each label, and the relationships in force between them.

A tag that is declared sensitive, or not declared at all, or that tells a political affiliation is seen only when
sensitive tags were asked for: a path over it would tell what nobody asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.model.text import Text
from graph.snapshot.columns import Edges, Mask, Snapshot
from graph.snapshot.evaluate import in_force
from similarity.neighbours.subjects import DECLARED, political

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One node: its label and its row in the snapshot."""

    label: str
    row: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The snapshot as somebody in the committees `areas` (None: all) sees it on the day `as_of`."""

    snapshot: Snapshot
    areas: tuple[str, ...] | None
    as_of: dt.date
    sensitive_tags: bool = False

    def nodes(self, label: str) -> Mask:
        """Return which nodes of a label are seen; shape (nodes,)."""
        nodes = self.snapshot.nodes(label)
        inside = nodes.inside(self.areas)
        if label != "Tag" or self.sensitive_tags:
            return inside
        declared = np.zeros(len(nodes), bool)
        for name in DECLARED:
            declared |= nodes.equals("sensitivity", name)
        return inside & declared & ~political(self.snapshot)

    def has(self, node: Node) -> bool:
        """Return whether a node is seen."""
        return bool(self.nodes(node.label)[node.row])

    def edges(self, edges: Edges) -> Mask:
        """Return which relationships are in force on the day between two nodes that are seen; shape (edges,)."""
        start, end = (self.nodes(label) for label in (edges.relationship.start, edges.relationship.end))
        holds = in_force(edges, self.as_of)
        holds = holds if start.all() else holds & np.repeat(start, np.diff(edges.indptr))
        return holds if end.all() else holds & end[edges.indices]

    def at(self, edges: Edges, row: int) -> Positions:
        """Return the positions of the relationships in force that leave one start row (their ends may be unseen)."""
        at = np.arange(edges.indptr[row], edges.indptr[row + 1], dtype=np.int64)
        return at[in_force(edges, self.as_of, at=at)]

    def id_of(self, node: Node) -> str:
        """Return the id of a node."""
        return self.snapshot.nodes(node.label).id_of(node.row)

    def title(self, node: Node) -> str:
        """Return the name of a node, else its address, else its id."""
        nodes = self.snapshot.nodes(node.label)
        for name in ("name", "address"):
            if name in nodes.label.by_name:
                value = nodes.column(name)[node.row].as_py()
                if value:
                    return str(value)
        return nodes.id_of(node.row)

    def called(self, node: Node) -> Text:
        """Return the title of the label and the name of the node, as a sentence says them."""
        title, name = self.snapshot.nodes(node.label).label.title, self.title(node)
        return Text(f"{title.zh} {name}", f"{title.en} {name}")
