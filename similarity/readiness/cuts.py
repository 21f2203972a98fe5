"""Where the precision of a ranked list falls: cuts that chance does not explain.

The hidden positives of a back-test stand at places of a list (0 its top, 1 its end). Where the ranking tells nothing,
their density is level; a cut at `a` says that it is higher above than below. Cuts are found one after the other by the
likelihood ratio of a piecewise level density (binary segmentation, Scott and Knott 1974) over a declared grid of
places; a cut is kept when its ratio is beyond the 95 % point of what level densities give in seeded draws. Shares
counted between cuts that were chosen on the same positives are too good; Efron's (1983) bootstrap estimate of that
optimism is taken off.
"""

from __future__ import annotations

import numpy as np

from similarity.features import Floats, Ints

GRID = np.array([0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
"""The places where a list may be cut, as shares of its length."""
DRAWS, CHANCE = 1000, 0.95

Cuts = tuple[int, ...]
"""Positions in `GRID`, rising."""


def ratio(counts: Floats, cuts: Floats) -> Floats:
    """Return the log-likelihood of densities that are level between cuts, against one level density.

    `counts` (…, c) are the positives above each of c cuts and `cuts` their places, both closed by the whole list
    (m and 1); minus infinity where the density does not fall from one part to the next.
    """
    inside = np.diff(counts, axis=-1, prepend=0.0)
    widths = np.diff(cuts, axis=-1, prepend=0.0)
    density = inside / (counts[..., -1:] * widths)
    gain = (inside * np.log(np.where(inside > 0, density, 1.0))).sum(-1)
    falls = (np.diff(density, axis=-1) < 0).all(-1)
    return np.asarray(np.where(falls, gain, -np.inf), np.float64)


def best_added(above: Floats, kept: Cuts) -> tuple[Ints, Floats]:
    """Return for each row of `above` which cut of the grid adds most to those kept, and how much; ties go up the list.

    `above` (draws, grid + 1) counts the positives above each place of the grid, and all of them in the last column.
    """
    free = [g for g in range(len(GRID)) if g not in kept]
    places = np.append(GRID, 1.0)
    already = _at(above, places, kept)
    already[np.isinf(already)] = 0.0  # a draw in which the kept cuts do not fall has no added cut that does
    gains = np.stack([_at(above, places, (*kept, g)) for g in free], axis=-1) - already[:, None]
    best = gains.argmax(-1)
    return np.array(free)[best], gains[np.arange(len(best)), best]


def _at(above: Floats, places: Floats, cuts: Cuts) -> Floats:
    chosen = [*sorted(cuts), len(GRID)]
    return ratio(above[:, chosen], places[chosen])


def choose(above: Floats, *, most: int, seed: int) -> Cuts:
    """Return up to `most` cuts that chance does not explain; `above` (grid + 1,) counts as in `best_added`."""
    rng = np.random.Generator(np.random.PCG64(seed))
    kept: Cuts = ()
    while len(kept) < most:
        cut, gain = (value[0] for value in best_added(above[None], kept))
        drawn = _draws(above, kept, rng=rng)
        if not gain > np.quantile(best_added(drawn, kept)[1], CHANCE):
            break
        kept = tuple(sorted((*kept, int(cut))))
    return kept


def _draws(above: Floats, kept: Cuts, *, rng: np.random.Generator) -> Floats:
    """Draw as many positives from the densities that the kept cuts give; counts as in `best_added`."""
    widths, chosen = np.diff(np.append(GRID, 1.0), prepend=0.0), [*kept, len(GRID)]
    part = np.searchsorted(np.array(kept), np.arange(len(widths)), "left")
    shares = np.diff(above[chosen], prepend=0.0) / above[-1]
    chances = shares[part] * widths / np.bincount(part, weights=widths)[part]
    draws = rng.multinomial(round(above[-1]), chances / chances.sum(), size=DRAWS)
    return np.cumsum(draws, axis=1).astype(np.float64)


def shares(chances: Floats, cuts: Cuts, *, seed: int) -> Floats:
    """Return which share of the positives stands in each part of the list, less the optimism of the chosen cuts.

    `chances` (m, grid + 1) are the chances of each positive to stand above each place of the grid; the last is 1.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    m = len(chances)
    times = rng.multinomial(m, np.full(m, 1 / m), size=DRAWS).astype(np.float64)
    drawn, own = times @ chances, chances.sum(0)
    again = np.empty((DRAWS, 0), np.int64)
    for _ in cuts:
        again = np.sort(np.column_stack((again, _next(drawn, again))), axis=1)
    optimism = (_parts(drawn, again) - _parts(np.broadcast_to(own, drawn.shape), again)).mean(0) / m
    apparent = _parts(own[None], np.array([cuts], np.int64))[0] / m
    corrected = np.clip(apparent - optimism, 0.0, 1.0)
    return np.asarray(corrected / corrected.sum(), np.float64)


def _next(drawn: Floats, again: Ints) -> Ints:
    """Return the best cut to add in each draw, whose cuts so far may differ from draw to draw."""
    found = np.empty(len(drawn), np.int64)
    for kept in np.unique(again, axis=0):
        rows = (again == kept).all(1)
        found[rows] = best_added(drawn[rows], tuple(int(g) for g in kept))[0]
    return found


def _parts(counts: Floats, cuts: Ints) -> Floats:
    ends = np.take_along_axis(counts, np.column_stack((cuts, np.full(len(cuts), len(GRID)))), axis=1)
    return np.diff(ends, axis=1, prepend=0.0)
