"""Who is likely to come to an occasion: the audience ranked, each with a chance and with reasons that add up."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from graph.model.geo import distance_m
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity import reasons
from similarity.features import Floats, Ints, Mask
from similarity.reasons import Reason
from similarity.turnout import places
from similarity.turnout.evidence import NAMES, TRAITS
from similarity.turnout.expected import Expected, expect, position
from similarity.turnout.history import History
from similarity.turnout.model import Model
from similarity.turnout.occasion import Occasion
from similarity.turnout.traits import OLDEST

TITLES = {
    "tags": Text("所带标签", "tags carried"),
    "own": Text("本人到场", "own visits"),
    "own_kind": Text("同类活动到场", "own visits of this kind"),
    "home": Text("同住者到场", "others at home"),
    "neighbours": Text("楼组邻居到场", "neighbours in the stairwell"),
}
READING = Text(
    "理由合计等于得分；倍数：年龄、地点与全体相比，其余与同居委同年龄者相比，同住者再与邻居、本人再与两者相比",
    "reasons sum to the score; 2 x is twice the visits expected: age and place against everybody, the rest against "
    "people of that committee and age, the home also against its neighbours, oneself against both",
)


@dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """The audience in order, most likely first, ties by id.

    `people` are rows of the history's people; `scores` are log rates against the average of the audience, rounded to 9
    digits; `chances` are expected visits a person and sum, over all people in sight, to the expected attendance.
    """

    occasion: Occasion
    history: History
    model: Model
    kind: int
    expected: Expected
    people: Ints
    scores: Floats
    chances: Floats
    places: Ints
    centre: Floats

    def __len__(self) -> int:
        return len(self.people)

    def parts(self, at: int) -> Floats:
        """Return what each piece of evidence adds to the score of the person in place `at`; they sum to the score."""
        row = self.model.evidence.matrix(self.people[[at]], np.array([self.kind]), self.places[[at]])[0]
        return np.asarray((row - self.centre) * self.model.weights)

    def reasons(self, at: int, *, most: int = 4) -> list[Reason]:
        """Return the strongest reasons of the person in place `at`; they sum to the score exactly."""
        shown, rest = reasons.strongest(self.parts(at), float(self.scores[at]), most=most)
        found = [Reason(NAMES[j], part, self._text(NAMES[j], at)) for j, part in shown]
        return [*found, reasons.others(len(NAMES) - len(found), rest)] if len(found) < len(NAMES) else found

    def _text(self, name: str, at: int) -> Text:
        person, evidence = int(self.people[at]), self.model.evidence
        row = evidence.matrix(self.people[[at]], np.array([self.kind]), self.places[[at]])[0]
        times = f"{float(np.exp(row[NAMES.index(name)])):.2g}"
        if name in TRAITS:
            fact = evidence.facts[TRAITS.index(name)]
            title = fact.levels[int(fact.codes[person])]
        elif name == "age":
            age = int(evidence.ages[person])
            title = Text(f"{age} 岁", f"aged {age}") if age <= OLDEST else Text("年龄未知", "age not known")
        elif name == "place":
            title = places.said(int(self.places[at]))
        elif name in ("own", "own_kind"):
            visits = self.visits(person, of_kind=name == "own_kind")
            title = TITLES[name] + Text(f" {visits} 次", f" {visits}")
        else:
            title = TITLES[name]
        return title + Text(f"（{times} 倍）", f" ({times} x)")

    def visits(self, person: int, *, of_kind: bool) -> int:
        """Return how often somebody came before the day, to anything or to this kind."""
        own = self.history.visitor == person
        if of_kind:
            own = own & (self.history.activities.kind[self.history.visited] == self.kind)
        return int(own.sum())


def rank(
    snapshot: Snapshot, history: History, model: Model, *, occasion: Occasion, audience: Mask | None = None
) -> Likely:
    """Rank the people of a history for an occasion; `audience` masks the residents of the snapshot who are invited.

    A kind that never occurred before is ranked by what holds for all kinds together.
    """
    people, expected = np.arange(len(history.people)), expect(history, occasion)
    kind, code = position(history.kinds, occasion.kind), codes_at(history, occasion)
    matrix = model.evidence.matrix(people, np.full(len(people), kind), code)
    raw = model.scores(matrix)
    at = people if audience is None else np.flatnonzero(audience[history.people.resident])
    centre = matrix[at].mean(0) if len(at) else np.zeros(len(NAMES))
    scores = reasons.rounded(raw - float((centre * model.weights).sum()))
    chances = reasons.rounded(shared_out(raw, expected.people * _seen(history)))
    at = at[np.lexsort((_by_id(snapshot, history)[at], -scores[at]))]
    return Likely(
        occasion,
        history,
        model,
        kind,
        expected,
        people=at,
        scores=scores[at],
        chances=chances[at],
        places=code[at],
        centre=centre,
    )


def ranked(snapshot: Snapshot, history: History, model: Model, *, occasion: Occasion, audience: Mask) -> Ints:
    """Return the people of an audience, the likeliest first: the order of `rank` without its figures."""
    at = np.flatnonzero(audience[history.people.resident])
    code, kind = codes_at(history, occasion)[at], position(history.kinds, occasion.kind)
    matrix = model.evidence.matrix(at, np.full(len(at), kind), code)
    centre = matrix.mean(0) if len(at) else np.zeros(len(NAMES))
    scores = reasons.rounded(model.scores(matrix) - float((centre * model.weights).sum()))
    return at[np.lexsort((_by_id(snapshot, history)[at], -scores))]


def _seen(history: History) -> float:
    """Return which share of the people who were counted at past activities are known by name in the scope."""
    counted = history.activities.attended
    known = np.bincount(history.visited, minlength=len(counted))
    total = float(np.nansum(counted))
    return min(1.0, float(known[~np.isnan(counted)].sum()) / total) if total > 0 else 1.0


def codes_at(history: History, occasion: Occasion) -> Ints:
    """Return the place code of each person at an occasion."""
    people = history.people
    metres = distance_m(people.lon, people.lat, occasion.lon, occasion.lat)
    return places.codes(people.committee == position(history.committees, occasion.committee), metres)


def shared_out(scores: Floats, expected: float) -> Floats:
    """Share an expected attendance out in proportion to exp(score), nobody above 1; the excess goes to the others."""
    rate = np.exp(scores - scores.max(initial=0.0))
    chances = np.zeros_like(rate)
    if not len(rate):
        return chances
    order = np.argsort(-rate, kind="stable")
    rest = np.cumsum(rate[order][::-1])[::-1]
    sure = int(np.argmax(rate[order] * np.maximum(expected - np.arange(len(rate)), 0.0) <= rest))
    left = max(expected - sure, 0.0)
    if rate[order[sure]] * left > rest[sure]:  # more are expected than there are people
        return np.ones_like(rate)
    chances[order[:sure]] = 1.0
    chances[order[sure:]] = left * rate[order[sure:]] / rest[sure]
    return np.minimum(chances, 1.0)


def _by_id(snapshot: Snapshot, history: History) -> Ints:
    """Return the place of each person in the order of ids."""
    ids = snapshot.nodes("Resident").ids.take(history.people.resident)
    place = np.empty(len(ids), np.int64)
    place[pc.sort_indices(ids).to_numpy()] = np.arange(len(ids))
    return place


def with_places(occasion: Occasion, count: int | None) -> Occasion:
    """Return the occasion with another number of places (None: as it is)."""
    return occasion if count is None else replace(occasion, places=float(count))
