"""Rank a stock by its likeness to a few known positives, with reasons that add up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Features, Floats, Ints, Mask
from similarity.lookalike.combined import Method
from similarity.lookalike.design import Design
from similarity.lookalike.discriminant import FEW_POSITIVES
from similarity.lookalike.estimator import AUTO, LookAlike
from similarity.lookalike.explained import Explainer, Level
from similarity.reasons import Reason

POSITIVES = Text("已知样本", "the positives")


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The candidates in order, best first.

    `rows` are their rows in the feature table, `chosen` masks the positives in it; `scores` are rounded to 9 digits;
    ties stand in the order of their ids. `contributions` (candidates x features) and `closeness` (candidates x
    positives, no columns unless the method is combined) together sum to the scores within 1e-9.
    """

    ids: tuple[str, ...]
    scores: Floats
    rows: Ints
    contributions: Floats
    closeness: Floats
    chosen: Mask
    model: LookAlike
    subject: Text
    notes: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def method(self) -> Text:
        """The method with its parameter, for the reader and the receipt."""
        title = Method(self.model.method_).named
        if self.model.method_ == Method.CONTRAST:
            return title
        s = self.model.shrinkage_
        return title + Text(f"，收缩 {s:g}", f", shrinkage {s:g}")

    def levels(self, place: int, *, most: int = 5) -> list[Level]:
        """Return the score of the candidate in `place` in two levels, each summing exactly.

        First what its features add and what the closeness to positives adds, strongest first; within either, the
        strongest features or positives, and the others together.
        """
        return self._explainer().levels(place, most=most)

    def reasons(self, place: int, *, most: int = 5) -> list[Reason]:
        """Return the strongest reasons of the candidate in `place` (0 is first); they sum to its score exactly.

        About `most` features and positives stand alone; one entry of each sort holds the others together.
        """
        return [reason for level in self.levels(place, most=most) for reason in level.reasons]

    def parts(self, place: int, *, titles: Mapping[str, Text]) -> list[Reason]:
        """Return what each group of features, and closeness, adds to the score, strongest first; exact.

        With hundreds of features no single one weighs much. `titles` names the groups for the reader.
        """
        return self._explainer().groups(place, titles)

    def to_json(self, *, top: int, most: int = 5) -> dict[str, Any]:
        """Return the first `top` candidates with reasons as a JSON value; says when the list was cut."""
        explainer = self._explainer()
        rows = [
            {"rank": i + 1, "id": self.ids[i], "score": float(self.scores[i])} | explainer.to_json(i, most=most)
            for i in range(min(top, len(self)))
        ]
        facts = {"method": self.method.en, "choice": self.model.choice_.to_json()}
        counts = {"positives": int(self.chosen.sum()), "candidates": len(self)}
        notes = [{"zh": n.zh, "en": n.en} for n in self.notes]
        return facts | counts | {"rows": rows, "truncated": top < len(self), "notes": notes}

    def _explainer(self) -> Explainer:
        scores = (self.scores, self.contributions, self.closeness)
        return Explainer(self.model.design_, self.chosen, self.rows, scores, self.subject)


def rank(
    stock: Features | Design,
    positives: Collection[str],
    *,
    exclude: Collection[str] = (),
    model: LookAlike | None = None,
    subject: Text = POSITIVES,
) -> Ranking:
    """Rank every row that is neither a positive nor excluded by its likeness to the positives.

    Excluded rows stay in the stock and are no candidates. A `Design` keeps all that does not depend on the positives.
    `model` is unfitted (by default the method is chosen); it is left as it is. Raises `TableUnfit`, and `UnknownName`
    for an id that is not in the table.
    """
    design = stock if isinstance(stock, Design) else Design(stock)
    features = design.features
    chosen = features.mask(positives)
    fitted = LookAlike(**(model.get_params() if model is not None else {})).fit(design, chosen)
    parts, near = fitted.contributions(design), fitted.closeness(design)
    scores = fitted.decision_function(design)
    rows = np.flatnonzero(~(chosen | features.mask(exclude)))
    order = rows[best_first(scores[rows], [features.ids[i] for i in rows])]
    ids = tuple(features.ids[i] for i in order)
    choice = (fitted.choice_.text,) if fitted.method == AUTO else ()
    notes = features.notes + design.notes + _few(int(chosen.sum())) + choice
    return Ranking(ids, scores[order], order, parts[order], near[order], chosen, fitted, subject, notes)


def best_first(scores: Floats, ids: Collection[str]) -> Ints:
    """Return the order by falling score, ties by id."""
    names = np.array(list(ids), dtype=np.str_) if len(ids) else np.empty(0, np.str_)
    return np.lexsort((names, -scores))


def _few(count: int) -> tuple[Text, ...]:
    if count >= FEW_POSITIVES:
        return ()
    return (
        Text(
            f"已知样本只有 {count} 行，少于 {FEW_POSITIVES} 行，排序不稳",
            f"only {count} positives, fewer than {FEW_POSITIVES}: the order is not firm",
        ),
    )
