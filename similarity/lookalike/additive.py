"""The former home of the estimator and of `rank`; see `estimator` and `ranking`."""

from similarity.lookalike.estimator import LookAlike, one_thread
from similarity.lookalike.ranking import Ranking, best_first, rank

__all__ = ["LookAlike", "Ranking", "best_first", "one_thread", "rank"]
