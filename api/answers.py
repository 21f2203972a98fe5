"""Where questions are answered: the desk, its table of questions, answers with their receipts.

A question is a module of `api.questions` with one function `answer(desk, parameters, snapshot=…)`. It takes the
parameters that stand in its receipt and nothing else, so a receipt is enough to ask again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from api.home import Home
from api.loading import day_of
from api.settings import Settings
from graph.model.errors import OptionInvalid, UnknownName
from graph.model.progress import Progress, silent
from graph.model.receipt import Receipt, digest
from graph.model.text import Text
from graph.model.viewer import Viewer, operator

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot

Parameters = Mapping[str, Any]

DOORS = {
    "search": "api.questions.search",
    "lookalike": "api.questions.lookalike",
    "rank": "api.questions.rank",
    "similar": "api.questions.similar",
    "portrait": "api.questions.portrait",
    "associations": "api.questions.associations",
    "query": "api.questions.query",
    "turnout": "api.questions.turnout",
    "attendance": "api.questions.attendance",
    "triangulate": "api.questions.triangulate",
    "assign": "api.questions.assign",
    "plan": "api.questions.plan",
    "bundle": "api.questions.bundle",
    "match": "api.questions.match",
    "why": "api.questions.why",
    "idle": "api.questions.idle",
    "site_problem": "api.questions.site_problem",
    "site": "api.questions.site",
    "points": "api.questions.points",
    "consent": "api.questions.consent",
    "ready": "api.questions.ready",
    "link": "api.questions.link",
    "ego": "api.questions.ego",
    "central": "api.questions.central",
    "groups": "api.questions.groups",
    "gap": "api.questions.gap",
}
"""Each question's module, imported when it is asked: a search does not wait for what only a ranking needs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON body and its receipt; `source` is the typed value behind the body, for doors that draw it."""

    body: dict[str, Any]
    receipt: Receipt
    source: Any = None

    def to_json(self) -> dict[str, Any]:
        """Return body and receipt as one JSON value: the answer with its receipt inline."""
        return {**self.body, "receipt": self.receipt.to_json()}


class Question(Protocol):
    """A module of `api.questions`."""

    def answer(self, desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Answer from the data with digest `snapshot` (None: the current ones); raises when they are gone."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question about the snapshot: who asks, of which day, and the parameters with that day written in."""

    door: str
    snapshot: Snapshot
    viewer: Viewer
    as_of: dt.date
    parameters: Parameters

    def answer(self, body: dict[str, Any], source: Any = None) -> Answer:
        """Return the body with its receipt."""
        return answered(body, self.door, self.parameters, data=self.snapshot.digest, source=source)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered: one home under its settings; long work tells `progress` how far it is."""

    home: Home
    settings: Settings
    progress: Progress = silent

    def ask(self, door: str, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Answer the question `door` (a key of `DOORS`); raises `UnknownName` for any other."""
        if door not in DOORS:
            raise UnknownName(Text("问题种类", "kind of question"), door, DOORS)
        question = cast(Question, import_module(DOORS[door]))
        return question.answer(self, parameters, snapshot=snapshot)

    def again(self, receipt: Mapping[str, Any]) -> Answer:
        """Answer once more what a receipt records, on the same data."""
        return self.ask(str(receipt.get("door")), receipt["parameters"], snapshot=receipt["snapshot"])

    def case(self, door: str, parameters: Parameters, *, snapshot: str | None = None) -> Case:
        """Open the snapshot for a question; parameters that matter here: `areas`, `as_of` (default: the data's day)."""
        shot = self.home.snapshot(snapshot)
        given = parameters.get("as_of")
        as_of = _day(given) if given else day_of(self.home, shot.digest)
        asked = {**parameters, "as_of": as_of.isoformat()}
        return Case(door, shot, viewer(parameters, door), as_of, asked)


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except (TypeError, ValueError):
        raise OptionInvalid("--as-of", str(given), Text("应写作 2021-11-01", "write it as 2021-11-01")) from None


def answered(body: dict[str, Any], door: str, parameters: Parameters, *, data: str, source: Any = None) -> Answer:
    """Return an answer with its receipt; `data` is the digest of what it was made from."""
    policy = viewer(parameters, door).policy
    return Answer(body, Receipt.of(body, snapshot=data, door=door, parameters=parameters, policy=policy), source)


def viewer(parameters: Parameters, purpose: str) -> Viewer:
    """Return who asks: the operator, in the committees that the parameter `areas` names (None: all)."""
    areas = parameters.get("areas")
    return operator(purpose, tuple(areas) if areas is not None else None)


def same_bytes(receipt: Mapping[str, Any], answer: Answer) -> bool:
    """Say whether an answer has the digest that a receipt records."""
    return digest(answer.body) == receipt["answer"]
