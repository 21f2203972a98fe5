"""Save a fitted look-alike with everything that it rests on, and load it again.

The file holds the stock that the model was learned on, its positives and its parameters; loading builds the same
estimator from them (a choice of method comes out as it did) and compares its scores with those that were saved. Other
rows are then scored by the loaded model: nothing is learned from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import ModelUnusable
from graph.model.receipt import code_version
from graph.model.text import Text
from similarity.features import Features, Floats
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import POSITIVES, Ranking, best_first, rank
from similarity.saved.container import packed, unpacked
from similarity.saved.stock import UNLIKE, described, matrix, table

CLOSE = 1e-7  # scores are rounded to 9 digits; a linear algebra of another machine may differ in the last of them


@dataclass(frozen=True, slots=True, eq=False)
class SavedModel:
    """A model as it was saved: fitted, with the ids of its positives and of the rows that were no candidates.

    `card` is the model card as a JSON value (`similarity.saved.card.model_card`), `code` the linli that saved it.
    """

    model: LookAlike
    positives: tuple[str, ...]
    exclude: tuple[str, ...]
    card: dict[str, Any]
    code: str

    @property
    def stock(self) -> Features:
        """The table on which the model was learned."""
        return self.model.design_.features

    def fits(self, features: Features) -> Features:
        """Return the columns of a table that the model needs, in its order; raises `ModelUnusable` naming any missing."""
        have = set(features.names)
        missing = [name for name in self.stock.names if name not in have]
        if missing:
            shown = "、".join(missing[:8])
            raise ModelUnusable(
                Text(
                    f"数据缺少模型用到的 {len(missing)} 项特征：{shown}",
                    f"the data lack {len(missing)} features of the model: {shown}",
                )
            )
        columns = tuple(features.column(name) for name in self.stock.names)
        return Features(features.ids, columns, features.barred, features.notes)

    def holds(self, features: Features) -> bool:
        """Say whether a table has the same rows, columns and values as the stock of the model."""
        same = (features.ids, features.names) == (self.stock.ids, self.stock.names)
        return same and matrix(features).tobytes() == matrix(self.stock).tobytes()

    def ranking(self, *, subject: Text = POSITIVES) -> Ranking:
        """Return the ranking of the model's own stock with its reasons: the bytes are those of the day it was saved."""
        return rank(self.model.design_, self.positives, exclude=self.exclude, model=self.model, subject=subject)

    def ordered(self, features: Features, *, exclude: Collection[str] = ()) -> tuple[tuple[str, float], ...]:
        """Return ids and scores of the rows of any table, best first, ties by id; the model's positives are left out."""
        away = {*self.positives, *self.exclude, *exclude}
        scores = self.scores(features)
        rows = [i for i in best_first(scores, features.ids).tolist() if features.ids[i] not in away]
        return tuple((features.ids[i], float(scores[i])) for i in rows)

    def scores(self, features: Features) -> Floats:
        """Return the score of each row of any table with the columns of the model, rounded to 9 digits."""
        return self.model.decision_function(self.fits(features))


def save(
    model: LookAlike, positives: Collection[str], *, card: Mapping[str, Any], exclude: Collection[str] = ()
) -> bytes:
    """Return a fitted model as the bytes of one file; `positives` are the ids it was fitted with."""
    stock = model.design_.features
    facts = {
        "card": dict(card),
        "code": code_version(),
        "parameters": model.get_params(),
        "positives": sorted(positives),
        "exclude": sorted(exclude),
        "stock": described(stock),
    }
    return packed(facts, {"values": matrix(stock), "scores": model.decision_function(model.design_)})


def load(content: bytes) -> SavedModel:
    """Read a model back; raises `ModelUnusable` for a file that is damaged, foreign, or gives other scores here."""
    facts, arrays = unpacked(content)
    try:
        stock = table(facts["stock"], arrays["values"])
        chosen = tuple(map(str, facts["positives"]))
        model = LookAlike(**facts["parameters"]).fit(stock, stock.mask(chosen))
        saved = SavedModel(model, chosen, tuple(facts["exclude"]), dict(facts["card"]), str(facts["code"]))
    except (KeyError, TypeError, ValueError):
        raise ModelUnusable(UNLIKE) from None
    _compare(saved, arrays.get("scores"))
    return saved


def _compare(saved: SavedModel, scores: npt.NDArray[Any] | None) -> None:
    again = saved.model.decision_function(saved.model.design_)
    if scores is None or scores.shape != again.shape or not np.allclose(scores, again, rtol=0.0, atol=CLOSE):
        raise ModelUnusable(
            Text(
                f"本程序（{code_version()}）算出的分数与保存时（{saved.code}）不同",
                f"this linli ({code_version()}) computes other scores than the one that saved it ({saved.code})",
            )
        )
