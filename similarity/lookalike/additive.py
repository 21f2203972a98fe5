"""Look-alike: rank a stock by its likeness to a few known positives, with reasons that add up.

The additive discriminant: with the standardised design X of `mixed` (all rows of the stock, positives included),

    M = (1 - s) cov(X) + s (trace cov(X) / p) I,    w = M^-1 mean(X[positives]),    score = X w,

with shrinkage s = 0.75, and 0.92 below 20 positives. It is linear discriminant analysis of "positive" against "the
stock as it is": no negatives are needed. The score is a sum over features; the average row has score 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import TableUnfit
from graph.model.text import Text
from similarity import reasons
from similarity.features import Features, Floats, Ints, Mask, from_matrix
from similarity.lookalike.design import Design
from similarity.metrics import area_under_curve
from similarity.reasons import Reason

SHRINKAGE, SHRINKAGE_OF_FEW, FEW_POSITIVES = 0.75, 0.92, 20
BLOCK = 512  # rows whose parts are worked out at a time, so that the products stay in the cache
POSITIVES = Text("已知样本", "the positives")


class LookAlike:
    """The additive discriminant in the shape of a scikit-learn estimator.

    `fit(X, y)` takes a `Features` table, a prepared `Design` or an array (rows x columns), and a mask of positives;
    the other rows are not negatives but simply not known. `decision_function(X)` scores rows, `contributions(X)` gives
    the parts. Fitting again on the same `Design` costs milliseconds.
    """

    def __init__(self, shrinkage: float | None = None) -> None:
        self.shrinkage = shrinkage

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn passes it
        """Return the parameters, as scikit-learn's `clone` wants them."""
        return {"shrinkage": self.shrinkage}

    def set_params(self, **parameters: Any) -> LookAlike:
        """Set parameters and return the estimator."""
        for name, value in parameters.items():
            if name not in self.get_params():
                raise ValueError(f"LookAlike has no parameter {name}")
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_class=False),
            input_tags=InputTags(allow_nan=True),
        )

    def fit(self, X: Features | Design | npt.ArrayLike, y: npt.ArrayLike) -> LookAlike:  # noqa: N803
        """Learn the weights; raises `TableUnfit` where there is nothing to learn from."""
        design = X if isinstance(X, Design) else Design(_features(X))
        positives = np.asarray(y).astype(bool)
        _check(design, positives)
        few = int(positives.sum()) < FEW_POSITIVES
        self.shrinkage_ = self.shrinkage if self.shrinkage is not None else SHRINKAGE_OF_FEW if few else SHRINKAGE
        with one_thread():
            self.weights_ = design.solve(design.matrix[:, positives].mean(1), self.shrinkage_)
        self.design_, self.classes_ = design, np.array([False, True])
        self.n_features_in_ = len(design.features.columns)
        return self

    def contributions(self, X: Features | Design | npt.ArrayLike) -> Floats:  # noqa: N803
        """Return the part of each feature in the score of each row; shape (rows, features)."""
        matrix = self._matrix(X)
        starts, columns = _blocks(self.design_.owner)
        parts = np.zeros((matrix.shape[1], len(self.design_.features.columns)))
        for at in range(0, matrix.shape[1], BLOCK):
            product = matrix[:, at : at + BLOCK] * self.weights_[:, None]
            parts[at : at + BLOCK, columns] = np.add.reduceat(product, starts, axis=0).T
        return parts

    def decision_function(self, X: Features | Design | npt.ArrayLike) -> Floats:  # noqa: N803
        """Return the score of each row, rounded to 9 digits; 0 is the average row of the stock."""
        return reasons.rounded(self.contributions(X).sum(1))

    def score(self, X: Features | Design | npt.ArrayLike, y: npt.ArrayLike) -> float:  # noqa: N803
        """Return the area under the curve of positives against the other rows (scikit-learn's model selection)."""
        return area_under_curve(self.decision_function(X), np.asarray(y).astype(bool))

    def _matrix(self, X: Features | Design | npt.ArrayLike) -> Floats:  # noqa: N803
        if isinstance(X, Design):
            return X.matrix if X is self.design_ else self.design_.transform(X.features)
        table = _features(X)
        return self.design_.matrix if table is self.design_.features else self.design_.transform(table)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS to one thread: the last bits of a product depend on how many share it, and one is faster here."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, "blas"):
        yield


def _features(X: Features | npt.ArrayLike) -> Features:  # noqa: N803
    return X if isinstance(X, Features) else from_matrix(X)


def _blocks(owner: Ints) -> tuple[Ints, Ints]:
    """Return where the design rows of each feature begin, and which feature that is."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return starts, owner[starts]


def _check(design: Design, positives: Mask) -> None:
    if positives.shape != (len(design.features),):
        raise ValueError(f"{positives.shape} labels for {len(design.features)} rows")
    if not positives.any():
        raise TableUnfit(
            Text("没有已知样本", "there are no positives"),
            Text("至少标出一行已知样本，多多益善（20 行以上较稳）", "Mark one row at least; 20 or more are better"),
        )
    if positives.all():
        raise TableUnfit(
            Text("每一行都是已知样本，没有可排序的行", "every row is a positive: nothing is left to rank"),
            Text("加入尚未入选的行", "Add the rows among which to look"),
        )
    if not len(design.owner):
        raise TableUnfit(
            Text("没有一列有差别，无从比较", "no column varies: there is nothing to compare"),
            Text("加入有差别的特征列", "Add columns in which the rows differ"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The candidates in order, best first.

    `rows` are their rows in the feature table, `chosen` masks the positives in it; `scores` are rounded to 9 digits; ties stand in the order of their ids;
    `contributions` (candidates x features) sum to the scores within 1e-9.
    """

    ids: tuple[str, ...]
    scores: Floats
    rows: Ints
    contributions: Floats
    chosen: Mask
    model: LookAlike
    subject: Text
    notes: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def method(self) -> Text:
        """The method with its parameter, for the reader and the receipt."""
        s = self.model.shrinkage_
        return Text(f"加性判别，收缩 {s:g}", f"additive discriminant, shrinkage {s:g}")

    def reasons(self, place: int, *, most: int = 5) -> list[Reason]:
        """Return the strongest reasons of the candidate in `place` (0 is first); they sum to its score exactly."""
        design, row = self.model.design_, int(self.rows[place])
        shown, rest = reasons.strongest(self.contributions[place], float(self.scores[place]), most=most)
        found = [Reason(design.features.columns[j].name, part, self._text(j, row, adds=part > 0)) for j, part in shown]
        left = len(design.encoders) - len(design.dropped) - len(found)
        return [*found, reasons.others(left, rest)] if left else found

    def parts(self, place: int, *, titles: Mapping[str, Text]) -> list[Reason]:
        """Return what each group of features adds to the score of a candidate, strongest first; they sum to it exactly.

        With hundreds of features no single one weighs much; the groups ("tags", "activity") are the first level of
        the explanation, `reasons` the second. `titles` names the groups for the reader.
        """
        groups = [c.group for c in self.model.design_.features.columns]
        names = sorted(set(groups))
        at = np.array([names.index(g) for g in groups])
        sums = np.bincount(at, weights=self.contributions[place], minlength=len(names)).astype(np.float64)
        shown, _ = reasons.strongest(sums, float(self.scores[place]), most=len(names))
        return [Reason(names[j], part, titles.get(names[j], Text(names[j], names[j]))) for j, part in shown]

    def _text(self, column: int, row: int, *, adds: bool) -> Text:
        feature, encoder = self.model.design_.features.columns[column], self.model.design_.encoders[column]
        median = encoder.fill if encoder is not None else float("nan")
        usual = reasons.usual(feature, row, chosen=self.chosen, median=median)
        return reasons.sentence(feature, float(feature.values[row]), usual=usual, subject=self.subject, adds=adds)

    def to_json(self, *, top: int, most: int = 5) -> dict[str, Any]:
        """Return the first `top` candidates with reasons as a JSON value; says when the list was cut."""
        rows = [
            {"rank": i + 1, "id": self.ids[i], "score": float(self.scores[i])}
            | {"reasons": [r.to_json() for r in self.reasons(i, most=most)]}
            for i in range(min(top, len(self)))
        ]
        facts = {"method": self.method.en, "positives": int(self.chosen.sum()), "candidates": len(self)}
        notes = [{"zh": n.zh, "en": n.en} for n in self.notes]
        return facts | {"rows": rows, "truncated": top < len(self), "notes": notes}


def rank(
    stock: Features | Design,
    positives: Collection[str],
    *,
    exclude: Collection[str] = (),
    shrinkage: float | None = None,
    subject: Text = POSITIVES,
) -> Ranking:
    """Rank every row that is neither a positive nor excluded by its likeness to the positives.

    Excluded rows stay in the stock and are no candidates. A `Design` keeps all that does not depend on the positives.
    Raises `TableUnfit`, and `UnknownName` for an id that is not in the table.
    """
    design = stock if isinstance(stock, Design) else Design(stock)
    features = design.features
    chosen = features.mask(positives)
    model = LookAlike(shrinkage).fit(design, chosen)
    parts = model.contributions(design)
    scores = reasons.rounded(parts.sum(1))
    rows = np.flatnonzero(~(chosen | features.mask(exclude)))
    order = rows[best_first(scores[rows], [features.ids[i] for i in rows])]
    ids = tuple(features.ids[i] for i in order)
    notes = features.notes + design.notes + _few(int(chosen.sum()))
    return Ranking(ids, scores[order], order, parts[order], chosen, model, subject, notes)


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
