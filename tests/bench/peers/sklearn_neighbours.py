"""The 10 nearest rows with scikit-learn: `python sklearn_neighbours.py INPUT.npy THREADS ALGORITHM ROWS ANSWER.npy`.

The index is built over all rows; ROWS of them, spread evenly, are asked for (a tree answers row by row, so its time
grows in proportion). float64 as the input is; for "brute" float32 as well, and the better counts.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.neighbors import NearestNeighbors
from spent import best_of, tell

path, threads, algorithm, rows, answer = sys.argv[1:]
vectors = np.load(path)
asked = np.linspace(0, len(vectors) - 1, int(rows)).astype(int)


def search(dtype: type) -> np.ndarray:
    own = vectors.astype(dtype)
    model = NearestNeighbors(n_neighbors=11, algorithm=algorithm, n_jobs=int(threads)).fit(own)
    found = model.kneighbors(own[asked], return_distance=False)
    return np.array([[j for j in row if j != i][:10] for i, row in zip(asked, found, strict=True)])


spent, found = best_of(lambda: search(np.float64), runs=1 if algorithm == "brute" else 2)
if algorithm == "brute":
    other, _ = best_of(lambda: search(np.float32), runs=1 if algorithm == "brute" else 2)
    spent = min(spent, other, key=lambda s: s["seconds"])
np.save(answer, found)
tell(spent)
