"""The nodes of one label linked through what they share: along a chain of relationship types, as a weighted graph.

`IS, TOOK_PART_IN` from volunteers counts how often each came to each activity (as the resident that the volunteer is);
two volunteers are then alike by the cosine, the Jaccard or the overlap of these counts, or by Newman's weight: every
activity shared gives 1 / (people there - 1), so that a party of three links more closely than a fair of three hundred.

References: M. Newman, "Scientific collaboration networks II", Physical Review E 64, 2001 (the weight).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import ArgumentInvalid, ProblemTooLarge, UnknownName
from graph.model.relationships import SCHEMA
from graph.model.schema import Relationship
from graph.model.text import Text
from similarity.structure.seen import Seen

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WEIGHTS = ("cosine", "jaccard", "newman", "shared")
MOST_PAIRS = 5_000_000
"""Pairs of nodes with something in common: 100 MB as a sparse matrix."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One relationship of a chain, and whether it is followed from its start to its end."""

    relationship: Relationship
    forward: bool

    @property
    def to(self) -> str:
        """The label that the hop leads to."""
        return self.relationship.end if self.forward else self.relationship.start


def chain(label: str, written: Sequence[str]) -> list[Hop]:
    """Return the hops meant by `TYPE` or `TYPE:LABEL` words, from `label` on.

    Raises `UnknownName` for a type that is not in the schema, `ArgumentInvalid` where it does not lead on from the
    label before or leads to several labels.

    >>> [hop.to for hop in chain("Volunteer", ["IS", "TOOK_PART_IN"])]
    ['Resident', 'Activity']
    """
    hops: list[Hop] = []
    for word in written:
        here = hops[-1].to if hops else label
        name, _, to = word.strip().partition(":")
        if name.upper() not in (types := {r.type for r in SCHEMA.relationships}):
            raise UnknownName(Text("关系类型", "relationship type"), name, types)
        found = [hop for hop in _leading(here) if hop.relationship.type == name.upper() and to in ("", hop.to)]
        if len(found) != 1:
            raise ArgumentInvalid("--by", word, _possible(here, found or _leading(here)))
        hops += found
    return hops


def _leading(label: str) -> list[Hop]:
    forward = [Hop(r, True) for r in SCHEMA.relationships if r.start == label]
    return forward + [Hop(r, False) for r in SCHEMA.relationships if r.end == label and r.start != label]


def _possible(label: str, hops: list[Hop]) -> Text:
    ways = ", ".join(f"{hop.relationship.type}:{hop.to}" for hop in hops)
    return Text(f"从{SCHEMA.label[label].title.zh}可走：{ways}", f"from {label} these lead on: {ways}")


def shared_matrix(seen: Seen, label: str, *, hops: Sequence[Hop]) -> csr_matrix:
    """Return nodes of `label` x nodes at the end of the chain: in how many ways each leads to each."""
    from scipy.sparse import identity

    found = identity(len(seen.snapshot.nodes(label)), format="csr")
    for hop in hops:
        found = (found @ _hop_matrix(seen, hop)).tocsr()
    found.sort_indices()
    return found


def _hop_matrix(seen: Seen, hop: Hop) -> csr_matrix:
    from scipy.sparse import coo_matrix

    edges = seen.snapshot.edges(hop.relationship.name)
    holds = seen.edges(edges)
    ends = (edges.starts[holds], edges.indices[holds])
    shape = (len(edges.indptr) - 1, edges.width)
    ones = np.ones(len(ends[0]))
    made = coo_matrix((ones, ends), shape=shape) if hop.forward else coo_matrix((ones, ends[::-1]), shape=shape[::-1])
    return made.tocsr()


def projected(shared: csr_matrix, *, weight: str = "cosine", most_pairs: int = MOST_PAIRS) -> csr_matrix:
    """Return the weights between the rows of `shared`: symmetric, empty diagonal, only pairs that share something.

    Raises `UnknownName` for another weight, `ProblemTooLarge` when more than `most_pairs` pairs could share something.

    >>> from scipy.sparse import csr_matrix
    >>> projected(csr_matrix(np.array([[1.0, 1], [1, 0], [0, 1]])), weight="jaccard").toarray().tolist()
    [[0.0, 0.5, 0.5], [0.5, 0.0, 0.0], [0.5, 0.0, 0.0]]
    """
    if weight not in WEIGHTS:
        raise UnknownName(Text("权重", "weight"), weight, WEIGHTS)
    crowd = shared.getnnz(axis=0).astype(np.int64)
    pairs = int((crowd * (crowd - 1)).sum())
    if pairs > most_pairs:
        raise ProblemTooLarge(
            Text("有共同点的对子", "pairs with something in common"), pairs, limit=most_pairs, setting="--most-pairs"
        )
    made = _weighted(shared, crowd, weight=weight)
    made.setdiag(0)
    made.eliminate_zeros()
    made.sort_indices()
    return made


def _weighted(shared: csr_matrix, crowd: np.ndarray[tuple[int], np.dtype[np.int64]], *, weight: str) -> csr_matrix:
    from scipy.sparse import diags

    if weight == "cosine":
        length = np.sqrt(np.asarray(shared.multiply(shared).sum(axis=1)).ravel())
        unit = diags(1 / np.where(length > 0, length, 1.0)) @ shared
        return (unit @ unit.T).tocsr()
    once = (shared > 0).astype(np.float64)
    if weight == "newman":
        return (once @ diags(1 / np.maximum(crowd - 1, 1).astype(np.float64)) @ once.T).tocsr()
    both = (once @ once.T).tocoo()
    if weight == "jaccard":
        sizes = np.asarray(once.sum(axis=1)).ravel()
        both.data = both.data / (sizes[both.row] + sizes[both.col] - both.data)
    return both.tocsr()
