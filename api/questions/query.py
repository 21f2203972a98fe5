"""Named questions and reading statements in Cypher, put to the graph store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters, answered, viewer
from api.loading import day_of
from api.stores import reading
from cypher import console
from cypher.catalog import Catalog
from cypher.export import to_json
from graph.model.errors import QueryRefused, SnapshotMissing
from graph.model.text import Text
from graph.stores.open import unfinished_load
from graph.stores.store import Limits

if TYPE_CHECKING:
    from cypher.question import Query


UNSCOPED = Text(
    "自己写的语句不能限定居委（--as-area）；请用问题库，或在语句里写条件",
    "a statement of one's own is not bound to committees (--as-area): use a named question, or say it in the statement",
)


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Run a question or a statement; parameters: `name` or `text`, `arguments`, `areas`, `rows`, `seconds`."""
    current = desk.home.published.current_digest() or ""
    if snapshot not in (None, current):
        raise SnapshotMissing(str(snapshot))
    limits, query, given = Limits(parameters["rows"], parameters["seconds"]), named(parameters), parameters["arguments"]
    if query is None and parameters.get("areas"):
        raise QueryRefused(UNSCOPED)
    with reading(desk.home, desk.settings) as store:
        if query is None:
            table = console.run(store, parameters["text"], arguments=given, limits=limits)
        else:
            given = _dated(desk, query, given, current=current)
            table = console.ask(store, query, arguments=given, viewer=viewer(parameters, "query"), limits=limits)
        torn = unfinished_load(store)
    body = {**json.loads(to_json(table)), "incomplete": torn is not None}
    return answered(body, "query", {**parameters, "arguments": given}, data=current, source=table)


def named(parameters: Parameters) -> Query | None:
    """Return the question that the parameters name, None for a statement of the operator's own."""
    return Catalog.load().find(parameters["name"]) if parameters.get("name") else None


def _dated(desk: Desk, query: Query, arguments: Mapping[str, Any], *, current: str) -> dict[str, Any]:
    """Fill a question's `day` with the day of the data when nobody named one."""
    wanted = {p.name for p in query.parameters}
    day = {"day": day_of(desk.home, current).isoformat()} if "day" in wanted and current else {}
    return {**day, **arguments}
