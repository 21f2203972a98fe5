"""The smallest set of actions that would bring a stairwell into a band of the look-alike list, and how its vote stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.consent import unit_facts, unit_row
from graph.model.errors import OptionInvalid, UnknownName
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.lookalike.ranking import Ranking
    from similarity.readiness.actions import Action, Actions
    from similarity.readiness.bands import Bands
    from similarity.readiness.changes import Reached, Readiness, Row

NOT_LISTED = Text(
    "此楼组不在候选名单里：已有电梯，或已被排除",
    "this unit is no candidate of the list: it has a lift, or was left out",
)
NO_BAND = Text("名单没有这一档", "the list has no such band")
SHIPPED = "linli"
"""What the actions that come with linli are called in errors."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A candidate of the look-alike list, with the list, its bands, and what may be done."""

    ranking: Ranking
    bands: Bands
    actions: Actions
    unit: str

    @property
    def at(self) -> int:
        """The position in the list, 0 for the first."""
        return self.ranking.ids.index(self.unit)

    def place(self, score: float) -> int:
        """Return the place that the unit would have with a score while all others stay as they are; 1 is the first."""
        scores = self.ranking.scores
        return 1 + int((scores > score).sum()) - int(scores[self.at] > score)


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Say what would bring a unit into a band.

    Parameters: `unit`, `band` (its name) or `within` (a place of the list), `actions` (TOML data; None: those shipped),
    `as_of`, `areas`. The list, its model and the cut of the band are the sub-district's and stay as they are.
    """
    case = desk.case("ready", parameters, snapshot=snapshot)
    row = unit_row(case.snapshot, parameters["unit"], viewer=case.viewer)
    unit = unit_facts(case.snapshot, row)
    listed = _listed(case, unit["id"])
    facts: dict[str, Any] = {"as_of": case.as_of.isoformat(), "unit": unit, "vote": _vote(case, row)}
    if listed.unit not in listed.ranking.ids:
        return case.answer({**facts, "candidate": False, "target": None, "notes": [_both(NOT_LISTED)]})
    facts |= {"candidate": True, "list": _present(listed)}
    cut = _cut(parameters, listed)
    if cut is None:
        return case.answer({**facts, "target": None, "notes": [_both(listed.bands.reason or NO_BAND)]})
    found = _search(listed, cut)
    return case.answer({**facts, "target": _target(parameters, cut), **to_json(listed, found)}, (listed, found))


def _listed(case: Case, unit: str) -> Listed:
    """Make the look-alike list of the day with its bands, and read the actions against its features."""
    from api.lifts import rank_units
    from similarity.readiness.actions import check, shipped
    from similarity.readiness.actions_read import read

    given = case.parameters["actions"]
    where = SHIPPED if given is None else "--actions"
    actions = read(shipped() if given is None else given, where=where)
    found = rank_units(case.snapshot, case.as_of)
    for features in (found.portraits.on(case.as_of), found.ranking.model.design_.features):
        check(actions, features, where=where)  # what may not be changed is said before what the list does not weigh
    return Listed(found.ranking, found.bands, actions, unit)


def _cut(parameters: Parameters, listed: Listed) -> float | None:
    """Return the lowest score of the band or of the first places; None where the list has no such band."""
    from similarity.readiness.bands import BandName

    within, band, scores = parameters["within"], parameters["band"], listed.ranking.scores
    if within is not None:
        if not 1 <= within <= len(scores):
            why = Text(f"应在 1 到 {len(scores)} 之间", f"it must lie between 1 and {len(scores)}")
            raise OptionInvalid("--within", str(within), why)
        return float(scores[within - 1])
    names = [name.value for name in BandName if name is not BandName.WHOLE]
    if band not in names:
        raise UnknownName(Text("分档", "band"), band, names)
    return listed.bands.least_score(band, scores)


def _search(listed: Listed, cut: float) -> Readiness:
    from similarity.readiness.changes import smallest

    return smallest(_row(listed), listed.actions.actions, cut=cut)


def _row(listed: Listed) -> Row:
    from similarity.readiness.changes import Row

    model = listed.ranking.model
    return Row(model.design_.features, int(listed.ranking.rows[listed.at]), model.decision_function)


def to_json(listed: Listed, found: Readiness) -> dict[str, Any]:
    """Return what would bring the unit there as a JSON value."""
    return {
        "reachable": found.reachable,
        "sets": [_reached(listed, one) for one in found.sets],
        "best": _reached(listed, found.best),
        "idle": [_action(a) for a in listed.actions.named(found.idle)],
        "exact": found.exact,
        "proven": found.proven,
        "tried": found.tried,
        "costs": _both(listed.actions.unit),
        "actions_version": listed.actions.version,
        "notes": [],
    }


def _reached(listed: Listed, one: Reached) -> dict[str, Any]:
    """Return a set with what each action adds to the score, in the order of the file; the gains sum to the whole."""
    from similarity.readiness.changes import gains

    chosen = listed.actions.named(one.actions)
    parts = zip(chosen, gains(_row(listed), chosen), strict=True)
    actions = [{**_action(action), "gain": gain} for action, gain in parts]
    return {"actions": actions, "cost": one.cost, "score": one.score, "place": listed.place(one.score)}


def _action(action: Action) -> dict[str, Any]:
    return {"id": action.id, "zh": action.title.zh, "en": action.title.en, "cost": action.cost}


def _present(listed: Listed) -> dict[str, Any]:
    """Return where the unit stands in the list now."""
    place, band = listed.at + 1, listed.bands.of(listed.at + 1)
    facts = {"place": place, "candidates": len(listed.ranking), "score": float(listed.ranking.scores[listed.at])}
    return facts | {"band": band.name.value, "bands": [b.to_json() for b in listed.bands.bands]}


def _target(parameters: Parameters, cut: float) -> dict[str, Any]:
    within = parameters["within"]
    return {"band": parameters["band"] if within is None else None, "within": within, "score": cut}


def _vote(case: Case, row: int) -> dict[str, Any] | None:
    """Return how the vote of the unit stands under the default fractions: no action replaces the consent of the homes."""
    from similarity.readiness.consent import Rules
    from similarity.readiness.standing import standing
    from similarity.readiness.votes import Votes

    vote = standing(Votes(case.snapshot, case.as_of), row, rules=Rules())
    if vote is None:
        return None
    count = vote.shortfall.count if vote.shortfall else None
    return {"plan": vote.ballot.plan, "closed": vote.closed, "asking": vote.shortfall is not None, "count": count}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
