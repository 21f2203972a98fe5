"""How two nodes are linked, as sentences: the most telling path, and others that do without one of its nodes.

An alternative tells something else than every path before it: it never passes all the nodes that an earlier one passes
(a detour), nor goes through nodes of the same labels over the same most crowded one (another neighbour, say, who has
the same tag), and is dropped when 64 times as many other paths could stand for it as for the best (`SLACK`).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from graph.model.codes import title
from graph.model.schema import Property, Sensitivity
from graph.model.text import Text, joined
from similarity.structure.network import Link, Network
from similarity.structure.shortest import BIT, Path, Search

SLACK = 6 * BIT
"""2^6: what is less likely by so much explains nothing beside the best, and to look for it would take seconds."""
CROWD = 1_000
"""A node with more links says little about the two that it links; the answer says so."""
MOST_SEARCHES = 12
"""Searches for alternatives; each takes milliseconds, and those from the best paths come first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: two node numbers and the relationships between them."""

    before: int
    after: int
    links: tuple[Link, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A path as a reader sees it; `links` are the numbers of nodes to which each of its nodes is linked."""

    numbers: tuple[int, ...]
    links: tuple[int, ...]
    steps: tuple[Step, ...]
    bits: float
    text: Text

    @property
    def crowded(self) -> bool:
        """Whether it passes a node that more than `CROWD` others share."""
        return any(links > CROWD for links in self.links[1:-1])


def explain(network: Network, start: int, *, goal: int, most: int = 3) -> list[Explanation]:
    """Return at most `most` explanations how two nodes (by number) are linked, the most telling first."""
    search = Search(network, start, goal=goal)
    open_ways, tried = _Open(network), set[Barred]()
    open_ways.add(search.best(), (frozenset(), True))
    found: list[Path] = []
    while open_ways and len(found) < most:
        path, barred = open_ways.pop()
        new = all(_differs(network, path, earlier=earlier) for earlier in found)
        found += [path] if new else []
        # Of a path that tells nothing new only the crowded node is worth a detour: its other ways are as alike.
        avoided = path.passed if new else {_most_crowded(network, path)}
        for fewer in _without(path, barred, avoided=avoided):
            if fewer not in tried and len(tried) < MOST_SEARCHES:
                tried.add(fewer)
                limit = found[0].cost + SLACK
                open_ways.add(search.best(barred=fewer[0], most=limit, direct=fewer[1]), fewer)
    return [explanation(network, path) for path in found]


Barred = tuple[frozenset[int], bool]
"""The nodes that a search may not pass, and whether it may use the link between the two ends."""


class _Open:
    """Paths by cost, then by the labels and ids on the way, each with what was barred when it was found."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._entries: list[tuple[int, list[tuple[int, str]], list[int], Path, Barred]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, path: Path | None, barred: Barred) -> None:
        """Add a path that was found, or do nothing when there was none."""
        if path:
            keys = [self._network.key(number) for number in path.numbers]
            heapq.heappush(self._entries, (path.cost, keys, sorted(barred[0]), path, barred))

    def pop(self) -> tuple[Path, Barred]:
        """Take the first path out."""
        *_, path, barred = heapq.heappop(self._entries)
        return path, barred


def _without(path: Path, barred: Barred, *, avoided: Collection[int]) -> list[Barred]:
    """Return what else to bar so that a path is not found again: one of its nodes, or the link between the ends."""
    nodes, direct = barred
    if not path.passed:
        return [(nodes, False)]
    return [(nodes | {number}, direct) for number in path.numbers[1:-1] if number in avoided]


def _differs(network: Network, path: Path, *, earlier: Path) -> bool:
    if earlier.passed and path.passed >= earlier.passed:
        return False
    labels, others = ([network.node(number).label for number in one.numbers] for one in (path, earlier))
    return labels != others or _most_crowded(network, path) != _most_crowded(network, earlier)


def _most_crowded(network: Network, path: Path) -> int:
    """Return the passed node with the most links, the first of equals; -1 when nothing is passed."""
    return max(path.numbers[1:-1], key=lambda number: int(network.degrees[number]), default=-1)


def explanation(network: Network, path: Path) -> Explanation:
    """Return a path with its sentences."""
    steps = tuple(_step(network, before, after=after) for before, after in pairwise(path.numbers))
    said = network.seen.called(network.node(path.numbers[0]))
    for step in steps:
        said += step.text + network.seen.called(network.node(step.after))
    links = tuple(int(network.degrees[number]) for number in path.numbers)
    return Explanation(path.numbers, links, steps, round(path.bits, 6), said)


def _step(network: Network, before: int, *, after: int) -> Step:
    links = tuple(network.links([before, after]))
    forward = _titles(network, [link for link in links if link.start == before])
    backward = _titles(network, [link for link in links if link.start == after])
    if forward and backward:
        return Step(before, after, links, Text(" —", " —") + joined(forward + backward, "、") + Text("— ", "— "))
    if forward:
        return Step(before, after, links, Text(" —", " —") + joined(forward, "、") + Text("→ ", "→ "))
    return Step(before, after, links, Text(" ←", " ←") + joined(backward, "、") + Text("— ", "— "))


def _titles(network: Network, links: list[Link]) -> list[Text]:
    """Return the titles of the types of some relationships, each with what is known of its first one and how many."""
    said = []
    for name in dict.fromkeys(link.relationship.name for link in links):
        same = [link for link in links if link.relationship.name == name]
        count = Text(f"×{len(same)}", f" x{len(same)}") if len(same) > 1 else _known(network, same[0])
        said.append(same[0].relationship.title + count)
    return said


def _known(network: Network, link: Link) -> Text:
    """Return in brackets the day and the role of a relationship, where it has them."""
    values = facts(network, link)
    said = [Text(str(values["at"]), str(values["at"]))] if "at" in values else []
    for name in ("role", "relation", "status"):
        if name in values:
            code = title(str(link.relationship.by_name[name].codes), str(values[name]))
            said.append(code)
    return Text("（", " (") + joined(said) + Text("）", ")") if said else Text("", "")


def facts(network: Network, link: Link) -> dict[str, object]:
    """Return the known properties of a relationship but the sensitive ones, as JSON values."""
    edges = network.seen.snapshot.edges(link.relationship.name)
    shown = [p for p in link.relationship.properties if p.sensitivity is not Sensitivity.SENSITIVE]
    values = {p.name: _plain(edges.property(p.name)[link.position].as_py(), p) for p in shown}
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: object, property: Property) -> object:
    return value if value is None or property.kind in ("integer", "number", "boolean") else str(value)
