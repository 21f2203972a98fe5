"""`linli lookalike`: the units most like those that were given a lift."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asking import DayOption, TopOption, desk, show_ranking
from api.cli.output import JsonOption, LangOption, day, open_door
from graph.model.text import Text


def lookalike(
    top: TopOption = 10,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="去掉的特征或组 | features to leave out")
    ] = None,
    force: Annotated[list[str] | None, typer.Option("--force", help="强制使用的特征 | features to insist on")] = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """与已加梯楼组最相似的楼组 | The units most like those that were given a lift."""
    door = open_door(json=json, lang=lang)
    asked = {"as_of": day(as_of), "top": top, "without": without or [], "force": force or []}
    answer = desk(door).ask("lookalike", asked)
    if json:
        door.answer(answer.to_json())
        return
    ranking, card, warnings = answer.source
    title = Text("最像已加梯楼组的楼组", "Units most like those with a lift")
    show_ranking(door, ranking, title=title, top=top)
    for sentence in (*card.sentences(), *warnings):
        door.say(sentence)
