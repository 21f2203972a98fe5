"""The look-alike in the shape of a scikit-learn estimator.

`fit(X, y)` takes a `Features` table, a prepared `Design` or an array (rows x columns), and a mask of positives; the
other rows are not negatives but simply not known. Fitting again on the same `Design` keeps all that does not depend on
the positives. Scores of any rows are sums over features and over positives (see `combined`).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import OptionInvalid, TableUnfit
from graph.model.text import Text
from similarity import reasons
from similarity.features import Features, Floats, Mask, from_matrix
from similarity.lookalike.choice import Choice, choose
from similarity.lookalike.combined import Fitted, Method, fit
from similarity.lookalike.design import Design
from similarity.lookalike.discriminant import usual_shrinkage
from similarity.metrics import area_under_curve

AUTO = "auto"
Table = Features | Design | npt.ArrayLike


class LookAlike:
    """Rank by likeness to positives; see the module.

    `method` is "combined", "additive", "contrast", or "auto": chosen on the positives alone. `shrinkage` in (0, 1] is
    that of the additive part; by default it follows from the number of positives. After `fit`: `method_`,
    `shrinkage_`, `choice_` (the method and the numbers that it rests on), `weights_` (of the design's rows).
    """

    def __init__(self, shrinkage: float | None = None, method: str = AUTO) -> None:
        self.shrinkage = shrinkage
        self.method = method

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn passes it
        """Return the parameters, as scikit-learn's `clone` wants them."""
        return {"shrinkage": self.shrinkage, "method": self.method}

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

    def fit(self, X: Table, y: npt.ArrayLike) -> LookAlike:  # noqa: N803
        """Learn; raises `TableUnfit` where there is nothing to learn from, `OptionInvalid` for absurd parameters."""
        _check_parameters(self.shrinkage, self.method)
        design = X if isinstance(X, Design) else Design(_features(X))
        positives = np.asarray(y).astype(bool)
        _check(design, positives)
        shrinkage = self.shrinkage if self.shrinkage is not None else usual_shrinkage(int(positives.sum()))
        with one_thread():
            self.choice_, self.fitted_ = self._learn(design, positives, shrinkage)
        self.method_, self.shrinkage_ = self.choice_.method.value, shrinkage
        self.design_, self.classes_ = design, np.array([False, True])
        self.weights_, self.n_features_in_ = self.fitted_.discriminant.weights, len(design.features.columns)
        return self

    def contributions(self, X: Table) -> Floats:  # noqa: N803
        """Return the part of each feature in the score of each row; shape (rows, features)."""
        matrix = self._matrix(X)
        parts = np.zeros((matrix.shape[1], len(self.design_.features.columns)))
        parts[:, np.unique(self.design_.owner)] = self.fitted_.by_feature(matrix, self.design_.owner).T
        return parts

    def closeness(self, X: Table) -> Floats:  # noqa: N803
        """Return the part of each positive in the score of each row; shape (rows, positives), or (rows, 0)."""
        matrix = self._matrix(X)
        with one_thread():
            return self.fitted_.by_positive(None if matrix is self.design_.matrix else matrix)

    def decision_function(self, X: Table) -> Floats:  # noqa: N803
        """Return the score of each row, rounded to 9 digits; 0 is the average row of the stock."""
        matrix = self._matrix(X)
        with one_thread():
            additive = self.weights_ @ matrix * self.fitted_.rates[0]
        return reasons.rounded(additive + self.closeness(X).sum(1))

    def score(self, X: Table, y: npt.ArrayLike) -> float:  # noqa: N803
        """Return the area under the curve of positives against the other rows (scikit-learn's model selection)."""
        return area_under_curve(self.decision_function(X), np.asarray(y).astype(bool))

    def _learn(self, design: Design, positives: Mask, shrinkage: float) -> tuple[Choice, Fitted]:
        """Fit the method asked for; or fit the usual one while another thread chooses, and anew where it chose another."""
        if self.method != AUTO:
            asked = Choice(Method(self.method), int(positives.sum()), asked=True)
            return asked, fit(design, positives, method=asked.method, shrinkage=shrinkage)
        design.prepare(shrinkage)
        with ThreadPoolExecutor(1) as beside:
            chosen = beside.submit(choose, design, positives, shrinkage=shrinkage)
            usual = fit(design, positives, method=Method.COMBINED, shrinkage=shrinkage)
            choice = chosen.result()
        if choice.method is usual.method:
            return choice, usual
        return choice, fit(design, positives, method=choice.method, shrinkage=shrinkage)

    def _matrix(self, X: Table) -> Floats:  # noqa: N803
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


def _check_parameters(shrinkage: float | None, method: str) -> None:
    if method not in {AUTO, *Method}:
        known = ", ".join([AUTO, *Method])
        raise OptionInvalid("method", str(method), Text(f"只能是 {known}", f"it must be one of {known}"))
    if shrinkage is not None and not 0 < shrinkage <= 1:
        raise OptionInvalid("shrinkage", str(shrinkage), Text("应大于 0，不超过 1", "it must lie above 0, at most 1"))


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
