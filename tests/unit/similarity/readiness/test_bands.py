from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.receipt import canonical
from similarity.backtest.trials import Plan, splits
from similarity.readiness import cuts
from similarity.readiness.bands import BandName, bands
from tests.unit.similarity.backtest.places import drawn, placed
from tests.unit.similarity.tables import planted


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(1, 3000), st.integers(0, 5))
def test_bands_part_every_list_and_their_hits_sum_to_all(places: list[float], candidates: int, seed: int) -> None:
    cut = bands(placed(np.array(places)), candidates=candidates, seed=seed)
    ends = [(b.first, b.last) for b in cut.bands]
    assert ends[0][0] == 1
    assert ends[-1][1] == candidates
    assert all(b[0] == a[1] + 1 for a, b in itertools.pairwise(ends))
    assert sum(b.hits.value for b in cut.bands) == pytest.approx(len(places))
    assert all(b.hits.low <= b.hits.value <= b.hits.high for b in cut.bands)
    assert (len(cut.bands) == 1) == (cut.reason is not None)
    assert canonical(cut.to_json())
    assert all(t.zh and t.en for t in cut.sentences())
    for place in {1, candidates, (1 + candidates) // 2}:
        band = cut.of(place)
        assert band.first <= place <= band.last


def test_an_order_that_tells_nothing_is_cut_no_oftener_than_one_time_in_twenty() -> None:
    rng = np.random.default_rng(0)
    cut = sum(len(bands(placed(rng.random(40)), candidates=1500, seed=s).bands) > 1 for s in range(120))
    assert cut <= 14  # 6 expected; 14 is the 99.9 % point


def test_a_fall_in_precision_is_found_and_its_hits_are_not_flattered() -> None:
    rng, found, expected, true = np.random.default_rng(1), 0, [], []
    for seed in range(60):
        cut = bands(placed(drawn(rng, 40)), candidates=1500, seed=seed)
        if len(cut.bands) > 1:
            found += 1
            width = cut.bands[0].last / 1500
            true.append(40 * (5 * min(width, 0.1) + max(width - 0.1, 0) * 0.5 / 0.9))
            expected.append(cut.bands[0].hits.value)
    assert found >= 57
    assert np.mean(expected) == pytest.approx(np.mean(true), rel=0.06)


def test_three_levels_give_three_bands_with_falling_precision() -> None:
    rng = np.random.default_rng(2)
    places = np.concatenate((rng.random(80) * 0.03, 0.03 + rng.random(80) * 0.22, 0.25 + rng.random(20) * 0.75))
    cut = bands(placed(places), candidates=2000)
    assert [b.name for b in cut.bands] == [BandName.READY, BandName.TALK, BandName.LATER]
    lifts = [b.lift.value for b in cut.bands]
    assert lifts == sorted(lifts, reverse=True)
    assert cut.bands[0].last == 60


def test_the_grid_of_cuts_is_searched_whole() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        m = 30
        above = np.sort(rng.random(m))[None] < np.append(cuts.GRID, 1.0)[:, None]
        counts = above.sum(1).astype(float)
        found, gain = cuts.best_added(counts[None], ())
        brute = [_likelihood(counts, g) for g in range(len(cuts.GRID))]
        assert gain[0] == pytest.approx(max(brute)) or max(brute) == gain[0] == -np.inf
        assert np.isinf(gain[0]) or brute[found[0]] == max(brute)


def _likelihood(counts: np.ndarray, at: int) -> float:
    """Return the log-likelihood of two levels against one, written out."""
    m, inside, width = counts[-1], counts[at], cuts.GRID[at]
    above, below = inside / (m * width), (m - inside) / (m * (1 - width))
    if not below < above:
        return -np.inf
    return sum(n * np.log(d) for n, d in ((inside, above), (m - inside, below)) if n)


def test_too_few_positives_and_short_lists_give_one_band_and_say_why() -> None:
    few = bands(placed(np.zeros(9)), candidates=1500)
    assert few.bands[0].name is BandName.WHOLE
    assert few.reason is not None
    assert "9 positives" in few.reason.en
    short = bands(placed(np.zeros(30)), candidates=99)
    assert short.reason is not None
    assert "100 rows" in short.reason.en
    assert short.named(BandName.READY) is None
    assert short.least_score(BandName.READY, [1.0]) is None


def test_a_back_test_gives_bands_and_the_least_score_of_each() -> None:
    features, positives = planted(n=800, positives=80)
    card = splits(features, positives, plan=Plan(repeats=2))
    cut = bands(card.found, candidates=720)
    ready = cut.named("ready")
    assert ready is not None
    assert ready.lift.low > 1
    scores = np.linspace(5, -5, 720)
    assert cut.least_score("ready", scores) == scores[ready.last - 1]
    assert cut.to_json() == bands(card.found, candidates=720).to_json()
    assert "not a probability" in cut.sentences()[-1].en
