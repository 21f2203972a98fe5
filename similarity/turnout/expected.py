"""How many are expected at an occasion: by the rule or by the plan's own number, whichever the back-test bears out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Floats
from similarity.turnout import headcount
from similarity.turnout.attendance import Gain, errors, gain_of
from similarity.turnout.history import Activities, History
from similarity.turnout.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Expected:
    """The head count to reckon with (`people`), and the ends of its 90 % interval (None: too short a past for one).

    `rule` is what past activities say, `plan` the plan's number (None: none); `gain` tells how the two did on past
    activities (None: nothing to compare). `places` are those reckoned with; `assumed`: nobody gave them, they are usual.
    """

    people: float
    low: float | None
    high: float | None
    rule: float
    plan: float | None
    places: float
    assumed: bool
    gain: Gain | None

    def to_json(self) -> dict[str, Any]:
        """Return the expectation as a JSON value."""
        numbers = {k: getattr(self, k) for k in ("people", "low", "high", "rule", "plan", "places")}
        shown = {k: None if v is None else round(v, 6) for k, v in numbers.items()}
        gain = None if self.gain is None else self.gain.to_json()
        return shown | {"level": headcount.LEVEL, "assumed": self.assumed, "gain": gain}

    def sentence(self) -> Text:
        """Say how many are expected, and by which number."""
        said = Text(f"预计到场 {self.people:.0f} 人", f"{self.people:.0f} people are expected")
        if self.low is not None and self.high is not None:
            said += Text(
                f"（90% 区间 {self.low:.0f} 至 {self.high:.0f}）", f" (90 % interval {self.low:.0f} to {self.high:.0f})"
            )
        usual = Text("，按惯常名额", ", the usual number of places") if self.assumed else Text("，名额", ", places")
        said += usual + Text(f" {self.places:.0f}", f" {self.places:.0f}")
        if self.plan is not None:
            said += Text(
                f"；计划 {self.plan:.0f}，规则 {self.rule:.0f}", f"; plan {self.plan:.0f}, rule {self.rule:.0f}"
            )
        return said


def expect(history: History, occasion: Occasion) -> Expected:
    """Foresee the head count of an occasion from the past of its scope."""
    known, asked = history.activities, _as_activity(history, occasion)
    size = {"kinds": len(history.kinds), "committees": len(history.committees)}
    places = headcount.sizes(asked, known)
    rule = float(headcount.rates(known, **size).expected(asked, places)[0])
    foreseen = headcount.foresee(known, **size)
    of_plan, of_rule = errors(foreseen)
    gain = gain_of(of_plan, of_rule)
    plan = None if np.isnan(occasion.predicted) else occasion.predicted
    by_plan = plan is not None and (gain is None or not gain.earned)
    at = foreseen.judged if not by_plan else foreseen.judged & ~np.isnan(known.predicted)
    apart = of_plan / foreseen.places[at] if by_plan else foreseen.errors
    people = plan if by_plan and plan is not None else rule
    low, high = _ends(people, apart, float(places[0]))
    return Expected(people, low, high, rule, plan, float(places[0]), not occasion.places > 0, gain)


def _ends(people: float, apart: Floats, places: float) -> tuple[float | None, float | None]:
    ends = headcount.spread(apart)
    return (None, None) if ends is None else (max(0.0, people + ends[0] * places), max(0.0, people + ends[1] * places))


def _as_activity(history: History, occasion: Occasion) -> Activities:
    kind, committee = position(history.kinds, occasion.kind), position(history.committees, occasion.committee)
    numbers = (float(history.day), occasion.places, occasion.predicted, float("nan"), occasion.lon, occasion.lat)
    arrays = (np.array([kind]), np.array([committee]), *(np.array([x]) for x in numbers))
    return Activities((occasion.id,), *arrays)


def position(names: tuple[str, ...], name: str) -> int:
    """Return the position of a name, -1 where it is not among them."""
    return names.index(name) if name in names else -1
