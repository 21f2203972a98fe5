"""Consent: how far a plan is from the gates of the law, by heads and by square metres, and which homes would close it.

Four gates: of all homes enough must vote (participation), of those that vote enough must agree (agreement), each counted
by heads and by floor area. A home is one head. Fractions are exact rationals and areas whole hundredths of a square
metre, so a boundary is met or missed by one metre, never by a rounding. The defaults are those of the Civil Code,
article 278: two thirds of heads and area take part, three quarters of those who take part agree.

Every further home that agrees moves every gate towards being met. So the least number of them follows from the sorted
areas; among the sets of that number those with the least area are found by dynamic programming over exact sums.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

from graph.model.errors import OptionInvalid
from graph.model.text import Text

Measure = Literal["participation", "agreement"]
Unit = Literal["heads", "area"]


_FRACTION = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,9})?)(?:/(?P<under>\d{1,9}))?\s*(?P<percent>%?)", re.ASCII)


class Choice(StrEnum):
    """What a home said last; the codes of the table `vote`."""

    AGREED = "agreed"
    REFUSED = "refused"
    ABSTAINED = "abstained"
    UNDECIDED = "undecided"
    UNREACHED = "unreached"

    @property
    def votes(self) -> bool:
        """Whether the home takes part in the vote; who abstains does."""
        return self in (Choice.AGREED, Choice.REFUSED, Choice.ABSTAINED)


@dataclass(frozen=True, slots=True)
class Home:
    """One dwelling in the vote on one plan.

    `area` counts hundredths of a square metre; `at` is the day of the last answer. `refused` tells that the home has
    ever said no to this plan: such a home is not asked again before there is a new plan.
    """

    id: str
    area: int
    choice: Choice
    refused: bool = False
    at: dt.date | None = None

    @property
    def open(self) -> bool:
        """Whether the home may still be asked."""
        return not self.choice.votes and not self.refused


@dataclass(frozen=True, slots=True)
class Rules:
    """The fractions that must be reached, each in (0, 1]."""

    participation: Fraction = Fraction(2, 3)
    agreement: Fraction = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: `have` of `of` against `fraction`; heads, or hundredths of a square metre."""

    measure: Measure
    by: Unit
    have: int
    of: int
    fraction: Fraction

    @property
    def met(self) -> bool:
        """Whether the fraction is reached; a vote in which nobody takes part meets nothing."""
        return self.of > 0 and self.have * self.fraction.denominator >= self.fraction.numerator * self.of

    @property
    def missing(self) -> int | None:
        """How much more consent of homes that have not voted meets the gate; None when no amount does.

        Participation wants `fraction * of - have`; for agreement x more raise both sides of the fraction, so
        `x >= (fraction * of - have) / (1 - fraction)`.
        """
        if self.met:
            return 0
        short = self.fraction * self.of - self.have
        if self.measure == "participation":
            return max(_ceil(short), 1)
        return None if self.fraction == 1 and short > 0 else max(_ceil(short / (1 - self.fraction or 1)), 1)


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def gates(homes: Sequence[Home], rules: Rules) -> tuple[Gate, ...]:
    """Return the four gates as the homes stand: participation, then agreement; by heads, then by area."""
    voting = [h for h in homes if h.choice.votes]
    agreed = [h for h in voting if h.choice is Choice.AGREED]
    found: list[Gate] = []
    for measure, fraction in (("participation", rules.participation), ("agreement", rules.agreement)):
        part, whole = (voting, homes) if measure == "participation" else (agreed, voting)
        found.append(Gate(measure, "heads", len(part), len(whole), fraction))  # type: ignore[arg-type]
        found.append(Gate(measure, "area", _area(part), _area(whole), fraction))  # type: ignore[arg-type]
    return tuple(found)


def _area(homes: Sequence[Home]) -> int:
    return sum(h.area for h in homes)


def fraction(name: str, written: str) -> Fraction:
    """Read `2/3`, `0.75` or `75%` as an exact fraction; raises `OptionInvalid` outside (0, 1].

    >>> fraction("--agreement", "75%"), fraction("--participation", "2/3")
    (Fraction(3, 4), Fraction(2, 3))
    """
    found = _FRACTION.fullmatch(written.strip())
    value = Fraction(0)
    if found and int(found["under"] or 1):
        value = Fraction(found["number"]) / int(found["under"] or 1) / (100 if found["percent"] else 1)
    if not 0 < value <= 1:
        raise OptionInvalid(name, written, Text("应写作 2/3、0.75 或 75%", "write it as 2/3, 0.75 or 75%"))
    return value


@dataclass(frozen=True, slots=True)
class Need:
    """The least that closes all gates: `heads` further homes with at least `area`, both from homes that have not voted.

    None in a field: no amount of further consent closes the gates.
    """

    heads: int | None
    area: int | None


def need(all_gates: Sequence[Gate]) -> Need:
    """Return what all gates together want: the largest of what each misses."""

    def largest(by: Unit) -> int | None:
        missing = [g.missing for g in all_gates if g.by == by]
        return None if None in missing else max(m for m in missing if m is not None)

    return Need(largest("heads"), largest("area"))


def least_count(homes: Sequence[Home], wanted: Need) -> int | None:
    """Return how many of the homes must agree at least; None when all of them are not enough."""
    if wanted.heads is None or wanted.area is None or wanted.heads > len(homes):
        return None
    total, areas = 0, sorted((h.area for h in homes), reverse=True)
    for count in range(len(areas) + 1):
        if total >= wanted.area and count >= wanted.heads:
            return count
        total += areas[count] if count < len(areas) else 0
    return None


def to_json(gate: Gate) -> dict[str, Any]:
    """Return a gate as a JSON value; areas in hundredths of a square metre."""
    return {
        "measure": gate.measure,
        "by": gate.by,
        "have": gate.have,
        "of": gate.of,
        "fraction": str(gate.fraction),
        "met": gate.met,
        "missing": gate.missing,
    }
