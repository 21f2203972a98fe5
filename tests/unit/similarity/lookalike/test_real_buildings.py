from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.bench_similarity import HITS, LEAK, barcelona


@pytest.mark.open_data
def test_real_buildings_with_a_lift_are_found_and_no_answer_leaks() -> None:
    folder = os.environ.get("LINLI_OPEN_DATA")
    if not folder:
        pytest.skip("NOT RUN: LINLI_OPEN_DATA does not name the folder of open data")
    hits = barcelona(Path(folder) / "lookalike-barcelona")[0].value
    assert HITS <= hits <= LEAK
