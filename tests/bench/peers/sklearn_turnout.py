"""Who comes, by scikit-learn: boosted trees and logistic regression on the plain facts of pairs of person and activity.

Usage: sklearn_turnout.py INPUT.npz (train, train_came, test: pairs x facts; group: the activity of each test pair,
test_came; kinds: how many of the last columns are the one-hot kind; the first column is the age). Both cores, the pairs
weighted as they were drawn. Prints one JSON object: for each model seconds, mean AUC over activities, and the share of
visits that stood in the first tenth.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

BAND = 5  # years of age; logistic regression gets one column for each band in each kind


def crossed(facts: np.ndarray, kinds: int) -> np.ndarray:
    """Return the facts with the logarithms of the counts, and age bands crossed with kinds."""
    band = np.clip(np.nan_to_num(facts[:, 0], nan=110) // BAND, 0, 22).astype(int)
    kind = facts[:, -kinds:].argmax(1)
    cells = np.zeros((len(facts), 23 * kinds), np.float32)
    cells[np.arange(len(facts)), kind * 23 + band] = 1
    plain = np.nan_to_num(facts[:, 1:-kinds])
    return np.hstack([plain, np.log1p(np.maximum(plain, 0)), cells])


def judged(scores: np.ndarray, data: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the mean AUC over activities and the share of visits in the first tenth of each list."""
    areas, first, visits = [], 0, 0
    for rows in np.split(np.arange(len(scores)), np.flatnonzero(np.diff(data["group"])) + 1):
        came, own = data["test_came"][rows], scores[rows]
        areas.append(roc_auc_score(came, own))
        first += came[np.argsort(-own, kind="stable")[: round(len(rows) / 10)]].sum()
        visits += came.sum()
    return {"area": float(np.mean(areas)), "top_tenth": float(first / visits)}


def main(path: str) -> None:
    """Fit both and print what they took and found."""
    data = dict(np.load(Path(path)))
    kinds = int(data["kinds"])
    found: dict[str, dict[str, float]] = {}
    for name in ("boosting", "logistic"):
        begun = time.perf_counter()
        if name == "boosting":
            model = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, l2_regularization=1.0)
            model.fit(data["train"], data["train_came"], sample_weight=data["weight"])
            scores = model.decision_function(data["test"])
        else:
            scaler = StandardScaler().fit(crossed(data["train"], kinds))
            model = LogisticRegression(C=0.01, max_iter=300)
            model.fit(scaler.transform(crossed(data["train"], kinds)), data["train_came"], sample_weight=data["weight"])
            blocks = np.array_split(data["test"], 20)
            scores = np.concatenate([model.decision_function(scaler.transform(crossed(b, kinds))) for b in blocks])
        found[name] = {"seconds": time.perf_counter() - begun, **judged(scores, data)}
    print(json.dumps({**found, "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))


if __name__ == "__main__":
    main(sys.argv[1])
