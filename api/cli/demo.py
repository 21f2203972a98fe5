"""`linli demo`: from the files of a sample sub-district to answers, in one go."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli import asking, gap, lookalike, planned
from api.cli import load as loads
from api.cli.found import show_found
from api.cli.output import Door, LangOption, open_door
from api.cli.query import show_table
from api.home import Home
from graph.model.text import Text

SEARCHES = (
    "汾西路261弄附近70岁以上独居老人",
    "哪里需要理发和陪诊",
    "周边能坐30人的活动室",
)
QUESTION: tuple[str, dict[str, str]] = ("age_count_by_committee", {})
SEED = 20211101


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="样例放在哪里 | where the sample goes (default: a folder of the home)"),
    ] = None,
    size: Annotated[str, typer.Option("--size", help="small 或 full | small or full")] = "small",
    lang: LangOption = None,
) -> None:
    """样例街道：从文件到答案，约两分钟 | A sample sub-district, from files to answers, in about two minutes."""
    door = _door_of_the_demo(open_door(lang=lang), folder)
    home = Home(door.settings.home)
    files = home.folder / "files"
    _step(
        door,
        1,
        Text("生成样例街道的原始导出文件（虚构数据）", "Write the exports of a sub-district that does not exist"),
    )
    names = loads.write_sample_files(door, files, size, SEED)
    door.say(Text(f"{len(names)} 个文件：", f"{len(names)} files: ") + Text("、".join(names), ", ".join(names)))
    _step(door, 2, Text("装载到图，发布快照", "Load them into the graph and publish the snapshot"))
    _load(door, home, files)
    _ask(door, files)
    _step(door, 8, Text("接下来", "Next"))
    door.say(
        Text(
            f"数据在 {home.folder}。试试：LINLI_HOME={home.folder} linli search 您的一句话",
            f"The data are in {home.folder}. Try: LINLI_HOME={home.folder} linli search YOUR WORDS",
        )
    )


def _door_of_the_demo(door: Door, folder: Path | None) -> Door:
    """Point the demo at a home of its own: it never touches data that are already there."""
    home = folder or door.settings.home.parent / "linli-demo"
    return dataclasses.replace(door, settings=dataclasses.replace(door.settings, home=home, store="embedded"))


def _load(door: Door, home: Home, files: Path) -> None:
    from api.loading import Order
    from api.loading import load as carry_out

    order = Order(files, loads.read_mappings(files, None))
    with door.progress() as progress:
        outcome = carry_out(home, door.settings, order, progress)
    loads.show_report(door, outcome)


def _ask(door: Door, files: Path) -> None:
    _step(door, 3, Text("一键搜索：人、需求、资源在哪里", "Search: where are the people, the needs, the resources"))
    for text in SEARCHES:
        show_found(door, asking.ask(door, "search", {"text": text, "areas": None, "as_of": None, "limit": 3}).source)
    _step(door, 4, Text("推荐最像已加梯的楼组", "Recommend the units most like those with a lift"))
    asked: dict[str, object] = {"as_of": None, "areas": None, "top": 5, "without": [], "force": []}
    lookalike.show(door, asking.ask(door, "lookalike", asked))
    _ceiling(door, files)
    _match(door)
    name, arguments = QUESTION
    _step(door, 7, Text(f"用 Cypher 问图：linli query {name}", f"Ask the graph in Cypher: linli query {name}"))
    put = {"name": name, "arguments": arguments, "areas": None, "rows": 10, "seconds": 30.0}
    show_table(door, asking.ask(door, "query", put), csv=False)


def _match(door: Door) -> None:
    _step(door, 5, Text("应办减已办：谁符合条件还没办", "Eligible minus served: who is meant and has not been helped"))
    asked = dict.fromkeys(("programme", "rule", "also", "since", "silent", "quiet", "tries", "by", "list", "areas"))
    gap.show_all(door, asking.ask(door, "gap", {**asked, "beyond": False, "top": 5, "as_of": None}).body)
    _step(door, 6, Text("所有待响应需求一次安排", "One plan for all waiting needs"))
    limits = {"load": 2, "floor": 0.0, "seconds": 30.0}
    settled = dict.fromkeys(("policy", "bookings", "declined", "areas", "as_of"))
    planned.show_plan(door, asking.ask(door, "plan", {**limits, **settled}), shown=5)


def _ceiling(door: Door, files: Path) -> None:
    """Say what could be reached at best: the sample knows the true odds of each unit, its engine does not."""
    truth = json.loads((files / "truth.json").read_bytes())["lifts"]["ceiling_second_wave"]
    said = Text(
        "样例的真实概率作排序，第二批前 {k} 个预期命中 {expected:.1f} 个，随机 {chance:.1f} 个",
        "ranked by the sample's true odds, the first {k} would hold {expected:.1f} of the second wave, by chance {chance:.1f}",
    )
    for k, ceiling in truth.items():
        facts = {"k": k, "expected": ceiling["expected"], "chance": ceiling["chance"]}
        door.say(Text("上限：", "ceiling: ") + Text(said.zh.format(**facts), said.en.format(**facts)))


def _step(door: Door, number: int, title: Text) -> None:
    line = Text(f"{number}. {title.zh}", f"{number}. {title.en}").of(door.lang)
    door.console().rule(f"[bold]{line}", align="left")
