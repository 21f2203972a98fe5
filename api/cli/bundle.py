"""`linli bundle`: a room, a time, a lead, helpers and participants as one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.matched import DeclinedOption, PolicyOption, settled
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.text import Text, joined

REASONS_SHOWN = 8
NAMES_SHOWN = 8
BEST = Text("最优", "best")
ALSO = {"venue": Text("场地", "room"), "slot": Text("时段", "time"), "lead": Text("骨干", "lead")}


def bundle(
    more: Annotated[
        list[str] | None, typer.Argument(help="需求编号，一起安排 | ids of needs, planned together")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="活动类型代码，如 culture | kind of activity, its code")
    ] = None,
    people: Annotated[int | None, typer.Option("--people", min=1, max=100_000, help="人数 | how many people")] = None,
    committee: Annotated[str | None, typer.Option("--committee", help="居委，代码或名称 | code or name")] = None,
    week: Annotated[str | None, typer.Option("--week", help="哪一周 2021-11-08 | a day of the week")] = None,
    needs: Annotated[list[str] | None, typer.Option("--needs", help="需求编号 | ids of needs")] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", min=30, max=780, help="时长（分钟）| minutes")] = None,
    slots: Annotated[
        list[str] | None, typer.Option("--slot", help="只在这些时段，如 “3 13:30-17:00” | only within these slots")
    ] = None,
    skills: Annotated[list[str] | None, typer.Option("--skill", help="骨干须有的技能 | a skill of the lead")] = None,
    helpers: Annotated[int | None, typer.Option("--helpers", min=0, max=1000, help="帮手人数 | helpers")] = None,
    step_free: Annotated[bool, typer.Option("--step-free", help="场地须无障碍 | the room must be step-free")] = False,
    audience: Annotated[str | None, typer.Option("--audience", help="邀请对象条件 JSON | who is invited, JSON")] = None,
    bookings: Annotated[
        Path | None,
        typer.Option("--bookings", help="已有预约：resource 与 slot，或 date、begin、end | what is booked already"),
    ] = None,
    declined: DeclinedOption = None,
    count: Annotated[int, typer.Option("--alternatives", min=0, max=12, help="备选几个 | how many alternatives")] = 3,
    policy: PolicyOption = None,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """场地、时间、骨干、帮手、参加者成套安排，带备选和与最优的差距 | Room, time, lead, helpers and participants in one."""
    from api.questions.triangulate import condition

    door = open_door(json=json, lang=lang)
    asked: dict[str, Any] = {"kind": kind, "people": people, "committee": committee, "week": week}
    asked |= {
        "needs": [*(needs or []), *(more or [])],
        "minutes": minutes,
        "wanted": slots or [],
        "skills": skills or [],
    }
    asked |= {"helpers": helpers, "step_free": step_free, "audience": condition("--audience", audience)}
    asked |= {"alternatives": count, "areas": areas, "as_of": day(as_of), **settled(policy, bookings, declined)}
    answer = ask(door, "bundle", asked)
    if json:
        door.answer(answer.to_json())
    else:
        show_bundles(door, answer.body)


def show_bundles(door: Door, body: dict[str, Any]) -> None:
    """Print the bundles side by side, then why the best is the best, or what blocks them."""
    found = [*body["bundles"], *body["alternatives"]]
    if found:
        _show_table(door, body, found)
    for one in body["bundles"]:
        _show_reasons(door, one, alone=len(body["asked"]) == 1)
    _show_blocked(door, body)


def _show_table(door: Door, body: dict[str, Any], found: list[dict[str, Any]]) -> None:
    together = len(body["asked"]) > 1
    title = Text(f"{body['week']} 起的一周", f"The week from {body['week']}")
    columns = [Text("需求", "need") if together else Text("方案", "plan"), Text("场地", "room"), Text("时间", "time")]
    columns += [Text("骨干", "lead"), Text("帮手", "help"), Text("人数", "people"), Text("得分", "score")]
    rows = [[one["asked"] if together else _named(one), *_cells(one, door)] for one in found]
    door.table(
        title, columns if together else [*columns, Text("差距", "gap")], [r[:-1] if together else r for r in rows]
    )
    if body.get("no_other"):
        named = joined([ALSO[axis] for axis in body["no_other"]], "、")
        door.say(Text("没有可行的其他", "There is no other ") + named + Text("", " that works"))
    if together:
        line = Text("合计 {s:.4f}，界 {b:.4f}，差距 {g:.2%}；", "in sum {s:.4f}, bound {b:.4f}, gap {g:.2%}; ")
        rule = Text(body["rule"]["zh"], body["rule"]["en"])
        door.say(line.fill(s=body["score"], b=body["bound"], g=body["gap"]) + rule)


def _named(one: dict[str, Any]) -> Text:
    """Say in what an alternative was to differ, and what else differs."""
    from matching.bundle.best import AXES

    if "axis" not in one:
        return BEST
    also = [ALSO[axis] for axis in one["differs"] if axis != one["axis"]]
    if not also:
        return AXES[one["axis"]]
    return AXES[one["axis"]] + Text("（也换", " (also ") + joined(also, "、") + Text("）", ")")


def _cells(one: dict[str, Any], door: Door) -> list[object]:
    from matching.rules.week import said

    when = said(one["when"]["slot"]).of(door.lang)
    room = Text(
        f"{one['venue']['name']}（{one['venue']['places']} 座）", f"{one['venue']['name']} ({one['venue']['places']})"
    )
    lead = one["lead"]["name"] or one["lead"]["id"]
    return [
        room,
        f"{one['when']['date'][5:]} {when}",
        lead,
        len(one["helpers"]),
        one["heads"],
        one["score"],
        f"{one['gap']:.2%}",
    ]


def _show_reasons(door: Door, one: dict[str, Any], *, alone: bool) -> None:
    lang = door.lang
    head = Text("得分的理由（合计等于得分）：", "Why (sums to the score): ")
    if not alone:
        head = Text(f"{one['asked']} 的理由：", f"Why, for {one['asked']}: ")
    said = [f"{r['contribution']:+.3f} {r[lang]}" for r in one["reasons"][:REASONS_SHOWN]]
    left = one["reasons"][REASONS_SHOWN:]
    rest = sum(r["contribution"] for r in left)
    said += [Text(f"{rest:+.3f} 其余 {len(left)} 项", f"{rest:+.3f} {len(left)} others").of(lang)] if left else []
    between = Text("；", "; ").of(lang)
    door.say(head + Text(between.join(said), between.join(said)))
    for role, title in (("helpers", Text("帮手", "Helpers")), ("people", Text("参加者", "Participants"))):
        if one[role]:
            names = "、".join(str(p["name"] or p["id"]) for p in one[role][:NAMES_SHOWN])
            more = len(one[role]) - NAMES_SHOWN
            etc = Text(f" 等 {len(one[role])} 人", f" and {more} more (--json)") if more > 0 else Text("", "")
            door.say(title + Text(f"：{names}", f": {names}") + etc)


def _show_blocked(door: Door, body: dict[str, Any]) -> None:
    if "conflict" in body:
        door.say(Text(body["conflict"]["zh"], body["conflict"]["en"]))
    for why in body["blocked"]:
        head = Text(f"{why['asked']} 排不成，{why['zh']}", f"No bundle for {why['asked']}, {why['en']}")
        door.say(head)
        for change in why["changes"]:
            door.say(Text("  最小改变：", "  least change: ") + Text(change["zh"], change["en"]))
        out = why["ruled_out"]
        zh = f"  共 {why['cells']} 个场地时段：场地不可用 {out['room']}，座位不够 {out['places']}，无骨干 {out['lead']}，"
        en = f"  of {why['cells']} rooms and times: not to be had {out['room']}, too small {out['places']}, "
        zh += f"帮手不够 {out['helpers']}，参加者不够 {out['people']}"
        en += f"no lead {out['lead']}, helpers short {out['helpers']}, people short {out['people']}"
        door.say(Text(zh, en))
