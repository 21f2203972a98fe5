"""A sub-district of 83,000 people in columns, drawn from a seed: the size of the full sample, for benchmarks only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from graph.model.records import Records
from tests.unit.search.town import COMMITTEES, ITEMS, SKILLS, TAGS

RESIDENTS, DWELLINGS, UNITS, TAG_COUNT, VOLUNTEERS = 83_000, 34_000, 1_800, 240, 3_000
NEEDS, VENUES, ORGANISATIONS = 420, 160, 180
TAGS_EACH = 12
_LANES = [lane for _, lane, _, _ in COMMITTEES.values()]
_CODES = list(COMMITTEES)


def records(seed: int = 1) -> Records:
    """Return the records; the same seed gives the same records."""
    rng = np.random.default_rng(seed)
    nodes, edges = _houses(), _house_edges()
    nodes |= _people(rng) | _resources(rng)
    edges |= _people_edges(rng) | _resource_edges(rng)
    return Records.of({k: pa.table(v) for k, v in nodes.items()}, {k: pa.table(v) for k, v in edges.items()})


def _ids(letter: str, count: int) -> list[str]:
    return [f"{letter}{i:06d}" for i in range(count)]


def _committee(count: int) -> list[int]:
    """Return the committee of each of `count` nodes, in equal runs."""
    return [i * len(_CODES) // count for i in range(count)]


def _unit_keys() -> list[str]:
    of = _committee(UNITS)
    return [f"{_LANES[c]}{i - of.index(c) + 1}号" for i, c in enumerate(of)]


def _at(count: int) -> dict[str, Any]:
    of = _committee(count)
    positions = [list(COMMITTEES.values())[c][2:] for c in of]
    lon = [x + (i % 40) * 1e-4 for i, (x, _) in enumerate(positions)]
    return {"area": [_CODES[c] for c in of], "lon": lon, "lat": [y for _, y in positions]}


def _houses() -> dict[str, Any]:
    keys = _unit_keys()
    rooms = [f"{keys[i * UNITS // DWELLINGS]}{1 + i % 6}0{1 + i % 4}室" for i in range(DWELLINGS)]
    areas = {"id": [*_CODES, "310106021"], "name": [*(n for n, *_ in COMMITTEES.values()), "临汾路街道"]}
    unit = {"id": keys, "address": keys, "address_key": keys} | _at(UNITS)
    place = {"area": [_CODES[c] for c in _committee(DWELLINGS)], "address": rooms, "address_key": rooms}
    return {
        "Area": areas | {"level": ["committee"] * len(_CODES) + ["subdistrict"]},
        "Estate": {"id": _LANES, "name": [f"{lane}小区" for lane in _LANES], "area": _CODES, "address_key": _LANES},
        "Building": unit,
        "Unit": unit,
        "Dwelling": {"id": _ids("d", DWELLINGS)} | place,
    }


def _house_edges() -> dict[str, Any]:
    keys = _unit_keys()
    unit_of = [keys[i * UNITS // DWELLINGS] for i in range(DWELLINGS)]
    return {
        "Area-PART_OF-Area": {"start": _CODES, "end": ["310106021"] * len(_CODES)},
        "Building-IN-Estate": {"start": keys, "end": [_LANES[c] for c in _committee(UNITS)]},
        "Unit-IN-Building": {"start": keys, "end": keys},
        "Dwelling-IN-Unit": {"start": _ids("d", DWELLINGS), "end": unit_of},
    }


def _people(rng: np.random.Generator) -> dict[str, Any]:
    born = pa.array(rng.integers(-14_000, 18_900, RESIDENTS), pa.int32()).cast(pa.date32())
    area = [_CODES[c] for c in _committee(RESIDENTS)]
    sex = np.array(["1", "2"])[rng.integers(0, 2, RESIDENTS)].tolist()
    named = [(f"t{i:03d}", f"标签{i}", []) for i in range(TAG_COUNT - len(TAGS))]
    tags = [(key, name, synonyms) for key, (name, synonyms, _) in TAGS.items()] + named
    volunteers = {"id": _ids("w", VOLUNTEERS), "name": _ids("志愿者", VOLUNTEERS)} | _at(VOLUNTEERS)
    return {
        "Resident": {"id": _ids("p", RESIDENTS), "name": _ids("居民", RESIDENTS), "area": area, "sex": sex}
        | {"birth_date": born},
        "Tag": dict(zip(("id", "name", "synonyms"), map(list, zip(*tags, strict=True)), strict=True)),
        "Volunteer": volunteers,
    }


def _people_edges(rng: np.random.Generator) -> dict[str, Any]:
    people = pa.array(_ids("p", RESIDENTS))
    home = pa.array(_ids("d", DWELLINGS)).take(pa.array(np.arange(RESIDENTS) * DWELLINGS // RESIDENTS))
    pairs = np.unique(rng.integers(0, RESIDENTS * TAG_COUNT, RESIDENTS * TAGS_EACH))
    keys = pa.array([*TAGS, *(f"t{i:03d}" for i in range(TAG_COUNT - len(TAGS)))])
    since = pa.array(rng.integers(14_000, 19_000, len(pairs)), pa.int32()).cast(pa.date32())
    until = pa.array(rng.integers(18_000, 22_000, len(pairs)), pa.int32(), mask=rng.random(len(pairs)) < 0.9)
    tagged = {"start": people.take(pa.array(pairs // TAG_COUNT)), "end": keys.take(pa.array(pairs % TAG_COUNT))}
    is_person = rng.permutation(RESIDENTS)[:VOLUNTEERS]
    skill = np.array(list(SKILLS))[rng.integers(0, len(SKILLS), VOLUNTEERS)].tolist()
    return {
        "Resident-LIVES_IN-Dwelling": {"start": people, "end": home},
        "Resident-HAS_TAG-Tag": tagged | {"since": since, "until": until.cast(pa.date32())},
        "Volunteer-IS-Resident": {"start": _ids("w", VOLUNTEERS), "end": people.take(pa.array(is_person))},
        "Volunteer-HAS_SKILL-Skill": {"start": _ids("w", VOLUNTEERS), "end": skill},
    }


def _resources(rng: np.random.Generator) -> dict[str, Any]:
    kinds = ["activity_room", "library", "meeting_room", "idle"]
    needs = [
        ("合唱队找排练场地", "venue"),
        ("老人想学手机", "service"),
        ("门口路灯不亮", "repair"),
        ("招聘收银员", "hiring"),
    ]
    titles, sorts = zip(*(needs[i % len(needs)] for i in range(NEEDS)), strict=True)
    items = [(key, *item) for key, item in ITEMS.items()]
    columns = ("id", "name", "kind", "description", "audience")
    venue = {"id": _ids("v", VENUES), "name": [f"{_LANES[c]}活动室" for c in _committee(VENUES)]}
    shop = {"id": _ids("o", ORGANISATIONS), "name": [f"临汾商店{i}" for i in range(ORGANISATIONS)]}
    return {
        "Skill": {"id": list(SKILLS), "name": list(SKILLS.values())},
        "ServiceItem": dict(zip(columns, map(list, zip(*items, strict=True)), strict=True)),
        "Venue": venue | _at(VENUES) | {"kind": [kinds[i % 4] for i in range(VENUES)]}
        | {"capacity": rng.integers(5, 90, VENUES)},
        "Organisation": shop | _at(ORGANISATIONS) | {"kind": ["merchant"] * ORGANISATIONS},
        "Need": {"id": _ids("n", NEEDS), "name": titles, "kind": sorts, "status": ["open"] * NEEDS} | _at(NEEDS),
    }  # fmt: skip


def _resource_edges(rng: np.random.Generator) -> dict[str, Any]:
    item = np.array(list(ITEMS))[rng.integers(0, len(ITEMS), ORGANISATIONS)].tolist()
    return {"Organisation-OFFERS-ServiceItem": {"start": _ids("o", ORGANISATIONS), "end": item}}
