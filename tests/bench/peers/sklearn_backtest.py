"""The former best look-alike over the splits of a back-test: rank mean of bagged trees, logistic regression, contrast.

Usage: sklearn_backtest.py INPUT.npz (x: rows x columns; known, hidden: splits x rows). Prints one JSON object with the
seconds of the splits (both cores, workers warm), the peak memory in GB, and the mean hits in a tenth of the list.
"""

from __future__ import annotations

import json
import resource
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

TREES = 100


def bagged(x: np.ndarray, known: np.ndarray, *, seed: int) -> np.ndarray:
    """Score rows by trees that each see the known positives and as many others (Mordelet and Vert 2014), out of bag."""
    rng = np.random.default_rng(seed)
    positives, others = np.flatnonzero(known), np.flatnonzero(~known)
    total, times = np.zeros(len(x)), np.zeros(len(x))
    for tree in range(TREES):
        drawn = rng.choice(others, len(positives), replace=True)
        rows = np.concatenate((positives, drawn))
        model = DecisionTreeClassifier(max_features="sqrt", random_state=tree)
        model.fit(x[rows], np.repeat([1, 0], len(positives)))
        outside = np.ones(len(x), bool)
        outside[drawn] = False
        total[outside] += model.predict_proba(x[outside])[:, 1]
        times[outside] += 1
    return total / np.maximum(times, 1)


def split(x: np.ndarray, known: np.ndarray, hidden: np.ndarray) -> float:
    """Return the hits in a tenth of the candidates of one split."""
    logistic = LogisticRegression(C=0.01, class_weight="balanced", max_iter=200).fit(x, known)
    contrast = x @ (x[known].mean(0) - x.mean(0))
    scores = (bagged(x, known, seed=0), logistic.decision_function(x), contrast)
    rows = np.flatnonzero(~known)
    mean = np.mean([rankdata(s[rows]) for s in scores], axis=0)
    first = rows[np.argsort(-mean, kind="stable")[: round(0.1 * len(rows))]]
    return float(hidden[first].sum())


def main(path: str) -> None:
    """Run all splits on two workers and print what they took and found."""
    warnings.simplefilter("ignore")
    data = np.load(Path(path))
    x = StandardScaler().fit_transform(data["x"])
    with Parallel(n_jobs=2) as workers:
        workers(delayed(split)(x, data["known"][0], data["hidden"][0]) for _ in range(2))
        begun = time.perf_counter()
        hits = workers(delayed(split)(x, k, h) for k, h in zip(data["known"], data["hidden"], strict=True))
        seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds, "memory_gb": memory, "hits": float(np.mean(hits))}))


if __name__ == "__main__":
    main(sys.argv[1])
