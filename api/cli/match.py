"""`linli match`: who gets what, from the graph (`matched` shows it) or for a problem given as tables."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, desk
from api.cli.matched import Asked, BookingsOption, DeclinedOption, PolicyOption, graph_match, settled
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import SettingInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.assign import Assigned

SHOWN = 10
NEAR_MISSES = 5
"""Those left out that `--why-not` explains."""


def match(
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
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """需求与资源双向匹配，带理由和不行的原因；或解一个问题文件夹 | Match needs and resources, with reasons and why not."""
    door = open_door(json=json, lang=lang)
    if problem is None:
        given = {"top": top, "why_not": NEAR_MISSES if why_not else 0, **settled(policy, bookings, declined)}
        if plan:
            limits = {"load": load, "floor": floor, "seconds": seconds}
            asked = {**settled(policy, bookings, declined), **limits, "areas": areas, "as_of": day(as_of)}
            _planned(door, asked, out, alone=not (need or resource or every or idle is not None))
            return
        what = Asked(need, resource, every, idle, out)
        graph_match(door, what, {**given, "areas": areas, "as_of": day(as_of)})
        return
    if need or resource or every or idle is not None:
        raise SettingInvalid(
            "--problem", str(problem), Text("不能与图中的需求同用", "it stands alone, without the graph")
        )
    asked = {"folder": str(problem.resolve()), "split": split, "seconds": seconds, "floor": floor, "dial": dial}
    _solved(door, asked, out)


def _solved(door: Door, asked: dict[str, Any], out: Path | None) -> None:
    """Solve a problem given as tables; write the plan, then show it with the time that it took."""
    begun = time.perf_counter()
    answer = desk(door).ask("assign", asked)
    taken = time.perf_counter() - begun
    if out is not None:
        _write(answer.source, out)
    if door.json:
        door.answer(answer.to_json())
        return
    show_assigned(door, answer.source, seconds=taken)
    if out is not None:
        count = len(answer.source.plan.chosen)
        door.say(Text(f"{count} 行写入 {out}", f"{count} rows written to {out}"))


def _planned(door: Door, asked: dict[str, Any], out: Path | None, *, alone: bool) -> None:
    from api.cli.planned import show_plan, write_plan

    if not alone:
        why = Text(
            "不能与需求编号、--resource、--all、--idle 同用", "it stands alone: no NEED, --resource, --all or --idle"
        )
        raise SettingInvalid("--plan", "", why)
    answer = desk(door).ask("plan", asked)
    if out is not None:
        count = write_plan(door, answer, out)
        door.say(Text(f"{count} 行写入 {out}", f"{count} rows written to {out}"))
    if door.json:
        door.answer(answer.to_json())
    else:
        show_plan(door, answer)


def show_assigned(door: Door, assigned: Assigned, *, seconds: float) -> None:
    """Print the figures of a plan, its first pairs, what is unmet and why, and the fairness dial."""
    from matching.tables import plan_table

    plan, problem = assigned.plan, assigned.problem
    rows = [list(row.values()) for row in plan_table(problem, plan).slice(0, SHOWN).to_pylist()]
    price = Text("得分", "score") if problem.maximise else Text("费用", "cost")
    columns = [Text("需求", "need"), Text("资源", "resource"), Text("份额", "share"), price]
    if rows:
        title = Text(
            f"方案：{len(plan.chosen)} 对，前 {len(rows)} 对", f"Plan: {len(plan.chosen)} pairs, the first {len(rows)}"
        )
        door.table(title, columns, rows)
    for sentence in (*_figures(assigned, seconds), *(u.text for u in assigned.left[:SHOWN])):
        door.say(sentence)
    if len(assigned.left) > SHOWN:
        door.say(
            Text(
                f"另有 {len(assigned.left) - SHOWN} 个未满足（--json）",
                f"{len(assigned.left) - SHOWN} more unmet (--json)",
            )
        )
    if assigned.dial:
        show_dial(door, assigned)


def show_dial(door: Door, assigned: Assigned) -> None:
    """Print what each step of the floor costs."""
    columns = [
        Text("下限", "floor"),
        Text("满足的需求", "needs met"),
        Text("最低的组", "worst group"),
        Text("其比例", "its share"),
        Text("目标值", "objective"),
        Text("差距", "gap"),
    ]
    rows = [
        [f"{s.floor:.0%}", s.needs_met, s.worst_group, f"{s.worst_share:.1%}", s.plan.objective, f"{s.plan.gap:.3%}"]
        for s in assigned.dial
    ]
    door.table(Text("公平刻度", "Fairness dial"), columns, rows)
    if assigned.dial[-1].floor < 1:
        top = f"{assigned.dial[-1].floor:.0%}"
        door.say(Text(f"高于 {top} 的下限没有方案能达到", f"no plan reaches a floor above {top}"))


def _figures(assigned: Assigned, seconds: float) -> list[Text]:
    plan, problem = assigned.plan, assigned.problem
    better = Text("最大化", "to be maximised") if problem.maximise else Text("最小化", "to be minimised")
    line = Text(
        "目标值 {o:.10g}（{b_zh}），界 {d:.10g}，差距 {g:.4%}；方法：{m_zh}；{s:.2f} 秒",
        "objective {o:.10g} ({b_en}), bound {d:.10g}, gap {g:.4%}; method: {m_en}; {s:.2f} s",
    ).fill(
        o=plan.objective, d=plan.bound, g=plan.gap, s=seconds,
        b_zh=better.zh, b_en=better.en, m_zh=plan.method.zh, m_en=plan.method.en,
    )  # fmt: skip
    count = len(assigned.left)
    if not count:
        return [line, Text(f"{len(problem.needs)} 个需求全部满足", f"all {len(problem.needs)} needs are met")]
    proven = plan.unmet <= plan.least_unmet + 1e-6
    sure = Text("（已证明无法更少）", " (proven: no plan leaves less)") if proven else Text("", "")
    return [line, Text(f"未满足的需求：{count}", f"unmet needs: {count}") + sure]


def _write(assigned: Assigned, out: Path) -> None:
    from api.tables import write_table
    from matching.tables import plan_table

    write_table(plan_table(assigned.problem, assigned.plan), out)
