"""How a problem given as tables is solved, shown and written: `linli match --problem`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.asking import ask
from api.cli.output import Door
from api.cli.planned import said_kept
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.assign import Assigned
    from matching.assign.fairness import Dial, Step

SHOWN = 10
STEPS_SHOWN = 12


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
    if out is not None:
        count = len(answer.source.plan.chosen)
        door.say(Text(f"{count} 行写入 {out}", f"{count} rows written to {out}"))


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
    if assigned.dial is not None:
        show_dial(door, assigned.dial)


def show_dial(door: Door, dial: Dial) -> None:
    """Print the floors at which the plan changes, and what each costs."""
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
        for s in _spread(dial.steps)
    ]
    door.table(Text("公平刻度：方案改变的各档", "Fairness dial: the floors at which the plan changes"), columns, rows)
    if len(rows) < len(dial.steps):
        door.say(Text(f"共 {len(dial.steps)} 档（--json）", f"{len(dial.steps)} steps in all (--json)"))
    if dial.end is not None:
        door.say(dial.end)


def _spread(steps: Sequence[Step]) -> Sequence[Step]:
    """Return the first, the last and some steps evenly between them."""
    if len(steps) <= STEPS_SHOWN:
        return steps
    return [steps[round(i * (len(steps) - 1) / (STEPS_SHOWN - 1))] for i in range(STEPS_SHOWN)]


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
