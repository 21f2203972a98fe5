"""`linli gap`: who is meant by a programme and has not been helped yet."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.codes import title
from graph.model.errors import ConditionInvalid, OptionInvalid
from graph.model.text import Text

STATES = {
    "served": Text("已办", "served"),
    "booked": Text("已约", "booked"),
    "refused": Text("拒绝", "refused"),
    "todo": Text("待办", "to do"),
    "unreachable": Text("联系不上", "unreach."),
}
MORE = {"silent": Text("沉默", "silent"), "new": Text("新增", "new"), "twice": Text("重复", "twice")}
PROGRAMMES = {
    "id": Text("编号", "id"),
    "name": Text("项目", "programme"),
    "eligible": Text("符合", "eligible"),
    **STATES,
    **MORE,
    "overdue": Text("约后无下文", "overdue"),
    "callable": Text("可打电话", "to be called"),
    "conflicts": Text("记录矛盾", "in conflict"),
    "note": Text("说明", "note"),
}
WAYS = {"phone": Text("电话", "phone"), "home": Text("上门", "door"), "registered": Text("户籍地", "registered")}
COLUMNS = {
    "id": Text("编号", "id"),
    "name": Text("姓名", "name"),
    "sex": Text("性别", "sex"),
    "age": Text("年龄", "age"),
    "address": Text("地址", "address"),
    "registered_address": Text("户籍地址", "registered at"),
    "committee": Text("居委", "committee"),
    "unit": Text("楼组", "unit"),
    "head": Text("楼组长", "unit head"),
    "phone": Text("电话", "phone"),
    "phone_of": Text("接听人", "who answers"),
    "state": Text("状态", "state"),
    "reason": Text("原因", "reason"),
    "way": Text("联系方式", "way"),
    "contacted_on": Text("上次联系", "last contact"),
    "channel": Text("渠道", "channel"),
    "last_heard_on": Text("最近音讯", "last heard of"),
    "quiet_until": Text("此前勿扰", "quiet until"),
    "no_contact": Text("请勿联系", "do not contact"),
    "note": Text("说明", "note"),
}
STATUSES = ("nothing", "waiting", "booked", "cancelled", "absent", "refused", "served")
EVERY_ROUND = Text(
    "所有记录全部计入；只看一轮加 --since 日期", "everything on record counts; --since DAY begins a round"
)
POINTS = {
    "unit": Text("楼组", "unit"),
    "address": Text("地址", "address"),
    "households": Text("户", "homes"),
    "people": Text("人", "people"),
    "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"),
}
SHOWN = {
    "todo": ("name", "sex", "age", "address", "head", "last_heard_on", "why"),
    "call": ("name", "sex", "age", "phone", "phone_of", "address", "why"),
    "map": tuple(POINTS),
}
"""What a terminal shows of a list; a file holds every column."""
ProgrammeArgument = Annotated[str | None, typer.Argument(help="政策项目的编号或名称 | a programme, its id or name")]
ListOption = Annotated[
    str | None,
    typer.Option(
        "--list",
        help="todo、call、silent、unreachable、overdue、new、twice、conflicts、served、booked、refused、map | a list of people",
    ),
]


def gap(
    programme: ProgrammeArgument = None,
    every: Annotated[bool, typer.Option("--all", help="所有项目一张表 | all programmes in one table")] = False,
    rule: Annotated[str | None, typer.Option("--rule", help="改用这个条件 JSON | a condition in its place")] = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="同一件事的另一来源项目 | another source of the same")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="本轮起始日 2021-01-01 | the round begins on")] = None,
    silent: Annotated[int | None, typer.Option("--silent", help="几天没有音讯算沉默 | days without a word")] = None,
    quiet: Annotated[int | None, typer.Option("--quiet", help="联系后几天内不再打扰 | days left in peace")] = None,
    tries: Annotated[int | None, typer.Option("--tries", help="几次无人应答算联系不上 | attempts that exhaust")] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="committee、head、channel、reason、way | a breakdown by owner, …")
    ] = None,
    listed: ListOption = None,
    beyond: Annotated[bool, typer.Option("--beyond", help="地图含辖区外（小数不显示）| the map also outside")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="名单写入 csv、xlsx、parquet | write the list")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=100_000, help="显示几行 | rows to show")] = 20,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """应办减已办：谁符合条件还没办 | Eligible minus served: who is meant and has not been helped."""
    door = open_door(json=json, lang=lang)
    _check(programme, rule, every=every)
    if out is not None and listed is None and not every:
        listed = "todo"
    asked: dict[str, Any] = {"programme": programme, "rule": _condition(rule), "also": also, "since": since}
    asked |= {"silent": silent, "quiet": quiet, "tries": tries, "by": by, "list": listed, "beyond": beyond}
    asked |= {"top": top if out is None else None, "areas": areas, "as_of": day(as_of)}
    answer = ask(door, "gap", asked)
    if out is not None:
        _write_all(door, answer.body, out) if every else _write(door, answer.body["list"], out)
    if json:
        door.answer(answer.to_json())
    elif every:
        show_all(door, answer.body)
    else:
        show_gap(door, answer.body, top=top, written=out is not None)


def _check(programme: str | None, rule: str | None, *, every: bool) -> None:
    if every and (programme is not None or rule is not None):
        raise OptionInvalid("--all", programme or "--rule", Text("项目与 --all 选一个", "name one, or ask for all"))
    if not every and programme is None and rule is None:
        why = Text("请写项目编号或名称，或 --all", "name a programme, or ask for --all")
        raise OptionInvalid("PROGRAMME", "", why)


def _condition(written: str | None) -> Any:
    if written is None:
        return None
    try:
        return json_text.loads(written)
    except ValueError:
        raise ConditionInvalid(Text("不是 JSON", "it is not JSON")) from None


def _write(door: Door, listing: dict[str, Any], out: Path) -> None:
    from api.person_list import write_people

    columns = POINTS if listing["kind"] == "map" else _columns(listing["kind"])
    rows = [_readable(row) for row in listing["rows"]]
    write_people(rows, out, columns=columns, lang=door.lang)
    door.say(Text(f"{len(rows)} 行写入 {out}", f"{len(rows)} rows written to {out}"))


def _write_all(door: Door, body: dict[str, Any], out: Path) -> None:
    from api.person_list import write_people

    rows = [{**p, **(p["counts"] or {})} for p in body["programmes"]]
    write_people(rows, out, columns=PROGRAMMES, lang=door.lang)
    door.say(Text(f"{len(rows)} 行写入 {out}", f"{len(rows)} rows written to {out}"))


def _columns(kind: str) -> dict[str, Text]:
    return {key: name for key, name in COLUMNS.items() if not key.startswith("phone") or kind == "call"}


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with codes in words."""
    words: dict[str, Any] = {}
    if row.get("sex"):
        words["sex"] = _words(title("gbt2261.1", row["sex"]))
    if row.get("state"):
        words["state"] = _words(STATES[row["state"]])
    if row.get("no_contact") is not None:
        words["no_contact"] = _words(Text("是", "yes")) if row["no_contact"] else None
    if row.get("way"):
        words["way"] = _words(WAYS.get(row["way"], Text("无", "none")))
    return row | words


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def show_all(door: Door, body: dict[str, Any]) -> None:
    """Print a row for each programme, then what is wrong with any."""
    heads = [Text("项目", "programme"), Text("符合", "eligible"), *STATES.values(), *MORE.values()]
    rows = [
        [p["name"] or p["id"], *((p["counts"] or {}).get(key) for key in ("eligible", *STATES, *MORE))]
        for p in body["programmes"]
    ]
    if not rows:
        door.say(Text("数据里没有政策项目", "the data hold no programme"))
        return
    door.table(Text(f"应办减已办，{body['as_of']}", f"Eligible minus served, {body['as_of']}"), heads, rows)
    door.say(
        Text(
            "符合 = 已办 + 已约 + 拒绝 + 待办 + 联系不上",
            "eligible = served + booked + refused + to do + unreachable",
        )
    )
    if body["since"] is None:
        door.say(EVERY_ROUND)
    for programme in body["programmes"]:
        if programme["note"]:
            door.say(Text(**programme["note"]))


def show_gap(door: Door, body: dict[str, Any], *, top: int, written: bool = False) -> None:
    """Print the identity of a programme, its breakdown, its list (not one that was written), and the notes."""
    counts = body["counts"]
    named = body["programme"] or {"name": None, "id": "--rule"}
    door.say(
        Text(f"{named['name'] or named['id']}，{body['as_of']}：", f"{named['name'] or named['id']}, {body['as_of']}: ")
        + Text(**body["rule"])
    )
    parts = [counts[s] for s in STATES]
    zh = " + ".join(f"{STATES[s].zh} {n}" for s, n in zip(STATES, parts, strict=True))
    en = " + ".join(f"{STATES[s].en} {n}" for s, n in zip(STATES, parts, strict=True))
    door.say(Text(f"符合 {counts['eligible']} = {zh}", f"eligible {counts['eligible']} = {en}"))
    door.say(_figures(body))
    if "by" in body:
        _show_groups(door, body["by"])
    if "sources" in body:
        _show_sources(door, body["sources"])
    if "list" in body and not written:
        _show_list(door, body["list"], top=top)
    for note in body["notes"]:
        door.say(Text(**note))


def _figures(body: dict[str, Any]) -> Text:
    c, days, quiet = body["counts"], body["silent_days"], body["quiet_days"]
    return Text(
        f"沉默（{days} 天无音讯）{c['silent']}，其中从无音讯 {c['never']}；现在可打电话 {c['callable']}（勿扰期 {quiet} 天）；"
        f"比去年新增 {c['new']}；一年内首次触达 {c['newly_reached']}；重复受助 {c['twice']}；记录矛盾 {c['conflicts']}；"
        f"约后无下文 {c['overdue']}",
        f"silent ({days} days) {c['silent']}, never heard of {c['never']}; to be called now {c['callable']} (quiet for "
        f"{quiet} days); new since last year {c['new']}; first reached within it {c['newly_reached']}; helped twice "
        f"{c['twice']}; in conflict {c['conflicts']}; booked and not heard of {c['overdue']}",
    )


def _show_groups(door: Door, groups: list[dict[str, Any]]) -> None:
    rows = [[Text(g["zh"], g["en"]), *(g[s] for s in STATES), g["silent"]] for g in groups]
    heads = [Text("分组", "group"), *STATES.values(), MORE["silent"]]
    door.table(Text("分组（每人只在一格）", "Breakdown (everybody in one cell)"), heads, rows)


def _show_sources(door: Door, sources: list[dict[str, Any]]) -> None:
    """Print how the sources agree: a cross table of two, a line for each combination of more."""
    names = list(sources[0]["status"]) if sources else []
    if len(names) != 2:
        for source in sources:
            said = "，".join(f"{name} {_status(s).of(door.lang)}" for name, s in source["status"].items())
            door.say(Text(f"{said}：{source['people']} 人", f"{said}: {source['people']}"))
        return
    here, there = ([source["status"][name] for source in sources] for name in names)
    count = {(h, t): source["people"] for h, t, source in zip(here, there, sources, strict=True)}
    columns = [word for word in STATUSES if word in there]
    rows = [[_status(h), *(count.get((h, t), 0) for t in columns)] for h in STATUSES if h in here]
    heads = [Text(f"{names[0]} ↓ {names[1]} →", f"{names[0]} ↓ {names[1]} →"), *map(_status, columns)]
    door.table(Text("两处来源对照（符合条件者）", "The two sources beside each other (the eligible)"), heads, rows)


def _status(word: str) -> Text:
    return Text("无记录", "no record") if word == "nothing" else title("enrolment", word)


def _show_list(door: Door, listing: dict[str, Any], *, top: int) -> None:
    name = Text(**listing["title"]) + Text(f"（共 {listing['total']}）", f" ({listing['total']})")
    keys, titles = SHOWN.get(listing["kind"], SHOWN["todo"]), POINTS if listing["kind"] == "map" else COLUMNS
    if listing["rows"]:
        heads = [titles.get(k, COLUMNS["reason"]) for k in keys]
        rows = [[_cell(row, key) for key in keys] for row in map(_readable, listing["rows"][:top])]
        door.table(name, heads, rows)
    else:
        door.say(name)
    if listing["note"]:
        door.say(Text(**listing["note"]))
    hidden = listing["total"] - min(top, len(listing["rows"]))
    if hidden > 0:
        door.say(Text(f"另有 {hidden} 行（--top、--out）", f"{hidden} more rows (--top, --out)"))


def _cell(row: dict[str, Any], key: str) -> Any:
    """Return a cell; what is said of somebody on this list comes before why they are to do."""
    value = (row.get("note") or row.get("reason")) if key == "why" else row.get(key)
    if key == "address" and value is None and row.get("registered_address"):
        return Text("户籍：", "registered: ") + Text(row["registered_address"], row["registered_address"])
    return Text(**value) if isinstance(value, dict) else value
