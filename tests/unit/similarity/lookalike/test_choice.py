from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from graph.model.errors import SettingInvalid
from graph.model.receipt import canonical
from similarity.features import Features, from_matrix
from similarity.lookalike.choice import FEWEST, choose, clearly, held_out
from similarity.lookalike.combined import Method
from similarity.lookalike.design import Design
from similarity.lookalike.estimator import LookAlike, one_thread
from similarity.lookalike.ranking import rank
from tests.unit.similarity.tables import planted


@pytest.fixture(autouse=True)
def _as_in_a_fit() -> Iterator[None]:
    with one_thread():
        yield


def noise(seed: int, *, rows: int = 260, positives: int = 40) -> tuple[Design, np.ndarray]:
    rng = np.random.default_rng(seed)
    return Design(from_matrix(rng.normal(size=(rows, 6)))), rng.permutation(rows) < positives


def test_a_hidden_positive_never_helps_to_find_itself() -> None:
    losses = [np.concatenate(list(held_out(*noise(seed), shrinkage=0.75).values())) for seed in range(30)]
    mean = np.concatenate(losses).mean()
    assert -1.12 < mean < -0.88  # the mean of the logarithm of a uniform number is -1


def test_noise_does_not_flip_the_choice() -> None:
    chosen = Counter(choose(*noise(seed), shrinkage=0.75).method for seed in range(40))
    assert chosen[Method.COMBINED] >= 38


def test_a_clearly_better_method_is_taken() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(size=(600, 2)), np.round(rng.normal(size=(600, 60)) ** 9, 0)], axis=1)
    design, positives = Design(from_matrix(x)), np.argsort(np.argsort(-x[:, 0] - x[:, 1])) < 60
    losses = held_out(design, positives, shrinkage=0.75)
    best = min(losses, key=lambda m: losses[m].mean())
    choice = choose(design, positives, shrinkage=0.75)
    expected = best if clearly(losses[Method.COMBINED] - losses[best]) else Method.COMBINED
    assert choice.method is expected
    assert dict(choice.places)[best] == min(dict(choice.places).values())


@pytest.mark.parametrize(
    ("gain", "is_clear"),
    [([0.0] * 20, False), ([0.1, -0.1] * 10, False), ([0.5, 0.3] * 10, True), ([-0.5] * 20, False)],
)
def test_clearly_means_three_standard_errors(gain: list[float], is_clear: bool) -> None:
    assert clearly(np.array(gain)) is is_clear


def test_the_choice_does_not_depend_on_the_order_of_rows() -> None:
    features, positives = planted(n=300, positives=40)
    order = np.random.default_rng(0).permutation(300)
    moved = Features(tuple(features.ids[i] for i in order), tuple(c.take(order) for c in features.columns))
    one, other = (choose(Design(f), f.mask(positives), shrinkage=0.75) for f in (features, moved))
    assert one == other


def test_few_positives_are_told_so_and_a_method_may_be_asked_for() -> None:
    features, positives = planted(n=120, positives=30)
    few = rank(features, positives[: FEWEST - 1])
    assert few.model.method_ == "combined"
    assert any("too few to compare" in n.en for n in few.notes)
    asked = rank(features, positives, model=LookAlike(method="contrast"))
    assert asked.model.method_ == "contrast"
    assert asked.method.en == "contrast of means"
    assert not asked.closeness.shape[1]
    chosen = rank(features, positives)
    assert any("method chosen" in n.en and "%" in n.en for n in chosen.notes)
    assert canonical(chosen.to_json(top=3)["choice"])


def test_the_chosen_method_asked_for_by_name_gives_the_same_scores() -> None:
    features, positives = planted(n=200, positives=30)
    chosen = rank(features, positives)
    params = {"method": chosen.model.method_, "shrinkage": chosen.model.shrinkage_}
    again = rank(features, positives, model=LookAlike(**params))
    assert again.ids == chosen.ids
    assert again.scores.tobytes() == chosen.scores.tobytes()


@pytest.mark.parametrize("absurd", [{"method": "best"}, {"shrinkage": 0.0}, {"shrinkage": -1.0}, {"shrinkage": 2.0}])
def test_absurd_parameters_are_refused(absurd: dict[str, object]) -> None:
    with pytest.raises(SettingInvalid):
        LookAlike(**absurd).fit(np.arange(20.0)[:, None], np.arange(20) < 5)
