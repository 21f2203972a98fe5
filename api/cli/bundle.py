"""`linli bundle`: a room, a time, a lead, helpers and participants as one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.bundled import show_bundles, write_bundles
from api.cli.matched import DeclinedOption, PolicyOption, settled
from api.cli.output import JsonOption, LangOption, day, open_door
from graph.model.text import Text


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
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", help="多项一起安排最长几秒（默认 20）| most seconds for several needs (20)"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写出人员名单（xlsx、csv、parquet）| write who is asked to a file")
    ] = None,
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
    asked |= {
        "seconds": seconds,
        "alternatives": count,
        "areas": areas,
        "as_of": day(as_of),
        **settled(policy, bookings, declined),
    }
    answer = ask(door, "bundle", asked)
    if out is not None:
        rows = write_bundles(door, answer.body, out)
        door.say(Text(f"{rows} 行写入 {out}", f"{rows} rows written to {out}"))
    if json:
        door.answer(answer.to_json())
    else:
        show_bundles(door, answer.body)
