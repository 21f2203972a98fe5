"""`linli site KIND` as a person reads it: whom points reach, and what can be done about them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.asking import ask
from api.cli.output import Door
from graph.model.codes import title
from graph.model.errors import FileMissing, FileUnreadable, OptionInvalid
from graph.model.text import Text, joined

if TYPE_CHECKING:
    import pyarrow as pa

    from api.questions.points import Drawn, Ground
    from api.questions.site import Sited

UNITS_SHOWN = 10
PARTS_SHOWN = 4
TEN_THOUSAND = 10_000
STATUS = "point_status"


def ask_coverage(door: Door, asked: dict[str, Any], out: Path | None) -> None:
    """Ask whom the points of a kind reach, and show it; `out` gets the figures of every unit."""
    from matching.siting.covered import units_table

    answer = ask(door, "points", {**asked, "top": UNITS_SHOWN})
    _write(door, units_table(answer.source.covered), out)
    if door.json:
        door.answer(answer.to_json())
        return
    show_coverage(door, answer.source, answer.body)


def ask_options(door: Door, asked: dict[str, Any], out: Path | None) -> None:
    """Ask what can be done about the points of a kind, and show it; `out` gets the expected people of every unit."""
    from matching.siting.scenarios import expected

    answer = ask(door, "site", asked)
    _write(door, expected(answer.source.ground.population, answer.source.weighed.cases), out)
    if door.json:
        door.answer(answer.to_json())
        return
    show_options(door, answer.source, answer.body)


def _write(door: Door, table: pa.Table, out: Path | None) -> None:
    from api.tables import write_table

    if out is not None:
        write_table(table, out)
        door.say(Text(f"已写入 {out}", f"Written to {out}"))


def numbers(written: str) -> list[int]:
    """Read `0,5,10` or `0 5 10`; raises `OptionInvalid`."""
    parts = written.replace(",", " ").replace("，", " ").split()
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise OptionInvalid("--years", written, Text("应写作 0,5,10", "write them as 0,5,10"))
    return [int(part) for part in parts]


def read_scenarios(path: Path | None) -> list[dict[str, Any]] | None:
    """Read the tables `[[scenario]]` of a TOML file (None: no file); raises `FileMissing` and `FileUnreadable`."""
    if path is None:
        return None
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileMissing(path) from None
    except (OSError, ValueError) as why:
        raise FileUnreadable(path, Text("不是 TOML", f"it is no TOML ({why})")) from None
    rows = read.get("scenario")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or set(read) != {"scenario"}:
        raise FileUnreadable(path, Text("应只有 [[scenario]] 表", "it must hold tables [[scenario]] and nothing else"))
    return rows


def show_coverage(door: Door, drawn: Drawn, body: dict[str, Any]) -> None:
    """Print a table of points, then overlaps and whom none reaches."""
    _head(door, drawn.ground)
    columns = [Text("点", "point"), Text("状态", "status"), Text("可达", "reach"), Text("仅此", "only it")]
    columns += [Text("重复", "shared"), *(Text(band.written(), band.written()) for band in _bands())]
    rows = [
        [p["name"], title(STATUS, p["status"]), p["people"], p["newly"], _percent(p["redundancy"]), *p["ages"].values()]
        for p in body["points"]
    ]
    door.table(
        Text("各点的覆盖（后几列为全部居民的年龄段）", "Reach (the last columns: everybody, by age)"), columns, rows
    )
    _overlaps(door, body)
    share = body["uncovered"] / body["people"] if body["people"] else 0.0
    none = Text("无点可达：{n} 人，{s:.1%}", "reached by none: {n} people, {s:.1%}")
    door.say(none.fill(n=body["uncovered"], s=share))
    _nobody(door, body)
    _notes(door, body)


def show_options(door: Door, sited: Sited, body: dict[str, Any]) -> None:
    """Print where the people live, the cases, the options and the choice."""
    _head(door, sited.ground)
    parts = [Text(f"{p['zh']} {p['people']}", f"{p['en']} {p['people']}") for p in body["parts"][:PARTS_SHOWN]]
    parts += [Text(f"{a['name']} {a['people']}", f"{a['name']} {a['people']}") for a in body["areas"][:2]]
    door.say(Text("主要居住：", "they live mainly in: ") + joined(parts, zh="、"))
    _cases(door, body)
    _options(door, body)
    choice = body["choice"]
    verdict = Text("建议：", "choice: ") + Text(choice["zh"], choice["en"])
    door.say(verdict + Text("。理由：", ". Why: ") + Text(choice["why"]["zh"], choice["why"]["en"]))
    _notes(door, body)


def _bands() -> tuple[Any, ...]:
    from matching.siting.covered import BANDS

    return BANDS


def _head(door: Door, ground: Ground) -> None:
    asked, people = ground.asked, ground.ages.of(ground.population.counts.sum(1)).sum()
    name = title("service_point", ground.points.kind)
    line = Text(
        "{k_zh}：{a_zh} {n:.0f} 人；步行 {r:g} 米（直线的 {d:g} 倍）；{day}",
        "{k_en}: {n:.0f} people {a_en}; {r:g} metres on foot ({d:g} times the straight line); {day}",
    )
    ages, walk = ground.ages.text(), {"r": asked["radius"], "d": asked["detour"]}
    facts = {"k_zh": name.zh, "k_en": name.en, "a_zh": ages.zh, "a_en": ages.en, "n": people, "day": ground.case.as_of}
    door.say(line.fill(**walk, **facts))


def _overlaps(door: Door, body: dict[str, Any]) -> None:
    times = [Text(f"{k} 点 {n} 人", f"{n} by {k}") for k, n in enumerate(body["times"]) if k and n]
    if times:
        door.say(Text("可达现有点数：", "people by how many standing points reach them: ") + joined(times, zh="、"))
    names = {p["id"]: p["name"] for p in body["points"]}
    pairs = [
        Text(f"{names[o['one']]}与{names[o['other']]} {o['people']}", f"{o['one']} and {o['other']} {o['people']}")
        for o in body["overlaps"][:3]
    ]
    if pairs:
        door.say(Text("重复覆盖最多：", "most in common: ") + joined(pairs, zh="、"))


def _nobody(door: Door, body: dict[str, Any]) -> None:
    left = [a for a in body["areas"] if a["uncovered"]]
    if not left:
        return
    rows = [[a["name"], a["people"], a["uncovered"], _percent(a["uncovered"] / a["people"])] for a in left]
    columns = [Text("居委会", "committee"), Text("人数", "people"), Text("无点可达", "by none"), Text("占比", "share")]
    door.table(Text("无点可达的居民", "Whom none reaches"), columns, rows)
    units = [Text(f"{u['address']} {u['uncovered']}", f"{u['address']} {u['uncovered']}") for u in body["units"]]
    more = Text("等", " and more") if body["truncated"] else Text("", "")
    door.say(Text("人数最多的楼组：", "most in one stairwell group: ") + joined(units, zh="、") + more)


def _cases(door: Door, body: dict[str, Any]) -> None:
    named = {o["key"]: _shared(o) + Text(*(" ".join(o["points"]),) * 2) for o in body["options"]}
    rows: list[list[object]] = []
    for case in body["cases"]:
        best = case["best_adding"]
        added = [named[best["key"]], best["objective"], best["bound"]] if best else [None, None, None]
        when = Text(f"{case['years']}年后", f"in {case['years']} years") if case["years"] else Text("今日", "today")
        scenario = Text(case["scenario"]["zh"], case["scenario"]["en"]) if case["years"] else None
        people = [round(case["people"]), round(case["wanted"])]
        rows.append([when, scenario, *people, *(_tenth(cell) for cell in added), case["decides"]])
    columns = [Text("何时", "when"), Text("情景", "scenario"), Text("对象", "people"), Text("需名额", "places")]
    columns += [
        Text("最好的新增", "best to add"),
        Text("未满足", "unmet"),
        Text("界", "bound"),
        Text("参与", "decides"),
    ]
    door.table(Text("各情形", "Cases"), columns, rows)


def _shared(option: dict[str, Any]) -> Text:
    return Text("共用 ", "share, ") if option["deed"] == "share_add" else Text("", "")


def _tenth(cell: object) -> object:
    return round(cell, 1) if isinstance(cell, float) else cell


def _options(door: Door, body: dict[str, Any]) -> None:
    """Print the options; of the scenarios, the first (the middle one) stands for each number of years."""
    first: dict[int, int] = {}
    for at, case in enumerate(body["cases"]):
        first.setdefault(case["years"], at)
    rows: list[list[object]] = []
    for option in body["options"]:
        cells = [option["cases"][at] for at in first.values()]
        row: list[object] = [Text(option["zh"], option["en"]), round(option["cost"] / TEN_THOUSAND, 1)]
        row += [Text(*("/".join(f"{c['newly_per_point']:.0f}" for c in cells),) * 2)]
        row += [Text(*("/".join(f"{c['unmet']:.0f}" for c in cells),) * 2)]
        mark = Text("多余", "redundant") if option["redundant"] else Text("", "")
        chosen = Text("◀", "◀") if option["key"] == body["choice"]["key"] else mark
        rows.append([*row, round(option["worst_regret"], 1), chosen])
    ahead = "/".join(map(str, first))
    columns = [Text("方案", "option"), Text("万元/年", "10k CNY")]
    columns += [
        Text("每点新覆盖", "newly a point"),
        Text("未满足", "unmet"),
        Text("最大遗憾", "regret"),
    ]
    heading = Text(f"方案（{ahead} 年后，首个情景）", f"Options (in {ahead} years, first scenario)")
    door.table(heading, [*columns, Text("", "")], rows)


def _percent(share: float | None) -> Text | None:
    return None if share is None else Text(f"{share:.1%}", f"{share:.1%}")


def _notes(door: Door, body: dict[str, Any]) -> None:
    for note in body["notes"]:
        door.say(Text(note["zh"], note["en"]))
