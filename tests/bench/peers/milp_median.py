"""The p-median as a plain integer programme: `python milp_median.py INPUT.npz` (cost, count, limit); HiGHS, both cores."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack


def main(path: str) -> None:
    """Solve the textbook form (assign each cell once, only to open sites, p open) within the limit."""
    with np.load(path) as file:
        cost, count, limit = file["cost"], int(file["count"][0]), float(file["limit"][0])
    cells, sites = cost.shape
    once = hstack([kron(eye_array(cells), np.ones((1, sites))), csr_array((cells, sites))])
    only_open = hstack([eye_array(cells * sites), -kron(np.ones((cells, 1)), eye_array(sites))])
    number = hstack([csr_array((1, cells * sites)), csr_array(np.ones((1, sites)))])
    matrix = csr_array(vstack([once, only_open, number]))
    low = np.concatenate([np.ones(cells), np.full(cells * sites, -np.inf), [count]])
    high = np.concatenate([np.ones(cells), np.zeros(cells * sites), [count]])
    whole = np.repeat([0, 1], [cells * sites, sites])
    price = np.concatenate([cost.ravel(), np.zeros(sites)])
    begun = time.perf_counter()
    found = milp(
        price,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": limit},
    )
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "cost": None if found.x is None else float(found.fun)}))


if __name__ == "__main__":
    main(sys.argv[1])
