"""Who would be left out: groups that are far rarer among the likely than in the audience, with counts and intervals.

The likely are the first tenth of the ranking. A group is named when the upper end of its rate of being among them is
under four fifths of everybody's rate (the rule of the Uniform Guidelines on Employee Selection Procedures, 1978); the
interval is Wilson's, widened for the number of groups looked at (Bonferroni), so that a name on this list is seldom an
accident. Sensitive tags are looked at here even though they never rank anybody: else nobody would notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from graph.model.cells import ANALYST_CELL, PUBLISHED_CELL
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import Ints, Mask
from similarity.metrics import wilson
from similarity.portraits.crowd import held_before
from similarity.turnout.expected import position
from similarity.turnout.likely import Likely
from similarity.turnout.traits import OLDEST

FOUR_FIFTHS = 0.8
TENTH = 10
LEAST_AUDIENCE = 100  # people; a tenth of fewer is no list
YEAR = 365
AGE_BANDS = ((0, 17), (18, 34), (35, 59), (60, 69), (70, 79), (80, OLDEST))


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the audience: `people` of them, `likely` in the first tenth, `reached` by this kind within a year.

    A count of 1 to 4 (9 for a sensitive group) is None and reckoned as the most it can be. `ratio` compares the rate of
    being likely with everybody's, `low` and `high` are the ends of its interval.
    """

    title: Text
    people: int
    likely: int | None
    reached: int | None
    ratio: float
    low: float
    high: float
    missing: float
    sensitive: bool

    def to_json(self) -> dict[str, Any]:
        """Return the group as a JSON value."""
        counts = {"people": self.people, "likely": self.likely, "reached": self.reached, "sensitive": self.sensitive}
        figures = {k: round(getattr(self, k), 6) for k in ("ratio", "low", "high", "missing")}
        return {"zh": self.title.zh, "en": self.title.en} | counts | figures


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The groups that are named, most missing people first; `note` says why there is nothing to judge (None: there is).

    `likely` of `people` in the audience are in the first tenth; `looked_at` groups were compared; `truncated` says that
    more were found than are shown.
    """

    people: int
    likely: int
    looked_at: int
    groups: tuple[Group, ...]
    truncated: bool
    note: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a JSON value."""
        facts = {k: getattr(self, k) for k in ("people", "likely", "looked_at", "truncated")}
        note = None if self.note is None else {"zh": self.note.zh, "en": self.note.en}
        return facts | {"groups": [g.to_json() for g in self.groups], "note": note}


def left_out(snapshot: Snapshot, likely: Likely, *, most: int = 10) -> LeftOut:
    """Find the groups that the first tenth leaves out, among the audience in the holding committee (else all of it)."""
    people = _circle(likely)
    count = len(people) // TENTH
    if len(people) < LEAST_AUDIENCE:
        note = Text(f"对象少于 {LEAST_AUDIENCE} 人，不作判断", f"under {LEAST_AUDIENCE} people: nothing is judged")
        return LeftOut(len(people), count, 0, (), False, note)
    chosen = np.arange(len(people)) < count
    reached = _reached(likely)[people]
    parts = [
        part
        for part in _groups(snapshot, likely, people)
        if part[1].sum() >= (PUBLISHED_CELL if part[2] else ANALYST_CELL)
    ]
    z = NormalDist().inv_cdf(1 - 0.05 / (2 * max(len(parts), 1)))
    judged = [judge(part, chosen=chosen, reached=reached, z=z) for part in parts]
    named = sorted((g for g in judged if g.high < FOUR_FIFTHS), key=lambda g: (-g.missing, g.title.en))
    return LeftOut(len(people), count, len(parts), tuple(named[:most]), len(named) > most)


def _circle(likely: Likely) -> Ints:
    """Return the audience in order, rows of people: of the holding committee, or all where few of it are invited."""
    own = likely.history.people.committee[likely.people] == position(
        likely.history.committees, likely.occasion.committee
    )
    return likely.people[own] if own.sum() >= LEAST_AUDIENCE else likely.people


def _reached(likely: Likely) -> Mask:
    """Return who came to an activity of this kind within the year before the day."""
    history = likely.history
    kind = history.activities.kind[history.visited]
    chosen = (kind == likely.kind) & (history.visit_day >= history.day - YEAR)
    reached = np.zeros(len(history.people), bool)
    reached[history.visitor[chosen]] = True
    return reached


_Part = tuple[Text, Mask, bool]


def _groups(snapshot: Snapshot, likely: Likely, people: Ints) -> Iterator[_Part]:
    """Yield title, members among `people` and sensitivity of each group: age bands, plain facts, tags."""
    evidence = likely.model.evidence
    age = evidence.ages[people]
    for low, high in AGE_BANDS:
        title = (
            Text(f"{low} 至 {high} 岁", f"aged {low} to {high}")
            if high < OLDEST
            else Text("80 岁以上", "aged 80 or over")
        )
        yield title, (age >= low) & (age <= high), False
    for fact in evidence.facts:
        for code, level in enumerate(fact.levels):
            yield level, fact.codes[people] == code, False
    committees = likely.history.people.committee[people]
    if len(set(committees.tolist())) > 1:
        for j, area in enumerate(likely.history.committees):
            yield Text(f"居委 {area}", f"committee {area}"), committees == j, False
    yield from _tags(snapshot, likely, people)


def _tags(snapshot: Snapshot, likely: Likely, people: Ints) -> Iterator[_Part]:
    nodes, edges = snapshot.nodes("Tag"), snapshot.edges("Resident-HAS_TAG-Tag")
    place = np.full(len(snapshot.nodes("Resident")), -1)
    place[likely.history.people.resident[people]] = np.arange(len(people))
    at = np.flatnonzero(place[edges.starts] >= 0)
    at = at[held_before(edges, likely.history.day, undated=True)[at]]
    order = at[np.argsort(edges.indices[at], kind="stable")]
    bounds = np.searchsorted(edges.indices[order], np.arange(len(nodes) + 1))
    sensitive = nodes.equals("sensitivity", "sensitive")
    for row, name in enumerate(nodes.column("name").to_pylist()):
        members = np.zeros(len(people), bool)
        members[place[edges.starts[order[bounds[row] : bounds[row + 1]]]]] = True
        yield Text(f"标签“{name}”", f"tag “{name}”"), members, bool(sensitive[row])


def judge(part: _Part, *, chosen: Mask, reached: Mask, z: float) -> Group:
    """Compare one group with everybody: its members in the first tenth (`chosen`), and those whom the kind `reached`."""
    title, members, sensitive = part
    least = PUBLISHED_CELL if sensitive else ANALYST_CELL
    people, hits, came = int(members.sum()), int((members & chosen).sum()), int((members & reached).sum())
    most = hits if hits == 0 or hits >= least else least - 1
    rate = float(chosen.mean())
    low, high = (end / rate for end in wilson(most, people, z=z))
    shown, known = (None if 0 < n < least else n for n in (hits, came))
    return Group(title, people, shown, known, most / people / rate, low, high, people * rate - most, sensitive)
