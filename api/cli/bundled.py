"""How bundles are shown and written: side by side, then why, or what blocks them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.cli.output import Door
from graph.model.codes import title as code_title
from graph.model.text import Text, joined

REASONS_SHOWN = 8
NAMES_SHOWN = 8
TOLD = 3  # needs of a plan whose reasons are told; of more the table alone is read
BEST = Text("最优", "best")
ALSO = {"venue": Text("场地", "room"), "slot": Text("时段", "time"), "lead": Text("骨干", "lead")}
ROLES = {"lead": Text("骨干", "lead"), "helpers": Text("帮手", "helper"), "people": Text("参加者", "participant")}
FILE = {
    "need": Text("需求", "need"),
    "title": Text("标题", "title"),
    "venue": Text("场地", "room"),
    "date": Text("日期", "date"),
    "begin": Text("开始", "begin"),
    "end": Text("结束", "end"),
    "role": Text("角色", "role"),
    "id": Text("编号", "id"),
    "name": Text("姓名", "name"),
}
"""Columns of the file: one row for everybody who is asked."""


def show_bundles(door: Door, body: dict[str, Any]) -> None:
    """Print what cannot be, the bundles side by side, then why the best is the best, or what blocks them."""
    if "conflict" in body:
        door.say(Text(body["conflict"]["zh"], body["conflict"]["en"]))
    found, together = [*body["bundles"], *body["alternatives"]], _together(body)
    if found:
        _show_plan(door, body, found) if together else _show_table(door, body, found)
    for one in body["bundles"] if len(body["bundles"]) <= TOLD else ():
        _show_reasons(door, one, alone=not together)
    if len(body["bundles"]) > TOLD:
        text = Text(
            "理由和人员：--json，名单：--out，或单独安排一项", "why and who: --json, or --out, or ask for one need"
        )
        door.say(text)
    _show_blocked(door, body)
    _show_unasked(door, body)


def write_bundles(door: Door, body: dict[str, Any], out: Path) -> int:
    """Write everybody who is asked, one row each, in a private file; returns the number of rows."""
    from api.person_list import write_people

    titles = {one["name"]: one["title"] for one in body["asked"]}
    rows = [row for one in body["bundles"] for row in _rows(door, one, titles)]
    write_people(rows, out, columns=FILE, lang=door.lang)
    return len(rows)


def _rows(door: Door, one: dict[str, Any], titles: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    shared = {"need": one["asked"], "title": titles.get(one["asked"]), "venue": one["venue"]["name"]}
    shared |= {name: one["when"][name] for name in ("date", "begin", "end")}
    for role, people in (("lead", [one["lead"]]), ("helpers", one["helpers"]), ("people", one["people"])):
        yield from (shared | {"role": ROLES[role].of(door.lang), "id": p["id"], "name": p["name"]} for p in people)


def _together(body: dict[str, Any]) -> bool:
    return "rule" in body


def _show_plan(door: Door, body: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """Print one row for each need that is planned, and how good the plan is."""
    titles = {one["name"]: one["title"] for one in body["asked"]}
    columns = [Text("需求", "need"), Text("标题", "title"), *_columns()[:-1]]
    rows = [[one["asked"], titles.get(one["asked"]), *_cells(one, door)[:-1]] for one in found]
    door.table(_week(body), columns, rows)
    line = Text("合计 {s:.4f}，界 {b:.4f}，差距 {g:.2%}，", "in sum {s:.4f}, bound {b:.4f}, gap {g:.2%}, ")
    ended, rule = (Text(body[name]["zh"], body[name]["en"]) for name in ("ended", "rule"))
    figures = line.fill(s=body["score"], b=body["bound"], g=body["gap"])
    door.say(figures + ended + Text("；", "; ") + rule)


def _show_table(door: Door, body: dict[str, Any], found: list[dict[str, Any]]) -> None:
    door.table(_week(body), [Text("方案", "plan"), *_columns()], [[_named(one), *_cells(one, door)] for one in found])
    if body.get("no_other"):
        named = joined([ALSO[axis] for axis in body["no_other"]], "、")
        door.say(Text("没有可行的其他", "There is no other ") + named + Text("", " that works"))


def _week(body: dict[str, Any]) -> Text:
    return Text(f"{body['week']} 起的一周", f"The week from {body['week']}")


def _columns() -> list[Text]:
    first = [Text("场地", "room"), Text("时间", "time"), Text("骨干", "lead"), Text("帮手", "help")]
    return [*first, Text("人数", "people"), Text("得分", "score"), Text("差距", "gap")]


def _named(one: dict[str, Any]) -> Text:
    """Say in what an alternative was to differ, and what else differs."""
    from matching.bundle.best import AXES

    if "axis" not in one:
        return BEST
    also = [ALSO[axis] for axis in one["differs"] if axis != one["axis"]]
    if not also:
        return AXES[one["axis"]]
    return AXES[one["axis"]] + Text("（也换", " (also ") + joined(also, "、") + Text("）", ")")


def _cells(one: dict[str, Any], door: Door) -> list[object]:
    from matching.rules.week import said

    venue, when = one["venue"], said(one["when"]["slot"]).of(door.lang)
    room = Text(f"{venue['name']}（{venue['places']} 座）", f"{venue['name']} ({venue['places']})")
    lead = one["lead"]["name"] or one["lead"]["id"]
    people = [lead, len(one["helpers"]), one["heads"]]
    return [room, f"{one['when']['date'][5:]} {when}", *people, one["score"], f"{one['gap']:.2%}"]


def _show_reasons(door: Door, one: dict[str, Any], *, alone: bool) -> None:
    lang = door.lang
    head = Text("得分的理由（合计等于得分）：", "Why (sums to the score): ")
    if not alone:
        head = Text(f"{one['asked']} 的理由：", f"Why, for {one['asked']}: ")
    said = [f"{r['contribution']:+.3f} {r[lang]}" for r in one["reasons"][:REASONS_SHOWN]]
    left = one["reasons"][REASONS_SHOWN:]
    rest = sum(r["contribution"] for r in left)
    said += [Text(f"{rest:+.3f} 其余 {len(left)} 项", f"{rest:+.3f} {len(left)} others").of(lang)] if left else []
    between = Text("；", "; ").of(lang)
    door.say(head + Text(between.join(said), between.join(said)))
    for role, title in (("helpers", Text("帮手", "Helpers")), ("people", Text("参加者", "Participants"))):
        if one[role]:
            names = "、".join(str(p["name"] or p["id"]) for p in one[role][:NAMES_SHOWN])
            more = len(one[role]) - NAMES_SHOWN
            etc = Text(f" 等 {len(one[role])} 人", f" and {more} more (--json)") if more > 0 else Text("", "")
            door.say(title + Text(f"：{names}", f": {names}") + etc)


def _show_unasked(door: Door, body: dict[str, Any]) -> None:
    """Say how many of an audience are left out because they said no."""
    count = sum(one["unasked"] for one in body["asked"])
    if count and not _together(body):
        text = "{n} 位居民未列入：有不愿联系的标签、近期拒绝过联系或在拒绝名单上"
        other = (
            "{n} residents are left out: a tag asks not to contact them, or they refused lately or in the list given"
        )
        door.say(Text(text, other).fill(n=count))


def _show_blocked(door: Door, body: dict[str, Any]) -> None:
    lang, titles = door.lang, {one["name"]: one["title"] for one in body["asked"]}
    for why in body.get("roomless", ()):
        door.say(Text(f"{why['asked']} 排不成：{why['zh']}", f"No bundle for {why['asked']}: {why['en']}"))
    for why in body["blocked"]:
        name = titles[why["asked"]]
        named = f"{why['asked']} {name}" if name else code_title("activity", why["asked"]).of(lang)
        door.say(Text(f"{named} 排不成，{why['zh']}", f"No bundle for {named}, {why['en']}"))
        for change in why["changes"]:
            name = change.get("person", {}).get("name")
            who = Text(f"（{name}）", f" ({name})") if name else Text("", "")
            door.say(Text("  最小改变：", "  least change: ") + Text(change["zh"], change["en"]) + who)
        out = why["ruled_out"]
        zh = f"  共 {why['cells']} 个场地时段：场地不可用 {out['room']}，座位不够 {out['places']}，无骨干 {out['lead']}，"
        en = f"  of {why['cells']} rooms and times: not to be had {out['room']}, too small {out['places']}, "
        zh += f"帮手不够 {out['helpers']}，参加者不够 {out['people']}"
        en += f"no lead {out['lead']}, helpers short {out['helpers']}, people short {out['people']}"
        door.say(Text(zh, en))
