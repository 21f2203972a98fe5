"""Lists of matches as a file: one row a pair, needs without a match with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from api.person_list import write_people
from graph.model.text import Lang, Text

COLUMNS = {
    "need": Text("需求编号", "need"),
    "title": Text("标题", "title"),
    "resource": Text("资源", "resource"),
    "name": Text("名称", "name"),
    "committee": Text("居委代码", "committee"),
    "rank": Text("名次", "rank"),
    "score": Text("得分", "score"),
    "days": Text("闲置天数", "days idle"),
    "reasons": Text("理由", "reasons"),
}
"""What a file holds of each pair; a list of needs leaves out the days."""


def write_matches(body: Mapping[str, Any], path: Path, lang: Lang) -> int:
    """Write the answer of `match` or `idle` by the ending of the name; returns the rows."""
    rows = list(_rows(body, lang))
    write_people(rows, path, columns=COLUMNS, lang=lang)
    return len(rows)


def _rows(body: Mapping[str, Any], lang: Lang) -> Iterator[dict[str, Any]]:
    if "needs" in body:
        for need in body["needs"]:
            yield from (_pair(need, row, found=row, lang=lang) for row in need["rows"])
            if not need["rows"]:
                yield _need(need) | {"reasons": need["empty"]}
    elif "days" in body:
        for row in body["rows"]:
            yield from (_pair(best, row, found=best, lang=lang) | {"days": row["days"]} for best in row["best"])
    elif "need" in body:
        yield from (_pair(body["need"], row, found=row, lang=lang) for row in body["rows"])
    else:
        yield from (_pair(row, body["resource"], found=row, lang=lang) for row in body["rows"])


def _pair(
    need: Mapping[str, Any], resource: Mapping[str, Any], *, found: Mapping[str, Any], lang: Lang
) -> dict[str, Any]:
    """Return one row; `found` is whichever of the two carries rank, score and reasons."""
    key = f"{resource['label']}:{resource['id']}"
    said = Text("；", "; ").of(lang).join(f"{r['contribution']:.3f} {r[lang]}" for r in found["reasons"])
    where = {"resource": key, "name": resource["name"], "committee": resource["area"]}
    return {**_need(need), **where, "rank": found["rank"], "score": found["score"], "reasons": said}


def _need(need: Mapping[str, Any]) -> dict[str, Any]:
    return {"need": need["id"], "title": need["name"]}
