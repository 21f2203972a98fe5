"""Divide needs among open sites at least cost: a flow where sizes are whole and a need's own, else a linear programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.assign.located import Table
from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask

LARGEST = 1e12  # cost of all a flow's units together: far inside 64 bits with the flow's own scaling by its nodes
NEAR = (
    0.02  # sites whose mean use lies between this and one minus this are undecided: adding and dropping them is tried
)


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The open sites, the share of each need at each of them (needs x open sites), and the cost with the sites' own."""

    open: Mask
    share: Floats
    cost: float


def served(table: Table, opened: Mask) -> Served | None:
    """Return the cheapest way to meet every need from the open sites; None when their places do not suffice."""
    at = np.flatnonzero(opened)
    if not np.isfinite(table.cost[:, at]).any(1).all():
        return None
    share = _flow(table, at) if _is_flow(table) else _programme(table, at)
    if share is None:
        return None
    cost = np.where(share > 0, table.cost[:, at], 0.0)
    return Served(opened, share, float((cost * share).sum() + table.fixed[at].sum()))


def _is_flow(table: Table) -> bool:
    pair = np.isfinite(table.cost)
    size = np.where(pair, table.size, np.nan)
    own = _own(table)
    return bool((own > 0).all() and (own == np.round(own)).all() and (np.isnan(size) | (size == own[:, None])).all())


def _own(table: Table) -> Floats:
    return np.where(np.isfinite(table.cost), table.size, np.inf).min(1)


def _flow(table: Table, at: Ints) -> Floats | None:
    from ortools.graph.python import min_cost_flow

    own, room = _own(table).astype(np.int64), np.floor(table.capacity[at] + 1e-9).astype(np.int64)
    need, site = np.nonzero(np.isfinite(table.cost[:, at]))
    needs = len(own)
    price = scaled(table.cost[need, at[site]] / own[need], largest=LARGEST / max(1, int(own.sum()))).values
    sink = needs + len(at)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(need, needs + site, own[need], price)
    flow.add_arcs_with_capacity_and_unit_cost(needs + np.arange(len(at)), np.full(len(at), sink), room, 0 * room)
    flow.set_nodes_supplies(np.arange(needs), own)
    flow.set_node_supply(sink, -int(own.sum()))
    if flow.solve() != flow.OPTIMAL:
        return None
    share = np.zeros((needs, len(at)))
    share[need, site] = flow.flows(arcs) / own[need]
    return share


def _programme(table: Table, at: Ints) -> Floats | None:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    need, site = np.nonzero(np.isfinite(table.cost[:, at]))
    column, ones = np.arange(len(need)), np.ones(len(need))
    size = table.size[need, at[site]]
    entries = np.concatenate([size, ones]), (np.concatenate([site, len(at) + need]), np.tile(column, 2))
    rows: csr_array = csr_array(entries, shape=(len(at) + len(table.cost), len(need)))
    above = np.arange(rows.shape[0]) < len(at)
    found = linprog(  # type: ignore[call-overload]  # its stubs do not know sparse matrices
        table.cost[need, at[site]],
        A_ub=rows[above],
        b_ub=table.capacity[at],
        A_eq=rows[~above],
        b_eq=np.ones(len(table.cost)),
        bounds=[(0.0, 1.0)] * len(need),
        method="highs",
    )
    if found.status != 0:
        return None
    share = np.zeros((len(table.cost), len(at)))
    share[need, site] = found.x
    return share


def opening(table: Table, use: Floats) -> Served | None:
    """Open the sites that a bound uses most until their places suffice; None when even all do not."""
    rank = np.argsort(-np.where(table.forced, np.inf, use), kind="stable")
    most = table.most or len(rank)
    first = max(int(((use > 0.5) | table.forced).sum()), 1)
    for count in range(min(first, most), most + 1):
        opened = np.zeros(len(rank), bool)
        opened[rank[:count]] = True
        found = served(table, opened)
        if found is not None:
            return found
    return None


def improved(table: Table, best: Served, use: Floats, *, never: Mask, budget: Budget) -> Served:
    """Close, open and exchange sites while that helps, the undecided first; stops when a round brings nothing."""
    tried: set[bytes] = set()
    better = True
    while better and not budget.over:
        better = False
        for opened in _neighbours(table, best.open, use, never=never):
            if budget.over or opened.tobytes() in tried:
                continue
            tried.add(opened.tobytes())
            found = served(table, opened)
            if found is not None and found.cost < best.cost - 1e-9 * abs(best.cost):
                best, better = found, True
                break
    return best


def _neighbours(table: Table, opened: Mask, use: Floats, *, never: Mask) -> Iterable[Mask]:
    out = [r for r in np.argsort(use, kind="stable") if opened[r] and not table.forced[r] and use[r] < 1 - NEAR]
    into = [r for r in np.argsort(-use, kind="stable") if not opened[r] and not never[r] and use[r] > NEAR]
    closings = [(o,) for o in out]
    openings = [(i,) for i in into] if not table.most or int(opened.sum()) < table.most else []
    swaps = sorted(((o, i) for o in out for i in into), key=lambda pair: (use[pair[0]] - use[pair[1]], pair))
    for change in (*closings, *openings, *swaps):
        changed = opened.copy()
        changed[list(change)] ^= True
        yield changed
