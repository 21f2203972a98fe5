"""The p-median in spopt: `python spopt_median.py INPUT.npz` (cost, count, limit); PuLP with CBC on both cores."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pulp
from spopt.locate import PMedian


def main(path: str) -> None:
    """Build and solve within the limit; the time of building the model counts apart."""
    with np.load(path) as file:
        cost, count, limit = file["cost"], int(file["count"][0]), float(file["limit"][0])
    begun = time.perf_counter()
    model = PMedian.from_cost_matrix(cost, np.ones(len(cost)), p_facilities=count)
    built = time.perf_counter() - begun
    model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit, threads=2), results=False)
    seconds = time.perf_counter() - begun
    value = pulp.value(model.problem.objective)
    whole = all(v.value() is not None and abs(v.value() - round(v.value())) < 1e-6 for v in model.fac_vars)
    print(
        json.dumps(
            {"seconds": seconds, "building": built, "cost": float(value) if value is not None and whole else None}
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
