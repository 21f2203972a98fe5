"""Who lives in the viewer's committees, what was held there, and who came: nothing from the day on, nothing from outside.

Ratios and weights are learned from this alone, so that nobody outside the scope can change an answer inside it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from graph.snapshot.columns import Nodes, Snapshot
from similarity.features import Floats, Ints, Mask
from similarity.portraits.crowd import Crowd, crowd, days

UNSTATED = ""
"""The kind of activities of no stated kind, the last in every list; people are ranked for it by what holds for all."""
HALF_LIFE = 365.0  # days after which a visit counts one half: by hand, a year of the calendar of events


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The residents who live in the committees on the eve of the day; row `i` of every array is one of them.

    `resident` is the row in the snapshot, `committee` a position in `History.committees`, `home` and `unit` rows of
    dwelling and stairwell; `birth` and `since` are days since 1970-01-01 (NaN: unknown); `lon`, `lat` of the stairwell.
    """

    resident: Ints
    committee: Ints
    home: Ints
    unit: Ints
    birth: Floats
    since: Floats
    sex: Ints
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.resident)


@dataclass(frozen=True, slots=True, eq=False)
class Activities:
    """The activities held in the committees before the day, oldest first, ties by id.

    `kind` and `committee` are positions in the lists of `History`; `attended`, `capacity` and `predicted` are head
    counts (NaN: unknown); `lon`, `lat` of the venue.
    """

    ids: tuple[str, ...]
    kind: Ints
    committee: Ints
    day: Floats
    capacity: Floats
    predicted: Floats
    attended: Floats
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, chosen: Mask) -> Activities:
        """Return the activities of a mask, in their order."""
        at = np.flatnonzero(chosen)
        return Activities(
            ids=tuple(self.ids[i] for i in at),
            kind=self.kind[at],
            committee=self.committee[at],
            day=self.day[at],
            capacity=self.capacity[at],
            predicted=self.predicted[at],
            attended=self.attended[at],
            lon=self.lon[at],
            lat=self.lat[at],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """The (person, tag) pairs that may be used, each from day `since` (inclusive) to `until`; tags by snapshot row."""

    person: Ints
    tag: Ints
    since: Floats
    until: Floats
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Everything before `day` (days since 1970-01-01) inside the scope.

    A visit is one person at one activity: `visitor` is a row of `people`, `visited` a row of `activities`.
    `volunteer_since` is the day on which a person became a volunteer (NaN: none), `retired_on` likewise.
    """

    day: int
    committees: tuple[str, ...]
    kinds: tuple[str, ...]
    people: People
    activities: Activities
    visitor: Ints
    visited: Ints
    volunteer_since: Floats
    retired_on: Floats
    tags: Tags

    @property
    def visit_day(self) -> Floats:
        """The day of each visit: that of its activity."""
        return self.activities.day[self.visited]

    def before(self, day: float) -> History:
        """Return the same people with only the activities and visits of days before `day`.

        Where they live stays as it is: for learning only, where it is known before the day of the question.
        """
        kept = self.activities.day < day
        place = np.cumsum(kept) - 1
        chosen = kept[self.visited]
        activities = self.activities.where(kept)
        visitor, visited = self.visitor[chosen], place[self.visited[chosen]]
        return replace(self, day=int(day), activities=activities, visitor=visitor, visited=visited)

    def recency(self) -> Floats:
        """Return the weight of each visit: one half for each year since, scaled so that sums behave like counts.

        A sum of weights w has the noise of a count when the w² add up to the w (the effective size of Kish 1965).
        """
        weight = 0.5 ** ((self.day - self.visit_day) / HALF_LIFE)
        return np.asarray(weight * weight.sum() / np.maximum((weight**2).sum(), 1e-300))


def read(
    snapshot: Snapshot, as_of: dt.date, *, areas: tuple[str, ...] | None = None, sensitive: bool = False
) -> History:
    """Gather what was known on the eve of `as_of` in `areas` (None: everywhere); sensitive tags only on request."""
    found = crowd(snapshot, as_of)
    residents, activities = snapshot.nodes("Resident"), snapshot.nodes("Activity")
    committees = _codes([residents, activities], "area", areas)
    people = _people(snapshot, found, committees)
    kinds = (*sorted(_held(activities, areas)), UNSTATED)
    events, rows = _activities(snapshot, found.day, committees=committees, kinds=kinds)
    position = _positions(people.resident, len(residents))
    visited, visitor = _visits(snapshot, position, _positions(rows, len(activities)))
    return History(
        day=found.day,
        committees=committees,
        kinds=kinds,
        people=people,
        activities=events,
        visitor=visitor,
        visited=visited,
        volunteer_since=_volunteers(snapshot)[people.resident],
        retired_on=residents.numbers("retired_on")[people.resident],
        tags=_tags(snapshot, position, sensitive=sensitive),
    )


def _visits(snapshot: Snapshot, people: Ints, activities: Ints) -> tuple[Ints, Ints]:
    """Return activity and person of each visit, by activity; a second role at the same activity is no second visit."""
    edges = snapshot.edges("Resident-TOOK_PART_IN-Activity")
    who, what = people[edges.starts], activities[edges.indices]
    came = (who >= 0) & (what >= 0)
    pairs = np.unique(np.stack([what[came], who[came]], 1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _codes(labels: list[Nodes], name: str, areas: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the sorted committees in sight that occur among nodes."""
    seen: set[str] = set()
    for nodes in labels:
        positions, values = nodes.codes(name)
        seen.update(values[j] for j in np.unique(positions) if j >= 0)
    return tuple(sorted(seen if areas is None else seen & set(areas)))


def _recode(nodes: Nodes, name: str, wanted: tuple[str, ...]) -> Ints:
    positions, values = nodes.codes(name)
    return np.array([wanted.index(v) if v in wanted else -1 for v in values] + [-1], np.int64)[positions]


def _held(activities: Nodes, areas: tuple[str, ...] | None) -> set[str]:
    positions, values = activities.codes("kind")
    return {values[j] for j in np.unique(positions[activities.inside(areas)]) if j >= 0}


def _people(snapshot: Snapshot, found: Crowd, committees: tuple[str, ...]) -> People:
    """Return those who live in a stairwell of the committees in sight."""
    residents, units = snapshot.nodes("Resident"), snapshot.nodes("Unit")
    committee = _recode(residents, "area", committees)
    rows = np.flatnonzero((found.unit >= 0) & (committee >= 0))
    unit = found.unit[rows]
    sex = _recode(residents, "sex", ("1", "2"))
    return People(
        resident=rows,
        committee=committee[rows],
        home=found.dwelling[rows],
        unit=unit,
        birth=residents.numbers("birth_date")[rows],
        since=found.since[rows],
        sex=sex[rows],
        lon=units.numbers("lon")[unit],
        lat=units.numbers("lat")[unit],
    )


def _activities(
    snapshot: Snapshot, day: int, *, committees: tuple[str, ...], kinds: tuple[str, ...]
) -> tuple[Activities, Ints]:
    """Return the activities before the day, and their rows in the snapshot."""
    nodes = snapshot.nodes("Activity")
    on, committee, kind = nodes.numbers("held_on"), _recode(nodes, "area", committees), _recode(nodes, "kind", kinds)
    kind[kind < 0] = kinds.index(UNSTATED)
    rows = np.flatnonzero((on < day) & (committee >= 0))
    rows = rows[np.lexsort((np.array(nodes.ids.take(rows).to_pylist(), dtype=np.str_), on[rows]))]
    lon, lat = venue_places(snapshot)
    held = Activities(
        ids=tuple(nodes.ids.take(rows).to_pylist()),
        kind=kind[rows],
        committee=committee[rows],
        day=on[rows],
        capacity=nodes.numbers("capacity")[rows],
        predicted=nodes.numbers("predicted")[rows],
        attended=nodes.numbers("attended")[rows],
        lon=lon[rows],
        lat=lat[rows],
    )
    return held, rows


def venue_places(snapshot: Snapshot) -> tuple[Floats, Floats]:
    """Return longitude and latitude of the venue of each activity, NaN where it is not known."""
    venues = snapshot.nodes("Venue")
    venue = snapshot.edges("Activity-HELD_AT-Venue").first()
    lon, lat = (np.append(venues.numbers(name), np.nan)[venue] for name in ("lon", "lat"))
    return lon, lat


def _positions(rows: Ints, size: int) -> Ints:
    place = np.full(size, -1)
    place[rows] = np.arange(len(rows))
    return place


def _volunteers(snapshot: Snapshot) -> Floats:
    nodes, edges = snapshot.nodes("Volunteer"), snapshot.edges("Volunteer-IS-Resident")
    since = np.full(len(snapshot.nodes("Resident")), np.nan)
    np.fmin.at(since, edges.indices, nodes.numbers("joined_on")[edges.starts])
    return since


def _tags(snapshot: Snapshot, position: Ints, *, sensitive: bool) -> Tags:
    """Return the dated tags of people; an undated tag may have been given because somebody came, so it is left out."""
    nodes, edges = snapshot.nodes("Tag"), snapshot.edges("Resident-HAS_TAG-Tag")
    allowed = np.ones(len(nodes), bool) if sensitive else ~nodes.equals("sensitivity", "sensitive")
    since = days(edges.property("since"))
    person = position[edges.starts]
    kept = np.flatnonzero((person >= 0) & allowed[edges.indices] & ~np.isnan(since))
    until = np.nan_to_num(days(edges.property("until"))[kept], nan=np.inf)
    return Tags(person[kept], edges.indices[kept], since[kept], until, tuple(nodes.column("name").to_pylist()))
