"""The town, prepared once for all tests of search."""

from __future__ import annotations

import pytest

from search.attachment import Prepared, attach
from search.vocabulary import Vocabulary
from tests.unit.search.town import town


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return attach(town(), tmp_path_factory.mktemp("attached"))


@pytest.fixture(scope="session")
def vocabulary(prepared: Prepared) -> Vocabulary:
    return prepared.vocabulary
