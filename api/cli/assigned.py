"""How a problem given as tables is solved, shown and written: `linli match --problem`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.asking import ask
from api.cli.dials import show_dial
from api.cli.output import Door
from api.cli.planned import said_kept
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.assign import Assigned

SHOWN = 10


def solve_problem(door: Door, asked: dict[str, Any], out: Path | None) -> None:
    """Solve a problem given as tables; write the plan, then show it with the time that it took."""
    begun = time.perf_counter()
    answer = ask(door, "assign", asked)
    taken = time.perf_counter() - begun
    if out is not None:
        _write(answer.source, out)
    if door.json:
        door.answer(answer.to_json())
        return
    show_assigned(door, answer.source, seconds=taken)
    if answer.body["kept"] is not None:
        door.say(said_kept(answer.body["kept"]))
    if answer.body["dial"] is not None:
        show_dial(door, answer.body["dial"], by="objective")
    if out is not None:
        count = len(answer.source.plan.chosen)
        door.say(Text(f"{count} 行写入 {out}", f"{count} rows written to {out}"))


def show_assigned(door: Door, assigned: Assigned, *, seconds: float) -> None:
    """Print the figures of a plan, its first pairs, and what is unmet and why."""
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
