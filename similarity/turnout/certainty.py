"""What a condition leaves open: who satisfies it whatever the unknown facts are, and who might (Kleene's logic).

`graph.snapshot.evaluate.mask` lets an unknown value satisfy no comparison. That is right for a list; an estimate must
also say how far the unknown could move it (worst-case bounds, Manski 1989).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow.compute as pc

from graph.model.condition import Age, AllOf, AnyOf, Between, Condition, Is, Not
from graph.snapshot.columns import Mask, Snapshot
from graph.snapshot.evaluate import ages, mask


def bounds(snapshot: Snapshot, label: str, condition: Condition, *, as_of: dt.date) -> tuple[Mask, Mask]:
    """Return which nodes surely satisfy the condition on the day, and which possibly do; shape (nodes,) each.

    Tags, relationships and homes are taken as fully known: a missing one cannot be told from an unknown one.
    """
    nodes = snapshot.nodes(label)
    match condition:
        case AllOf(of):
            parts = [bounds(snapshot, label, c, as_of=as_of) for c in of]
            return _every([p[0] for p in parts], len(nodes)), _every([p[1] for p in parts], len(nodes))
        case AnyOf(of):
            parts = [bounds(snapshot, label, c, as_of=as_of) for c in of]
            return _some([p[0] for p in parts], len(nodes)), _some([p[1] for p in parts], len(nodes))
        case Not(of):
            surely, possibly = bounds(snapshot, label, of, as_of=as_of)
            return ~possibly, ~surely
        case Age():
            holds = mask(snapshot, label, condition, as_of)
            return holds, holds | (ages(nodes, as_of) < 0)
        case Is(name, _) | Between(name, _, _):
            holds = mask(snapshot, label, condition, as_of)
            return holds, holds | pc.is_null(nodes.column(name)).to_numpy(zero_copy_only=False)
        case _:
            holds = mask(snapshot, label, condition, as_of)
            return holds, holds


def _every(masks: list[Mask], size: int) -> Mask:
    return np.logical_and.reduce(masks) if masks else np.ones(size, bool)


def _some(masks: list[Mask], size: int) -> Mask:
    return np.logical_or.reduce(masks) if masks else np.zeros(size, bool)
