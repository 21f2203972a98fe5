from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.bench_similarity import HITS, LEAK, PRECISION, real_scores


@pytest.mark.open_data
def test_real_buildings_with_a_lift_are_found_and_no_answer_leaks() -> None:
    folder = os.environ.get("LINLI_OPEN_DATA")
    if not folder:
        pytest.skip("NOT RUN: LINLI_OPEN_DATA does not name the folder of open data")
    hits, precision = real_scores(Path(folder) / "lookalike-barcelona")
    assert HITS <= hits.mean() <= LEAK
    assert precision.mean() >= PRECISION
