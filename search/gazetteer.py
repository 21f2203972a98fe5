"""The names of places in a snapshot: areas, estates, roads and lanes, as people write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.model.address import parse
from search.writing import plain

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot

OFFICE = "居民委员会|居委会|居民区|居委|村委会"
_OFFICE_END = re.compile(f"(?:{OFFICE})$")
_ROAD = re.compile(r"^([\u4e00-\u9fff]{1,6}?(?:路|街|大道|公路))(?=\d)")
_LANE = re.compile(r"^(.+?)(\d+弄)")

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Gazetteer:
    """Names of places; every value is sorted. Not slotted: patterns are compiled when first used.

    committees   short name (汾西路261弄, 和源名城第一) or code → committee codes
    areas        name or code of anything wider than a committee → the committees inside
    titles       committee code → name as written
    estates      name → estate ids
    keys         estate id → its address key
    lanes        261弄 → lanes with their roads
    roads        names of roads
    """

    committees: Names
    areas: Names
    titles: Mapping[str, str]
    estates: Names
    keys: Mapping[str, str]
    lanes: Names
    roads: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Return the names as JSON values."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Gazetteer:
        """Read the names again."""
        names = {k: {w: tuple(x) for w, x in data[k].items()} for k in ("committees", "areas", "estates", "lanes")}
        return cls(**names, titles=data["titles"], keys=data["keys"], roads=tuple(data["roads"]))

    @cached_property
    def named(self) -> re.Pattern[str]:
        """A pattern of every name that is not made of a road and numbers, longest first."""
        names = {n for n in [*self.committees, *self.areas, *self.estates] if not _LANE.match(n)}
        return re.compile(_any(names))

    @cached_property
    def road(self) -> re.Pattern[str]:
        """A pattern of every road, longest first."""
        return re.compile(_any(self.roads))


def canonical(name: str) -> str:
    """Return the address key of a lane's or an estate's name, the name itself when it is neither.

    >>> canonical("汾西路二六一弄"), canonical("临汾三村"), canonical("和源名城第一")
    ('汾西路261弄', '临汾3村', '和源名城第一')
    """
    address = parse(name)
    return address.estate if address.estate and address.estate == address.key else name


def gazetteer(snapshot: Snapshot) -> Gazetteer:
    """Collect the names of places of a snapshot."""
    committees, areas, titles = _area_names(snapshot)
    estates: dict[str, set[str]] = defaultdict(set)
    for estate, name in _pairs(snapshot, "Estate", property="name"):
        estates[plain(name)].add(estate)
        estates[canonical(plain(name))].add(estate)
    keys = {estate: key for estate, key in _pairs(snapshot, "Estate", property="address_key") if key}
    lanes: dict[str, set[str]] = defaultdict(set)
    roads: set[str] = set()
    for key in [*committees, *estates, *_keys(snapshot)]:
        if found := _ROAD.match(key):
            roads.add(found[1])
        if found := _LANE.match(key):
            lanes[found[2]].add(found[0])
    return Gazetteer(
        committees=_sorted(committees),
        areas=_sorted(areas),
        titles=titles,
        estates=_sorted(estates),
        keys=keys,
        lanes=_sorted(lanes),
        roads=tuple(sorted(roads)),
    )


def _area_names(snapshot: Snapshot) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, str]]:
    inside, levels = _committees_inside(snapshot), snapshot.nodes("Area").column("level").to_pylist()
    committees: dict[str, set[str]] = defaultdict(set)
    areas: dict[str, set[str]] = defaultdict(set)
    titles = {}
    for row, (code, name) in enumerate(_pairs(snapshot, "Area", property="name")):
        if levels[row] == "committee":
            titles[code] = name
            short = _OFFICE_END.sub("", plain(name))
            for known in (code, short, canonical(short)):
                committees[known].add(code)
        else:
            areas[code] |= inside[row]
            areas[plain(name)] |= inside[row]
    return committees, areas, titles


def _committees_inside(snapshot: Snapshot) -> list[set[str]]:
    """Return for each area row the codes of the committees in it, itself included when it is one."""
    nodes, part_of = snapshot.nodes("Area"), snapshot.edges("Area-PART_OF-Area").first()
    inside: list[set[str]] = [set() for _ in range(len(nodes))]
    committee = nodes.equals("level", "committee")
    for row in range(len(nodes)):
        at, seen = row, set()
        while committee[row] and at >= 0 and at not in seen:
            inside[at].add(nodes.id_of(row))
            seen.add(at)
            at = int(part_of[at])
    return inside


def _keys(snapshot: Snapshot) -> Iterator[str]:
    for label in ("Estate", "Building", "Unit", "Venue", "ServicePoint", "Organisation", "Need"):
        for key in snapshot.nodes(label).column("address_key").unique().to_pylist():
            if key:
                yield key


def _pairs(snapshot: Snapshot, label: str, *, property: str) -> Iterator[tuple[str, str]]:
    nodes = snapshot.nodes(label)
    return zip(nodes.ids.to_pylist(), nodes.column(property).to_pylist(), strict=True)


def _sorted(names: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(of)) for name, of in sorted(names.items())}


def _any(words: Iterable[str]) -> str:
    """Return a pattern that matches one of the words, longest first; nothing when there are none."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, ordered)) or r"(?!)"
