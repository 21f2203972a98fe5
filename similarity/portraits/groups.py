"""Groups of people: the units, buildings, estates, committees and sub-districts of a snapshot, or one saved crowd.

Every level is found by the same chain (dwelling → unit → building → estate → area → higher area), so the figures of a
group are the sums of those of the groups in it. With a scope only dwellings inside it count, and only groups that may
be seen are named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import NotFound, UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import Feature, FeatureKind, Features, Ints, Mask
from similarity.portraits import deeds, people, places
from similarity.portraits.crowd import Crowd, Grouping, Share
from similarity.portraits.rule_tags import RuleTags
from similarity.portraits.spread import entropies, spreads

CROWD, OTHERS = "crowd", "others"
UNIT, AREA = "unit", "Area"


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of group: the label of its nodes and what it is called."""

    name: str
    label: str
    title: Text


LEVELS = {
    level.name: level
    for level in (
        Level(UNIT, "Unit", Text("楼组", "unit")),
        Level("building", "Building", Text("楼栋", "building")),
        Level("estate", "Estate", Text("小区", "estate")),
        Level("committee", AREA, Text("居委", "committee")),
        Level("subdistrict", AREA, Text("街道", "sub-district")),
        Level("district", AREA, Text("区", "district")),
        Level("city", AREA, Text("市", "city")),
    )
}
"""The levels, smallest first."""

MAKERS: dict[str, Callable[[Crowd], list[Feature]]] = {
    "homes": places.dwellings,
    "tenure": places.uses,
    "age": people.ages,
    "sex": people.sexes,
    "education": people.education,
    "marital": people.marriage,
    "politics": people.politics,
    "work": people.retirement,
    "residence": people.residence,
    "household": people.households,
    "tags": deeds.tags,
    "activity": deeds.activities,
    "programme": deeds.programmes,
    "volunteer": deeds.volunteers,
    "need": deeds.needs,
}
"""What is known about any group of people."""

OF_HOMES = ("homes", "tenure", "household")
"""Makers that count dwellings: a crowd takes some people of a home and leaves others, so it has none of its own."""

SENSITIVE = ("politics", deeds.POLITICAL_TAGS, deeds.SENSITIVE_TAGS)
"""Groups of features that are left out unless they are asked for by name."""


def level_named(name: str) -> Level:
    """Return a level; raises `UnknownName` with the nearest ones."""
    if name not in LEVELS:
        raise UnknownName(Text("群体层级", "kind of group"), name, [*LEVELS, CROWD])
    return LEVELS[name]


def by_level(snapshot: Snapshot, level: str, *, areas: tuple[str, ...] | None = None) -> Grouping:
    """Put people into the groups of a level; only dwellings and groups in the committees `areas` (None: all) count."""
    named = level_named(level)
    nodes = snapshot.nodes(named.label)
    of_dwelling = np.where(snapshot.nodes("Dwelling").inside(areas), _ancestor(snapshot, named), np.int32(-1))
    visible = nodes.inside(areas) if nodes.label.scoped else _visible_areas(snapshot, named.name, areas)
    row = np.where(visible, np.cumsum(visible) - 1, -1)
    ids = nodes.ids.filter(visible).to_pylist()
    return Grouping(level, tuple(ids), np.append(row, -1)[of_dwelling].astype(np.int32), areas=areas)


def _ancestor(snapshot: Snapshot, level: Level) -> Ints:
    """Return the row of the node of a level above each dwelling, -1 where the chain is broken."""
    found = snapshot.edges("Dwelling-IN-Unit").first()
    for edge, label in (("Unit-IN-Building", "Building"), ("Building-IN-Estate", "Estate"), ("Estate-IN-Area", AREA)):
        if level.label == SMALLER[label]:
            return found
        found = np.append(snapshot.edges(edge).first(), np.int32(-1))[found]
    return np.append(_lifted(snapshot, level.name), np.int32(-1))[found]


SMALLER = {"Building": "Unit", "Estate": "Building", AREA: "Estate"}


def _lifted(snapshot: Snapshot, level: str) -> Ints:
    """Return for each area the one of `level` that it is or lies in, -1 for none."""
    areas, parent = snapshot.nodes(AREA), np.append(snapshot.edges("Area-PART_OF-Area").first(), np.int32(-1))
    wanted = np.append(areas.equals("level", level), False)
    at = np.arange(len(areas), dtype=np.int32)
    for _ in LEVELS:
        at = np.where(wanted[at] | (at < 0), at, parent[at])
    return np.where(wanted[at], at, np.int32(-1))


def _visible_areas(snapshot: Snapshot, level: str, areas: tuple[str, ...] | None) -> Mask:
    """Return which areas of a level are committees of the scope or hold one."""
    nodes = snapshot.nodes(AREA)
    wanted = nodes.equals("level", level)
    if areas is None:
        return wanted
    inside = nodes.rows(list(areas))
    above = _lifted(snapshot, level)[inside[inside >= 0]]
    held = np.zeros(len(nodes) + 1, bool)
    held[above] = True
    return wanted & held[:-1]


def by_members(snapshot: Snapshot, members: Mask, *, areas: tuple[str, ...] | None = None) -> Grouping:
    """Put people into a crowd (`members`, a mask over residents) and the others who live in the scope."""
    home = by_level(snapshot, UNIT, areas=areas).of_dwelling
    return Grouping(CROWD, (CROWD, OTHERS), home, np.where(members, 0, 1).astype(np.int32), areas)


def row_of(snapshot: Snapshot, grouping: Grouping, group: str) -> int:
    """Return the row of a group by its id or its name; raises `NotFound` with the nearest ids that may be seen."""
    if group in grouping.ids:
        return grouping.ids.index(group)
    nodes = snapshot.nodes(LEVELS[grouping.level].label)
    names = group_names(snapshot, grouping)
    if names.count(group) == 1:
        return names.index(group)
    raise NotFound(nodes.label.name, group, [*grouping.ids, *(n for n in names if n not in grouping.ids)])


def group_names(snapshot: Snapshot, grouping: Grouping) -> list[str]:
    """Return the names of the groups, their ids where they have none."""
    if grouping.level == CROWD:
        return list(grouping.ids)
    nodes = snapshot.nodes(LEVELS[grouping.level].label)
    named = "name" if "name" in nodes.label.by_name else "address"
    found = nodes.column(named).take(nodes.rows(list(grouping.ids))).to_pylist()
    return [name or key for name, key in zip(found, grouping.ids, strict=True)]


def group_features(who: Crowd, grouping: Grouping, *, sensitive: tuple[str, ...] = ()) -> Features:
    """Return the portrait of every group, from facts dated before the day of `who`.

    `sensitive` names the groups of `SENSITIVE` that are wanted; without it they are left out. A share of what nobody in
    the scope has is left out.
    """
    for name in sensitive:
        if name not in SENSITIVE:
            raise UnknownName(Text("敏感特征组", "sensitive group of features"), name, SENSITIVE)
    left_out = set(SENSITIVE) - set(sensitive)
    makers = {n: make for n, make in MAKERS.items() if grouping.level != CROWD or n not in OF_HOMES}
    found = [f for make in makers.values() for f in make(who)]
    found += [*spreads(who), *entropies(who, found), _size(who)]
    columns = tuple(f for f in found if f.group not in left_out and not _of_nobody(f))
    return Features(grouping.ids, columns, RuleTags.of(who).barred(), _notes(who, grouping))


def _of_nobody(feature: Feature) -> bool:
    """Tell whether nobody in the scope has what a share counts: codes that only others use must not be seen."""
    return isinstance(feature, Share) and not feature.counts.any()


def _size(who: Crowd) -> Feature:
    title = Text("居民人数", "residents")
    return Feature(
        "residents", title, FeatureKind.NUMERIC, who.residents, (), who.observed, "residence", unit=people.PEOPLE
    )


def _notes(who: Crowd, grouping: Grouping) -> tuple[Text, ...]:
    nowhere = int(((who.dwelling < 0) & who.snapshot.nodes("Resident").inside(grouping.areas)).sum())
    if not nowhere:
        return ()
    return (
        Text(f"{nowhere} 人当时没有登记住处，未计入", f"{nowhere} people had no dwelling on that day: not counted"),
    )


def everybody(grouping: Grouping) -> Grouping:
    """Return all people of a grouping as one group."""
    one = np.where(grouping.of_dwelling >= 0, np.int32(0), np.int32(-1))
    return replace(grouping, ids=("everybody",), of_dwelling=one, of_resident=None)


def together(who: Crowd) -> Crowd:
    """Return the same people as one group: what every group is compared with."""
    one = np.where(who.group >= 0, np.int32(0), np.int32(-1))
    home = np.where(who.home >= 0, np.int32(0), np.int32(-1))
    return replace(who, group=one, home=home, residents=np.array([who.residents.sum()]))
