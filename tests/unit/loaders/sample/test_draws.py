from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loaders.sample.draws import choose, parts, pick, stream

weights = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=40).map(np.array)


@given(st.integers(0, 2**31), st.text(max_size=12))
def test_a_stream_depends_on_seed_and_topic_only(seed: int, topic: str) -> None:
    first = stream(seed, topic).random(4)
    assert np.array_equal(first, stream(seed, topic).random(4))
    assert not np.array_equal(first, stream(seed, topic + "x").random(4))
    assert not np.array_equal(first, stream(seed + 1, topic).random(4))


@given(weights, st.integers(0, 50), st.integers(0, 1000))
def test_pick_draws_different_possible_rows(w: np.ndarray, count: int, seed: int) -> None:
    found = pick(stream(seed, "t"), w, count)
    assert len(found) == min(count, int((w > 0).sum()))
    assert (np.diff(found) > 0).all()
    assert (w[found] > 0).all()


def test_pick_follows_the_weights() -> None:
    rng = stream(1, "weights")
    first = [int(pick(rng, np.array([1.0, 2.0, 7.0]), 1)[0]) for _ in range(4000)]
    assert np.allclose(np.bincount(first) / 4000, [0.1, 0.2, 0.7], atol=0.03)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=20).map(np.array), st.integers(0, 5000))
def test_parts_add_up_and_stay_within_one_of_the_share(shares: np.ndarray, total: int) -> None:
    found = parts(shares, total)
    assert found.sum() == total
    assert (np.abs(found - shares / shares.sum() * total) < 1 + 1e-6).all()


def test_choose_keeps_shares() -> None:
    drawn = choose(stream(2, "c"), {"a": 3.0, "b": 1.0}, 8000)
    assert abs((drawn == "a").mean() - 0.75) < 0.02
