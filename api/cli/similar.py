"""`linli similar`: the nodes most like one node, with what they share and what differs."""

from __future__ import annotations

import json as json_text
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import ArgumentInvalid, ConditionInvalid
from graph.model.relationships import SCHEMA
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.neighbours.similar import Neighbour

MOST_SHARED, MOST_DIFFERING = 4, 3
LEAST, LEAST_SHARE = 0.005, 0.1
"""What takes away less than that (or less than a tenth of what it adds) is no difference to a reader."""
COLUMNS = (
    Text("名称、编号", "name, id"),
    Text("相似度", "score"),
    Text("相同之处（加分）", "what they share (adds)"),
    Text("不同之处（扣分）", "what differs (takes away)"),
)


def similar(
    label: Annotated[str, typer.Argument(help="居民、楼组、场地、志愿者、需求、单位 | Resident, Unit, Venue, …")],
    id: Annotated[
        str, typer.Argument(help="编号，或楼组地址、场地名称等 | its id, or a unit's address, a venue's name")
    ],
    top: TopOption = 10,
    cutoff: Annotated[float, typer.Option("--cutoff", help="最低相似度 0 到 1 | least similarity, 0 to 1")] = 0.0,
    measure: Annotated[
        str,
        typer.Option("--measure", help="mixed, jaccard, weighted-jaccard, overlap, cosine, euclidean"),
    ] = "mixed",
    weight: Annotated[
        list[str] | None, typer.Option("--weight", help="特征=权重，0 为不用 | feature=weight, 0 leaves it out")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", help="只比较符合条件的（JSON）| a condition on those compared, as JSON")
    ] = None,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """与它最相似的：人、楼组、场地、志愿者、需求、单位 | The nodes most like one node, and why."""
    door = open_door(json=json, lang=lang)
    asked = {"label": label, "id": id, "top": top, "cutoff": cutoff, "measure": measure, "areas": areas}
    asked |= {"weights": weights(weight or []), "only": condition(only), "as_of": day(as_of)}
    answer = ask(door, "similar", asked)
    if json:
        door.answer(answer.to_json())
    else:
        _show(door, answer.body, answer.source.neighbours)


def weights(written: list[str]) -> dict[str, float]:
    """Read `feature=2` options; raises `ArgumentInvalid`."""
    found = {}
    for one in written:
        name, _, value = one.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise ArgumentInvalid(
                "--weight", one, Text("应写作 特征=数，如 age=2", "write it as feature=number, like age=2")
            ) from None
    return found


def condition(written: str | None) -> Any:
    """Read the JSON of `--only`; raises `ConditionInvalid`."""
    try:
        return None if written is None else json_text.loads(written)
    except ValueError as why:
        raise ConditionInvalid(Text(f"不是 JSON：{why}", f"it is not JSON: {why}")) from None


def _show(door: Door, body: dict[str, Any], neighbours: tuple[Neighbour, ...]) -> None:
    title, measure = SCHEMA.label[body["label"]].title, body["measure"]
    name = _named(body)
    door.say(
        Text(f"{title.zh} {name}，与 {body['among']} 个比较，", f"{title.en} {name}, compared with {body['among']}: ")
        + Text(measure["zh"], measure["en"])
    )
    if body["only"]:
        door.say(Text(f"只看：{body['only']['zh']}", f"Only: {body['only']['en']}"))
    if body["note"]:
        door.say(Text(body["note"]["zh"], body["note"]["en"]))
    else:
        rows = [_line(door, row, one) for row, one in zip(body["rows"], neighbours, strict=True)]
        shown, total = len(rows), body["total"]
        heading = Text(f"最相似的 {shown} 个（共 {total} 个）", f"The {shown} most alike (of {total})")
        door.table(heading, COLUMNS, rows)
    _show_features(door, body)


def _show_features(door: Door, body: dict[str, Any]) -> None:
    """Print the weights in use, what could be asked for by name, and what is sensitive in it."""
    used = ", ".join(f"{name}={body['weights'][name]:g}" for name in body["compared"])
    door.say(Text(f"权重 {used}", f"Weights {used}"))
    if body["unused"]:
        left = ", ".join(body["unused"])
        door.say(Text(f"未用（--weight 点名才用）：{left}", f"Not used (name them with --weight): {left}"))
    for note in body["notes"]:
        door.say(Text(note["zh"], note["en"]))
    if body["sensitive"]:
        used = ", ".join(body["sensitive"])
        door.say(Text(f"按要求使用了敏感特征：{used}", f"Sensitive features used by request: {used}"))


def _named(row: dict[str, Any]) -> str:
    return row["id"] if row["title"] in ("", row["id"]) else f"{row['title']} {row['id']}"


def _line(door: Door, row: dict[str, Any], one: Neighbour) -> list[object]:
    """Write a neighbour; what the left column says already is only named in the right one."""
    shared = one.shared()[:MOST_SHARED]
    apart = [part for part in one.differing() if part.lost >= max(LEAST, part.gained * LEAST_SHARE)]
    left = [_said(door, part.gained, part.text) for part in shared]
    right = [_said(door, -part.lost, part.title if part in shared else part.text) for part in apart[:MOST_DIFFERING]]
    return [_named(row), one.score, "\n".join(left), "\n".join(right)]


def _said(door: Door, by: float, text: Text) -> str:
    return (Text(f"{by:+.2f}：", f"{by:+.2f} ") + text).of(door.lang)
