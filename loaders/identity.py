"""Which rows are the same person: exact keys in order, and never two different ID numbers in one person.

Keys of three strengths, tried in this order: the keyed hash of a valid ID number; a number that a source declares;
several values together (name, birth date and phone or address). Rows that share a key are one person unless that
would join two ID numbers. Then the rows that carry an ID number stay apart, those without one stay together by that
key only, and the case is listed as ambiguous. The result depends on the set of rows, not on their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .identifiers import keyed_hash

Ints = npt.NDArray[np.int64]

ID_NUMBER, NUMBER, TOGETHER = 0, 1, 2
"""The strengths of keys, strongest first."""


@dataclass(frozen=True, slots=True, order=True)
class KeyKind:
    """One kind of key; keys of one kind and one value are the same key, whichever source gives them."""

    strength: int
    name: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A key whose rows carry several ID numbers: the rows (positions) that it would have joined."""

    kind: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Identities:
    """For each row the resident (None without any key) and the kind of key by which it met other rows, if any."""

    residents: pa.Array
    via: pa.Array
    clashes: tuple[Clash, ...]

    def merges(self) -> dict[str, int]:
        """Return the number of rows joined to others by each kind of key."""
        return dict(sorted(Counter(v for v in self.via.to_pylist() if v is not None).items()))


def identify(keys: Mapping[KeyKind, pa.Array], secret: bytes) -> Identities:
    """Join rows to residents; each array of `keys` has one text for each row, null where the row lacks the key.

    Returns ids of the form "p" + 16 hexadecimal digits: HMAC of the strongest and smallest key of the resident, which
    does not depend on the order of rows.
    """
    kinds = sorted(keys)
    rows = len(keys[kinds[0]]) if kinds else 0
    groups = {kind: _groups(keys[kind]) for kind in kinds}
    numbers = np.full(rows, -1, np.int64)
    for kind in kinds:
        if kind.strength == ID_NUMBER:
            numbers = np.where(numbers < 0, groups[kind], numbers)
    people: Ints = np.arange(rows)
    via = np.full(rows, -1, np.int64)
    clashes: list[Clash] = []
    for at, kind in enumerate(kinds):
        joined, found = _join(people, groups[kind], numbers)
        clashes += [Clash(kind.name, c) for c in found]
        grew = (np.bincount(joined, minlength=rows)[joined] > np.bincount(people, minlength=rows)[people]) & (via < 0)
        via[grew] = at
        people = joined
    names = pa.array([kind.name for kind in kinds], pa.string())
    by = names.take(pa.array(np.where(via < 0, 0, via), mask=via < 0)) if kinds else pa.nulls(rows, pa.string())
    return Identities(_resident_ids(people, keys, secret), by, tuple(clashes))


def _groups(values: pa.Array) -> Ints:
    """Return for each row the rank of its value among the sorted distinct values, -1 for null."""
    distinct = values.unique().drop_null()
    distinct = distinct.take(pc.sort_indices(distinct))
    found = pc.fill_null(pc.index_in(values, value_set=distinct), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _join(people: Ints, group: Ints, numbers: Ints) -> tuple[Ints, list[tuple[int, ...]]]:
    """Join the people of each group; return the new labels (the smallest row of each) and the clashing rows."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, has = len(people), np.flatnonzero(group >= 0)
    if not len(has):
        return people, []
    size = rows + int(group.max()) + 1
    links = coo_array((np.ones(len(has), np.int8), (people[has], rows + group[has])), shape=(size, size))
    component = connected_components(links, directed=False)[1][people].astype(np.int64)
    carries = numbers >= 0
    pairs = np.unique(np.stack([component[carries], numbers[carries]]), axis=1)
    several = np.bincount(pairs[0], minlength=int(component.max()) + 1) > 1
    torn = several[component]
    joined = np.where(torn, people, _smallest(component)[component])
    clashes: list[tuple[int, ...]] = []
    if torn.any():
        joined, clashes = _join_torn(joined, group, numbers, np.flatnonzero(torn))
    return joined, clashes


def _smallest(component: Ints) -> Ints:
    """Return the smallest row of each component."""
    first = np.full(int(component.max()) + 1, len(component), np.int64)
    np.minimum.at(first, component, np.arange(len(component)))
    return first


def _join_torn(people: Ints, group: Ints, numbers: Ints, rows: Ints) -> tuple[Ints, list[tuple[int, ...]]]:
    """Join group by group, in the order of their values, where a whole component would join two ID numbers."""
    people = people.copy()
    number_of = dict(zip(people[numbers >= 0].tolist(), numbers[numbers >= 0].tolist(), strict=True))
    members: dict[int, list[int]] = {}
    for row in np.unique(people[rows]).tolist():
        members[row] = np.flatnonzero(people == row).tolist()
    clashes: list[tuple[int, ...]] = []
    for inside in _by_group(group, rows):
        labels = sorted({int(people[r]) for r in inside})
        known = {number_of[p] for p in labels if p in number_of}
        if len(known) > 1:
            clashes.append(tuple(inside))
            labels = [p for p in labels if p not in number_of]
        for label in labels[1:]:
            people[members[label]] = labels[0]
            members[labels[0]] += members.pop(label)
            if label in number_of:
                number_of[labels[0]] = number_of.pop(label)
    return people, clashes


def _by_group(group: Ints, rows: Ints) -> Iterator[list[int]]:
    inside = rows[group[rows] >= 0]
    ordered = inside[np.argsort(group[inside], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[ordered])) + 1
    for part in np.split(ordered, cuts):
        if len(part):
            yield part.tolist()


def _resident_ids(people: Ints, keys: Mapping[KeyKind, pa.Array], secret: bytes) -> pa.Array:
    """Return the id of each row's resident, from the strongest kind of key that any of its rows has."""
    best: dict[int, str] = {}
    for kind in sorted(keys):
        known = pc.is_valid(keys[kind]).to_numpy(zero_copy_only=False)
        at = np.flatnonzero(known)
        values = keys[kind].take(pa.array(at))
        order = np.lexsort((_groups(values), people[at]))
        labels = people[at][order]
        first = np.flatnonzero(np.append(True, labels[1:] != labels[:-1])) if len(labels) else labels
        texts = values.take(pa.array(order[first])).to_pylist()
        for label, text in zip(labels[first].tolist(), texts, strict=True):
            if label not in best:
                best[label] = "p" + keyed_hash(secret, f"resident:{kind.name}", text)[:16]
    return pa.array([best.get(p) for p in people.tolist()], pa.string())


def cases(clashes: Sequence[Clash], residents: pa.Array) -> list[tuple[str, tuple[str, ...], tuple[int, ...]]]:
    """Return each clash with its residents: (kind of key, residents sorted, rows)."""
    ids = residents.to_pylist()
    return [(c.kind, tuple(sorted({ids[r] for r in c.rows if ids[r]})), c.rows) for c in clashes]
