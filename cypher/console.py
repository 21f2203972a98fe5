"""Asking: a named question for a viewer, or the operator's own statement."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.errors import QueryRefused
from graph.model.text import Text
from graph.model.viewer import Viewer
from graph.stores.store import Limits, Store, Table, Value

from .arguments import bound
from .guard import statement
from .question import SCOPE, Query

_AUDIENCE = Text("“{title}”不对 {role} 开放", "“{title}” is not open to the role {role}")


def ask(
    store: Store, query: Query, *, arguments: Mapping[str, object], viewer: Viewer, limits: Limits | None = None
) -> Table:
    """Answer a named question inside the viewer's committees.

    `limits` may only tighten those of the question. Raises `UnknownName` for an unknown argument, `ArgumentInvalid` for
    a missing or unreadable one, `QueryRefused` for a role outside the question's audience, and the store's errors.
    """
    if viewer.role not in (*query.audience, "operator"):
        title = query.title
        why = Text(
            _AUDIENCE.zh.format(title=title.zh, role=viewer.role), _AUDIENCE.en.format(title=title.en, role=viewer.role)
        )
        raise QueryRefused(why)
    parameters = bound(query.parameters, arguments)
    if query.scoped:
        parameters[SCOPE] = None if viewer.areas is None else list(viewer.areas)
    return store.read(query.text, parameters, tightened(query.limits, limits))


def run(store: Store, text: str, *, arguments: Mapping[str, Value], limits: Limits) -> Table:
    """Run the operator's own statement, reading only; raises `QueryRefused` and the store's errors."""
    return store.read(statement(text), arguments, limits)


def tightened(own: Limits, wanted: Limits | None) -> Limits:
    """Return the smaller of two limits, each way.

    >>> tightened(Limits(rows=500, seconds=30), Limits(rows=1000, seconds=5))
    Limits(rows=500, seconds=5)
    """
    if wanted is None:
        return own
    return Limits(min(own.rows, wanted.rows), min(own.seconds, wanted.seconds))
