"""`linli site`: where points should stand.

The command is longer than a function should be: every option is one line of it, and nothing else is there.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from api.cli.site_points import ask_coverage, ask_options, numbers, read_scenarios
from api.cli.ways import check_way
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.site_problem import Sited

MEANING = {
    "median": Text("距离乘权重之和（最小化）", "metres times weight (least)"),
    "coverage": Text("覆盖的权重（最大化）", "weight covered (most)"),
    "fewest": Text("点数（最小化）", "number of sites (least)"),
}
WAYS = {"kind": "KIND", "problem": "--problem"}
GOES_WITH = {
    **dict.fromkeys(("count", "objective", "seconds"), ("problem",)),
    **dict.fromkeys(("coverage", "add", "close", "age", "use", "years", "scenario", "enough", "fill"), ("kind",)),
    **dict.fromkeys(("areas", "as_of"), ("kind",)),
}
"""Which of the two an option belongs to."""


def site(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help="服务点类型，如 社区食堂 | kind of service point, canteen")] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="只看覆盖 | only whom points reach")] = False,
    add: Annotated[int | None, typer.Option("--add", min=0, help="新增几处 | how many to add")] = None,
    close: Annotated[int | None, typer.Option("--close", min=0, help="关闭几处 | how many to close")] = None,
    radius: Annotated[float | None, typer.Option("--radius", help="半径（米，步行）| metres (on foot)")] = None,
    age: Annotated[str | None, typer.Option("--age", help="年龄 65-、0-3、2 | ages 65-, 0-3, 2")] = None,
    use: Annotated[float | None, typer.Option("--use", help="每人需名额 | places wanted a person")] = None,
    years: Annotated[str, typer.Option("--years", help="推算几年后 0,5,10 | years ahead")] = "0,5,10",
    scenario: Annotated[Path | None, typer.Option("--scenario", help="情景 TOML | file of scenarios")] = None,
    enough: Annotated[float, typer.Option("--enough", help="可容忍的未满足占比 | share unmet that is enough")] = 0.05,
    fill: Annotated[float, typer.Option("--fill", help="新点至少用到的占比 | least use of a new point")] = 1 / 3,
    problem: Annotated[
        Path | None,
        typer.Option("--problem", help="文件夹：demand、sites（、distances）| folder of demand, sites (, distances)"),
    ] = None,
    count: Annotated[int | None, typer.Option("--p", help="选几处 | how many sites (with --problem)")] = None,
    objective: Annotated[str, typer.Option("--objective", help="median | coverage | fewest")] = "median",
    detour: Annotated[
        float, typer.Option("--detour", min=1, help="直线距离的绕行系数 | factor on straight lines")
    ] = 1.3,
    out: Annotated[
        Path | None, typer.Option("--out", help="写入 CSV 或 Parquet | write the chosen sites, or each unit's figures")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="最长几秒 | most seconds")] = 60.0,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """选址：某类服务点怎么办，或文件夹里的问题 | Siting: what to do about a kind of point, or a problem in a folder."""
    door = open_door(json=json, lang=lang)
    check_way(context, WAYS, GOES_WITH)
    if problem is not None:
        asked = {"folder": str(problem.resolve()), "count": count, "objective": objective, "radius": radius}
        _problem(door, {**asked, "detour": detour, "seconds": seconds}, out)
        return
    ground = {"kind": kind, "age": age, "radius": radius, "detour": detour, "areas": areas, "as_of": day(as_of)}
    if coverage:
        ask_coverage(door, ground, out)
        return
    change = {"add": _changed(add, close), "close": _changed(close, add)}
    limits = {"use": use, "enough": enough, "fill": fill}
    ahead = {"years": numbers(years), "scenarios": read_scenarios(scenario)}
    ask_options(door, {**ground, **change, **limits, **ahead}, out)


def _changed(count: int | None, other: int | None) -> int | None:
    """Return how many points to add (or close): what was said, none where only the other was, None where nothing was."""
    return 0 if count is None and other is not None else count


def _problem(door: Door, asked: dict[str, Any], out: Path | None) -> None:
    begun = time.perf_counter()
    answer = ask(door, "site_problem", asked)
    taken = time.perf_counter() - begun
    if out is not None:
        _write(answer.source, out)
    if door.json:
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
