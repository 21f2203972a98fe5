"""Predicted, places and actual attendance side by side: how far the plan's number was off, and whether the rule's is better.

The rule (`headcount`) foresees each activity from earlier months only; both errors are counted over the same activities,
those for which plan, rule and head count are all known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Floats, Mask
from similarity.metrics import Z95, wilson
from similarity.turnout.headcount import Foreseen, coverage, foresee
from similarity.turnout.history import History

ALL = "*"
LEAST_PAIRS = 10  # activities; an interval of a mean difference rests on fewer no more


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of a prediction in people: `bias` is the mean of attended - predicted, `absolute` the mean size."""

    bias: float
    absolute: float

    def to_json(self) -> dict[str, float]:
        """Return the errors as a JSON value."""
        return {"bias": round(self.bias, 6), "absolute": round(self.absolute, 6)}


@dataclass(frozen=True, slots=True)
class Gain:
    """How many people nearer the rule came than the plan, in the mean, with a 95 % interval (normal, paired).

    `activities` were compared; `earned` says that the whole interval is above 0.
    """

    mean: float
    low: float
    high: float
    activities: int

    @property
    def earned(self) -> bool:
        """Whether the rule is to be preferred to the plan's own number."""
        return self.activities >= LEAST_PAIRS and self.low > 0

    def to_json(self) -> dict[str, Any]:
        """Return the gain as a JSON value."""
        figures = {k: round(getattr(self, k), 6) for k in ("mean", "low", "high")}
        return figures | {"activities": self.activities, "earned": self.earned}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the activities of a kind, of a committee, or all of them (`ALL`).

    `places`, `predicted` and `attended` are means over those where each is known (NaN: nowhere); `full` counts the
    activities whose places were all taken, of `counted` with known places and head count, `full_low`, `full_high` the
    Wilson interval of that share. `plan` and `rule` are errors, None where nothing can be compared.
    """

    name: str
    activities: int
    places: float
    predicted: float
    attended: float
    full: int
    counted: int
    full_low: float
    full_high: float
    plan: Errors | None
    rule: Errors | None
    gain: Gain | None

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON value; unknown numbers are null."""
        means = {k: _known(getattr(self, k)) for k in ("places", "predicted", "attended")}
        full = {"full": self.full, "counted": self.counted}
        share = {"full_low": round(self.full_low, 6), "full_high": round(self.full_high, 6)}
        parts = {k: None if (v := getattr(self, k)) is None else v.to_json() for k in ("plan", "rule", "gain")}
        return {"name": self.name, "activities": self.activities} | means | full | share | parts


@dataclass(frozen=True, slots=True)
class AttendanceTable:
    """The rows by name, then the total; `inside` of `judged` head counts fell into the interval foreseen for them."""

    rows: tuple[Row, ...]
    total: Row
    inside: int
    judged: int

    def to_json(self) -> dict[str, Any]:
        """Return the table as a JSON value."""
        interval = {"inside": self.inside, "judged": self.judged}
        return {"rows": [r.to_json() for r in self.rows], "total": self.total.to_json(), "interval": interval}

    def sentence(self) -> Text:
        """Say which number is to be trusted."""
        gain, plan, rule = self.total.gain, self.total.plan, self.total.rule
        if not self.total.activities:
            return Text("可见范围内没有活动记录", "No activity is on record in sight")
        if gain is None or plan is None or rule is None:
            return Text(
                "没有可比较的活动，无从判断预计是否准确", "No activity can be compared: no prediction can be judged"
            )
        better = Text("；采用本规则", ": the rule is used")
        if not gain.earned:
            better = Text("；仍用计划数", ": the plan is used")
        return _COMPARED.fill(plan=plan.absolute, rule=rule.absolute, gain=gain) + better


_COMPARED = Text(
    "回测 {gain.activities} 场：计划数平均差 {plan:.1f} 人，本规则平均差 {rule:.1f} 人，"
    "每场近 {gain.mean:.2f} 人（95% 区间 {gain.low:.2f} 至 {gain.high:.2f}）",
    "Back-test of {gain.activities} activities: the plan is {plan:.1f} people off, the rule {rule:.1f}; "
    "nearer by {gain.mean:.2f} (95 % interval {gain.low:.2f} to {gain.high:.2f})",
)


def attendance_table(history: History, *, by: str = "kind") -> AttendanceTable:
    """Return the table of a history by "kind" or by "committee"."""
    activities = history.activities
    foreseen = foresee(activities, kinds=len(history.kinds), committees=len(history.committees))
    names, group = (history.kinds, activities.kind) if by == "kind" else (history.committees, activities.committee)
    rows = [_row(name, foreseen, group == j) for j, name in enumerate(names) if (group == j).any()]
    inside, judged = coverage(foreseen)
    return AttendanceTable(tuple(rows), _row(ALL, foreseen, np.ones(len(activities), bool)), inside, judged)


def _row(name: str, foreseen: Foreseen, chosen: Mask) -> Row:
    own = foreseen.activities.where(chosen)
    counted = (own.capacity > 0) & ~np.isnan(own.attended)
    full = int((own.attended >= own.capacity)[counted].sum())
    low, high = wilson(full, int(counted.sum()))
    plan, rule = errors(foreseen, chosen)
    return Row(
        name=name,
        activities=len(own),
        places=_mean(own.capacity),
        predicted=_mean(own.predicted),
        attended=_mean(own.attended),
        full=full,
        counted=int(counted.sum()),
        full_low=low,
        full_high=high,
        plan=_errors(plan),
        rule=_errors(rule),
        gain=gain_of(plan, rule),
    )


def errors(foreseen: Foreseen, chosen: Mask | None = None) -> tuple[Floats, Floats]:
    """Return attended - plan and attended - rule of the activities for which all three are known."""
    activities = foreseen.activities
    at = foreseen.judged & ~np.isnan(activities.predicted)
    if chosen is not None:
        at &= chosen
    attended = activities.attended[at]
    return attended - activities.predicted[at], attended - foreseen.expected[at]


def gain_of(plan: Floats, rule: Floats) -> Gain | None:
    """Return how much nearer the rule came, None with fewer than two activities."""
    nearer = np.abs(plan) - np.abs(rule)
    if len(nearer) < 2:
        return None
    mean, half = float(nearer.mean()), Z95 * float(nearer.std(ddof=1)) / math.sqrt(len(nearer))
    return Gain(mean, mean - half, mean + half, len(nearer))


def _errors(apart: Floats) -> Errors | None:
    return Errors(float(apart.mean()), float(np.abs(apart).mean())) if len(apart) else None


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
