"""Readers of OR-Library's files (Beasley 1990): published problems with known optima."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.problem import Floats, Pairs, Problem


def optima(folder: Path) -> dict[str, dict[str, object]]:
    """Return the published optima by family."""
    found: dict[str, dict[str, object]] = json.loads((folder / "optima.json").read_text())
    return found


def assignment(folder: Path) -> Problem:
    """Read assign500: n, then an n x n matrix of costs."""
    numbers = _numbers(folder / "assign/assign500.txt")
    size = int(numbers[0])
    names = [str(i) for i in range(size)]
    return Problem.of(names, names, Pairs.dense(numbers[1 : 1 + size * size].reshape(size, size)))


def generalised(folder: Path, name: str) -> Iterator[Problem]:
    """Read the problems of gap1 or gap2: agents, jobs, profits (to be maximised), resource use, capacities."""
    numbers = iter(_numbers(folder / f"gap/{name}.txt").tolist())
    for _ in range(int(next(numbers))):
        agents, jobs = int(next(numbers)), int(next(numbers))
        profit, use = (np.array([next(numbers) for _ in range(agents * jobs)]).reshape(agents, jobs).T for _ in "pu")
        capacity = [next(numbers) for _ in range(agents)]
        job, agent = np.indices((jobs, agents)).reshape(2, -1)
        pairs = Pairs.of(job, agent, cost=profit.ravel(), size=use.ravel())
        yield Problem.of(_names(jobs), _names(agents), pairs, capacity=capacity, maximise=True)


def warehouses(folder: Path, name: str) -> Problem:
    """Read a capacitated warehouse problem: capacity and fixed cost of each, demand and costs of each customer."""
    numbers = iter(_numbers(folder / f"cap/{name}.txt").tolist())
    sites, customers = int(next(numbers)), int(next(numbers))
    heads = np.array([[next(numbers), next(numbers)] for _ in range(sites)])
    rows = np.array([[next(numbers) for _ in range(1 + sites)] for _ in range(customers)])
    customer, site = np.indices((customers, sites)).reshape(2, -1)
    pairs = Pairs.of(customer, site, cost=rows[:, 1:].ravel(), size=np.repeat(rows[:, 0], sites))
    problem = Problem.of(_names(customers), _names(sites), pairs, capacity=heads[:, 0])
    return replace(problem, fixed_cost=heads[:, 1], split=True)


def median(folder: Path, number: int) -> tuple[Floats, int]:
    """Read a p-median problem as its matrix of shortest paths and p; of an edge that is listed twice the last counts."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    numbers = _numbers(folder / f"pmed/pmed{number}.txt").astype(int)
    size, edges, count = numbers[:3]
    graph = np.zeros((size, size))
    for one, other, cost in numbers[3 : 3 + 3 * edges].reshape(edges, 3):
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = cost
    return np.asarray(shortest_path(csr_array(graph), directed=False)), int(count)


def _names(count: int) -> list[str]:
    return [str(i) for i in range(count)]


def _numbers(path: Path) -> Floats:
    return np.array(path.read_text().split(), float)
