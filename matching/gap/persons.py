"""One person once: which rows of residents within a scope are the same person under two sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.snapshot.columns import Ints, Mask, Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """For each resident the row that stands for the person, -1 outside the scope; `one` marks the rows that stand."""

    row: Ints
    one: Mask

    @property
    def merged(self) -> int:
        """The number of rows that another row stands for."""
        return int((self.row >= 0).sum() - self.one.sum())

    def any(self, mask: Mask) -> Mask:
        """Return for each row that stands for a person whether one of the person's rows is in the mask."""
        found = mask & self.one
        moved = self.row[mask & ~self.one]
        found[moved[moved >= 0]] = True
        return found

    def first(self, mask: Mask) -> Ints:
        """Return for each row that stands for a person the first of the person's rows in the mask, -1 without one."""
        at = np.flatnonzero(mask & (self.row >= 0)).astype(np.int32)
        found = np.full(len(self.row), -1, np.int32)
        found[self.row[at[::-1]]] = at[::-1]
        return found


def persons(residents: Nodes, seen: Mask) -> Persons:
    """Find the rows of the same person among those that are seen; the first row stands.

    The same keyed hash of an ID number is the same person; so are equal name, birth date and phone, unless two
    different ID numbers are among those rows (two ID numbers are never one person). Nobody outside the scope counts,
    so what lies there changes nothing inside.
    """
    row = np.where(seen, np.arange(len(residents), dtype=np.int32), -1).astype(np.int32)
    number = _coded(residents.column("id_hash"), seen)
    _join(row, number)
    phone = _shared(_coded(residents.column("phone"), seen))
    if (phone >= 0).any():
        _join(row, _alike(residents, phone, number=number))
    return Persons(row, row == np.arange(len(row)))


def _coded(column: pa.Array, seen: Mask) -> Ints:
    """Return equal numbers for equal values, -1 where unknown or unseen."""
    coded = pc.dictionary_encode(column).indices
    codes = pc.fill_null(coded, -1).to_numpy(zero_copy_only=False)
    return np.where(seen, codes, -1).astype(np.int32)


def _shared(codes: Ints) -> Ints:
    """Return the codes that several rows have, -1 for the others."""
    counts = np.bincount(codes + 1, minlength=1)
    counts[0] = 0
    return np.where(counts[codes + 1] > 1, codes, -1).astype(np.int32)


def _alike(residents: Nodes, phone: Ints, *, number: Ints) -> Ints:
    """Return equal numbers for equal name, birth date and phone with at most one ID number among them, else -1."""
    at = np.flatnonzero(phone >= 0)
    whole = np.ones(len(at), bool)
    parts = [phone[at]]
    for name in ("name", "birth_date"):
        codes = _coded(residents.column(name).take(pa.array(at)), whole)
        parts.append(codes)
    known = (parts[1] >= 0) & (parts[2] >= 0)
    at, keys = at[known], np.stack(parts, 1)[known]
    if not len(at):
        return np.full(len(phone), -1, np.int32)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    pairs = np.unique(np.stack([group, number[at]], 1)[number[at] >= 0], axis=0)
    sure = np.bincount(pairs[:, 0], minlength=int(group.max()) + 1) <= 1
    alike = np.full(len(phone), -1, np.int32)
    alike[at[sure[group]]] = group[sure[group]]
    return alike


def _join(row: Ints, codes: Ints) -> None:
    """Let the first of the rows with equal codes stand for the others and for whom they stand for."""
    at = np.flatnonzero(_shared(codes) >= 0) if (codes >= 0).any() else np.zeros(0, np.int64)
    known = row >= 0
    joined = not len(at)
    while not joined:
        # Who stands for rows of two codes joins them; what follows from that is found by looking again.
        stands = _first_of_all(row[at], codes[at], len(row))
        joined = np.array_equal(stands[row[known]], row[known])
        row[known] = stands[row[known]]


def _first_of_all(row: Ints, codes: Ints, size: int) -> Ints:
    """Return for each row the first one that stands for a row of one of its codes; shape (size,)."""
    first = np.full(int(codes.max()) + 1, size, np.int32)
    np.minimum.at(first, codes, row)
    stands = np.arange(size, dtype=np.int32)
    np.minimum.at(stands, row, first[codes])
    while not np.array_equal(stands[stands], stands):
        stands = stands[stands]
    return stands
