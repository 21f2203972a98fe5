"""Needs, resources and dictionaries out of a snapshot, as the rules read them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from graph.model.records import EPOCH
from graph.snapshot.columns import Ints, Nodes, Snapshot
from graph.snapshot.evaluate import ages, tagged
from matching.problem import Floats, Mask
from matching.rules.coded import Coded
from matching.rules.parties import asker_ages, asker_parties, residents_asking
from matching.rules.policy import Policy
from matching.rules.purpose import stated
from matching.rules.resources import read_resources
from matching.rules.tables import Dictionary, Needs, Stock, Words, in_areas, taken
from matching.siting.metres import projected

ANY_AGE = (0.0, np.inf)
_AGES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[float, float]]], ...] = (
    (re.compile(r"(\d+)\s*(?:至|到|-|~|—)\s*(\d+)\s*(?:周)?岁"), lambda m: (float(m[1]), float(m[2]))),
    (re.compile(r"(\d+)\s*(?:周)?岁(?:及|\(含\)|（含）)?以上"), lambda m: (float(m[1]), np.inf)),
    (re.compile(r"(\d+)\s*(?:周)?岁(?:及|\(含\)|（含）)?以下"), lambda m: (0.0, float(m[1]))),
)


@dataclass(frozen=True, slots=True)
class Commitments:
    """What is settled already: slots booked, and needs declined, by `Label:id` of the resource."""

    booked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declined: Mapping[str, frozenset[str]] = field(default_factory=dict)


NONE = Commitments()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stock is read from: the snapshot, the day, the policy, and what is settled already."""

    snapshot: Snapshot
    as_of: dt.date
    policy: Policy
    commitments: Commitments = NONE


def read_stock(reading: Reading, areas: tuple[str, ...] | None = None) -> Stock:
    """Read the needs and resources of the committees `areas` (None: all) as they are on the day."""
    words = dictionary(reading.snapshot)
    centre = centres(reading.snapshot)
    needs = read_needs(reading, centre)
    resources = read_resources(
        reading.snapshot,
        reading.as_of,
        settled=(reading.commitments.booked, reading.commitments.declined),
        place=lambda nodes: places(nodes, centre),
        unasked=reading.policy.unasked,
    )
    return Stock(in_areas(needs, areas), in_areas(resources, areas), words)


def dictionary(snapshot: Snapshot) -> Dictionary:
    """Read the skills and service items, with the ages that an item's audience names."""
    skills, items = snapshot.nodes("Skill"), snapshot.nodes("ServiceItem")
    audience = [item_ages(text or "") for text in items.column("audience").to_pylist()]
    return Dictionary(
        skills=tuple(skills.ids.to_pylist()),
        skill_names=tuple(skills.column("name").to_pylist()),
        items=tuple(items.ids.to_pylist()),
        item_names=tuple(items.column("name").to_pylist()),
        item_ages=np.array(audience, float).reshape(-1, 2),
    )


def item_ages(audience: str) -> tuple[float, float]:
    """Read the least and the highest age out of an audience as it is written; any age where it names none.

    >>> item_ages("60岁以上居民"), item_ages("2至3岁幼儿家庭"), item_ages("全体居民")
    ((60.0, inf), (2.0, 3.0), (0.0, inf))
    """
    for pattern, read in _AGES:
        found = pattern.search(audience)
        if found:
            return read(found)
    return ANY_AGE


def centres(snapshot: Snapshot) -> dict[str | None, tuple[float, float]]:
    """Return the centre of each committee (degrees); the key None holds the middle of them all."""
    nodes = snapshot.nodes("Area")
    lon, lat = nodes.numbers("lon"), nodes.numbers("lat")
    known = np.flatnonzero(~np.isnan(lon) & ~np.isnan(lat))
    found: dict[str | None, tuple[float, float]] = {
        nodes.id_of(i): (float(lon[i]), float(lat[i])) for i in known.tolist()
    }
    if found:
        found[None] = (float(lon[known].mean()), float(lat[known].mean()))
    return found


def places(nodes: Nodes, centre: Mapping[str | None, tuple[float, float]]) -> Floats:
    """Return positions in projected metres; without a position of its own a node lies in its committee's centre."""
    degrees = np.column_stack([nodes.numbers("lon"), nodes.numbers("lat")])
    unknown = np.flatnonzero(np.isnan(degrees).any(1))
    areas = nodes.column("area").to_pylist()
    for row in unknown.tolist():
        degrees[row] = centre.get(areas[row], (np.nan, np.nan)) if areas[row] else (np.nan, np.nan)
    metres = np.full(degrees.shape, np.nan)
    known = ~np.isnan(degrees).any(1)
    if known.any():
        middle = np.array(centre.get(None) or degrees[known].mean(0))
        metres[known] = projected(degrees[known], middle=middle)
    return metres


def read_needs(reading: Reading, centre: Mapping[str | None, tuple[float, float]]) -> Needs:
    """Read all needs that were raised by the day."""
    nodes = reading.snapshot.nodes("Need")
    raised = nodes.numbers("raised_on")
    known = np.flatnonzero(~(raised > (reading.as_of - EPOCH).days)).astype(np.int64)
    slots = [tuple(s or ()) for s in nodes.column("slots").to_pylist()]
    everything = Needs(
        ids=_words(nodes, "id"),
        name=_words(nodes, "name"),
        kind=Coded.of(kind or "other" for kind in nodes.column("kind").to_pylist()),
        status=_words(nodes, "status"),
        area=_words(nodes, "area"),
        people=np.nan_to_num(nodes.numbers("people"), nan=1.0),
        place=places(nodes, centre),
        slots=Coded.of(slots),
        purposes=Coded.of(
            stated(texts, reading.policy.purposes)
            for texts in zip(nodes.column("name").to_pylist(), nodes.column("description").to_pylist(), strict=True)
        ),
        **_wishes(reading),
    )
    return taken(everything, known)


def _wishes(reading: Reading) -> dict[str, Any]:
    """Return what each need wants, and who asks."""
    snapshot = reading.snapshot
    items, residents = _wanted(snapshot, "ServiceItem"), residents_asking(snapshot)
    age = ages(snapshot.nodes("Resident"), reading.as_of)
    return {
        "skills": Coded.of(_wanted(snapshot, "Skill")),
        "items": Coded.of(tuple(item for item, _ in each) for each in items),
        "step_free": _step_free(reading, items=items, residents=residents),
        "ages": Coded.of(asker_ages(snapshot, rows, age) for rows in residents),
        "parties": Coded.of(asker_parties(snapshot, need, rows) for need, rows in enumerate(residents)),
    }


def _words(nodes: Nodes, name: str) -> Words:
    return np.array(nodes.column(name).to_pylist(), object)


def _wanted(snapshot: Snapshot, label: str) -> list[tuple[tuple[int, int], ...]]:
    """Return for each need what it wants of a dictionary: (row, least level or 0)."""
    edges = snapshot.edges(f"Need-WANTS-{label}")
    levels = edges.property("level").to_pylist() if "level" in edges.relationship.by_name else [None] * len(edges)
    ends, bounds = edges.indices.tolist(), edges.indptr.tolist()
    return [tuple((ends[at], levels[at] or 0) for at in range(first, last)) for first, last in pairwise(bounds)]


def _step_free(reading: Reading, *, items: list[tuple[tuple[int, int], ...]], residents: list[Ints]) -> Mask:
    """Return which needs ask for step-free access: by kind, by a word of theirs or of the audience, by the asker's tag."""
    snapshot, policy = reading.snapshot, reading.policy
    nodes = snapshot.nodes("Need")
    audience = [text or "" for text in snapshot.nodes("ServiceItem").column("audience").to_pylist()]
    impaired = _tagged(reading)
    asks = np.zeros(len(nodes), bool)
    texts = zip(*(nodes.column(name).to_pylist() for name in ("kind", "name", "description")), strict=True)
    for row, (kind, *written) in enumerate(texts):
        said = " ".join([*(w or "" for w in written), *(audience[item] for item, _ in items[row])])
        named = kind in policy.step_free_kinds or any(word in said for word in policy.step_free_words)
        asks[row] = named or bool(impaired[residents[row]].any())
    return asks


def _tagged(reading: Reading) -> Mask:
    """Return which residents carry a tag that asks for step-free access."""
    tags = reading.snapshot.nodes("Tag")
    found = np.zeros(len(reading.snapshot.nodes("Resident")), bool)
    for tag, name in zip(tags.ids.to_pylist(), tags.column("name").to_pylist(), strict=True):
        if name in reading.policy.step_free_tags:
            found |= tagged(reading.snapshot, tag, reading.as_of)
    return found
