"""The reasons of a bundle: one sentence for each part of its score, which they sum to exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from matching.bundle.draft import LEVELS, Draft, standing_by, walks
from matching.bundle.event import Bundle, parts
from matching.bundle.town import Town
from similarity.reasons import NANO, Reason, apportion, rounded


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A bundle and what its rows are."""

    town: Town
    draft: Draft
    bundle: Bundle


def reasons(town: Town, drafted: Draft, bundle: Bundle) -> list[Reason]:
    """Return the reasons of a bundle, the strongest first (ties by name); they sum to the rounded score."""
    found = parts(drafted.event, bundle)
    names = sorted(found)
    nano = apportion(np.array([found[n] for n in names]), float(rounded(np.array([bundle.score]))[0]))
    said = [Reason(n, int(x) / NANO, _SAY[n](Told(town, drafted, bundle))) for n, x in zip(names, nano, strict=True)]
    return sorted(said, key=lambda r: (-abs(r.contribution), r.feature))


def _fill(t: Told) -> Text:
    heads, places = t.draft.event.heads, int(t.draft.event.capacity[t.bundle.venue])
    return Text(f"场地 {places} 座用 {heads} 座", f"{heads} of {places} places taken")


def _access(t: Told) -> Text:
    if t.town.stock.resources.step_free[t.town.rooms[t.draft.rooms[t.bundle.venue]]]:
        return Text("场地无障碍", "the room is step-free")
    shut = int(t.town.impaired[t.draft.people].sum())
    return Text(f"场地有台阶，对象中 {shut} 人进不来", f"steps: {shut} of the audience cannot enter")


def _idle_room(t: Told) -> Text:
    days = t.town.stock.resources.idle[t.town.rooms[t.draft.rooms[t.bundle.venue]]]
    if np.isnan(days):
        return Text("场地无使用记录", "no use of the room is on record")
    return Text(f"场地闲置 {days:.0f} 天", f"the room was idle for {days:.0f} days")


def _committee(t: Told) -> Text:
    own = t.town.stock.resources.area[t.town.rooms[t.draft.rooms[t.bundle.venue]]]
    if t.draft.wish.committee is None:
        return Text("未指定居委", "no committee was named")
    if own == t.draft.wish.committee:
        return Text("场地在本居委", "the committee's own room")
    return Text("场地在别的居委", "a room of another committee")


def _stand_in(t: Told) -> Text:
    others = int(standing_by(t.draft.event.leads)[t.bundle.slot]) - 1
    return Text(f"另有 {others} 人那时可顶替骨干", f"{others} others could lead then")


def _skill(t: Told) -> Text:
    level, column = int(t.draft.skill[0][t.bundle.lead]), int(t.draft.skill[1][t.bundle.lead])
    if column < 0:
        return Text("骨干无对口技能登记", "the lead has no fitting skill on record")
    name = t.town.stock.words.skill_names[column]
    return Text(f"骨干“{name}”{level} 级（共 {LEVELS} 级）", f"the lead has “{name}” at level {level} of {LEVELS}")


def _backbone(t: Told) -> Text:
    if t.town.backbone[t.draft.leads[t.bundle.lead]]:
        return Text("社区骨干", "known as a backbone of the community")
    return Text("没有骨干标签", "no tag of a backbone")


def _lead_near(t: Told) -> Text:
    place = t.town.stock.resources.place[t.town.volunteers[t.draft.leads[[t.bundle.lead]]]]
    return _walk(walks(t.town, t.draft.rooms[[t.bundle.venue]], place), Text("骨干", "the lead walks"))


def _helpers_near(t: Told) -> Text:
    place = t.town.stock.resources.place[t.town.volunteers[t.draft.helpers[list(t.bundle.helpers)]]]
    return _walk(walks(t.town, t.draft.rooms[[t.bundle.venue]], place), Text("帮手平均", "helpers walk on average"))


def _people_near(t: Told) -> Text:
    place = t.town.place[t.draft.people[list(t.bundle.people)]]
    return _walk(
        walks(t.town, t.draft.rooms[[t.bundle.venue]], place), Text("参加者平均", "participants walk on average")
    )


def _walk(metres: np.ndarray, who: Text) -> Text:
    mean = float(metres.mean())
    return who + Text(f"步行 {mean:.0f} 米", f" {mean:.0f} m")


def _helpers_idle(t: Told) -> Text:
    days = t.town.stock.resources.idle[t.town.volunteers[t.draft.helpers[list(t.bundle.helpers)]]]
    rested = int((np.nan_to_num(days, nan=np.inf) >= t.town.policy.idle_days).sum())
    return Text(
        f"{len(t.bundle.helpers)} 名帮手中 {rested} 人 {t.town.policy.idle_days:g} 天未出工",
        f"{rested} of {len(t.bundle.helpers)} helpers not asked for {t.town.policy.idle_days:g} days",
    )


def _interest(t: Told) -> Text:
    mean = float(t.draft.wish.interest[t.draft.people[list(t.bundle.people)]].mean())
    text = Text("参加者的到场可能平均排在前 {s:.1%}", "participants rank in the first {s:.1%} by likelihood to come")
    return text.fill(s=1 - mean)


_SAY: dict[str, Callable[[Told], Text]] = {
    "venue.fill": _fill,
    "venue.access": _access,
    "venue.idle": _idle_room,
    "venue.committee": _committee,
    "slot.stand_in": _stand_in,
    "lead.skill": _skill,
    "lead.backbone": _backbone,
    "lead.near": _lead_near,
    "helpers.near": _helpers_near,
    "helpers.idle": _helpers_idle,
    "people.near": _people_near,
    "people.interest": _interest,
}
