"""A problem of assignment or of sites as a plain integer programme: `python milp_plan.py INPUT.npz`; HiGHS, both cores.

Needs are met all (`needs` x `resources` tables `cost` and `size`, `capacity`, `fixed`, `whole`, `limit`), in the textbook
form with x <= y for each pair of a site with a cost.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array, kron


def main(path: str) -> None:
    """Solve within the limit and print cost, bound and seconds."""
    with np.load(path) as file:
        cost, size, capacity, fixed = (file[name] for name in ("cost", "size", "capacity", "fixed"))
        whole, limit = bool(file["whole"][0]), float(file["limit"][0])
    needs, sites = cost.shape
    pairs = needs * sites
    once = kron(eye_array(needs), np.ones((1, sites)))
    places = csr_array((size.ravel(), (np.tile(np.arange(sites), needs), np.arange(pairs))), shape=(sites, pairs))
    full = -csr_array((capacity, (np.arange(sites), np.arange(sites))), shape=(sites, sites))
    rows = [[once, None], [places, full]]
    if fixed.any():
        rows.append([eye_array(pairs), kron(np.ones((needs, 1)), -eye_array(sites))])
    matrix = csr_array(block_array(rows))
    low = np.concatenate([np.ones(needs), np.full(matrix.shape[0] - needs, -np.inf)])
    high = np.concatenate([np.ones(needs), np.zeros(matrix.shape[0] - needs)])
    begun = time.perf_counter()
    found = milp(
        np.concatenate([cost.ravel(), fixed]),
        integrality=np.repeat([int(whole), 1], [pairs, sites]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": limit},
    )
    seconds = time.perf_counter() - begun
    known = found.x is not None
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else None
    print(json.dumps({"cost": float(found.fun) if known else None, "bound": bound, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1])
