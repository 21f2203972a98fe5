"""A ledger by owner, channel or reason: every eligible person in one row and one column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.model.codes import title
from graph.model.errors import UnknownName
from graph.model.text import Text
from graph.snapshot.evaluate import in_force
from matching.gap.events import CHANNELS, UNDATED
from matching.gap.ledger import REASONS, STATES
from matching.gap.reach import WAYS

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints
    from matching.gap.ledger import Ledger
    from matching.gap.roll import Roll

NO_CHANNEL = Text("未就此联系", "not contacted about it")
NO_HEAD = Text("没有楼组长", "no unit head")


@dataclass(frozen=True, slots=True)
class Group:
    """One row: how many of a group stand in each of `STATES`, and how many of them are silent."""

    id: str
    text: Text
    counts: tuple[int, ...]
    silent: int


def breakdown(ledger: Ledger, by: str) -> list[Group]:
    """Count the eligible by committee, head (of the unit), channel, reason or way; empty groups are left out.

    The counts of all groups sum to the ledger. Owners come in the order of their ids, the rest in its own order.
    Raises `UnknownName` for another word.
    """
    if by not in BY:
        raise UnknownName(Text("分组方式", "grouping"), by, BY)
    codes, names = BY[by](ledger)
    width = len(STATES)
    at = np.flatnonzero(ledger.eligible)
    table = np.bincount(codes[at] * width + ledger.state[at], minlength=len(names) * width).reshape(-1, width)
    quiet = np.bincount(codes[np.flatnonzero(ledger.silent)], minlength=len(names))
    return [
        Group(key, name, tuple(int(n) for n in table[row]), int(quiet[row]))
        for row, (key, name) in enumerate(names)
        if table[row].sum()
    ]


def _committee(ledger: Ledger) -> tuple[Ints, list[tuple[str, Text]]]:
    codes, values = ledger.roll.snapshot.nodes("Resident").codes("area")
    areas = ledger.roll.snapshot.nodes("Area")
    names = [areas.column("name")[row].as_py() if row >= 0 else None for row in areas.rows(values)]
    listed = [(code, Text(name or code, name or code)) for code, name in zip(values, names, strict=True)]
    nowhere = ("", Text("未知居委", "committee unknown"))
    return np.where(codes < 0, len(values), codes).astype(np.int32), [*listed, nowhere]


def heads(roll: Roll) -> Ints:
    """Return the head of the unit in which each person lives, a row of residents, -1 without one; the first by id.

    A head whom the viewer may not see is not named.
    """
    edges = roll.snapshot.edges("Resident-LEADS-Unit")
    leads = in_force(edges, roll.as_of) & (roll.people.row[edges.starts] >= 0)
    of_unit = np.full(edges.width + 1, -1, np.int32)
    of_unit[edges.indices[leads][::-1]] = edges.starts[leads][::-1]
    return of_unit[roll.unit]


def _head(ledger: Ledger) -> tuple[Ints, list[tuple[str, Text]]]:
    residents, head = ledger.roll.snapshot.nodes("Resident"), heads(ledger.roll)
    rows = np.unique(head[head >= 0])
    names = [(residents.id_of(r), residents.column("name")[int(r)].as_py()) for r in rows]
    listed = [(key, Text(name or key, name or key)) for key, name in names]
    codes = np.where(head < 0, len(rows), np.searchsorted(rows, head))
    return codes.astype(np.int32), [*listed, ("", NO_HEAD)]


def _channel(ledger: Ledger) -> tuple[Ints, list[tuple[str, Text]]]:
    unknown = ("unknown", Text("渠道未记", "channel not on record"))
    names = [(c, title("channel", c)) for c in CHANNELS]
    tried = ledger.contacted >= UNDATED
    codes = np.where(tried, np.where(ledger.channel < 0, len(names), ledger.channel), len(names) + 1)
    return codes.astype(np.int32), [*names, unknown, ("", NO_CHANNEL)]


def _reason(ledger: Ledger) -> tuple[Ints, list[tuple[str, Text]]]:
    return ledger.reason, [(r.value, r.text) for r in REASONS]


def _way(ledger: Ledger) -> tuple[Ints, list[tuple[str, Text]]]:
    return ledger.roll.reach.way, [(w.value, w.text) for w in WAYS]


BY: Mapping[str, Callable[[Ledger], tuple[Ints, list[tuple[str, Text]]]]] = {
    "committee": _committee,
    "head": _head,
    "channel": _channel,
    "reason": _reason,
    "way": _way,
}
