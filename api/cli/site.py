"""`linli site`: where points should stand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import desk
from api.cli.output import Door, JsonOption, LangOption, open_door
from graph.model.errors import SettingInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.site_problem import Sited

MEANING = {
    "median": Text("距离乘权重之和（最小化）", "metres times weight (least)"),
    "coverage": Text("覆盖的权重（最大化）", "weight covered (most)"),
    "fewest": Text("点数（最小化）", "number of sites (least)"),
}


def site(
    problem: Annotated[
        Path | None,
        typer.Option("--problem", help="文件夹：demand、sites（、distances）| folder of demand, sites (, distances)"),
    ] = None,
    count: Annotated[int | None, typer.Option("--p", help="选几处 | how many sites")] = None,
    objective: Annotated[str, typer.Option("--objective", help="median | coverage | fewest")] = "median",
    radius: Annotated[float | None, typer.Option("--radius", help="覆盖半径（米）| metres that a site covers")] = None,
    detour: Annotated[
        float, typer.Option("--detour", min=1, help="直线距离的绕行系数 | factor on straight lines")
    ] = 1.3,
    out: Annotated[Path | None, typer.Option("--out", help="写入 CSV 或 Parquet | write the chosen sites")] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="最长几秒 | most seconds")] = 60.0,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """选址，带目标值、界和差距 | Choose sites, with objective, bound and gap."""
    door = open_door(json=json, lang=lang)
    if problem is None:
        raise SettingInvalid("--problem", "", Text("请指出问题文件夹", "name the folder of the problem"))
    asked = {"folder": str(problem.resolve()), "count": count, "objective": objective, "radius": radius}
    begun = time.perf_counter()
    answer = desk(door).ask("site_problem", {**asked, "detour": detour, "seconds": seconds})
    taken = time.perf_counter() - begun
    if out is not None:
        _write(answer.source, out)
    if json:
        door.answer(answer.to_json())
        return
    show_sited(door, answer.source, seconds=taken)
    if out is not None:
        door.say(Text(f"已写入 {out}", f"Written to {out}"))


def show_sited(door: Door, sited: Sited, *, seconds: float) -> None:
    """Print the chosen sites and the figures of the choice."""
    from matching.siting.tables import chosen_table

    siting = sited.siting
    rows = [list(row.values()) for row in chosen_table(sited.places, siting).to_pylist()]
    columns = [Text("点", "site"), Text("服务量", "covers"), Text("距离乘权重", "metres times weight")]
    door.table(Text(f"选出 {len(rows)} 处", f"{len(rows)} sites chosen"), columns, rows)
    meaning = MEANING[sited.objective]
    line = Text(
        "目标值 {o:.10g}，{m_zh}；界 {b:.10g}，差距 {g:.4%}；方法：{w_zh}；{s:.2f} 秒",
        "objective {o:.10g}, {m_en}; bound {b:.10g}, gap {g:.4%}; method: {w_en}; {s:.2f} s",
    )
    facts = {"m_zh": meaning.zh, "m_en": meaning.en, "w_zh": siting.method.zh, "w_en": siting.method.en}
    door.say(line.fill(o=siting.objective, b=siting.bound, g=siting.gap, s=seconds, **facts))
    if siting.left > 0:
        share = siting.left / float(sited.places.weight.sum())
        left = Text("未服务的权重：{w:.10g}（{p:.1%}）", "weight that nobody serves: {w:.10g} ({p:.1%})")
        door.say(left.fill(w=siting.left, p=share))


def _write(sited: Sited, out: Path) -> None:
    from api.tables import write_table
    from matching.siting.tables import chosen_table

    write_table(chosen_table(sited.places, sited.siting), out)
