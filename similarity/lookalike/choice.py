"""Which method suits these positives: each is hidden in turn, and its place among other rows is counted.

The positives are cut into four parts by the order of their ids. Each method learns on three parts and scores the
fourth among an even sample of the stock, so no positive ever helps to find itself. What counts is the logarithm of
the place (as a share of the list), because the head of a list is what is read. The combined method stays unless
another was better by more than three standard errors of the paired differences: noise does not flip the choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text, joined
from similarity.features import Floats, Mask
from similarity.lookalike.closeness import evenly, of_products, smoothed
from similarity.lookalike.combined import Method, rates
from similarity.lookalike.design import Design
from similarity.lookalike.discriminant import adapted_scale, feature_parts
from similarity.lookalike.shrunk import factored

FOLDS, FEWEST = 4, 12  # fewer positives than FEWEST cannot tell methods apart
ROWS = 250  # rows of the stock among which a hidden positive is placed
ERRORS = 3.0  # standard errors by which another method must be better: two methods are tried, on few positives


@dataclass(frozen=True, slots=True)
class Choice:
    """The method that was chosen and why.

    `places` has, for each method, the typical (geometric mean) place of a hidden positive as a share of the list:
    smaller is better. It is empty where nothing was compared; `asked` says that the caller named the method.
    """

    method: Method
    positives: int
    places: tuple[tuple[Method, float], ...] = ()
    asked: bool = False

    @property
    def text(self) -> Text:
        """The choice with the numbers that it rests on."""
        if self.asked:
            return Text(f"方法由使用者指定：{self.method.named.zh}", f"method as asked for: {self.method.named.en}")
        if not self.places:
            why = Text(
                f"已知样本只有 {self.positives} 个，不足以比较方法，用 ",
                f"{self.positives} positives are too few to compare methods: ",
            )
            return why + self.method.named
        shown = [_TYPICAL.fill(zh=m.named.zh, en=m.named.en, place=place) for m, place in self.places]
        head = Text("方法选定：", "method chosen: ") + self.method.named
        tail = Text("（隐藏的样本通常排在前 ", " (a hidden positive typically stands in the first ")
        return head + tail + joined(shown, "、", ", ") + Text("）", ")")

    def to_json(self) -> dict[str, Any]:
        """Return the choice as a JSON value."""
        places = {method.value: place for method, place in self.places}
        return {"method": self.method.value, "places": places, "zh": self.text.zh, "en": self.text.en}


_TYPICAL = Text("{place:.1%}：{zh}", "{place:.1%} by {en}")


def choose(design: Design, positives: Mask, *, shrinkage: float) -> Choice:
    """Choose between the methods on the positives alone; nothing is random."""
    count = int(positives.sum())
    if count < FEWEST or count > len(positives) // 2:
        return Choice(Method.COMBINED, count)
    losses = held_out(design, positives, shrinkage=shrinkage)
    best = min(losses, key=lambda method: float(losses[method].mean()))
    chosen = best if clearly(losses[Method.COMBINED] - losses[best]) else Method.COMBINED
    places = tuple((method, round(float(np.exp(loss.mean())), 6)) for method, loss in losses.items())
    return Choice(chosen, count, places)


def clearly(gain: Floats) -> bool:
    """Say whether paired gains are above zero by more than three standard errors of their mean."""
    error = float(gain.std(ddof=1)) / float(np.sqrt(len(gain)))
    return float(gain.mean()) > max(ERRORS * error, 1e-12)


def held_out(design: Design, positives: Mask, *, shrinkage: float) -> dict[Method, Floats]:
    """Return the logarithm of the place of each positive, in the order of ids, by each method when it was hidden."""
    rows = evenly(design.features.ids, positives, most=ROWS + int(positives.sum()))
    some, marked = design.matrix.take(rows, axis=1), positives[rows]
    names = np.array([design.features.ids[i] for i in rows], dtype=np.str_)
    order = np.flatnonzero(marked)[np.argsort(names[marked])]
    parts = [order[at::FOLDS] for at in range(FOLDS)]
    known = np.array([marked & ~np.isin(np.arange(len(rows)), part) for part in parts])
    targets = np.stack([some[:, mask].mean(1) for mask in known], axis=1)
    weights = design.solve(targets, shrinkage)
    losses = {method: np.empty(len(rows)) for method in Method}
    for at, part in enumerate(parts):
        scale = adapted_scale(feature_parts(some, design.owner, weights[:, at]).std(1), design.owner)
        scores = _scores(some * scale[:, None], known[at], shrinkage=shrinkage)
        scores[Method.CONTRAST] = targets[:, at] @ some
        for method, found in scores.items():
            losses[method][part] = _log_places(found[part], found[~marked])
    return {method: loss[order] for method, loss in losses.items()}


def _scores(scaled: Floats, known: Mask, *, shrinkage: float) -> dict[Method, Floats]:
    """Score the rows of a scaled sample; both parts from its inner products, for the sample has few rows."""
    rows, columns = scaled.shape[1], len(scaled)
    products = scaled.T @ scaled
    sizes = np.diag(products).copy()
    shrunk = products * ((1 - shrinkage) / rows)
    shrunk[np.diag_indices(rows)] += shrinkage * float(sizes.mean()) / columns
    additive = products @ factored(shrunk).solve(known / known.sum())
    near = smoothed(of_products(products, sizes, sizes, width=2 * float(sizes.mean())), known)[1].sum(1)
    one, other = rates(additive, near, known)
    return {Method.COMBINED: one * additive + other * near, Method.ADDITIVE: additive}


def _log_places(own: Floats, others: Floats) -> Floats:
    """Return the logarithm of the place of each score among others, as a share; ties count one half."""
    rising = np.sort(others)
    left, right = np.searchsorted(rising, own, "left"), np.searchsorted(rising, own, "right")
    return np.asarray(np.log((len(others) - (left + right) / 2 + 0.5) / (len(others) + 1)))
