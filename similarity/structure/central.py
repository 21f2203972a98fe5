"""Which nodes of a label a walk comes by most often, around one node or over all that is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot.columns import Floats, Ints
from similarity.structure.network import Network
from similarity.structure.pagerank import DAMPING, pagerank

DIGITS = 9


@dataclass(frozen=True, slots=True)
class Central:
    """One node: its share of the walk's time, and how many times that is its usual share.

    `usual` times 1 is what its number of relationships alone gives it in a walk that never starts again.
    """

    number: int
    score: float
    usual: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The nodes with the largest shares, and how many nodes of the label the walk comes by at all."""

    rows: tuple[Central, ...]
    total: int


def central(network: Network, label: str, *, around: int | None, top: int = 10, damping: float = DAMPING) -> Ranked:
    """Rank the nodes of a label by personalised PageRank around a node, which is left out itself.

    With `around` None the walk starts again anywhere among the nodes that are linked. Ties by id.
    """
    restart = (network.degrees > 0).astype(np.float64)
    if around is not None:
        restart = np.zeros(len(network))
        restart[around] = 1.0
    if not restart.any():
        return Ranked((), 0)
    shares = np.round(_shares(network, restart, damping=damping), DIGITS)
    span = network.span(label)
    numbers = np.arange(span.start, span.stop)
    reached = numbers[(shares[numbers] > 0) & (numbers != (-1 if around is None else around))]
    best = _largest(network, reached, shares=shares[reached], top=top)
    plain = network.strengths / network.strengths.sum() if network.strengths.any() else network.strengths
    rows = tuple(Central(n, float(shares[n]), round(float(shares[n] / plain[n]), 6) if plain[n] else 0.0) for n in best)
    return Ranked(rows, len(reached))


def _shares(network: Network, restart: Floats, *, damping: float) -> Floats:
    """Return the shares of time, reckoned among the nodes that are linked or started from: others move no sum."""
    within = np.flatnonzero((network.degrees > 0) | (restart > 0))
    matrix = network.matrix if len(within) == len(network) else network.matrix[within][:, within]
    shares = np.zeros(len(network))
    shares[within] = pagerank(matrix, restart[within], damping=damping)
    return shares


def _largest(network: Network, numbers: Ints, *, shares: Floats, top: int) -> list[int]:
    if len(numbers) > top:
        last = np.partition(shares, len(shares) - top)[len(shares) - top]
        numbers, shares = numbers[shares >= last], shares[shares >= last]
    keyed = sorted(zip((-shares).tolist(), map(network.key, numbers.tolist()), numbers.tolist(), strict=True))
    return [number for *_, number in keyed[:top]]
