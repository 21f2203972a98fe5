"""Which value wins where sources disagree: the more trusted source, then the newer row, then the source's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .reading import as_text

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claims:
    """Values that rows claim for things: for each claim the thing's number, the rank of its row, and the value.

    A lower rank wins; ranks are distinct within one thing.
    """

    things: Ints
    ranks: Ints
    values: pa.Array


def ranks(trust: Ints, days: Ints, sources: Ints, keys: Ints) -> Ints:
    """Return the rank of each row: by trust (high first), day (new first), source name, key of the row."""
    order = np.lexsort((keys, sources, -days, -trust))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def pick(claims: Claims, things: int) -> tuple[Ints, int]:
    """Return for each thing the position of the winning claim (-1 without any), and how many things are disputed.

    Claims without a value do not count. A thing is disputed when two of its claims differ.
    """
    winner = np.full(things, -1, np.int64)
    valid = np.flatnonzero(claims.values.is_valid().to_numpy(zero_copy_only=False))
    if not len(valid):
        return winner, 0
    order = valid[np.lexsort((claims.ranks[valid], claims.things[valid]))]
    owners = claims.things[order]
    first = np.append(True, owners[1:] != owners[:-1])
    winner[owners[first]] = order[first]
    if first.all():
        return winner, 0
    codes = as_text(claims.values).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    differs = codes[order] != codes[winner[owners]]
    return winner, len(np.unique(owners[differs]))


def chosen(values: pa.Array, winner: Ints) -> pa.Array:
    """Return the winning values, null where there is none."""
    return values.take(pa.array(winner, mask=winner < 0))


def key_order(keys: Sequence[pa.Array]) -> Ints:
    """Return for each row of concatenated key columns the position of its key among all sorted keys."""
    import pyarrow.compute as pc

    whole = pa.concat_arrays(keys) if keys else pa.array([], pa.string())
    order = pc.sort_indices(whole).to_numpy()
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    return position
