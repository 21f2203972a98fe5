"""`linli search`: one-click search in words."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import JsonOption, LangOption, day, open_door


def search(
    text: Annotated[list[str], typer.Argument(help="一句话：地点、人群、需求、资源 | place, people, needs, resources")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="每列最多几行 | rows of each list")] = 5,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """一键搜索：人在哪里、需求在哪里、资源在哪里 | Where are the people, the needs, the resources."""
    from api.cli.found import show_found

    door = open_door(json=json, lang=lang)
    answer = ask(door, "search", {"text": " ".join(text), "areas": areas, "as_of": day(as_of), "limit": limit})
    if json:
        door.answer(answer.to_json())
    else:
        show_found(door, answer.source)
