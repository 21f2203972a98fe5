"""How a plan for all waiting needs is shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api.answers import Answer
from api.cli.asking import ask
from api.cli.dials import show_dial
from api.cli.matched import show_unheeded
from api.cli.output import Door
from graph.model.relationships import SCHEMA
from graph.model.text import Text, joined

SHOWN = 20
COLUMNS = (
    Text("需求", "need"),
    Text("标题", "title"),
    Text("资源", "resource"),
    Text("名称", "name"),
    Text("时段", "when"),
    Text("得分", "score"),
)
SLOTS_SHOWN = 2
FILE = {name: Text(name, name) for name in ("need", "title", "label", "id", "name", "score", "slots", "service")}
"""Columns of the file: volunteers are named in it, so it is written like any list of people."""


def solve_plan(door: Door, asked: dict[str, Any], previous: Path | None, *, out: Path | None) -> None:
    """Plan all waiting needs; write the plan, then show it."""
    answer = ask(door, "plan", {**asked, "previous": None if previous is None else _former(previous)})
    if out is not None:
        count = write_plan(door, answer, out)
        door.say(Text(f"{count} 行写入 {out}", f"{count} rows written to {out}"))
    if door.json:
        door.answer(answer.to_json())
    else:
        show_plan(door, answer)


def _former(path: Path) -> list[dict[str, str]]:
    """Read a former plan as `write_plan` wrote it; raises `FileMissing`, `FileUnreadable`, `UnknownName` for a column."""
    from loaders.table import read_table
    from matching.cells import IDS, texts

    table = read_table(path, texts=IDS)
    columns = (texts(table, name, path.name) for name in ("need", "label", "id"))
    return [{"need": need, "resource": f"{label}:{key}"} for need, label, key in zip(*columns, strict=True)]


def show_plan(door: Door, answer: Answer, *, shown: int = SHOWN) -> None:
    """Print the first pairs of a plan, its figures, and what is left out and why."""
    body = answer.body
    rows = [_row(pair) for pair in body["plan"]]
    if rows:
        title = Text(
            f"安排：{len(rows)} 对，前 {len(rows[:shown])} 对",
            f"Plan: {len(rows)} pairs, the first {len(rows[:shown])}",
        )
        cells = [[r[0], r[1], _key(r[2], r[3]), r[4], _when(r[6]), r[5]] for r in rows[:shown]]
        door.table(title, COLUMNS, cells)
    show_unheeded(door, body)
    door.say(_figures(body))
    if body["kept"] is not None:
        door.say(said_kept(body["kept"]))
    if body["dial"] is not None:
        show_dial(door, body["dial"], by="score")
    for one in body["unmet"][:shown]:
        head = Text(f"{one['need']['id']} {one['need']['name']}：", f"{one['need']['id']} {one['need']['name']}: ")
        door.say(head + Text(one["zh"], one["en"]))
    if len(body["unmet"]) > shown:
        more = len(body["unmet"]) - shown
        door.say(Text(f"另有 {more} 个未满足（--json）", f"{more} more unmet (--json)"))


def said_kept(kept: dict[str, Any]) -> Text:
    """Say how many needs change against a former plan, and what staying costs."""
    said = Text(
        "与上次方案相比：{n} 个需求中改动 {c} 个；为少改动付出的代价 {p:.6g}",
        "against the former plan {c} of {n} needs change; the changes that were not made would gain {p:.6g}",
    )
    return said.fill(n=kept["before"], c=kept["changes"], p=kept["price"])


def write_plan(door: Door, answer: Answer, out: Path) -> int:
    """Write the columns of `FILE` of every pair, in a private file; returns the number of pairs."""
    from api.person_list import write_people

    rows = [dict(zip(FILE, _row(pair), strict=True)) for pair in answer.body["plan"]]
    write_people(rows, out, columns=FILE, lang=door.lang)
    return len(rows)


def _row(pair: dict[str, Any]) -> list[Any]:
    need, resource = pair["need"], pair["resource"]
    named = [need["id"], need["name"], resource["label"], resource["id"], resource["name"]]
    return [*named, pair["score"], pair["slots"], pair["item"]]


def _when(slots: list[str]) -> Text:
    from matching.rules.week import said

    more = Text(f"等{len(slots)}段", f" and {len(slots) - SLOTS_SHOWN} more")
    return joined([said(slot) for slot in slots[:SLOTS_SHOWN]], "、") + (
        more if len(slots) > SLOTS_SHOWN else Text("", "")
    )


def _key(label: str, id: str) -> Text:
    title = SCHEMA.label[label].title
    return Text(f"{title.zh} {id}", f"{title.en} {id}")


def _figures(body: dict[str, Any]) -> Text:
    proven = body["met"] == body["most_met"]
    sure = Text("（已证明无法更多）", " (proven: no plan meets more)") if proven else Text("", "")
    met = Text(f"{body['needs']} 个需求满足 {body['met']} 个", f"{body['met']} of {body['needs']} needs are met") + sure
    figures = Text(
        "；得分合计 {s:.6g}，界 {b:.6g}，差距 {g:.4%}", "; scores sum to {s:.6g}, bound {b:.6g}, gap {g:.4%}"
    )
    return met + figures.fill(s=body["score"], b=body["bound"], g=body["gap"])
