"""Portraits: one group of people beside everybody in the scope, or the feature table of all groups of a level.

Only people who live in the viewer's committees count, in the group and in what it is compared with.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Case, Desk, Parameters
from api.questions.similar import within
from graph.model.condition import Condition, Tagged, sentence, tags_of
from graph.model.condition_json import parse, to_data
from graph.model.errors import ArgumentInvalid, ConditionInvalid, UnknownName
from graph.model.records import EPOCH
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.features import Features, Mask
    from similarity.portraits.comparison import Portrait
    from similarity.portraits.crowd import Crowd, Grouping

TAG = "tag="


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Draw a portrait; parameters: `level`, `group`, `as_of`, `areas`, `top`, `without`, `sensitive`.

    `level` is a key of `LEVELS` or "crowd"; `group` an id or a name, for a crowd a condition as JSON text or
    `tag=` with an id or a name, or None for the table of all groups of the level.
    """
    from similarity.portraits.groups import CROWD, by_level, by_members, group_names, row_of

    case = desk.case("portrait", parameters, snapshot=snapshot)
    level, group, areas = parameters["level"], parameters["group"], case.viewer.areas
    if level == CROWD:
        condition = crowd_condition(case, group)
        grouping = by_members(case.snapshot, members(case, condition), areas=areas)
        shown = {"condition": to_data(condition), "sentence": _both(sentence(condition, names=_tag_names(case)))}
        return _one(case, grouping, row=0, shown=shown, condition=condition)
    grouping = by_level(case.snapshot, level, areas=areas)
    if group is None:
        return _all(case, grouping)
    row = row_of(case.snapshot, grouping, group)
    return _one(
        case, grouping, row=row, shown={"id": grouping.ids[row], "name": group_names(case.snapshot, grouping)[row]}
    )


def crowd_condition(case: Case, written: str | None) -> Condition:
    """Read the condition of a crowd; raises `ConditionInvalid`, and `UnknownName` for a tag that does not exist."""
    if not written:
        raise ConditionInvalid(Text("没有写条件", "no condition is given"))
    names = _tag_names(case)
    if written.startswith(TAG):
        wanted = written.removeprefix(TAG)
        found = [key for key, name in names.items() if wanted in (key, name)]
        condition: Condition = Tagged(found[0] if found else wanted)
    else:
        try:
            condition = parse(json.loads(written))
        except ValueError as why:
            if isinstance(why, ConditionInvalid):
                raise
            raise ConditionInvalid(Text("不是 JSON", "it is not JSON")) from None
    for tag in sorted(tags_of(condition)):
        if tag not in names:
            called = [key for key, name in names.items() if name == tag]  # a name where the id belongs
            raise UnknownName(Text("标签编号", "id of a tag"), tag, called or names)
    return condition


def members(case: Case, condition: Condition) -> Mask:
    """Return which residents satisfied a condition on the eve of the day of the question, as the viewer sees it."""
    from graph.snapshot.evaluate import mask

    eve = case.as_of - dt.timedelta(days=1)
    return mask(case.snapshot, "Resident", within(condition, case.viewer.areas), eve)


def _tag_names(case: Case) -> dict[str, str]:
    tags = case.snapshot.nodes("Tag")
    return dict(zip(tags.ids.to_pylist(), tags.column("name").to_pylist(), strict=True))


def _one(
    case: Case, grouping: Grouping, *, row: int, shown: dict[str, Any], condition: Condition | None = None
) -> Answer:
    from similarity.portraits.comparison import portrait
    from similarity.portraits.crowd import crowd
    from similarity.portraits.groups import everybody, group_features, together

    who = crowd(case.snapshot, case.as_of, grouping)
    check_day(case, who)
    sensitive = tuple(case.parameters["sensitive"])
    features = _features(case, group_features(who, grouping, sensitive=sensitive))
    base = group_features(together(who), everybody(grouping), sensitive=sensitive)
    found = portrait(features, base, row)
    found = replace(found, notes=(*found.notes, *_undated(who, condition)))
    body = {
        "as_of": case.as_of.isoformat(),
        "level": grouping.level,
        "group": shown,
        **_body(found, case.parameters["top"]),
    }
    return case.answer(body, found)


def _undated(who: Crowd, condition: Condition | None) -> tuple[Text, ...]:
    """Say which facts without a date decide who is in a crowd: they hold today, and may not have held on that day."""
    from similarity.portraits.rule_tags import RuleTags

    names = sorted(set(RuleTags.of(who).undated(condition))) if condition is not None else []
    if not names:
        return ()
    listed = ", ".join(names)
    return (Text(f"条件用到没有日期的事实：{listed}", f"the condition reads facts without a date: {listed}"),)


def _features(case: Case, features: Features) -> Features:
    return features.without(tuple(case.parameters["without"]))


def _body(found: Portrait, top: int) -> dict[str, Any]:
    ranked = found.standings
    return {
        "residents": found.residents,
        "base_residents": found.base_residents,
        "figures": [s.to_json() | {"stands_out": found.stands_out(s)} for s in ranked[:top]],
        "more_figures": max(len(ranked) - top, 0),
        "standing_out": len(found.outstanding),
        "bound": found.bound and round(found.bound, 9),
        "spread": [s.to_json() for s in found.shapes],
        "hidden": found.hidden,
        "notes": [_both(n) for n in found.notes],
    }


def _all(case: Case, grouping: Grouping) -> Answer:
    """Answer with the table of a level; the body tells what is in it, its rows are the source."""
    from similarity.portraits.crowd import crowd
    from similarity.portraits.groups import group_features, group_names
    from similarity.portraits.level_table import level_table

    who = crowd(case.snapshot, case.as_of, grouping)
    check_day(case, who)
    features = _features(case, group_features(who, grouping, sensitive=tuple(case.parameters["sensitive"])))
    found = level_table(features, group_names(case.snapshot, grouping))
    body = {
        "as_of": case.as_of.isoformat(),
        "level": grouping.level,
        "groups": len(grouping.ids),
        "columns": {name: _both(title) for name, title in found.titles.items()},
        "hidden": found.hidden,
        "digest": found.digest,
        "notes": [_both(n) for n in found.notes],
    }
    return case.answer(body, found)


def check_day(case: Case, who: Crowd) -> None:
    """Raise `ArgumentInvalid` when the day lies before the first dated residence of the scope."""
    from similarity.portraits.crowd import days

    lives = case.snapshot.edges("Resident-LIVES_IN-Dwelling")
    inside = case.snapshot.nodes("Dwelling").inside(case.viewer.areas)[lives.indices]
    since = days(lives.property("since"))[inside]
    if np.isnan(since).all() or who.day > np.nanmin(since):
        return
    first = (EPOCH + dt.timedelta(int(np.nanmin(since)))).isoformat()
    raise ArgumentInvalid(
        "as_of",
        case.as_of.isoformat(),
        Text(f"居住记录始于 {first}，当天及以前无可统计", f"the records of residence begin on {first}"),
    )


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
