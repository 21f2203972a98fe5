"""People: residents for whom every people slot holds, in the place, within the viewer's scope."""

from __future__ import annotations

import re

import numpy as np

from graph.model.text import Text, joined
from graph.snapshot.columns import Mask
from graph.snapshot.evaluate import mask
from search.candidates import Search, candidates, ranked
from search.found import Listing, Reason
from search.request import Request, condition_of, named, tags_of
from search.scope import inside, visible
from search.slots import Concepts, Place, Slot, Word
from search.vocabulary import KNOWING

_KNOWS = re.compile(r"(?:会|懂|擅长|精通)$")


def people(search: Search) -> Listing:
    """Return the list of residents; empty with a note when the request asks for nobody."""
    request = search.request
    if not _asked(request):
        return Listing((), 0, Text("没有说要找什么人", "the request does not say which people"))
    rows = np.flatnonzero(_mask(search)).astype(np.int32)
    found = candidates(search, "Resident", rows=rows, matched=np.zeros(len(rows), np.int32))
    reasons = _reasons(request)
    return Listing(ranked(search, [found], reasons=lambda *_: reasons), len(rows), _note(search, len(rows)))


def _asked(request: Request) -> bool:
    """Tell whether people are asked for: by a condition, by the question how many, or by nothing but a place."""
    if request.people is not None or request.asks_number:
        return True
    said = any(isinstance(slot.meaning, Concepts | Word) for slot in request.slots)
    return bool(request.places()) and not said


def _mask(search: Search) -> Mask:
    asked, request = search.asked, search.request
    found = visible(asked, "Resident")
    if request.people is not None:
        found &= mask(asked.snapshot, "Resident", request.people, asked.as_of)
    if places := request.places():
        found &= inside(asked, "Resident", places=places)
    if denied := request.places(negated=True):
        found &= ~inside(asked, "Resident", places=denied)
    for i, slot in enumerate(request.slots):
        if _is_mastered(request, slot):
            found &= ~_masters(search, i) if slot.negated else _masters(search, i)
    return found


def _masters(search: Search, slot: int) -> Mask:
    """Return which residents have the skill of a slot: those who are volunteers known to have it."""
    snapshot = search.asked.snapshot
    has = np.zeros(len(snapshot.nodes("Volunteer")), bool)
    for one in search.evidence[slot]:
        if one.label == "Volunteer" and one.direct:
            has |= one.rows
    person = snapshot.edges("Volunteer-IS-Resident").first()
    residents = np.zeros(len(snapshot.nodes("Resident")), bool)
    residents[person[has & (person >= 0)]] = True
    return residents


def _is_mastered(request: Request, slot: Slot) -> bool:
    """Tell whether the people themselves must have the skill: 会理发的老人 (a tag of that name decides instead)."""
    sorts = {c.sort for c in slot.meaning.of} if isinstance(slot.meaning, Concepts) else set()
    said = _KNOWS.search(request.read[: slot.start]) or slot.text.startswith(KNOWING)
    return "skill" in sorts and "tag" not in sorts and bool(said)


def _slots(request: Request) -> list[tuple[int, Slot]]:
    """Return the slots that choose people, with their numbers."""
    return [
        (i, slot)
        for i, slot in enumerate(request.slots)
        if isinstance(slot.meaning, Place) or condition_of(request, slot) is not None or _is_mastered(request, slot)
    ]


def _reasons(request: Request) -> tuple[Reason, ...]:
    return tuple(Reason(i, _says(slot)) for i, slot in _slots(request))


def _says(slot: Slot) -> Text:
    """Say what a slot asks of people: of a word with several meanings only its tags count."""
    tags = tags_of(slot)
    if not tags:
        return slot.says
    return Text(f"不含：{named(tags).zh}", f"without: {named(tags).en}") if slot.negated else named(tags)


def _note(search: Search, total: int) -> Text | None:
    """Say how many were found: where nobody was, where the request asks, or where it names a head count."""
    request, count = search.request, search.request.head_count
    if total == 0:
        return _empty(search)
    if request.asks_number:
        where = "、".join(place.name for place in request.places())
        return Text(f"{where}共{total}人", f"{total} people{' in ' + where if where else ''}")
    if count is not None:
        enough = Text("足够", "enough") if total >= count.at_least else Text("不足", "too few")
        return Text(
            f"需要{count.at_least}人，找到{total}人，{enough.zh}",
            f"{count.at_least} people wanted, {total} found: {enough.en}",
        )
    return None


def _empty(search: Search) -> Text:
    """Say how many satisfy each slot alone, so that the reader sees which one to widen."""
    asked, request = search.asked, search.request
    seen, parts = visible(asked, "Resident"), []
    for i, slot in _slots(request):
        alone = (~_alone(search, i) if slot.negated else _alone(search, i)) & seen
        says, count = _says(slot), int(alone.sum())
        parts.append(Text(f"{says.zh}：{count}人", f"{says.en}: {count} people"))
    if not parts:
        return Text("可见范围内没有居民", "there are no residents within sight")
    head = Text("没有人同时满足全部条件；单独满足的：", "nobody satisfies all of it; each alone: ")
    return head + joined(parts, "，", ", ")


def _alone(search: Search, slot: int) -> Mask:
    """Return which residents satisfy one slot, its denial left out."""
    asked, one = search.asked, search.request.slots[slot]
    if isinstance(one.meaning, Place):
        return inside(asked, "Resident", places=[one.meaning])
    condition = condition_of(search.request, one)
    found = _masters(search, slot) if condition is None else mask(asked.snapshot, "Resident", condition, asked.as_of)
    return np.asarray(found, bool)
