"""How the vote of a stairwell stands: its plan, the four gates, and what would close them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.errors import NotFound
from graph.model.text import Text
from similarity.features import Mask
from similarity.readiness.closing import Shortfall, shortfall
from similarity.readiness.consent import Gate, Rules, gates
from similarity.readiness.votes import Ballot, Votes

REPLACED = Text(
    "此方案已被新方案取代，不再征询", "a newer plan took the place of this one: nobody is asked about it any more"
)
ENDED = Text("征询已截止，不再征询", "the vote has ended: nobody is asked any more")
UNMEASURED = Text(
    "{n} 户没有建筑面积，按面积计算时未计入：面积门槛未必准确",
    "{n} homes have no floor area on record and weigh nothing by area: the gates by area are not certain",
)
STRANGERS = Text(
    "{n} 户不在本楼组，其表态未计入", "{n} homes that voted are not in this stairwell and were not counted"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The vote on one plan (a row of `Plan`) as it stands.

    `shortfall` is None when nobody may be asked any more; `notes` say why. `again` holds the homes that refused an
    earlier plan and may be asked about this one.
    """

    plan: int
    ballot: Ballot
    gates: tuple[Gate, ...]
    shortfall: Shortfall | None
    again: frozenset[str]
    notes: tuple[Text, ...]

    @property
    def closed(self) -> bool:
        """Whether all gates are met."""
        return all(gate.met for gate in self.gates)


def standing(votes: Votes, unit: int, *, rules: Rules, plan: str | None = None) -> Standing | None:
    """Return how the vote of a unit (its row) stands on its plan in force, or on the plan with that id.

    None when no plan was put to the unit by the day; raises `NotFound` for a plan that is not one of the unit's.
    """
    own, nodes = votes.plans().get(unit, []), votes.snapshot.nodes("Plan")
    known = {nodes.id_of(row): row for row in own}
    if plan is not None and plan not in known:
        raise NotFound("Plan", plan, known)
    if not own:
        return None
    row = own[-1] if plan is None else known[plan]
    replaced, ended = row != own[-1], not votes.taken(row)
    ballot = votes.ballots([row])[0]
    asked = None if replaced or ended else shortfall(ballot.homes, rules)
    notes = _notes(ballot, replaced=replaced, ended=ended)
    return Standing(row, ballot, gates(ballot.homes, rules), asked, votes.refused_before(row), notes)


def _notes(ballot: Ballot, *, replaced: bool, ended: bool) -> tuple[Text, ...]:
    notes = [REPLACED] if replaced else [ENDED] if ended else []
    if ballot.unmeasured:
        notes.append(UNMEASURED.fill(n=len(ballot.unmeasured)))
    if ballot.strangers:
        notes.append(STRANGERS.fill(n=ballot.strangers))
    return tuple(notes)


def under_way(votes: Votes, inside: Mask, *, rules: Rules) -> list[Standing]:
    """Return the votes under way in the units of the mask: nearest to closing first, those out of reach last."""
    rows, found = votes.under_way(inside), []
    for row, ballot in zip(rows, votes.ballots(rows), strict=True):
        short, notes = shortfall(ballot.homes, rules, most=1), _notes(ballot, replaced=False, ended=False)
        found.append(Standing(row, ballot, gates(ballot.homes, rules), short, frozenset(), notes))
    return sorted(found, key=_nearness)


def _nearness(vote: Standing) -> tuple[float, str]:
    count = vote.shortfall.count if vote.shortfall else None
    return (np.inf if count is None else float(count), vote.ballot.unit)
