"""Sixty recorded searches over a small town: what is understood, who is found, and that the answer can be repeated."""

from __future__ import annotations

import pytest

from graph.model.receipt import canonical
from graph.model.viewer import operator
from search.attachment import Prepared, attach
from search.find import find
from search.found import Found, kind, to_json
from search.request import read
from tests.integration.searches import SEARCHES, Recorded
from tests.unit.search.town import AS_OF, people, town


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("attached")
    attach(town(), folder)
    return Prepared.open(town(), folder)


def answer(prepared: Prepared, text: str, limit: int = 200) -> Found:
    return find(prepared, read(text, prepared.vocabulary), viewer=operator("test"), as_of=AS_OF, limit=limit)


def test_there_are_sixty() -> None:
    assert len({one.text for one in SEARCHES}) == 60


@pytest.mark.parametrize("one", SEARCHES, ids=lambda one: one.text)
def test_understood_and_found(prepared: Prepared, one: Recorded) -> None:
    found = answer(prepared, one.text)
    slots = [f"{'!' if s.negated else ''}{kind(s)}:{s.text}" for s in found.request.slots]
    assert slots == one.slots.split()
    assert " ".join(found.unmatched) == one.unmatched
    if one.people is None and not found.people.rows:
        assert found.people.note is not None
    if one.people is not None:
        wanted = {person.id for person in people() if one.people(person)}
        assert {row.id for row in found.people.rows} == wanted
        assert found.people.total == len(wanted)
    for ids, listing in ((one.needs, found.needs), (one.resources, found.resources)):
        if ids is not None:
            assert [row.id for row in listing.rows][: len(ids.split())] == ids.split()
        assert listing.rows or listing.note


@pytest.mark.parametrize("one", SEARCHES, ids=lambda one: one.text)
def test_same_in_same_out(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, one: Recorded) -> None:
    again = Prepared(town(), prepared.vocabulary, prepared.index)
    assert canonical(to_json(answer(prepared, one.text))) == canonical(to_json(answer(again, one.text)))
