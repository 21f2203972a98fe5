"""What nodes of each label are compared by, as data: features, their weights, and what must be asked for by name.

A feature of weight 0 enters only when a weight is given to it by name. Sensitive properties and tags are of that kind,
as is everything that tells a party membership: a tag that is declared sensitive (or not declared at all, which is held
to be sensitive), and any tag that speaks of the party, be it in its own name or in that of its group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from graph.model.codes import spelling
from graph.model.errors import ArgumentInvalid, UnknownName, nearest
from graph.model.relationships import SCHEMA
from graph.model.text import Text
from graph.snapshot.columns import Mask, Snapshot
from similarity.neighbours import inhabitants, reading
from similarity.neighbours.members import Shown
from similarity.neighbours.reading import Stock
from similarity.neighbours.traits import Trait

POLITICAL = ("党", "政治")
"""Words in the name of a tag or of its group that tell a political affiliation."""
DECLARED = ("public", "internal", "personal")
"""The classes of tags that are compared without being asked for."""
TAGGED = "Resident-HAS_TAG-Tag"


@dataclass(frozen=True, slots=True)
class Compared:
    """One feature by which nodes are compared; `sensitive` ones have weight 0 and are named in the answer."""

    name: str
    read: Callable[[Stock], Trait]
    weight: float = 1.0
    sensitive: bool = False


def _own(*names: str, weight: float = 1.0) -> tuple[Compared, ...]:
    return tuple(Compared(name, partial(reading.own, name=name), weight) for name in names)


def _secret(*names: str) -> tuple[Compared, ...]:
    return tuple(Compared(name, partial(reading.secret, name=name), 0.0, sensitive=True) for name in names)


def _tags(name: str, which: Callable[[Snapshot], Mask], shown: Shown = Shown.NAMES) -> Compared:
    def read(stock: Stock) -> Trait:
        return reading.linked(stock, TAGGED, name=name, chosen=which(stock.snapshot), shown=shown)

    hidden = shown is Shown.COUNTS
    return Compared(name, read, 0.0 if hidden else 1.0, sensitive=hidden)


def political(snapshot: Snapshot) -> Mask:
    """Return which tags tell a political affiliation."""
    tags, groups = snapshot.nodes("Tag"), snapshot.nodes("TagGroup")
    of = snapshot.edges("Tag-IN_GROUP-TagGroup").first()
    group = [*map(str, groups.column("name").to_pylist()), ""]
    names = map(str, tags.column("name").to_pylist())
    told = [any(word in name + group[g] for word in POLITICAL) for name, g in zip(names, of, strict=True)]
    return np.array(told, bool)


def undeclared(snapshot: Snapshot) -> Mask:
    """Return which tags carry no class of sensitivity."""
    return np.asarray(snapshot.nodes("Tag").codes("sensitivity")[0] < 0)


def _open(snapshot: Snapshot) -> Mask:
    nodes = snapshot.nodes("Tag")
    declared = np.zeros(len(nodes), bool)
    for name in DECLARED:
        declared |= nodes.equals("sensitivity", name)
    return declared & ~political(snapshot)


def _closed(snapshot: Snapshot) -> Mask:
    return ~_open(snapshot) & ~political(snapshot)


_PLACE = Compared("place", reading.place)
_RESIDENT = (
    Compared("age", reading.age),
    *_own("sex", "education"),
    _tags("tags", _open),
    Compared("household", reading.household),
    Compared("activities", reading.activities),
    *_own("residence"),
    Compared("place", reading.place, 0.0),
    *_own("marital", "retired", weight=0.0),
    *_secret("ethnicity", "politics"),
    _tags("sensitive_tags", _closed, Shown.COUNTS),
    _tags("political_tags", political, Shown.COUNTS),
)
_SKILLS = partial(reading.levelled, name="skills")
_OWNER = Text("所属单位", "owner")

SUBJECTS: Mapping[str, tuple[Compared, ...]] = {
    "Resident": _RESIDENT,
    "Unit": (
        *_own("built_year", "floors", "dwellings", "structure", "stairs", "gas_pipe_outside", "ground_shops"),
        *_own("clear_width", "lift_fund_opened", "power_upgraded", "has_lift"),
        _PLACE,
        *(Compared(name, partial(inhabitants.read, name=name), 0.0) for name in inhabitants.FIGURES),
    ),
    "Venue": (
        *_own("kind", "capacity", "facilities", "opening_hours", "step_free"),
        Compared("owner", partial(reading.neighbour, edge="Venue-OWNED_BY-Organisation", name="owner", title=_OWNER)),
        _PLACE,
        *_own("last_used_on", weight=0.0),
    ),
    "Volunteer": (
        Compared("skills", partial(_SKILLS, edge="Volunteer-HAS_SKILL-Skill")),
        *_own("availability", "weekly_hours"),
        _PLACE,
        *_own("joined_on", weight=0.0),
    ),
    "Need": (
        *_own("kind"),
        Compared("services", partial(reading.linked, edge="Need-WANTS-ServiceItem", name="services")),
        Compared("skills", partial(_SKILLS, edge="Need-WANTS-Skill")),
        *_own("slots", "people"),
        _PLACE,
        *_own("owner_kind"),
        *_own("status", "raised_on", "due_on", weight=0.0),
    ),
    "Organisation": (
        *_own("kind"),
        Compared("offers", partial(reading.linked, edge="Organisation-OFFERS-ServiceItem", name="offers")),
        _PLACE,
    ),
    "ServicePoint": (
        *_own("kind"),
        Compared("offers", partial(reading.linked, edge="ServicePoint-OFFERS-ServiceItem", name="offers")),
        *_own("capacity", "status"),
        _PLACE,
    ),
}


def label_named(written: str) -> str:
    """Return the label that a word names, in either language and any case.

    Raises `UnknownName` with the nearest ones, `ArgumentInvalid` for a word like none of them and for a label whose
    nodes are not compared: it lists those that are.

    >>> label_named("居民"), label_named("venue"), label_named("Stairwell Group")
    ('Resident', 'Venue', 'Unit')
    """
    names = {spelling(name): x.name for x in SCHEMA.labels for name in (x.title.en, x.title.zh, x.name)}
    found = names.get(spelling(written))
    if found is None:
        known = [name for x in SUBJECTS for name in (x, SCHEMA.label[x].title.zh)]
        if nearest(written, known):
            raise UnknownName(Text("对象类别", "label"), written, known)
    if found is None or found not in SUBJECTS:
        titles = [SCHEMA.label[x].title for x in SUBJECTS]
        zh, en = "、".join(t.zh for t in titles), ", ".join(SUBJECTS)
        raise ArgumentInvalid("LABEL", written, Text(f"可比较的是：{zh}", f"these are compared: {en}"))
    return found


def standard_weights(label: str) -> dict[str, float]:
    """Return every feature of a label with its standard weight."""
    return {feature.name: feature.weight for feature in SUBJECTS[label]}


def traits(stock: Stock, weights: Mapping[str, float]) -> list[Trait]:
    """Read the features that have a weight, in their order."""
    return [feature.read(stock) for feature in SUBJECTS[stock.label] if feature.name in weights]


def sensitive(label: str, weights: Mapping[str, float]) -> list[str]:
    """Return the sensitive features among those that have a weight."""
    return [feature.name for feature in SUBJECTS[label] if feature.sensitive and feature.name in weights]
