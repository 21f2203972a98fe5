"""The search for the best plan of several events: prices give a bound, persons are shared out exactly, rooms by branching.

A node holds the cells that each event may still take. Prices bound it; a cell that is worth too little under them is in
no better plan and goes; what is left is divided at the event that is least decided: branch and bound with Lagrangian
bounds (Fisher 1981).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.bundle.event import NEVER, Event
from matching.bundle.prices import LEAST, Descent, Priced, Prices
from matching.bundle.rooms import apart
from matching.bundle.shortlist import MOST_CELLS, Numbers, Shortlist
from matching.bundle.trials import Cells, Trials
from matching.problem import Floats

ROOT_CHUNKS, CHUNK = 10, 50  # steps at the root: after each chunk lists may be lengthened
NODE_STEPS = 40
EVERY = 10  # steps between two plans that are tried
FIRST_STEP, NODE_STEP = 0.3, 0.1  # length of the first step at the root, and below it, where prices are good already
LONGER = 4  # times as many cells where prices make those beyond the list the best

Held = Callable[[Cells], float]
"""The best score with all rooms and slots fixed, `NEVER` where the people do not suffice."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Cells that each event may still take, prices to begin with, and a bound."""

    lists: tuple[Shortlist, ...]
    prices: Prices
    bound: float


@dataclass(slots=True)
class Search:
    """A search under way: the plans tried, what the exact people of fixed cells score, and the highest bound left aside."""

    trials: Trials
    held: Held
    aside: float = NEVER

    def root(self, events: Sequence[Event], numbers: Numbers, lists: list[Shortlist]) -> Node:
        """Lower the bound of all cells together; lists are lengthened where cells beyond them are dearest."""
        descent, going = Descent.of(lists, Prices.none(numbers), FIRST_STEP), True
        for chunk in range(ROOT_CHUNKS):
            going = going and self._lowered(descent, steps=CHUNK)
            last = (
                not going or chunk == ROOT_CHUNKS - 2
            )  # in the end all cells are listed that could be in a better plan
            spare = max(descent.best.bound - self.trials.score, LEAST) if last else LEAST
            short = [self._short(one, worth, spare) for one, worth in zip(lists, descent.best.worth, strict=True)]
            if any(short):
                most = (LONGER * len(one) if s else 0 for one, s in zip(lists, short, strict=True))
                lists = [numbers.shortlist(events[k], k, m) if m else lists[k] for k, m in enumerate(most)]
                descent, going = Descent.of(lists, descent.best.prices, max(descent.step, NODE_STEP)), True
            elif not going:
                break
        return Node(tuple(lists), descent.best.prices, descent.best.bound)

    def branch(self, root: Node) -> float:
        """Divide nodes, the highest bound first, until none can hold a better plan; return the bound that is left."""
        queue, number = [(-root.bound, 0, root)], 0
        while queue and not self.trials.effort.over and -queue[0][0] > self.trials.score + LEAST:
            self._tell(-queue[0][0])
            for child in self._divided(heapq.heappop(queue)[2]):
                number += 1
                heapq.heappush(queue, (-child.bound, number, child))
        left = -queue[0][0] if queue else NEVER
        return max(self.trials.known, self.aside, left if left > self.trials.score + LEAST else NEVER)

    def _tell(self, bound: float) -> None:
        if self.trials.cells:
            self.trials.effort.budget.tell_gap(self.trials.score, max(bound, self.aside))

    def _short(self, one: Shortlist, worth: Floats, spare: float) -> bool:
        """Say whether a cell that is not listed may be worth all but `spare` of the dearest."""
        matters = one.beyond > NEVER and one.beyond > float(worth.max()) - spare
        return matters and len(one) < MOST_CELLS and not self.trials.effort.over

    def _lowered(self, descent: Descent, *, steps: int) -> bool:
        """Lower a bound by some steps and try plans on the way; False when it goes no lower."""
        going = True
        for step in range(steps):
            if step % EVERY == 0:
                self.trials.offer(descent.lists, descent.now)
                self._tell(descent.best.bound)
            going = not self.trials.effort.over and descent.moved(self.trials.score)
            if not going:
                break
            self.trials.effort.left -= len(descent.lists)
        self.trials.offer(descent.lists, descent.best)
        return going

    def _divided(self, node: Node) -> list[Node]:
        """Bound a node, and divide it where it may still hold a better plan."""
        descent = Descent.of(node.lists, node.prices, NODE_STEP)
        self._lowered(descent, steps=NODE_STEPS)
        found = descent.best
        if found.bound <= self.trials.score + LEAST:
            return []
        lists = apart(_pruned(node.lists, found, found.bound - self.trials.score))
        if lists is None:
            return []
        if all(one.settled for one in lists):
            cells = tuple((int(one.venue[0]), int(one.slot[0])) for one in lists)
            self.trials.take(cells, self.held(cells))
            return []
        return self._children(lists, found)

    def _children(self, lists: list[Shortlist], found: Priced) -> list[Node]:
        """Divide at the event whose best two cells are worth nearly the same: the best one, or any other."""
        worth = [found.prices.worth(one) for one in lists]
        open_ones = [k for k, one in enumerate(lists) if len(one) and not one.settled]
        if not open_ones:
            self.aside = max(self.aside, found.bound)
            return []
        lead = [_lead(w, one.beyond) for w, one in zip(worth, lists, strict=True)]
        k = min(open_ones, key=lambda j: (lead[j], j))
        best = int(np.argmax(worth[k]))
        rest = np.delete(np.arange(len(lists[k])), best)
        parts = (lists[k].kept(np.array([best]), NEVER), lists[k].kept(rest, lists[k].beyond))
        nodes = (apart([*lists[:k], part, *lists[k + 1 :]]) for part in parts)
        return [Node(tuple(one), found.prices, found.bound) for one in nodes if one is not None]


def _lead(worth: Floats, beyond: float) -> float:
    """Return how far the best cell is above the next one."""
    if len(worth) < 2:
        return float(worth.max(initial=NEVER) - beyond)
    second, first = np.partition(worth, len(worth) - 2)[-2:]
    return float(first - max(second, beyond))


def _pruned(lists: Sequence[Shortlist], found: Priced, spare: float) -> list[Shortlist]:
    """Drop the cells that would cost more than `spare`, what a better plan can lose at most: they are in none."""
    kept = []
    for one, worth in zip(lists, found.worth, strict=True):
        least = max(float(worth.max(initial=NEVER)), one.beyond) - spare
        kept.append(one.kept(np.flatnonzero(worth >= least), one.beyond if one.beyond >= least else NEVER))
    return kept
