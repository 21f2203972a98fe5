"""Ego networks: the nodes within some hops of one node, the most telling first, and the relationships between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.structure.network import Counts, Link, Network
from similarity.structure.shortest import FAR, STEP, passing_costs

MOST_HOPS = 6
DRAWN = 300
"""More nodes than that are no drawing that anybody reads."""


@dataclass(frozen=True, slots=True)
class Ego:
    """An ego network: node numbers by hop, what lies within the hops in all, and the relationships among those kept.

    `totals[h]` counts all nodes exactly h hops away, `hops[i]` is the hop of `numbers[i]`.
    """

    numbers: tuple[int, ...]
    hops: tuple[int, ...]
    totals: tuple[int, ...]
    links: tuple[Link, ...]

    @property
    def truncated(self) -> bool:
        """Whether fewer nodes are kept than lie within the hops."""
        return len(self.numbers) < sum(self.totals)


def ego(network: Network, number: int, *, hops: int = 2, most: int = DRAWN) -> Ego:
    """Return the ego network of a node; at most `most` nodes are kept, by hop, cost in bits of the way to them, id.

    The cost is that of `shortest` along ways of the least number of hops, so that of two hops' worth of neighbours
    those over a household come before those over a tag that thousands carry.
    """
    cost = passing_costs(network)
    cost[number] = 0
    distance = np.full(len(network), FAR, np.int64)
    distance[number] = 0
    ring, kept, at, totals = np.array([number]), [number], [0], [1]
    for hop in range(1, hops + 1):
        ring = _next_ring(network, ring, onward=distance + cost + STEP, distance=distance)
        totals.append(len(ring))
        chosen = _nearest(network, ring, distance=distance[ring], most=most - len(kept))
        kept += chosen
        at += [hop] * len(chosen)
    return Ego(tuple(kept), tuple(at), tuple(totals), tuple(network.links(kept)))


def _next_ring(
    network: Network, ring: npt.NDArray[np.intp], *, onward: Counts, distance: Counts
) -> npt.NDArray[np.intp]:
    """Return the nodes first reached from a ring, ascending; their distances are written into `distance`."""
    rows = network.matrix[ring]
    new = distance[rows.indices] == FAR
    reached, reach = rows.indices[new], np.repeat(onward[ring], np.diff(rows.indptr))[new]
    np.minimum.at(distance, reached, reach)
    return np.unique(reached)


def _nearest(network: Network, ring: npt.NDArray[np.intp], *, distance: Counts, most: int) -> list[int]:
    """Return the nearest `most` nodes of a ring; ties by label and id."""
    if most <= 0 or not len(ring):
        return []
    last = np.partition(distance, most - 1)[most - 1] if len(ring) > most else FAR
    inside = distance <= last  # those tied with the last one are sorted by id before they are cut
    keyed = sorted(
        zip(distance[inside].tolist(), map(network.key, ring[inside].tolist()), ring[inside].tolist(), strict=True)
    )
    return [number for *_, number in keyed[:most]]
