"""The village, its history and a ranking, made once for all tests of turnout."""

from __future__ import annotations

import pytest

from graph.snapshot.columns import Snapshot
from similarity.turnout.history import History, read
from similarity.turnout.likely import Likely, rank
from similarity.turnout.model import Model, fit
from similarity.turnout.occasion import planned
from tests.unit.similarity.turnout.village import AS_OF, village


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return Snapshot.of(village())


@pytest.fixture(scope="session")
def history(snapshot: Snapshot) -> History:
    return read(snapshot, AS_OF)


@pytest.fixture(scope="session")
def model(history: History) -> Model:
    return fit(history)


@pytest.fixture(scope="session")
def likely(snapshot: Snapshot, history: History, model: Model) -> Likely:
    occasion = planned(snapshot, "a089", as_of=AS_OF, areas=None)
    return rank(snapshot, history, model, occasion=occasion)
