"""Soft scores: features in [0, 1] of pairs that may happen, weighted by the policy; parts that sum to the score.

A score is `sum(w f) / sum(w)` over the features that the policy weighs for the resource's label. No feature looks at
other pairs, so a score does not depend on who else is on the list, nor on the direction in which it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from matching.problem import Floats
from matching.rules.coded import Ints
from matching.rules.crossing import Crossing
from matching.rules.policy import LABELS
from similarity.reasons import NANO, Reason, apportion, rounded

TOP_LEVEL = 5
"""The highest level of a skill (the schema's: 1 to 5)."""
SPARE_HOURS = 10.0
"""Hours a week that count in full: beyond them more time makes nobody more suitable for one need."""


@dataclass(frozen=True, slots=True)
class Score:
    """One soft feature: its value for pairs (rows of needs and of resources), and the sentence for one of them."""

    name: str
    value: Callable[[Crossing, Ints, Ints], Floats]
    says: Callable[[Crossing, int, int], Text]


def _closeness(c: Crossing, i: Ints, j: Ints) -> Floats:
    return np.asarray(1 - c.walk[i, j] / c.limit[j])


def _time(c: Crossing, i: Ints, j: Ints) -> Floats:
    return np.asarray(c.free_share[i, j])


def _fill(c: Crossing, i: Ints, j: Ints) -> Floats:
    return c.needs.people[i] / np.maximum(c.resources.capacity[j], 1)


def _supply(c: Crossing, i: Ints, j: Ints) -> Floats:
    """Return the share of the supply that is left after the need; a half where the supply has no stated limit."""
    supply = c.supply[i, j]
    left = 1 - c.needs.people[i] / np.where(supply > 0, supply, np.inf)
    return np.where(np.isinf(supply), 0.5, left)


def _skill(c: Crossing, i: Ints, j: Ints) -> Floats:
    return np.asarray(c.held[i, j] / TOP_LEVEL)


def _idle(c: Crossing, i: Ints, j: Ints) -> Floats:
    days = c.resources.idle[j]
    return np.where(np.isnan(days), 1.0, days / c.policy.idle_days)


def _spare(c: Crossing, i: Ints, j: Ints) -> Floats:
    return np.nan_to_num(c.resources.weekly_hours[j], nan=0.0) / SPARE_HOURS


def _committee(c: Crossing, i: Ints, j: Ints) -> Floats:
    return np.asarray(c.same_area[i, j], np.float64)


def _closeness_said(c: Crossing, i: int, j: int) -> Text:
    walk = f"{c.walk[i, j]:.0f}"
    return Text(f"步行约 {walk} 米", f"about {walk} m to walk")


def _times_said(c: Crossing, i: int, j: int) -> Text:
    if not c.needs.slots[i]:
        return Text("需求未限时段", "no slot is asked for")
    share = c.free_share[i, j]
    return Text(f"可满足 {share:.0%} 的需求时段", f"there in {share:.0%} of the wanted slots")


def _supply_said(c: Crossing, i: int, j: int) -> Text:
    supply, people = c.supply[i, j], c.needs.people[i]
    if np.isinf(supply):
        return Text("可供数量未限", "without a stated limit")
    return Text(f"可供 {supply:g}，需要 {people:g}", f"can serve {supply:g}, wanted for {people:g}")


def _idle_said(c: Crossing, i: int, j: int) -> Text:
    days = c.resources.idle[j]
    if np.isnan(days):
        return Text("没有使用记录", "no use on record")
    return Text(f"已 {days:.0f} 天未用", f"not used for {days:.0f} days")


def _skill_said(c: Crossing, i: int, j: int) -> Text:
    level = c.held[i, j]
    if not level:
        return Text("需求未限技能", "no skill is asked for")
    return Text(f"所需技能 {level:.0f} 级", f"level {level:.0f} in the skill wanted")


def _committee_said(c: Crossing, i: int, j: int) -> Text:
    return Text("同一居委", "the same committee") if c.same_area[i, j] else Text("不同居委", "another committee")


def _fill_said(c: Crossing, i: int, j: int) -> Text:
    people, places = c.needs.people[i], c.resources.capacity[j]
    return Text(f"{people:g} 人用 {places:g} 人的场地", f"{people:g} people in a room for {places:g}")


def _spare_said(c: Crossing, i: int, j: int) -> Text:
    hours = c.resources.weekly_hours[j]
    if np.isnan(hours):
        return Text("每周时间未知", "hours a week not known")
    return Text(f"每周可服务 {hours:g} 小时", f"{hours:g} hours a week")


SCORES = (
    Score("closeness", _closeness, _closeness_said),
    Score("time", _time, _times_said),
    Score("fill", _fill, _fill_said),
    Score("supply", _supply, _supply_said),
    Score("skill", _skill, _skill_said),
    Score("idle", _idle, _idle_said),
    Score("spare", _spare, _spare_said),
    Score("committee", _committee, _committee_said),
)
"""Every soft feature; which of them count for a label is said by `policy.FEATURES` and the weights."""


def parts(c: Crossing, i: Ints, j: Ints) -> Floats:
    """Return what each feature adds to the score of each pair; shape (features, pairs)."""
    weights = np.array([[c.policy.weights[label].get(s.name, 0.0) for label in LABELS] for s in SCORES])
    weights = weights / weights.sum(0)
    label = c.resources.label
    of = np.array([LABELS.index(value) for value in label.values] or [0])[label.at][j]
    present = [LABELS.index(value) for value in label.values]
    found = np.zeros((len(SCORES), len(i)))
    for row, score in enumerate(SCORES):
        if weights[row, present].any():
            value = np.minimum(np.maximum(score.value(c, i, j), 0.0), 1.0)
            found[row] = np.where(np.isnan(value), 0.0, weights[row][of] * value)
    return found


def total(of: Floats) -> Floats:
    """Return the scores of pairs from their parts, rounded to 9 digits; shape (pairs,).

    Added feature by feature, so that a pair has the same bits alone and among thousands.
    """
    found = np.zeros(of.shape[1])
    for row in of:
        found += row
    return rounded(found)


def reasons(c: Crossing, i: Ints, j: Ints) -> list[tuple[Reason, ...]]:
    """Return the reasons of pairs, the largest part first; the parts of a pair sum to its score exactly."""
    each = parts(c, i, j)
    scores = total(each)
    found = []
    for at, (need, resource) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        nano = apportion(each[:, at], float(scores[at])).tolist()
        weighed = c.policy.weights[c.resources.label[resource]]
        order = sorted((-nano[row], row) for row, score in enumerate(SCORES) if weighed.get(score.name))
        told = [Reason(SCORES[r].name, nano[r] / NANO, SCORES[r].says(c, need, resource)) for _, r in order]
        found.append(tuple(told))
    return found
