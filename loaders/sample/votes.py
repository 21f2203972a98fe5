"""Plans put to the households of a stairwell, and what each one said: some are one household short of the gates.

A household is asked at its door, so there are rows without an answer, rows that follow each other, and homes that
nobody has asked yet. Who lives high up agrees more often, who lives on the ground floor refuses more often. A plan that
failed may come back as a second version; some of those who had refused it then agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .draws import Bools, pick, stream
from .lifts import Lifts
from .people import AS_OF
from .sheet import Cell, Sheet, sheet_of
from .town import Town

DELIBERATING = {"full": 36, "small": 10}
SECOND_VERSION = 0.3  # share of the stairwells whose first plan failed
AGREED, REFUSED, ABSTAINED, UNDECIDED, UNREACHED = "同意", "反对", "弃权", "未定", "未联系上"
FLOOR, GROUND, BASE, SPREAD = 0.45, -1.3, 0.9, 0.7  # log odds to agree: a storey above the third, the ground floor
REACHED = {"lived_in": 0.88, "let_or_empty": 0.45}  # chance that a home answers the door
DECIDED, ABSTAINS, TURNED = 0.8, 0.04, 0.45  # a home has made up its mind; abstains; agrees to the second version
NOTED, SECOND_VISIT = 0.6, 0.18  # a vain visit is written down; an answer came at the second visit


@dataclass(frozen=True, slots=True)
class Votes:
    """`plans` and `answers` are the sheets; `counts` gives homes by choice for each plan, as they stand on AS_OF."""

    plans: Sheet
    answers: Sheet
    counts: dict[str, dict[str, int]]


@dataclass(slots=True)
class _Book:
    """The rows of both sheets while they are written."""

    town: Town
    rng: np.random.Generator
    plans: list[list[Cell]]
    answers: list[list[Cell]]
    counts: dict[str, dict[str, int]]

    def propose(self, unit: int, *, version: int, day: np.datetime64, until: np.datetime64) -> str:
        """Write down a plan and return its number."""
        number = f"FA{len(self.plans) + 1:03d}"
        address = str(self.town.place.units.address[unit])
        name = f"{address}加装电梯方案" + ("（第二版）" if version > 1 else "")
        self.plans.append([number, address, name, "加装电梯", version, day.item(), until.item()])
        self.counts[number] = dict.fromkeys((AGREED, REFUSED, ABSTAINED, UNDECIDED, UNREACHED), 0)
        return number

    def answer(self, plan: str, home: int, *, choice: str, day: np.datetime64, last: np.datetime64) -> None:
        """Write down the visits to a home that ended in `choice`, between two days."""
        self.counts[plan][choice] += 1
        span = max(int((last - day).astype(int)), 2)
        at = sorted(self.rng.choice(np.arange(1, span + 1), size=2, replace=False).tolist())
        visits = [(at[1], choice)]
        if choice == UNREACHED:
            visits = visits if self.rng.random() < NOTED else []
        elif self.rng.random() < SECOND_VISIT:
            visits.insert(0, (at[0], UNREACHED))
        address = str(self.town.place.dwellings.address[home])
        self.answers += [[plan, address, said, (day + days).item()] for days, said in visits]


def build(town: Town, lifts: Lifts) -> Votes:
    """Draw the stairwells that deliberate, their plans and the answers at the doors."""
    rng = stream(town.seed, "votes")
    free = town.place.units.walk_up.astype(float)
    free[np.concatenate(lifts.waves)] = 0.0
    book = _Book(town, rng, [], [], {})
    closed_to = _let_or_empty(town)
    for unit in pick(rng, free, DELIBERATING[town.size]).tolist():
        _deliberate(book, unit, closed_to=closed_to)
    plans = sheet_of(("方案编号", "楼组地址", "方案名称", "征询事项", "版次", "提出日期", "截止日期"), book.plans)
    return Votes(plans, sheet_of(("方案编号", "房屋地址", "意向", "登记日期"), book.answers), book.counts)


def _let_or_empty(town: Town) -> Bools:
    """Return which dwellings are let or empty: their owners are seldom at home."""
    away = np.zeros(len(town.place.dwellings.unit), bool)
    away[town.people.dwelling[town.people.renting & town.people.living]] = True
    away[town.settled.vacant] = True
    return away


def _deliberate(book: _Book, unit: int, *, closed_to: Bools) -> None:
    """Put one plan or two to a stairwell."""
    rng, homes = book.rng, np.flatnonzero(book.town.place.dwellings.unit == unit)
    mood = BASE + SPREAD * float(rng.normal())
    against: set[int] = set()
    if rng.random() < SECOND_VERSION:
        day = AS_OF - int(rng.integers(220, 500))
        until = day + 90
        plan = book.propose(unit, version=1, day=day, until=until)
        for home in homes.tolist():
            choice = _choice(book, home, mood=mood - 1.0, away=bool(closed_to[home]))
            book.answer(plan, home, choice=choice, day=day, last=until)
            against |= {home} if choice == REFUSED else set()
    day = AS_OF - int(rng.integers(20, 110))
    plan = book.propose(unit, version=2 if against else 1, day=day, until=AS_OF + int(rng.integers(5, 80)))
    for home in homes.tolist():
        choice = _choice(book, home, mood=mood, away=bool(closed_to[home]))
        if home in against:
            choice = AGREED if rng.random() < TURNED else REFUSED
        book.answer(plan, home, choice=choice, day=day, last=AS_OF - 1)


def _choice(book: _Book, home: int, *, mood: float, away: bool) -> str:
    rng, floor = book.rng, int(book.town.place.dwellings.floor[home])
    if rng.random() > REACHED["let_or_empty" if away else "lived_in"]:
        return UNREACHED
    if rng.random() > DECIDED:
        return UNDECIDED
    if rng.random() < ABSTAINS:
        return ABSTAINED
    odds = mood + FLOOR * (floor - 3) + (GROUND if floor == 1 else 0.0)
    return AGREED if rng.random() < 1 / (1 + math.exp(-odds)) else REFUSED
