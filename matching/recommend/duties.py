"""Who answers for which kind of need: the duty list of a sub-district, with what waits under each kind."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.codes import table
from graph.model.text import Text
from matching.rules.policy import Policy
from matching.rules.tables import Needs


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of need, who has the duty (None: nobody is named), and how many of the needs are of the kind."""

    kind: str
    owner: Text | None
    needs: int


def duties(needs: Needs, policy: Policy) -> tuple[Duty, ...]:
    """Return the duty list: every kind of the code table or among the needs, those without an owner first."""
    kinds = [needs.kind[row] for row in range(len(needs))]
    known = {*table("need").titles, *kinds}
    listed = [Duty(kind, policy.duties.get(kind), kinds.count(kind)) for kind in sorted(known)]
    return tuple(sorted(listed, key=lambda duty: duty.owner is not None))
