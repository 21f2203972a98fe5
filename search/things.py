"""Needs and resources: rows that answer slots, the denied ones taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.model.text import Text
from graph.snapshot.columns import Mask
from search.candidates import Candidates, Search, candidates, ranked
from search.evidence import NEEDS
from search.found import Listing, Reason
from search.scope import current, visible
from search.slots import Concepts, HeadCount, Meaning, Place, Who, Word

_SAID = (Concepts, Who, Word)


def things(search: Search, labels: Sequence[str]) -> Listing:
    """Return the list of the nodes of `labels` that answer the request."""
    found = [_candidates(search, label) for label in labels]
    total = sum(len(one.rows) for one in found)
    rows = ranked(search, found, reasons=lambda label, row: _reasons(search, label, row=row))
    return Listing(rows, total, None if total else _empty(search, labels))


def _candidates(search: Search, label: str) -> Candidates:
    asked, slots = search.asked, search.request.slots
    allowed = visible(asked, label) & current(asked, label)
    matched, needed = np.zeros(len(allowed), np.int32), np.zeros(len(allowed), bool)
    needs = _needed(search, label)
    for i, slot in enumerate(slots):
        answers = _answers(search, i, label=label)
        if slot.negated:
            allowed &= ~answers
            continue
        matched += answers
        if i in needs:
            needed |= answers
    rows = np.flatnonzero(allowed & needed).astype(np.int32)
    return candidates(search, label, rows=rows, matched=matched[rows])


def _needed(search: Search, label: str) -> frozenset[int]:
    """Return the slots of which a row of `label` must answer one: what was said, else the head count, else the place.

    A word for the whole label (志愿者) is not enough where the graph knows nodes of it that answer another concept of
    the request (理发): 会理发的志愿者 are not all volunteers. An activity for so many people needs a room.
    """
    told = {i: slot.meaning for i, slot in enumerate(search.request.slots) if not slot.negated}
    said = {i for i, meaning in told.items() if isinstance(meaning, _SAID)}
    if not said:
        kind = HeadCount if any(isinstance(meaning, HeadCount) for meaning in told.values()) else Place
        return frozenset(i for i, meaning in told.items() if isinstance(meaning, kind))
    if label == "Venue" and any(_is_whole(meaning, "Activity") for meaning in told.values()):
        said |= {i for i, meaning in told.items() if isinstance(meaning, HeadCount)}
    direct = {i for i in said if any(e.direct and e.label == label and e.rows.any() for e in search.evidence[i])}
    whole = {i for i in said - direct if _is_whole(told[i], label)}
    return frozenset(said - whole if direct else said)


def _is_whole(meaning: Meaning, label: str) -> bool:
    return isinstance(meaning, Concepts) and any(c.sort == "label" and c.label == label for c in meaning.of)


def _answers(search: Search, slot: int, *, label: str) -> Mask:
    """Return which rows of `label` answer a slot in any way."""
    answers = np.zeros(len(search.asked.snapshot.nodes(label)), bool)
    for one in search.evidence[slot]:
        if one.label == label:
            answers |= one.rows
    return answers


def _reasons(search: Search, label: str, *, row: int) -> tuple[Reason, ...]:
    """Return one reason for each slot that the row answers, the most direct way."""
    reasons = []
    for i, slot in enumerate(search.request.slots):
        ways = (e for e in search.evidence[i] if e.label == label and e.rows[row])
        way = next(ways, None)
        if way is not None and not slot.negated:
            reasons.append(Reason(i, way.says(row)))
    return tuple(reasons)


def _empty(search: Search, labels: Sequence[str]) -> Text:
    """Say why a list is empty: nothing was asked, nothing answers, or it is over or out of sight."""
    what = Text("需求", "needs") if labels == NEEDS else Text("资源", "resources")
    needs = frozenset[int]().union(*(_needed(search, label) for label in labels))
    said = [slot for i, slot in enumerate(search.request.slots) if i in needs]
    if not said:
        return Text(f"没有说到{what.zh}或地点", f"the request names no {what.en} and no place")
    words = [slot.text for slot in said]
    return Text(
        f"没有{what.zh}对应“{'”“'.join(words)}”",
        f"no {what.en} answer “{'”, “'.join(words)}”",
    )
