"""Lists for a reader: recommendations with reasons, near misses with least changes, and why a list is empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.text import Text, joined
from matching.problem import Ints
from matching.recommend.index import Index
from matching.rules.judge import RULES, Exclusion, counts, exclusions, missed, pair_of, part_of
from matching.rules.score import reasons
from similarity.reasons import Reason


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One pair of a list: its rank, score, and reasons that sum to the score; rows of the crossing."""

    rank: int
    need: int
    resource: int
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """One pair that is left out, with every failed rule and the least changes that admit it together."""

    need: int
    resource: int
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """How many candidates a rule keeps out, and how many it alone keeps out."""

    rule: str
    title: Text
    out: int
    alone: int


def recommended(index: Index, pairs: Ints, *, top: int) -> tuple[Recommendation, ...]:
    """Return the first `top` of some pairs of an index (`of_need`, `of_resource`), with their reasons."""
    chosen = pairs[:top]
    need, resource = index.need[chosen], index.resource[chosen]
    needs, i = np.unique(need, return_inverse=True)
    resources, j = np.unique(resource, return_inverse=True)
    why = reasons(part_of(index.crossing, needs, resources), i, j) if len(chosen) else []
    rows = zip(need.tolist(), resource.tolist(), index.score[chosen].tolist(), why, strict=True)
    return tuple(Recommendation(rank, *row) for rank, row in enumerate(rows, 1))


def misses_of_need(index: Index, need: int, *, top: int) -> tuple[Miss, ...]:
    """Return the resources that miss by the fewest rules (see `LAST`), the nearer and then the earlier first."""
    resources = _nearest_misses(index.bits[need], index.crossing.walk_of(need=need), top=top)
    return tuple(_miss(index, need, resource) for resource in resources)


def misses_of_resource(index: Index, resource: int, *, top: int) -> tuple[Miss, ...]:
    """Return the needs that miss by the fewest rules (see `LAST`), the nearer and then the earlier first."""
    needs = _nearest_misses(index.bits[:, resource], index.crossing.walk_of(resource=resource), top=top)
    return tuple(_miss(index, need, resource) for need in needs)


LAST = ("status", "serves")
"""Rules whose change makes another need of it or another resource: who fails one is no near miss while others are."""
_LAST = sum(1 << at for at, rule in enumerate(RULES) if rule.name in LAST)


def _nearest_misses(bits: np.ndarray, walk: np.ndarray, *, top: int) -> list[int]:
    """Return the rows of the first `top` of those left out; only as many as could be among them are put in order."""
    out = np.flatnonzero(bits)
    fails = missed(bits[out]) + len(RULES) * ((bits[out] & _LAST) > 0)
    enough = np.cumsum(np.bincount(fails)) >= top
    if enough.any():
        near = fails <= np.argmax(enough)
        out, fails = out[near], fails[near]
    order = np.lexsort((out, np.nan_to_num(walk[out], nan=np.inf), fails))
    return [int(row) for row in out[order][:top]]


def _miss(index: Index, need: int, resource: int) -> Miss:
    return Miss(need, resource, exclusions(pair_of(index.crossing, need, resource), int(index.bits[need, resource])))


def removed(bits: np.ndarray) -> tuple[Removed, ...]:
    """Return which rules keep out how many of some pairs, the most first."""
    return tuple(Removed(rule.name, rule.title, out, alone) for rule, out, alone in counts(bits))


def emptiness(candidates: int, out: tuple[Removed, ...]) -> Text:
    """Say why nothing is left of so many candidates."""
    if not candidates:
        return Text("范围内没有候选", "there is no candidate in sight")
    each = joined([Text(f"{r.title.zh} {r.out} 个", f"{r.title.en} {r.out}") for r in out], "、")
    head = Text(f"{candidates} 个候选全部不符：", f"none of {candidates} candidates fits: ")
    return head + each
