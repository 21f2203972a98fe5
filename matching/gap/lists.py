"""Lists of people of a ledger: who is on each, in the order in which an owner works, and why one is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import UnknownName
from graph.model.text import Text, joined
from matching.gap.conflicts import conflicts, twice
from matching.gap.ledger import Ledger, State
from matching.gap.newly import newly

if TYPE_CHECKING:
    from graph.snapshot.columns import Mask
    from matching.gap.roll import Roll


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on a list (row of the resident), with what is to be said of them there."""

    person: int
    note: Text | None = None


TITLES: Mapping[str, Text] = {
    "todo": Text("待办名单", "Still to do"),
    "call": Text("呼叫名单", "Call list"),
    "silent": Text("沉默的少数", "The silent few"),
    "unreachable": Text("联系不上的人", "Unreachable"),
    "overdue": Text("约了没有下文的人", "Booked, and nothing heard since"),
    "new": Text("比去年新发现的人", "Newly found since last year"),
    "twice": Text("重复受助", "Helped twice"),
    "conflicts": Text("记录矛盾", "Records in conflict"),
    "served": Text("已办的人", "Served"),
    "booked": Text("已约的人", "Booked"),
    "refused": Text("拒绝的人", "Refused"),
}
ARRIVED = Text("一年前还不在本地", "was not here a year ago")
BECAME = Text("一年内才符合条件", "has come under the rule within the year")


def entries(ledger: Ledger, kind: str) -> list[Entry]:
    """Return everybody on a list, once each, by committee, stairwell group and id; `UnknownName` for another list."""
    if kind not in TITLES:
        raise UnknownName(Text("名单", "list"), kind, TITLES)
    own = _NOTED[kind](ledger) if kind in _NOTED else _plain(np.flatnonzero(_mask(ledger, kind)))
    return sorted(own, key=_order(ledger.roll))


def _mask(ledger: Ledger, kind: str) -> Mask:
    masks: dict[str, Callable[[], Mask]] = {
        "silent": lambda: ledger.silent,
        "call": lambda: ledger.callable,
        "overdue": lambda: ledger.overdue,
    }
    return masks[kind]() if kind in masks else ledger.is_in(State(kind))


def _plain(people: Iterable[int]) -> list[Entry]:
    return [Entry(int(p)) for p in people]


def _order(roll: Roll) -> Callable[[Entry], tuple[int, int, int]]:
    """Return the key of an entry: rows of residents stand by committee and id, units by committee and id."""
    areas, _ = roll.snapshot.nodes("Resident").codes("area")
    return lambda entry: (int(areas[entry.person]), int(roll.unit[entry.person]), entry.person)


def _new(ledger: Ledger) -> list[Entry]:
    found = newly(ledger)
    return [Entry(int(p), ARRIVED if found.arrived[p] else BECAME) for p in np.flatnonzero(found.found)]


def _twice(ledger: Ledger) -> list[Entry]:
    return [Entry(t.person, _dates(t.days)) for t in twice(ledger)]


def _conflicts(ledger: Ledger) -> list[Entry]:
    by_person = groupby(conflicts(ledger), key=lambda c: c.person)
    return [
        Entry(person, joined([c.kind.text + Text("：", ": ") + _dates(c.days) for c in own], "；", "; "))
        for person, own in by_person
    ]


def _dates(days: Iterable[object]) -> Text:
    return joined([Text(str(d), str(d)) for d in days], "、", ", ")


_NOTED: Mapping[str, Callable[[Ledger], list[Entry]]] = {"new": _new, "twice": _twice, "conflicts": _conflicts}


def emptiness(ledger: Ledger, kind: str) -> Text:
    """Say why a list without anybody is empty."""
    roll, todo = ledger.roll, ledger.is_in(State.TODO)
    if not roll.people.one.any():
        return Text("可见范围内没有居民", "there are no residents within sight")
    if not ledger.eligible.any() and kind not in ("twice", "conflicts"):
        return Text(f"可见范围内没有人符合：{ledger.rule.says.zh}", f"nobody in sight satisfies: {ledger.rule.says.en}")
    if kind == "call" and todo.any():
        return _uncalled(ledger)
    if kind == "silent" and ledger.open.any():
        days, count = roll.terms.silent_days, int(ledger.open.sum())
        return Text(
            f"{count} 人待办或联系不上，{days} 天内都有过联系或报名",
            f"{count} are still open, and each was contacted or enrolled within {days} days",
        )
    return _EMPTY.get(kind, _EMPTY["todo"])


def _uncalled(ledger: Ledger) -> Text:
    """Say why nobody is to be called although somebody is to do."""
    roll, todo = ledger.roll, ledger.is_in(State.TODO)
    numbered, days = todo & roll.reach.phone, roll.terms.quiet_days
    if not numbered.any():
        return _NO_NUMBER
    alone, count = int((numbered & roll.unasked).sum()), int(numbered.sum())
    zh = f"{int(todo.sum())} 人待办，{count} 人有可用电话，都在 {days} 天内联系过"
    en = f"{int(todo.sum())} to do, {count} with a number that works, all contacted within {days} days"
    return Text(f"{zh}或请勿联系（{alone}）", f"{en} or asking not to be ({alone})") if alone else Text(zh, en)


_NO_NUMBER = Text("待办的人都没有可用电话，请上门", "nobody on the list has a number that works: go to the door")
_EMPTY: Mapping[str, Text] = {
    "todo": Text("符合条件的人都已办、已约、拒绝或联系不上", "all eligible are served, booked, unreachable or refused"),
    "silent": Text("符合条件的人都已办、已约或拒绝", "all eligible are served, booked or refused"),
    "call": Text("没有待办的人", "nobody is to do"),
    "unreachable": Text("待办的人都联系得上", "whoever is still open can be reached"),
    "overdue": Text("没有人约了之后久无下文", "nobody with a booking has been out of hearing for so long"),
    "new": Text("符合条件的人一年前都已符合", "whoever is eligible was so a year ago"),
    "twice": Text("本轮没有人受助两次", "nobody was helped on two days of the round"),
    "conflicts": Text("本轮的记录没有矛盾", "no records of the round contradict each other"),
    "served": Text("本轮没有已服务的记录", "nobody has been served in the round"),
    "booked": Text("本轮没有预约", "nobody has a booking in the round"),
    "refused": Text("本轮没有人拒绝", "nobody has refused in the round"),
}
