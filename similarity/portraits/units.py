"""Portraits of stairwell groups (楼组) as of a day, and the positives: units that were given a lift.

`unit_features` reads a snapshot and returns some three hundred figures a unit, made only of facts dated before the
day. Facts without a date (an account for a lift, a grid upgrade, "has a lift") are barred by name: they may have been
written down after the event. Shares of few people are drawn towards the mean of the stock (`crowd.shrunk`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import Feature, FeatureKind, Features, Mask
from similarity.portraits import deeds, people, places
from similarity.portraits.crowd import Crowd, crowd
from similarity.portraits.groups import MAKERS
from similarity.portraits.rule_tags import BY_RULE, RuleTags

SUBJECT = Text("已加梯楼组", "the units with a lift")
"""What the positives are called in the reasons of this ranking."""

TITLES = {
    "building": Text("楼组本体", "the house itself"),
    "position": Text("位置", "position"),
    "homes": Text("房屋", "dwellings"),
    "tenure": Text("使用与产权", "use and tenure"),
    "neighbours": Text("周边楼组", "neighbouring units"),
    "services": Text("服务点距离", "distance to services"),
    "age": Text("年龄结构", "ages"),
    "sex": Text("性别结构", "sexes"),
    "education": Text("文化程度", "education"),
    "marital": Text("婚姻状况", "marital status"),
    "politics": Text("政治面貌", "political affiliation"),
    "work": Text("退休", "retirement"),
    "residence": Text("居住时间与户籍", "length of residence and registration"),
    "household": Text("家庭结构", "households"),
    "upstairs": Text("高层居住", "who lives upstairs"),
    "tags": Text("标签", "tags"),
    "sensitive_tags": Text("敏感标签", "sensitive tags"),
    "political_tags": Text("政治类标签", "political tags"),
    "activity": Text("活动参与", "activities"),
    "programme": Text("政策项目", "programmes"),
    "volunteer": Text("志愿服务", "volunteers"),
    "need": Text("需求", "needs"),
    "leader": Text("楼组长", "head of the stairwell"),
}
"""The groups of features as a reader sees them."""

IMPLIED = {"politics": deeds.POLITICAL_TAGS, "sensitive_tags": deeds.POLITICAL_TAGS}
"""A group that goes when another is left out: tags that tell what the register of politics tells."""

GROUPS: dict[str, Callable[[Crowd], list[Feature]]] = {
    "plan": places.plan,
    "neighbours": places.neighbours,
    "services": places.services,
    **MAKERS,
    "leader": deeds.leaders,
}
"""What is known about a stairwell: the house, its surroundings, and what is known about any group of people."""


@dataclass(frozen=True, slots=True, eq=False)
class Positives:
    """Which units were given a lift, and when; masks and days over the units of a snapshot.

    `dates` holds the day of installation of each positive, `votes` the day on which it decided (its vote, or the
    installation where that is earlier or no vote is on record): its own features must end before. `decided` is the
    first of these days; `refused` units voted against; `built_in` have a lift without any record of an installation
    (from the first day on, as far as we know): they are neither positives nor candidates.
    """

    dates: dict[str, dt.date]
    decided: dt.date | None
    refused: tuple[str, ...]
    built_in: tuple[str, ...]
    votes: dict[str, dt.date] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The positives, by id."""
        return tuple(self.dates)


def unit_features(
    snapshot: Snapshot, as_of: dt.date, *, without: Collection[str] = (), force: Collection[str] = ()
) -> Features:
    """Return the portrait of every unit from facts dated before `as_of`.

    `without` leaves out features or whole groups by name ("politics", "sensitive_tags"). `force` insists on features:
    `TableUnfit` for one that is barred (undated facts are), `UnknownName` for one that does not exist.
    """
    who = crowd(snapshot, as_of)
    columns = [f for make in GROUPS.values() for f in make(who)]
    columns.append(_people(who))
    ids = tuple(snapshot.nodes("Unit").ids.to_pylist())
    barred = places.barred() + RuleTags.of(who).barred()
    features = Features(ids, tuple(columns), barred, _notes(who))
    features.require(force)
    implied = {IMPLIED[name] for name in without if name in IMPLIED}
    return features.without(without).without(implied & set(features.groups))


def _people(who: Crowd) -> Feature:
    title, unit = Text("居民人数", "residents"), people.PEOPLE
    values = who.residents
    return Feature("residents", title, FeatureKind.NUMERIC, values, (), who.observed, "household", unit=unit)


def _notes(who: Crowd) -> tuple[Text, ...]:
    """Say how many people and tags could not be used for want of a place or a date."""
    edges = who.snapshot.edges("Resident-HAS_TAG-Tag")
    sources = edges.property("source").filter(pc.is_null(edges.property("since"))).cast(pa.string())
    undated = len(sources) - (pc.sum(pc.equal(sources, BY_RULE)).as_py() or 0)
    nowhere = int((who.unit < 0).sum())
    notes = []
    if undated:
        notes.append(
            Text(f"{undated} 条标签没有起始日期，未用", f"{undated} tags of people bear no date and were not used")
        )
    if nowhere:
        notes.append(
            Text(f"{nowhere} 人当时不在任何楼组", f"{nowhere} people lived in no unit on that day and were not counted")
        )
    return tuple(notes)


def unit_positives(snapshot: Snapshot, as_of: dt.date) -> Positives:
    """Return the units whose lift was agreed and stood on `as_of`, with their days, and the units that refused.

    Of several installations of a unit the first counts. A unit that refused and agreed later is a positive.
    """
    records, edges = snapshot.nodes("Installation"), snapshot.edges("Installation-OF-Unit")
    day = (as_of - EPOCH).days
    unit, installed, voted = edges.first(), records.numbers("installed_on"), records.numbers("voted_on")
    agreed = records.equals("outcome", "agreed")
    stands = agreed & (installed <= day) & (unit >= 0)
    ids = snapshot.nodes("Unit").ids.to_pylist()
    order = np.flatnonzero(stands)
    order = order[np.argsort(-installed[order], kind="stable")]
    dates = {ids[unit[i]]: EPOCH + dt.timedelta(int(installed[i])) for i in order}  # written last: the earliest
    votes = {ids[unit[i]]: EPOCH + dt.timedelta(int(np.fmin(voted[i], installed[i]))) for i in order}
    against = records.equals("outcome", "refused") & (voted <= day) & (unit >= 0)
    refused = sorted({ids[u] for u in unit[against]} - set(dates))
    return Positives(
        dict(sorted(dates.items())),
        min(votes.values(), default=None),
        tuple(refused),
        _built_in(snapshot, agreed & (unit >= 0)),
        dict(sorted(votes.items())),
    )


def _built_in(snapshot: Snapshot, agreed: Mask) -> tuple[str, ...]:
    """Return the units with a lift of which no installation is on record, whatever its day."""
    units = snapshot.nodes("Unit")
    lift = units.numbers("has_lift") == 1
    lift[snapshot.edges("Installation-OF-Unit").first()[agreed]] = False
    return tuple(name for name, has in zip(units.ids.to_pylist(), lift, strict=True) if has)
