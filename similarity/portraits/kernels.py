"""Kernels of portraits: one Arrow batch of facts in, one Arrow batch of figures a group out.

A batch holds the facts of whole groups (those of one sub-district, say); each kernel is a pure function of it, so it
runs in this process or, unchanged, under any engine that maps Arrow batches. The figures of the parts, put one after
another, are those of the whole: groups are numbered over the whole stock and every sum follows the order of the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from similarity.features import Floats, Ints, Mask

Numbers = npt.NDArray[np.int64]
BLOCK = 1 << 15
"""Facts at a time: small arrays stay in the cache and ask for no new memory."""
QUARTILES = (0.25, 0.5, 0.75)


def facts(group: Ints, **columns: Ints | Floats) -> pa.RecordBatch:
    """Return a batch of facts; `group` is the row of the group that each belongs to (-1: none)."""
    named = {"group": group, **columns}
    return pa.RecordBatch.from_arrays([pa.array(v) for v in named.values()], names=list(named))


def tally(batch: pa.RecordBatch, *, kinds: int) -> pa.RecordBatch:
    """Count the codes 0 to `kinds` - 1 in each group.

    Takes `group` and `code`, whole numbers, one row a fact (-1 or null: none, unknown). Returns `group`, ascending,
    and `counts`, a list of `kinds` numbers; a group without any fact is not in it, one with unknown codes only is.
    """
    group = _whole(batch["group"])
    first, counts = counted(group, _whole(batch["code"]), kinds=kinds)
    present = np.unique(group[group >= 0]).astype(np.int64)
    return _answer(present, counts=counts[:, present - first].T.astype(np.int64))


def counted(
    group: Ints, code: Ints, *, kinds: int, of: Ints | None = None, chosen: Mask | None = None
) -> tuple[int, Ints]:
    """Return the first group, and the counts of the codes in the groups from there on, (kinds, groups); see `tally`.

    With `of`, fact `i` belongs to the group `group[of[i]]`; with `chosen`, only the chosen facts count.
    """
    first, width = _range(group)
    spare = int(code.min(initial=0) < 0)  # a row for the unknown codes; column 0 is for the facts of no group
    table = np.zeros((kinds + spare, width + 1), np.int32)
    column = group + (spare * (width + 1) + 1 - first)
    for at in range(0, len(code), BLOCK):
        part = slice(at, at + BLOCK)
        cells = np.multiply(code[part], width + 1, dtype=np.intp)
        cells += column[part] if of is None else column.take(of[part])
        np.add.at(table.reshape(-1), cells, np.int32(1) if chosen is None else chosen[part].astype(np.int32))
    return first, table[spare:, 1:]


def moments(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the number, the total and the squared deviations from the group's mean of the values in each group.

    Takes `group` and `value` (NaN or null: unknown); returns `group`, `n`, `total` and `squares` of the groups that
    have a known value.
    """
    row, group, value = _known(batch)
    n, total, squares = summed(row, value, size=len(group))
    return facts(group, n=n, total=total, squares=squares)


def summed(row: Ints, value: Floats, *, size: int) -> tuple[Numbers, Floats, Floats]:
    """Return the number, the total and the squared deviations from the mean of the values in each of `size` rows."""
    n = np.bincount(row, minlength=size)
    total = _sums(row, value, size=size)
    apart = (total / np.maximum(n, 1)).take(row)
    np.subtract(value, apart, out=apart)
    return n, total, _sums(row, np.square(apart, out=apart), size=size)


def _sums(row: Ints, value: Floats, *, size: int) -> Floats:
    return np.bincount(row, weights=value, minlength=size).astype(np.float64, copy=False)  # of nothing it is an integer


def quartiles(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the quartiles of the values in each group, interpolated as numpy does; columns as in `moments`."""
    row, group, value = _known(batch)
    ranked = value[np.lexsort((value, row))]
    n = np.bincount(row, minlength=len(group))
    start = np.cumsum(n) - n
    at = np.outer(QUARTILES, np.maximum(n - 1, 0))
    low = np.floor(at).astype(np.int64)
    above = np.minimum(low + 1, np.maximum(n - 1, 0))
    part = at - low
    found = ranked[start + low] * (1 - part) + ranked[start + above] * part if len(group) else at
    return _answer(group, quartiles=np.ascontiguousarray(found.T))


def _known(batch: pa.RecordBatch) -> tuple[Ints, Numbers, Floats]:
    """Return, over the known values, their row in the list of groups; the groups that have one; the values."""
    group = _whole(batch["group"])
    value = batch["value"].to_numpy(zero_copy_only=False)
    chosen = np.flatnonzero((group >= 0) & ~np.isnan(value))
    group, value = group.take(chosen), value.take(chosen)
    first, width = _range(group)
    row = np.subtract(group, first, dtype=np.intp)
    present = np.bincount(row, minlength=width) > 0
    if not present.all():
        row = (np.cumsum(present) - 1).take(row)
    return row, first + np.flatnonzero(present), value


def _whole(column: pa.Array) -> Ints:
    filled = pc.fill_null(column, -1) if column.null_count else column
    return filled.to_numpy()


def _range(group: Ints) -> tuple[int, int]:
    """Return the first group and how many numbers the groups span; with facts of no group the first is 0."""
    first = max(int(group.min()), 0) if len(group) else 0
    return first, max(int(group.max(initial=-1)) - first + 1, 0)


def _answer(group: Numbers, **lists: npt.NDArray[np.generic]) -> pa.RecordBatch:
    """Return `group` and columns of lists; each value is a matrix with a row a group."""
    columns = [pa.array(group)]
    for matrix in lists.values():
        offsets = np.arange(len(matrix) + 1, dtype=np.int32) * matrix.shape[1]
        columns.append(pa.ListArray.from_arrays(pa.array(offsets), pa.array(np.ascontiguousarray(matrix).reshape(-1))))
    return pa.RecordBatch.from_arrays(columns, names=["group", *lists])
