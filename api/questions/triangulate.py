"""What the data show, what a survey heard and who came, on one card: whether they agree, and how many more to ask."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Case, Desk, Parameters
from graph.model.condition import Condition, Is, Related, sentence
from graph.model.condition_json import parse
from graph.model.errors import ConditionInvalid, NotFound, OptionInvalid, UnknownName
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.turnout.triangulation import Answers, Card, Evident, Places, Witness

WITHIN = 2 * 365  # days of activities that speak of a demand of today: two rounds of the calendar, by hand


@dataclass(frozen=True, slots=True)
class Asked:
    """What the card is about: the people (`whom`), what the data would have of those who want it, and where."""

    whom: Condition
    shows: Condition | None
    says: Text
    areas: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Triangulated:
    """The card as drawn, what it is about, the number of people it concerns, and what could not be used."""

    card: Card
    about: Text
    people: int
    demand: tuple[int, int] | None
    notes: tuple[Text, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Put the sources on one card.

    Parameters: `programme` (id), or `condition` with perhaps `shows` (conditions); `survey` (id; alone: that of its
    programme); `activity_kind`; `threshold`; `areas`, `as_of`. With a survey everything is counted in the committee where it was held.
    """
    from similarity.turnout.triangulation import triangulate

    case = desk.case("triangulate", parameters, snapshot=snapshot)
    survey = _survey(case)
    asked = _asked(case, survey)
    evident = _evident(case, asked)
    found = list(_witnesses(case, asked, evident, survey=survey))
    card = triangulate([w for w in found if not isinstance(w, Text)], threshold=_threshold(case))
    notes = tuple(w for w in found if isinstance(w, Text))
    result = Triangulated(card, asked.says, evident.people, _demand(card, evident.people), notes)
    return case.answer(_body(case, result), result)


def _threshold(case: Case) -> float:
    given = float(case.parameters.get("threshold", 0.5))
    if not 0 < given < 1:
        raise OptionInvalid("--threshold", str(given), Text("应在 0 与 1 之间", "it must lie between 0 and 1"))
    return given


def _survey(case: Case) -> dict[str, Any] | None:
    """Return the survey; one outside the scope is as unknown as one that does not exist."""
    given = case.parameters.get("survey")
    return None if not given else _record(case, "Survey", given)


def _record(case: Case, label: str, id: str) -> dict[str, Any]:
    nodes = case.snapshot.nodes(label)
    inside = nodes.inside(case.viewer.areas)
    row = int(nodes.rows([id])[0])
    if row < 0 or not inside[row]:
        raise NotFound(label, id, nodes.ids.take(np.flatnonzero(inside)).to_pylist())
    return nodes.record(row)


def _asked(case: Case, survey: dict[str, Any] | None) -> Asked:
    areas = (str(survey["area"]),) if survey and survey.get("area") else case.viewer.areas
    tags = case.snapshot.nodes("Tag")
    names = dict(zip(tags.ids.to_pylist(), tags.column("name").to_pylist(), strict=True))
    programme = _programme(case, survey)
    if programme is not None:
        return _of_programme(programme, names, areas)
    if case.parameters.get("condition") is None:
        why = Text(
            "请给出条件、--programme 或一项政策的 --survey", "give a condition, a programme, or a survey about one"
        )
        raise OptionInvalid("--condition", "", why)
    whom = parse(case.parameters["condition"])
    shown = case.parameters.get("shows")
    shows = None if shown is None else parse(shown)
    says = sentence(whom, names=names)
    if shows is not None:
        says += Text("；数据中有需求者：", "; those who show the demand: ") + sentence(shows, names=names)
    return Asked(whom, shows, says, areas)


def _programme(case: Case, survey: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the programme that was named, else the one that the survey is about, unless a condition was given."""
    if case.parameters.get("programme"):
        return _record(case, "Programme", case.parameters["programme"])
    if survey is None or case.parameters.get("condition") is not None:
        return None
    about = case.snapshot.edges("Survey-ABOUT-Programme").first()
    row = int(about[case.snapshot.nodes("Survey").row(str(survey["id"]))])
    return None if row < 0 else case.snapshot.nodes("Programme").record(row)


def _of_programme(programme: dict[str, Any], names: dict[str, str], areas: tuple[str, ...] | None) -> Asked:
    """Ask of the people for whom a programme is meant; whoever enrolled shows the demand."""
    whom = parse(condition("eligibility", str(programme.get("eligibility") or '{"all": []}')))
    shows = Related("ENROLLED_IN", "Programme", Is("id", (str(programme["id"]),)))
    name = programme.get("name") or programme["id"]
    says = Text(f"“{name}”的对象：", f"those eligible for “{name}”: ") + sentence(whom, names=names)
    return Asked(whom, shows, says + Text("；数据中已报名者算有需求", "; the enrolled show the demand"), areas)


def _evident(case: Case, asked: Asked) -> Evident:
    """Count the people, and those of them who show the demand (everybody's share of the area where nothing shows it)."""
    from graph.snapshot.evaluate import mask
    from similarity.turnout.certainty import bounds
    from similarity.turnout.triangulation import Evident

    inside = case.snapshot.nodes("Resident").inside(asked.areas)
    whom = inside & mask(case.snapshot, "Resident", asked.whom, case.as_of)
    if asked.shows is None:
        return Evident(int(whom.sum()), 0, 0, 0)
    counted = whom & mask(case.snapshot, "Resident", asked.shows, case.as_of)
    surely, possibly = bounds(case.snapshot, "Resident", asked.shows, as_of=case.as_of)
    return Evident(*(int(x.sum()) for x in (whom, counted, whom & surely, whom & possibly)))


def _witnesses(
    case: Case, asked: Asked, evident: Evident, *, survey: dict[str, Any] | None
) -> Iterator[Witness | Text]:
    """Yield each witness, or the sentence that says why it cannot speak."""
    if evident.people == 0:
        yield Text("数据中没有符合条件的人", "nobody in the data satisfies the condition")
    elif asked.shows is None:
        yield Text(
            "没有说明数据中什么算有需求（--shows），数据只给出人数", "without --shows the data give a head count only"
        )
    else:
        yield evident
    if survey is not None:
        yield _answers(case, survey, evident.people)
    if case.parameters.get("activity_kind"):
        yield _places(case, asked, case.parameters["activity_kind"])


def _answers(case: Case, survey: dict[str, Any], people: int) -> Answers | Text:
    from similarity.turnout.triangulation import Answers

    asked, agreed, held_on = (survey.get(k) for k in ("asked", "agreed", "held_on"))
    if isinstance(held_on, dt.date) and held_on > case.as_of:
        return Text(f"调查在 {held_on} 才举行，未用", f"the survey was held on {held_on} only: not used")
    if not asked or agreed is None or not 0 <= agreed <= asked:
        return Text(
            f"调查数字不可用：问 {asked}，肯定 {agreed}", f"the survey's counts cannot be used: {agreed} of {asked}"
        )
    return Answers(int(agreed), int(asked), people or None)


def _places(case: Case, asked: Asked, kind: str) -> Places | Text:
    from similarity.turnout.triangulation import Places

    nodes = case.snapshot.nodes("Activity")
    kinds = nodes.codes("kind")[1]
    if kind not in kinds:
        raise UnknownName(Text("活动类型", "kind of activity"), kind, kinds)
    today = np.datetime64(case.as_of, "D").astype(int)
    day, places, came = (nodes.numbers(k) for k in ("held_on", "capacity", "attended"))
    at = nodes.inside(asked.areas) & nodes.equals("kind", kind) & (day <= today) & (day > today - WITHIN)
    at &= (places > 0) & (came >= 0)
    if not at.any():
        return Text("两年内没有可用的到场记录", "no attendance is on record within two years")
    return Places(places[at], came[at])


def _demand(card: Card, people: int) -> tuple[int, int] | None:
    """Return how many people the survey's interval means among those concerned."""
    heard = next((s for s in card.sources if s.kind == "survey"), None)
    return None if heard is None or not people else (round(heard.low * people), round(heard.high * people))


def _body(case: Case, result: Triangulated) -> dict[str, Any]:
    return {
        "as_of": case.as_of.isoformat(),
        "about": {"zh": result.about.zh, "en": result.about.en},
        "people": result.people,
        "demand": None if result.demand is None else list(result.demand),
        **result.card.to_json(),
        "notes": [{"zh": n.zh, "en": n.en} for n in result.notes],
    }


def condition(name: str, text: str | None) -> Any:
    """Read the JSON of a condition that an option gives; raises `ConditionInvalid`."""
    if text is None:
        return None
    try:
        data = json.loads(text)
    except json.JSONDecodeError as why:
        raise ConditionInvalid(Text(f"{name} 不是 JSON：{why.msg}", f"{name} is not JSON: {why.msg}")) from None
    parse(data)
    return data
