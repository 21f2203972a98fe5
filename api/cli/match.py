"""`linli match`: who gets what, from the graph (`matched` shows it) or for a problem given as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asking import AreasOption, DayOption, TopOption
from api.cli.assigned import solve_problem
from api.cli.matched import Asked, BookingsOption, DeclinedOption, PolicyOption, graph_match, settled
from api.cli.output import JsonOption, LangOption, day, open_door
from api.cli.planned import solve_plan
from api.cli.ways import check_way

NEAR_MISSES = 5
"""Those left out that `--why-not` explains."""
WAYS = {"need": "NEED", "resource": "--resource", "every": "--all", "idle": "--idle", "plan": "--plan",
        "problem": "--problem"}  # fmt: skip
"""Parameters that each ask for something of their own, as they are called."""
LISTS, GRAPH = ("need", "resource", "every"), ("need", "resource", "every", "idle", "plan")
GOES_WITH = {
    "split": ("problem",),
    **dict.fromkeys(("floor", "dial", "seconds", "previous", "worth"), ("problem", "plan")),
    "load": ("plan",),
    "why_not": LISTS,
    "top": (*LISTS, "idle"),
    **dict.fromkeys(("policy", "bookings", "declined", "areas", "as_of"), GRAPH),
}


def match(
    context: typer.Context,
    need: Annotated[str | None, typer.Argument(help="需求编号 | id of a need")] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", help="资源能接哪些需求：类别:编号 | needs a resource can meet: LABEL:ID")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="所有待响应需求一次安排，不重复占用 | one plan for every waiting need")
    ] = False,
    load: Annotated[int, typer.Option("--load", help="每名志愿者最多几个需求 | needs a volunteer takes at most")] = 2,
    every: Annotated[bool, typer.Option("--all", help="所有待响应需求 | every waiting need")] = False,
    idle: Annotated[
        int | None,
        typer.Option("--idle", help="闲置多少天以上的场地和志愿者 | rooms and volunteers idle for so many days"),
    ] = None,
    top: TopOption = 10,
    why_not: Annotated[bool, typer.Option("--why-not", help="差一点的及最小改变 | near misses, least changes")] = False,
    policy: PolicyOption = None,
    bookings: BookingsOption = None,
    declined: DeclinedOption = None,
    areas: AreasOption = None,
    as_of: DayOption = None,
    problem: Annotated[
        Path | None,
        typer.Option("--problem", help="文件夹：needs、resources、pairs 三张表 | folder of needs, resources, pairs"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="写入 CSV、Parquet 或 xlsx | write the list or the plan")
    ] = None,
    split: Annotated[bool, typer.Option("--split", help="需求可拆分 | a need may be divided")] = False,
    floor: Annotated[
        float, typer.Option("--floor", min=0, max=1, help="各组至少满足的比例 | least share met in each group")
    ] = 0.0,
    dial: Annotated[bool, typer.Option("--dial", help="公平刻度：每一档的代价 | what each floor would cost")] = False,
    seconds: Annotated[float, typer.Option("--seconds", help="最长几秒 | most seconds")] = 60.0,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="上次的方案，尽量少改 | a former plan, to change little of")
    ] = None,
    worth: Annotated[
        float, typer.Option("--worth", min=0, help="改动一处至少应省多少 | what a change of it must save")
    ] = 0.1,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """需求与资源双向匹配，带理由和不行的原因；或解一个问题文件夹 | Match needs and resources, with reasons and why not."""
    door = open_door(json=json, lang=lang)
    check_way(context, WAYS, GOES_WITH)
    limits = {"floor": floor, "dial": dial, "seconds": seconds, "worth": worth}
    if problem is not None:
        former = None if previous is None else str(previous.resolve())
        asked = {"folder": str(problem.resolve()), "split": split, "previous": former}
        solve_problem(door, {**asked, **limits}, out)
        return
    given = {**settled(policy, bookings, declined), "areas": areas, "as_of": day(as_of)}
    if plan:
        solve_plan(door, {**given, **limits, "load": load}, previous, out=out)
    else:
        listed = {"top": top, "why_not": NEAR_MISSES if why_not else 0}
        graph_match(door, Asked(need, resource, every, idle, out), {**given, **listed})
