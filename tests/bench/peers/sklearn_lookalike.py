"""The former best look-alike on one stock: rank mean of bagged trees, logistic regression C = 0.01, and contrast.

Usage: sklearn_lookalike.py INPUT.npz (x: rows x columns; known, hidden: masks over the rows). Prints one JSON object
with the seconds of the faster of two runs (both cores, workers warm), its peak memory in MB, and the hits in a list as
long as the hidden positives are many.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from spent import best_of, tell

TREES, WORKERS = 300, 2


def votes(x: np.ndarray, known: np.ndarray, trees: range) -> tuple[np.ndarray, np.ndarray]:
    """Return the out-of-bag votes of some trees that each see all positives and as many others, and their number."""
    positives, others = np.flatnonzero(known), np.flatnonzero(~known)
    total, times = np.zeros(len(x)), np.zeros(len(x))
    for tree in trees:
        drawn = np.random.default_rng(tree).choice(others, len(positives), replace=True)
        rows = np.concatenate((positives, drawn))
        model = DecisionTreeClassifier(max_features="sqrt", random_state=tree)
        model.fit(x[rows], np.repeat([1, 0], len(positives)))
        outside = np.setdiff1d(np.arange(len(x)), drawn)
        total[outside] += model.predict_proba(x[outside])[:, 1]
        times[outside] += 1
    return total, times


def ranked(x: np.ndarray, known: np.ndarray, workers: Parallel) -> np.ndarray:
    """Return the rank mean of the three methods for every row."""
    scaled = StandardScaler().fit_transform(x)
    shares = [range(at, TREES, WORKERS) for at in range(WORKERS)]
    total, times = np.sum(workers(delayed(votes)(scaled, known, share) for share in shares), axis=0)
    logistic = LogisticRegression(C=0.01, class_weight="balanced", max_iter=500).fit(scaled, known)
    contrast = scaled @ (scaled[known].mean(0) - scaled.mean(0))
    scores = (total / np.maximum(times, 1), logistic.decision_function(scaled), contrast)
    return np.mean([rankdata(s[~known]) for s in scores], axis=0)


def main(path: str) -> None:
    """Rank twice with warm workers and say what it took and found."""
    warnings.simplefilter("ignore")
    data = np.load(Path(path))
    x, known, hidden = data["x"], data["known"], data["hidden"]
    with Parallel(n_jobs=WORKERS) as workers:
        workers(delayed(time.sleep)(0) for _ in range(WORKERS))
        spent, mean = best_of(lambda: ranked(x, known, workers), runs=2)
    first = np.argsort(-mean, kind="stable")[: hidden.sum()]
    tell(spent | {"hits": float(hidden[~known][first].sum())})


if __name__ == "__main__":
    main(sys.argv[1])
