"""The answer of a search: three lists of rows with their reasons, and its one JSON form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from graph.model.text import Text
from search.facts import Facts
from search.request import Request
from search.slots import Concepts, HeadCount, Place, Question, Slot, Who, Word

DIGITS = 9
"""Digits after the point that leave (DESIGN 5)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The slot (its place in `Request.slots`) that a row answers, and how."""

    slot: int
    text: Text


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One row of a list. `distance_m` is None without a place or a position."""

    rank: int
    id: str
    label: str
    title: str
    reasons: tuple[Reason, ...]
    lon: float | None
    lat: float | None
    distance_m: float | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the three lists; `total` counts all that match, `note` says why it is empty or how many were asked."""

    rows: tuple[Recommendation, ...]
    total: int
    note: Text | None = None

    @property
    def truncated(self) -> bool:
        """True when the list holds fewer rows than match."""
        return len(self.rows) < self.total


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: the request as understood, what of it found nothing, and the three lists."""

    request: Request
    as_of: dt.date
    unmatched: tuple[str, ...]
    people: Listing
    needs: Listing
    resources: Listing


_KINDS = {Place: "place", Who: "people", HeadCount: "head_count", Question: "question", Word: "word"}


def to_json(found: Found) -> dict[str, Any]:
    """Return the answer as JSON values; the same answer gives the same values."""
    request = found.request
    return {
        "text": request.text,
        "read": request.read,
        "as_of": found.as_of.isoformat(),
        "slots": [_slot(slot) for slot in request.slots],
        "unmatched": list(found.unmatched),
        "people": _listing(found.people),
        "needs": _listing(found.needs),
        "resources": _listing(found.resources),
    }


def kind(slot: Slot) -> str:
    """Return the kind of a slot: place, people, head_count, question, word, or the sort of its concepts."""
    if isinstance(slot.meaning, Concepts):
        return "+".join(sorted({c.sort for c in slot.meaning.of}))
    return _KINDS[type(slot.meaning)]


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "kind": kind(slot),
        "start": slot.start,
        "end": slot.end,
        "text": slot.text,
        "negated": slot.negated,
        "says": _text(slot.says),
    }


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "rows": [_row(row) for row in listing.rows],
        "total": listing.total,
        "truncated": listing.truncated,
        "note": _text(listing.note) if listing.note else None,
    }


def _row(row: Recommendation) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "id": row.id,
        "label": row.label,
        "title": row.title,
        "reasons": [{"slot": reason.slot, "text": _text(reason.text)} for reason in row.reasons],
        "lon": _rounded(row.lon),
        "lat": _rounded(row.lat),
        "distance_m": _rounded(row.distance_m),
        "facts": dict(row.facts),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
