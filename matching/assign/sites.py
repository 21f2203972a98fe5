"""Branch on sites: the bound of location with a site open and with it shut is at least that of both together.

The node of the lowest bound is parted on the site that its prices use nearest to half the time; each child starts from
its parent's prices, and the sites that it uses are tried as a plan. What is left when the time is up, or when every
node has reached the best plan, is the bound.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from matching.assign import transport
from matching.assign.located import NARROW, Bound, Table, raised
from matching.budget import Budget

DECIDED = 0.02  # a site used less than this share of the time, or all but this share, is not worth parting on


@dataclass(order=True, slots=True)
class _Node:
    value: float
    number: int
    bound: Bound
    table: Table


def branched(
    division: transport.Division, root: Bound, cap: float, *, shrinking: bool, budget: Budget
) -> tuple[list[transport.Served], float]:
    """Return divided services cheaper than `cap`, the cheapest first, and a bound on every plan cheaper than `cap`.

    With `shrinking` a cheaper service is itself a plan and lowers the cap; else it is only worth a try with whole needs.
    """
    heap, found, count = [_Node(root.value, 0, root, division.table)], [], 0
    while heap and heap[0].value < cap and not budget.over:
        site = _undecided(heap[0])
        if site is None:
            break
        node = heapq.heappop(heap)
        for opened in (True, False):
            count += 1
            part = node.table.with_site(site, opened=opened)
            bound = raised(part, cap, budget, prices=node.bound.prices, steps=NARROW)
            heapq.heappush(heap, _Node(max(node.value, bound.value), count, bound, part))
            service = replace(division, table=part).opening(bound.use)
            if service is not None and division.allowed(service) and division.net(service) < cap:
                found.append(service)
                cap = division.net(service) if shrinking else cap
        budget.tell_gap(cap, min(cap, heap[0].value))
    found.sort(key=division.net)
    return found, min(cap, heap[0].value) if heap else cap


def _undecided(node: _Node) -> int | None:
    away = np.abs(node.bound.use - 0.5) + np.where(node.table.forced, 1.0, 0.0)
    site = int(np.argmin(away))
    return site if away[site] < 0.5 - DECIDED else None
