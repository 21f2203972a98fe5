"""Newly found since last year: eligible on the day, and not listed a year before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.snapshot.columns import Edges
from graph.snapshot.evaluate import Facts, Undated
from matching.gap.events import UNDATED

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints, Mask
    from matching.gap.ledger import Ledger
    from matching.gap.roll import Roll


@dataclass(frozen=True, slots=True, eq=False)
class Newly:
    """Who is new: `arrived` were not here a year ago, `became` were here and are meant only now.

    `reached` had their first event about the programme within the year: those whom somebody has got to since.
    """

    then: dt.date
    arrived: Mask
    became: Mask
    reached: Mask

    @property
    def found(self) -> Mask:
        """Everybody who is new."""
        return self.arrived | self.became


def a_year_before(day: dt.date) -> dt.date:
    """Return the same date of the year before; 28 February for a 29th.

    >>> a_year_before(dt.date(2020, 2, 29))
    datetime.date(2019, 2, 28)
    """
    leap = day.month == 2 and day.day == 29
    return day.replace(year=max(day.year - 1, dt.MINYEAR), day=28 if leap else day.day)


def newly(ledger: Ledger) -> Newly:
    """Ask the rule as of a year before, of what was known then, and compare."""
    roll, then = ledger.roll, a_year_before(ledger.roll.as_of)
    here = roll.people.any(_present(roll, then))
    known = Facts(roll.snapshot, then, Undated.KEPT).mask("Resident", ledger.rule.condition)
    listed = roll.people.any(known) & here
    fresh = ledger.eligible & ~listed
    return Newly(then, fresh & ~here, fresh & here, ledger.eligible & _first_heard(ledger, then))


def _first_heard(ledger: Ledger, then: dt.date) -> Mask:
    """Return whose first event about the programme, of whatever round, lies after the day."""
    events = ledger.roll.events
    own = np.isin(events.programme, ledger.rule.programmes)
    early = own & (events.day <= (then - EPOCH).days)
    size = len(ledger.eligible)
    return (events.last(own, size) >= UNDATED) & (events.last(early, size) < UNDATED)


def _present(roll: Roll, then: dt.date) -> Mask:
    """Return who was here on the day: not those all of whose homes, lived in or registered, began later."""
    kinds = [roll.snapshot.edges(f"Resident-{t}-Dwelling") for t in ("LIVES_IN", "REGISTERED_AT")]
    begun = [_begun(edges, then) for edges in kinds]
    later = np.logical_or.reduce([(np.diff(e.indptr) > 0) & ~b for e, b in zip(kinds, begun, strict=True)])
    return np.asarray(np.logical_or.reduce(begun) | ~later)


def _begun(edges: Edges, then: dt.date) -> Mask:
    """Return whose relationship of the kind had begun by the day (undated ones had)."""
    return edges.count(_since(edges) <= (then - EPOCH).days) > 0


def _since(edges: Edges) -> Ints:
    days = pc.fill_null(edges.property("since").view(pa.int32()), UNDATED)
    return np.asarray(days.to_numpy(zero_copy_only=False))
