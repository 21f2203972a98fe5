"""The slots at which an activity of so many minutes could be held in a week, and bookings of that week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from matching.bundle.policy import BundlePolicy
from matching.problem import Mask
from matching.rules.week import DAY, HALF_HOUR, WEEK, minutes, slots_of, taken_week


def candidate_slots(length: int | None, *, wanted: Sequence[str], policy: BundlePolicy) -> tuple[tuple[str, ...], Mask]:
    """Return slots of `length` minutes that begin on the half hour, with their half hours, slots x 336.

    They lie within one of the `wanted` slots, or within the policy's hours of any day where none are wanted. Without a
    length a wanted slot is taken whole. Raises `ArgumentInvalid` for a length that fits nowhere.
    """
    windows = [minutes(slot) for slot in wanted] or [
        (day * 1440 + policy.earliest * HALF_HOUR, day * 1440 + policy.latest * HALF_HOUR) for day in range(7)
    ]
    halves: set[tuple[int, int]] = set()
    for first, last in windows:
        begin, end = first // HALF_HOUR, -(-last // HALF_HOUR)
        size = end - begin if length is None else -(-length // HALF_HOUR)
        halves.update((at, at + size) for at in range(begin, end - size + 1))
    if not halves:
        why = Text("放不进任何想要的时段", "it fits into none of the wanted slots")
        raise ArgumentInvalid("minutes", str(length), why)
    hours = np.zeros((len(halves), WEEK), bool)
    for row, (begin, end) in enumerate(sorted(halves)):
        hours[row, begin:end] = True
    return tuple(slots_of(row.astype(np.float32))[0] for row in hours), hours


def bookings_of_week(rows: Iterable[Mapping[str, object]], monday: dt.date) -> dict[str, tuple[str, ...]]:
    """Return what is booked in the week, by `Label:id`.

    Rows have `resource` and `slot` ("3 13:30-17:00", every week), or `resource`, `date`, `begin` and `end`; days of
    other weeks are left out. Raises `ArgumentInvalid` for a row that cannot be read.
    """
    found: dict[str, set[str]] = {}
    for row in rows:
        slot = _slot(row, monday)
        if not row.get("resource") or ":" not in str(row["resource"]):
            raise ArgumentInvalid("bookings", str(dict(row)), Text("resource 应写作 类别:编号", "resource is LABEL:ID"))
        if slot is not None:
            minutes(slot)
            found.setdefault(str(row["resource"]), set()).add(slot)
    return {key: tuple(sorted(slots)) for key, slots in found.items()}


def _slot(row: Mapping[str, object], monday: dt.date) -> str | None:
    if row.get("slot"):
        return str(row["slot"])
    why = Text("每行应有 slot，或 date、begin、end", "each row must have slot, or date, begin and end")
    if not all(row.get(k) for k in ("date", "begin", "end")):
        raise ArgumentInvalid("bookings", str(dict(row)), why)
    try:
        day = dt.date.fromisoformat(str(row["date"])[:10])
    except ValueError:
        raise ArgumentInvalid("bookings", str(row["date"]), Text("日期应写作 2021-11-08", "write 2021-11-08")) from None
    if not 0 <= (day - monday).days < 7:
        return None
    begin, end = (str(row[k])[:5].zfill(5) for k in ("begin", "end"))
    return f"{day.isoweekday()} {begin}-{end}"


def free_at(hours: Mask, weeks: Mask) -> Mask:
    """Return who is there during all of each slot: `weeks` people x 336 half hours → people x slots."""
    wide = hours.astype(np.float32)
    return np.asarray(weeks.astype(np.float32) @ wide.T >= wide.sum(1)[None, :] - 0.5)


def busy_week(slots: Iterable[str]) -> Mask:
    """Return the half hours that slots touch, (336,)."""
    return np.asarray(taken_week(slots) > 0)


def date_of(slot: str, monday: dt.date) -> dt.date:
    """Return the day of a slot in the week that begins on `monday`."""
    return monday + dt.timedelta(days=minutes(slot)[0] // (DAY * HALF_HOUR))
