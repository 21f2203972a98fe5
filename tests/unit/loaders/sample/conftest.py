from __future__ import annotations

from pathlib import Path

import pytest

from graph.model.progress import silent
from loaders.sample import district
from loaders.sample.write import SEED, SampleSummary, write_sample


@pytest.fixture(scope="session")
def small() -> district.District:
    return district.build(SEED, "small", silent)


@pytest.fixture(scope="session")
def full() -> district.District:
    return district.build(SEED, "full", silent)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("sample"), "small")


@pytest.fixture(scope="session")
def folder(written: SampleSummary) -> Path:
    return written.folder
