"""The questions that every door can ask, as JSON bodies with their receipts; a receipt can be asked again.

Each function takes the parameters that stand in its receipt and nothing else, so `again` needs only the receipt.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.home import Home
from api.loading import day_of
from api.settings import Settings
from graph.model.errors import SnapshotMissing, UnknownName
from graph.model.receipt import Receipt, digest
from graph.model.text import Text
from graph.model.viewer import Viewer, operator

if TYPE_CHECKING:
    from cypher.question import Query
    from graph.stores.store import Table
    from search.found import Found
    from similarity.backtest.card import BackTest
    from similarity.lookalike.additive import Ranking

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON body and its receipt; `source` is the typed value behind the body, for doors that draw it."""

    body: dict[str, Any]
    receipt: Receipt
    source: Any = None

    def to_json(self) -> dict[str, Any]:
        """Return body and receipt as one JSON value: the answer with its receipt inline."""
        return {**self.body, "receipt": self.receipt.to_json()}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered: one home under its settings."""

    home: Home
    settings: Settings

    def search(self, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Answer a search; parameters: `text`, `areas`, `as_of`, `limit`."""
        from search.attachment import Prepared
        from search.find import find
        from search.found import to_json
        from search.request import read

        shot = self.home.snapshot(snapshot)
        prepared = Prepared.open(shot, self.home.published.attached(shot.digest))
        viewer, as_of = _viewer(parameters, "search"), self._day(parameters, shot.digest)
        request = read(parameters["text"], prepared.vocabulary)
        found: Found = find(prepared, request, viewer=viewer, as_of=as_of, limit=parameters["limit"])
        asked = {**parameters, "as_of": as_of.isoformat()}
        return self._answer(to_json(found), "search", asked, viewer=viewer, data=shot.digest, source=found)

    def lookalike(self, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Rank the units without a lift; parameters: `as_of`, `top`, `without`, `force`, `areas`."""
        from api.lifts import rank_units

        shot = self.home.snapshot(snapshot)
        viewer, as_of = _viewer(parameters, "lookalike"), self._day(parameters, shot.digest)
        result: tuple[Ranking, BackTest, tuple[Text, ...]] = rank_units(
            shot, as_of, without=tuple(parameters["without"]), force=tuple(parameters["force"])
        )
        ranking, card, warnings = result
        body = {"as_of": as_of.isoformat(), **ranking.to_json(top=parameters["top"]), "backtest": card.to_json()}
        body["warnings"] = [{"zh": w.zh, "en": w.en} for w in warnings]
        asked = {**parameters, "as_of": as_of.isoformat()}
        return self._answer(body, "lookalike", asked, viewer=viewer, data=shot.digest, source=result)

    def rank(self, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Rank the rows of a table; parameters: `file`, `id`, `positives`, `exclude`, `backtest`, `top`."""
        from loaders.table import file_digest, read_table
        from similarity.lookalike.additive import rank
        from similarity.tabular import read_task

        path = Path(parameters["file"])
        data = file_digest(path)
        if snapshot not in (None, data):
            raise SnapshotMissing(str(snapshot))
        columns = {name: parameters[name] for name in ("id", "positives", "exclude")}
        task = read_task(read_table(path), **columns)
        ranking = rank(task.features, task.positives)
        body = ranking.to_json(top=parameters["top"])
        card = _table_card(task) if parameters["backtest"] else None
        if card is not None:
            body["backtest"] = card.to_json()
        viewer = operator("rank")
        return self._answer(body, "rank", parameters, viewer=viewer, data=data, source=(ranking, card))

    def query(self, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
        """Run a named question or a statement; parameters: `name` or `text`, `arguments`, `areas`, `rows`, `seconds`."""
        from api.stores import reading
        from cypher import console
        from cypher.export import to_json
        from graph.stores.open import unfinished_load
        from graph.stores.store import Limits

        current = self.home.published.current_digest() or ""
        if snapshot not in (None, current):
            raise SnapshotMissing(str(snapshot))
        viewer, limits = _viewer(parameters, "query"), Limits(parameters["rows"], parameters["seconds"])
        query = named_question(parameters)
        with reading(self.home, self.settings) as store:
            if query is None:
                given = parameters["arguments"]
                table: Table = console.run(store, parameters["text"], arguments=given, limits=limits)
            else:
                given = self._dated(query, parameters["arguments"], current)
                table = console.ask(store, query, arguments=given, viewer=viewer, limits=limits)
            torn = unfinished_load(store)
        asked = {**parameters, "arguments": given}
        body = {**json.loads(to_json(table)), "incomplete": torn is not None}
        return self._answer(body, "query", asked, viewer=viewer, data=current, source=table)

    def again(self, receipt: Mapping[str, Any]) -> Answer:
        """Answer once more what a receipt records, on the same data."""
        doors: dict[str, Callable[..., Answer]] = {
            "search": self.search,
            "lookalike": self.lookalike,
            "rank": self.rank,
            "query": self.query,
        }
        door = str(receipt.get("door"))
        if door not in doors:
            raise UnknownName(Text("问题种类", "kind of question"), door, doors)
        return doors[door](receipt["parameters"], snapshot=receipt["snapshot"])

    def _day(self, parameters: Parameters, snapshot: str) -> dt.date:
        given = parameters.get("as_of")
        return dt.date.fromisoformat(given) if given else day_of(self.home, snapshot)

    def _dated(self, query: Query, arguments: Mapping[str, Any], current: str) -> dict[str, Any]:
        """Fill a question's `day` with the day of the data when nobody named one."""
        wanted = {p.name for p in query.parameters}
        day = {"day": day_of(self.home, current).isoformat()} if "day" in wanted and current else {}
        return {**day, **arguments}

    def _answer(
        self, body: dict[str, Any], door: str, parameters: Parameters, *, viewer: Viewer, data: str, source: Any
    ) -> Answer:
        receipt = Receipt.of(body, snapshot=data, door=door, parameters=parameters, policy=viewer.policy)
        return Answer(body, receipt, source)


def named_question(parameters: Parameters) -> Query | None:
    """Return the question that the parameters name, None for a statement of the operator's own."""
    from cypher.catalog import Catalog

    return Catalog.load().find(parameters["name"]) if parameters.get("name") else None


def same_bytes(receipt: Mapping[str, Any], answer: Answer) -> bool:
    """Say whether an answer has the digest that a receipt records."""
    return digest(answer.body) == receipt["answer"]


def _viewer(parameters: Parameters, purpose: str) -> Viewer:
    areas = parameters.get("areas")
    return operator(purpose, tuple(areas) if areas is not None else None)


def _table_card(task: Any) -> BackTest:
    from similarity.backtest.trials import splits

    card: BackTest = splits(task.features, task.positives)
    return card
