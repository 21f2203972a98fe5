"""How a fairness dial is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.cli.output import Door
from graph.model.text import Text

SHOWN = 12
FIGURES = {"objective": Text("目标值", "objective"), "score": Text("得分合计", "scores")}


def show_dial(door: Door, dial: Mapping[str, Any], *, by: str) -> None:
    """Print the floors at which the plan changes, and what each costs; `by` names the figure that is optimised."""
    columns = [
        Text("下限", "floor"),
        Text("满足的需求", "needs met"),
        Text("最低的组", "worst group"),
        Text("其比例", "its share"),
        FIGURES[by],
        Text("差距", "gap"),
    ]
    rows = [
        [
            f"{s['floor']:.0%}",
            s["needs_met"],
            s["worst"]["group"],
            f"{s['worst']['share']:.1%}",
            s[by],
            f"{s['gap']:.3%}",
        ]
        for s in _spread(dial["steps"])
    ]
    door.table(Text("公平刻度：方案改变的各档", "Fairness dial: the floors at which the plan changes"), columns, rows)
    if len(rows) < len(dial["steps"]):
        door.say(Text(f"共 {len(dial['steps'])} 档（--json）", f"{len(dial['steps'])} steps in all (--json)"))
    if dial["end"] is not None:
        door.say(Text(dial["end"]["zh"], dial["end"]["en"]))


def _spread(steps: Sequence[Any]) -> Sequence[Any]:
    """Return the first, the last and some steps evenly between them."""
    if len(steps) <= SHOWN:
        return steps
    return [steps[round(i * (len(steps) - 1) / (SHOWN - 1))] for i in range(SHOWN)]
