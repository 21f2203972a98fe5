from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cypher.catalog import Catalog
from cypher.console import ask, run, tightened
from graph.model.errors import ArgumentInvalid, QueryRefused, UnknownName
from graph.model.viewer import Viewer, operator
from graph.stores.memory import MemoryStore
from graph.stores.store import Limits, Table, Value

NOTHING = Table((), ())
LIMITS = st.builds(Limits, st.integers(1, 10_000), st.floats(0.1, 100))


class Collecting(MemoryStore):
    """Keeps what it was asked to read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, dict[str, Value], Limits]] = []

    def read(self, query: str, parameters: Mapping[str, Value], limits: Limits) -> Table:
        self.asked.append((query, dict(parameters), limits))
        return NOTHING


ALONE = Catalog.load().find("living_alone")


def viewer(role: str, areas: tuple[str, ...]) -> Viewer:
    return Viewer(role=role, areas=areas, purpose="test", policy="test")  # type: ignore[arg-type]


def test_values_travel_as_parameters_and_never_as_text() -> None:
    store = Collecting()
    assert ask(store, ALONE, arguments={"day": "2021-11-01"}, viewer=viewer("cadre", ("c1",))) == NOTHING
    assert store.asked == [(ALONE.text, {"day": "2021-11-01", "age": 70, "areas": ["c1"]}, ALONE.limits)]


def test_the_operator_sees_every_area_and_can_try_one() -> None:
    store = Collecting()
    for who in (operator("test"), operator("test", ("c2",)), operator("test", ())):
        ask(store, ALONE, arguments={"day": "2021-11-01"}, viewer=who)
    assert [parameters["areas"] for _, parameters, _ in store.asked] == [None, ["c2"], []]


def test_a_question_about_nobody_takes_no_areas() -> None:
    store = Collecting()
    ask(store, Catalog.load().find("who_handles"), arguments={"words": "路灯"}, viewer=viewer("service", ()))
    assert store.asked[0][1] == {"words": "路灯"}


def test_areas_cannot_be_given_as_an_argument() -> None:
    with pytest.raises(UnknownName):
        ask(Collecting(), ALONE, arguments={"day": "2021-11-01", "areas": ["c2"]}, viewer=viewer("cadre", ("c1",)))


def test_nothing_is_read_when_something_is_wrong() -> None:
    store = Collecting()
    with pytest.raises(ArgumentInvalid):
        ask(store, ALONE, arguments={}, viewer=operator("test"))
    with pytest.raises(QueryRefused):
        ask(store, ALONE, arguments={"day": "2021-11-01"}, viewer=viewer("analyst", ("c1",)))
    with pytest.raises(QueryRefused):
        run(store, "MATCH (n) DELETE n", arguments={}, limits=Limits())
    assert store.asked == []


def test_free_text_is_guarded_and_limited() -> None:
    store = Collecting()
    run(store, "RETURN $x AS x;", arguments={"x": 1}, limits=Limits(5, 1.0))
    assert store.asked == [("RETURN $x AS x", {"x": 1}, Limits(5, 1.0))]


@given(LIMITS, st.none() | LIMITS)
def test_limits_are_only_tightened(own: Limits, wanted: Limits | None) -> None:
    both = tightened(own, wanted)
    assert both.rows <= own.rows
    assert both.seconds <= own.seconds
    assert wanted is None or (both.rows <= wanted.rows and both.seconds <= wanted.seconds)
