"""The weights: at the top of the likelihood, near what was planted, and one where nothing was learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from similarity.turnout.evidence import NAMES
from similarity.turnout.history import History
from similarity.turnout.model import SAMPLE, TRUST, Lessons, Model, fit, sample, weigh

SIZE = len(NAMES)


def _lessons(seed: int, weights: np.ndarray) -> Lessons:
    rng = np.random.Generator(np.random.PCG64(seed))
    everybody = rng.normal(0, 0.6, (6000, len(weights)))
    came = rng.poisson(0.2 * np.exp(everybody @ weights))
    rows = np.repeat(np.arange(len(everybody)), came)
    return Lessons(everybody[rows], everybody, np.ones(len(everybody)), np.full(len(everybody), np.log(0.2)))


def test_planted_weights_are_found() -> None:
    planted = np.array([1.0, 0.0, 0.5, 1.5])
    assert np.abs(weigh(_lessons(3, planted)) - planted).max() < 0.12


def test_the_weights_are_where_the_likelihood_has_no_slope() -> None:
    lessons = _lessons(4, np.array([0.3, 1.2]))
    found = weigh(lessons)
    rate = np.exp(lessons.everybody @ found + lessons.offset)
    level = len(lessons.came) / rate.sum()  # the free constant
    slope = lessons.came.sum(0) - level * rate @ lessons.everybody - TRUST * (found - 1)
    assert np.abs(slope).max() < 1e-3


def test_with_hardly_any_visits_ratios_are_taken_at_their_word() -> None:
    few = _lessons(5, np.array([0.0, 0.0]))
    few = replace(few, came=few.came[:1], size=few.size / len(few.everybody))
    assert np.abs(weigh(few) - 1).max() < 0.1


def test_a_history_without_visits_gives_weights_of_one(history: History) -> None:
    model = fit(history.before(0))
    assert model.weights.tolist() == [1.0] * SIZE
    assert model.visits == 0


def test_the_sample_stands_for_everybody_half_from_the_holding_committee(history: History) -> None:
    later = np.array([3, 30, 31])
    who, what, size = sample(history, later, np.random.Generator(np.random.PCG64(1)))
    own = history.people.committee[who] == history.activities.committee[what]
    for activity in later:
        held = history.people.committee == history.activities.committee[activity]
        chosen = what == activity
        assert (chosen & own).sum() == (chosen & ~own).sum() == SAMPLE
        assert np.isclose(size[chosen & own].sum(), held.sum())
        assert np.isclose(size[chosen & ~own].sum(), (~held).sum())


def test_the_same_history_gives_the_same_weights(history: History, model: Model) -> None:
    assert fit(history).weights.tobytes() == model.weights.tobytes()


def test_the_lively_stairwell_is_believed(model: Model) -> None:
    assert model.weights[NAMES.index("neighbours")] > 0.4
    assert model.weights[NAMES.index("place")] > 0.4
