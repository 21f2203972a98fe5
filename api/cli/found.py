"""How the answer of a search looks in a terminal: what was understood, then three lists with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.output import Door
from graph.model.codes import table
from graph.model.relationships import SCHEMA
from graph.model.text import Text, joined

if TYPE_CHECKING:
    from search.found import Found, Listing, Recommendation

LISTS = (
    ("people", Text("人在哪里", "People")),
    ("needs", Text("需求在哪里", "Needs")),
    ("resources", Text("资源在哪里", "Resources")),
)
COLUMNS = (Text("名称", "name"), Text("距离 m", "metres"), Text("情况", "facts"), Text("理由", "reasons"))
MOST_FACTS = 5
UNITS = {
    "age": Text("{n}岁", "{n} years old"),
    "capacity": Text("可容{n}人", "holds {n}"),
    "people": Text("{n}人", "{n} people"),
    "weekly_hours": Text("每周{n:g}小时", "{n:g} hours a week"),
}


def show_found(door: Door, found: Found) -> None:
    """Print what was understood, the three lists, and what was not understood."""
    understood = joined([slot.says for slot in found.request.slots], "；", "; ")
    door.say(
        Text(f"“{found.request.text}” → {understood.zh or '—'}", f"“{found.request.text}” → {understood.en or '-'}")
    )
    if found.unmatched:
        words = "、".join(found.unmatched)
        door.say(Text(f"未能理解或没有找到：{words}", f"Not understood or not found: {words}"))
    for name, title in LISTS:
        _show_list(door, getattr(found, name), title)


def _show_list(door: Door, listing: Listing, title: Text) -> None:
    count = Text(f"（共 {listing.total}）", f" ({listing.total})")
    if not listing.rows:
        door.say(title + count + (Text("：", ": ") + listing.note if listing.note else Text("", "")))
        return
    rows = []
    for row in listing.rows:
        facts = _facts(door, row)[:MOST_FACTS]
        reasons = joined([reason.text for reason in row.reasons], "；", "; ")
        metres = None if row.distance_m is None else round(row.distance_m)
        rows.append([row.title, metres, " · ".join(facts), reasons])
    door.table(title + count, COLUMNS, rows)
    if listing.note:
        door.say(listing.note)


def _facts(door: Door, row: Recommendation) -> list[str]:
    """Write the facts of a row: codes by their names, ages and counts with their units, lists shortly."""
    properties = SCHEMA.label[row.label].by_name
    written = []
    for name, value in row.facts.items():
        if value == row.title:
            continue
        codes = properties[name].codes if name in properties else None
        unit = UNITS.get(name)
        if codes is not None:
            written.append(_named(codes, str(value)).of(door.lang))
        elif unit is not None:
            written.append(unit.fill(n=value).of(door.lang))
        elif isinstance(value, list):
            written.append("、".join(map(str, value[:2])) + ("…" if len(value) > 2 else ""))
        else:
            written.append(str(value))
    return written


def _named(codes: str, value: str) -> Text:
    return table(codes).titles.get(value, Text(value, value))
