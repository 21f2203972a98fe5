"""Divide needs among open sites at least cost: a flow where sizes are whole and a need's own, else a linear programme.

A need may also be left out, at a price above any saving; so some division always exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.assign.located import Table
from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LARGEST = 1e14  # cost of all a flow's units together: far inside 64 bits with the flow's own scaling by its nodes
MOST_ARCS, FEWEST = 60_000, 8
"""Arcs above which a need is offered its cheapest sites only (but this many): a flow then ends within half a second."""
MOST_PRICED = 25_000
"""The same for prices, by a linear programme."""
NEAR = (
    0.02  # sites whose mean use lies between this and one minus this are undecided: adding and dropping them is tried
)


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The open sites, the share of each need at each of them (needs x open sites), and the cost of it all.

    The cost holds that of the sites and the price of what is left out, `left` (a share of each need).
    """

    open: Mask
    share: Floats
    left: Floats
    cost: float

    def table(self) -> Floats:
        """Return the shares at all sites, and what is left out as a last column."""
        full = np.zeros((len(self.left), len(self.open) + 1))
        full[:, np.append(self.open, True)] = np.column_stack([self.share, self.left])
        return full


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """What is to be divided: the sites, what leaving each need out costs, and the time for it."""

    table: Table
    leaving: Floats
    budget: Budget

    def unmet(self, service: Served) -> float:
        """Return the priority that a service leaves out."""
        return float(self.table.priority @ service.left)

    def allowed(self, service: Served) -> bool:
        """Whether a service leaves no more out than the table allows."""
        return self.unmet(service) <= self.table.unmet + 1e-9

    def net(self, service: Served) -> float:
        """Return the cost of a service without the price of what it leaves out."""
        return service.cost - float(self.leaving @ service.left)

    @property
    def own(self) -> Floats:
        """The least size of each need; 1 without a pair."""
        least = np.where(np.isfinite(self.table.cost), self.table.size, np.inf).min(1)
        return np.where(np.isfinite(least), least, 1.0)

    def served(self, opened: Mask) -> Served | None:
        """Return the cheapest way to serve from the open sites (None when the numbers defeat the solver)."""
        at = np.flatnonzero(opened)
        need, site = self._offered(at)
        share = self._flow(at, need, site) if self.is_flow else self._programme(at, need, site)
        if share is None:
            return None
        left = np.clip(1.0 - share.sum(1), 0.0, 1.0)
        left[left < 1e-9] = 0.0
        cost = np.where(share > 0, self.table.cost[:, at], 0.0)
        total = float((cost * share).sum() + self.table.fixed[at].sum() + self.leaving @ left)
        return Served(opened, share, left, total)

    @property
    def is_flow(self) -> bool:
        """Whether units of places can flow: each need has one size, a whole number above zero."""
        pair = np.isfinite(self.table.cost)
        size = np.where(pair, self.table.size, np.nan)
        own = self.own
        return bool(
            (own > 0).all() and (own == np.round(own)).all() and (np.isnan(size) | (size == own[:, None])).all()
        )

    def _offered(self, at: Ints, arcs: int = MOST_ARCS) -> tuple[Ints, Ints]:
        cost = self.table.cost[:, at]
        most = max(FEWEST, arcs // len(cost))
        listed = np.isfinite(cost)
        if cost.size > arcs and most < len(at):
            listed &= cost <= np.partition(cost, most - 1, axis=1)[:, most - 1 : most]
        need, site = np.nonzero(listed)
        return need, site

    def _flow(self, at: Ints, need: Ints, site: Ints) -> Floats | None:
        from ortools.graph.python import min_cost_flow

        table, needs = self.table, len(self.leaving)
        own, room = self.own.astype(np.int64), np.floor(table.capacity[at] + 1e-9).astype(np.int64)
        largest = LARGEST / max(1, int(own.sum()))
        price = scaled(np.append(table.cost[need, at[site]] / own[need], self.leaving / own), largest=largest).values
        sink = needs + len(at)
        flow = min_cost_flow.SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(need, needs + site, own[need], price[: len(need)])
        flow.add_arcs_with_capacity_and_unit_cost(needs + np.arange(len(at)), np.full(len(at), sink), room, 0 * room)
        flow.add_arcs_with_capacity_and_unit_cost(np.arange(needs), np.full(needs, sink), own, price[len(need) :])
        flow.set_nodes_supplies(np.arange(needs), own)
        flow.set_node_supply(sink, -int(own.sum()))
        if flow.solve() != flow.OPTIMAL:
            return None
        share = np.zeros((needs, len(at)))
        share[need, site] = flow.flows(arcs) / own[need]
        return share

    def _programme(self, at: Ints, need: Ints, site: Ints) -> Floats | None:
        from scipy.sparse import csr_array

        needs, sites, pairs = len(self.leaving), len(at), len(need)
        column, left = np.arange(pairs), pairs + np.arange(needs)
        row = np.concatenate([site, sites + need, sites + np.arange(needs)])
        value = np.concatenate([self.table.size[need, at[site]], np.ones(pairs + needs)])
        entries = value, (row, np.concatenate([column, column, left]))
        rows: csr_array = csr_array(entries, shape=(sites + needs, pairs + needs))
        cost = np.append(self.table.cost[need, at[site]], self.leaving)
        found = self._linear(cost, rows, self.table.capacity[at])
        if found is None:
            return None
        share = np.zeros((needs, sites))
        share[need, site] = np.clip(found.x[:pairs], 0.0, 1.0)
        return share

    def _linear(self, cost: Floats, rows: csr_array, most: Floats) -> Any:
        """Minimise over columns in [0, 1]: the first rows are at most `most`, the others 1; None where that failed."""
        from scipy.optimize import linprog

        found = linprog(  # type: ignore[call-overload]  # its stubs do not know sparse matrices
            cost,
            A_ub=rows[: len(most)],
            b_ub=most,
            A_eq=rows[len(most) :],
            b_eq=np.ones(rows.shape[0] - len(most)),
            bounds=(0.0, 1.0),
            method="highs",
            options={"time_limit": self.budget.left},
        )
        return found if found.status == 0 else None

    def prices(self, opened: Mask, unit: float) -> Floats | None:
        """Return the prices of the needs, and of the limit on what is left out, in an optimal division; None if late.

        The prices of sites that are all needed are all but those of the whole problem. Shape (needs + 1,).
        """
        from scipy.sparse import csr_array

        at = np.flatnonzero(opened)
        need, site = self._offered(at, MOST_PRICED)
        needs, sites, pairs = len(self.leaving), len(at), len(need)
        column, left, limit = np.arange(pairs), pairs + np.arange(needs), np.full(needs, sites)
        row = np.concatenate([site, limit, sites + 1 + need, sites + 1 + np.arange(needs)])
        value = np.concatenate([self.table.size[need, at[site]], self.table.priority, np.ones(pairs + needs)])
        entries = value, (row, np.concatenate([column, left, column, left]))
        rows: csr_array = csr_array(entries, shape=(sites + 1 + needs, pairs + needs))
        cost = np.append(self.table.cost[need, at[site]], np.zeros(needs))
        found = self._linear(cost, rows, np.append(self.table.capacity[at], self.table.unmet + 1e-9))
        if found is None:
            return None
        return np.append(found.eqlin.marginals, -found.ineqlin.marginals[-1] * unit)

    def opening(self, use: Floats) -> Served | None:
        """Open the sites that a bound uses most, as many as have the places; one more while somebody is left out."""
        table = self.table
        rank = np.argsort(-np.where(table.forced, np.inf, use), kind="stable")
        most = table.most or len(rank)
        enough = int(np.searchsorted(np.cumsum(table.capacity[rank]), self.own.sum())) + 1
        first = min(max(int(((use > 0.5) | table.forced).sum()), enough, 1), most)
        best = None
        for count in _counts(first, most):
            opened = np.zeros(len(rank), bool)
            opened[rank[:count]] = True
            found = self.served(opened)
            if found is None or (best is not None and found.cost >= best.cost):
                break
            best = found
            if not found.left.any():
                break
        return best

    def improved(self, best: Served, use: Floats, *, never: Mask, budget: Budget) -> Served:
        """Close, open and exchange sites while that helps, the undecided first; stops when a round brings nothing."""
        tried: set[bytes] = set()
        better = True
        while better and not budget.over:
            better = False
            for opened in _neighbours(self.table, best.open, use, never=never):
                if budget.over or opened.tobytes() in tried:
                    continue
                tried.add(opened.tobytes())
                found = self.served(opened)
                if found is not None and found.cost < best.cost - 1e-9 * abs(best.cost):
                    best, better = found, True
                    break
        return best


def _counts(first: int, most: int) -> list[int]:
    """Return numbers of sites to try, by steps that grow."""
    steps = first + np.unique(np.floor(1.5 ** np.arange(30)).astype(np.int64)) - 1
    return [*steps[steps < most].tolist(), most]


def _neighbours(table: Table, opened: Mask, use: Floats, *, never: Mask) -> Iterator[Mask]:
    out = [r for r in np.argsort(use, kind="stable") if opened[r] and not table.forced[r] and use[r] < 1 - NEAR]
    into = [r for r in np.argsort(-use, kind="stable") if not opened[r] and not never[r] and use[r] > NEAR]
    closings = [(o,) for o in out]
    openings = [(i,) for i in into] if not table.most or int(opened.sum()) < table.most else []
    swaps = sorted(((o, i) for o in out for i in into), key=lambda pair: (use[pair[0]] - use[pair[1]], pair))
    for change in (*closings, *openings, *swaps):
        changed = opened.copy()
        changed[list(change)] ^= True
        yield changed
