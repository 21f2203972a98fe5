"""Wishes for bundles as they are asked at a door, read in the viewer's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.answers import Case
from graph.model.errors import NotFound, OptionInvalid, ProblemUnfit, UnknownName
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.bundle.town import Town
    from matching.bundle.wish import Wish
    from matching.problem import Floats, Mask
    from similarity.turnout.history import History
    from similarity.turnout.model import Model


MINUTES = 120  # the usual length of an activity where nothing is said


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A question about bundles: the town in sight, the Monday of the week, and who came to what before.

    `turnout` is what the past teaches about who comes, None where nothing is on record.
    """

    case: Case
    town: Town
    monday: dt.date
    past: History
    turnout: Model | None

    @classmethod
    def of(cls, case: Case) -> Asking:
        """Read what the question is about; raises `OptionInvalid` for a week that is no date."""
        from similarity.turnout import history, model

        monday = _monday(case)
        known = case.as_of + dt.timedelta(days=1)
        past = history.read(case.snapshot, known, areas=case.viewer.areas, sensitive=False)
        return cls(case, _town(case, monday), monday, past, model.fit(past) if len(past.visitor) else None)

    def wishes(self) -> list[Wish]:
        """Return what is asked for: one wish, or one for each need that is named."""
        from matching.bundle.wish import of_need

        ids = self.case.parameters.get("needs") or ()
        if not ids:
            return [_wish(self)]
        needs = self.town.stock.needs
        known, found = needs.ids.tolist(), []
        for need in dict.fromkeys(ids):
            if need not in known:
                raise NotFound("Need", need, known)
            row = known.index(need)
            _check(self.town, row)
            found.append(of_need(needs, row, _wish(self, committee=needs.area[row])))
        return found


def _check(town: Town, row: int) -> None:
    """Refuse a need that is over, or of a kind that takes no room; raises `ProblemUnfit`."""
    from graph.model.codes import title

    needs, policy = town.stock.needs, town.policy
    kind, status = needs.kind[row], str(needs.status[row])
    hint = Text("换一项需求，或改策略 needs、serves", "Ask for another need, or change needs or serves in the policy")
    if status not in policy.eligible:
        said = title("need_status", status)
        raise ProblemUnfit(Text(f"需求 {needs.ids[row]} {said.zh}", f"the need {needs.ids[row]} is {said.en}"), hint)
    if "Venue" not in policy.serves.get(kind, ()):
        said = title("need", kind)
        why = Text(f"{needs.ids[row]} 是{said.zh}，不用场地", f"{needs.ids[row]} ({said.en}) takes no room")
        raise ProblemUnfit(why, hint)


def _monday(case: Case) -> dt.date:
    given = case.parameters.get("week")
    if given is None:
        return case.as_of + dt.timedelta(days=7 - case.as_of.weekday())
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        raise OptionInvalid("--week", given, Text("应写作 2021-11-08", "write it as 2021-11-08")) from None
    return day - dt.timedelta(days=day.weekday())


def _town(case: Case, monday: dt.date) -> Town:
    from matching.bundle.policy import read_bundle_policy
    from matching.bundle.slots import bookings_of_week
    from matching.bundle.town import read_town
    from matching.rules.policy import read_policy
    from matching.rules.stock import Commitments, Reading

    table = dict(case.parameters.get("policy") or {})
    own = read_bundle_policy(table.pop("bundle", None))
    booked = bookings_of_week(case.parameters.get("bookings") or (), monday)
    declined: dict[str, set[str]] = {}
    for row in case.parameters.get("declined") or ():
        declined.setdefault(str(row.get("resource")), set()).add(str(row.get("need")))
    settled = Commitments(booked, {k: frozenset(v) for k, v in declined.items()})
    return read_town(Reading(case.snapshot, case.as_of, read_policy(table), settled), own, areas=case.viewer.areas)


def _wish(asking: Asking, *, committee: str | None = None) -> Wish:
    """Return a wish from the parameters; `committee` is that of a need, which says the rest itself."""
    from matching.bundle.wish import Wish
    from similarity.turnout.occasion import committee_code

    case, town, given = asking.case, asking.town, asking.case.parameters
    named = committee or given.get("committee")
    code = committee_code(case.snapshot, named, areas=case.viewer.areas) if named else None
    kind = _kind(given.get("kind"), needed=committee is None)
    mask = _audience(case, town, code)
    return Wish(
        name=kind or "activity",
        kind=kind,
        people=_people(given.get("people"), needed=committee is None),
        audience=mask,
        interest=_interest(asking, kind, committee=code, audience=mask),
        minutes=given.get("minutes") or (None if committee or given.get("wanted") else MINUTES),
        wanted=tuple(given.get("wanted") or ()),
        skills=_skills(town, given.get("skills") or ()),
        committee=code,
        at=town.centre.get(code),
        helpers=given.get("helpers"),
        step_free=bool(given.get("step_free")),
    )


def _people(given: object, *, needed: bool) -> int:
    if needed and (not isinstance(given, int) or given < 1):
        shown = "" if given is None else str(given)
        raise OptionInvalid("--people", shown, Text("请给出人数", "say how many people"))
    return given if isinstance(given, int) else 0


def _kind(given: str | None, *, needed: bool) -> str:
    from graph.model.codes import table

    if given is None:
        if needed:
            raise OptionInvalid("--kind", "", Text("请给出活动类型，或 --needs", "name a kind of activity, or --needs"))
        return ""
    code = table("activity").code(given)
    if code is None:
        raise UnknownName(
            Text("活动类型", "kind of activity"), given, [*table("activity").titles, *table("activity").names()]
        )
    return code


def _skills(town: Town, ids: Sequence[str]) -> tuple[tuple[int, int], ...]:
    words = town.stock.words
    names = {**dict(zip(words.skill_names, words.skills, strict=True)), **{s: s for s in words.skills}}
    for skill in ids:
        if skill not in names:
            raise UnknownName(Text("技能", "skill"), skill, names)
    return tuple((words.skills.index(names[skill]), 0) for skill in ids)


def _audience(case: Case, town: Town, committee: str | None) -> Mask:
    import numpy as np

    from graph.model.condition_json import parse
    from graph.snapshot.evaluate import mask

    found = town.seen.copy()
    if committee is not None:
        found &= case.snapshot.nodes("Resident").equals("area", committee)
    if case.parameters.get("audience") is not None:
        found &= mask(case.snapshot, "Resident", parse(case.parameters["audience"]), case.as_of)
    return np.asarray(found)


def _interest(asking: Asking, kind: str, *, committee: str | None, audience: Mask) -> Floats:
    """Return for each resident of the audience the share of it that is less likely to come; 0 without a ranking."""
    import numpy as np

    from similarity.turnout import likely
    from similarity.turnout.occasion import Occasion

    found, past = np.zeros(len(audience)), asking.past
    if asking.turnout is None or not audience.any():
        return found
    unknown = float("nan")
    thought = Occasion("", "", kind, committee or "", asking.monday, *(unknown,) * 5)
    first = likely.ranked(asking.case.snapshot, past, asking.turnout, occasion=thought, audience=audience)
    rows = past.people.resident[first]
    found[rows] = 1.0 - np.arange(len(rows)) / max(len(rows), 1)
    return found
