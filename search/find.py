"""A request in, three lists out: people, needs, resources.

Order: slots matched (more first), then metres to the place, then id. The reasons are the slots. Nothing is weighted.
People are found by slots only, and all of them must hold. Needs and resources answer at least one concept or word; a
request that names only a place or a head count lists what is in the place, or holds so many. Distances are metres on
the equirectangular projection (`graph.model.geo`), rounded to a millimetre before they are compared.
"""

from __future__ import annotations

import datetime as dt

from graph.model.viewer import Viewer
from search.attachment import Prepared
from search.candidates import Search, middle
from search.evidence import NEEDS, RESOURCES, evidence
from search.found import Found
from search.people import people
from search.request import Request
from search.scope import Asked
from search.slots import Word
from search.things import things


def find(prepared: Prepared, request: Request, *, viewer: Viewer, as_of: dt.date, limit: int = 20) -> Found:
    """Answer a request in the viewer's scope on a day; each list holds at most `limit` rows."""
    asked = Asked(prepared.snapshot, viewer, as_of)
    found = tuple(tuple(evidence(asked, prepared.index, slot=slot)) for slot in request.slots)
    search = Search(asked, request, found, middle(asked, request), limit)
    silent = [
        slot.text
        for slot, why in zip(request.slots, found, strict=True)
        if isinstance(slot.meaning, Word) and not any(e.rows.any() for e in why)
    ]
    return Found(
        request=request,
        as_of=as_of,
        unmatched=(*request.unread, *silent),
        people=people(search),
        needs=things(search, NEEDS),
        resources=things(search, RESOURCES),
    )
