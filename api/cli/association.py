"""`linli associate`: which facts about people go together."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.output import JsonOption, LangOption, day, open_door
from api.cli.portrait import SensitiveOption
from graph.model.text import Text

LISTS = "tags、tags:标签组、age、education… | tags, tags:GROUP, age, education…"


def associate(
    left: Annotated[str, typer.Argument(help=LISTS)],
    right: Annotated[str, typer.Argument(help=LISTS)],
    top: TopOption = 12,
    sensitive: SensitiveOption = None,
    as_of: DayOption = None,
    as_area: AreasOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """数据碰撞：哪些标签、属性相伴出现 | Which facts about people go together, beside independence."""
    door = open_door(json=json, lang=lang)
    asked: dict[str, object] = {"left": left, "right": right, "as_of": day(as_of), "top": top, "areas": as_area}
    answer = ask(door, "associations", {**asked, "sensitive": sensitive or []})
    if json:
        door.answer(answer.to_json())
        return
    found = answer.source
    columns = [Text(left, left), Text(right, right), Text("人数", "n"), Text("独立时", "expected"), Text("倍", "lift")]
    columns += [Text("95% 区间", "95 % interval"), Text("z", "z")]
    rows = []
    for p in found.pairs[:top]:
        low, high = p.interval
        lift = [p.n, round(p.expected, 1), round(p.lift, 2), f"{low:.2f}–{high:.2f}", round(p.z, 1)]
        rows.append([p.left_title, p.right_title, *lift])
    door.table(Text("相伴出现", "What goes together"), columns, rows)
    pairs, hidden = len(found.pairs), found.hidden
    door.say(
        Text(
            f"{found.people} 人，{pairs} 对可比，{hidden} 对因人数不足 10 未显示",
            f"{found.people} people, {pairs} pairs compared, {hidden} withheld: under 10 people",
        )
    )
