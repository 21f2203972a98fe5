"""How the idle radar is shown: rooms and volunteers that stand idle, each with the need it should take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli.matched import columns_of, need_cells, resource_cells
from api.cli.output import Door
from graph.model.relationships import SCHEMA
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer
    from api.questions.idle import Seen


def show_idle(door: Door, answer: Answer) -> None:
    """Print what stands idle and could meet a waiting need: rooms, then volunteers."""
    seen: Seen = answer.source
    body = answer.body
    if not seen.radar.rows:
        door.say(Text(body["empty"]["zh"], body["empty"]["en"]))
        return
    for label in body["of"]:
        _show_idle_of(door, seen, body, label=label)


def _show_idle_of(door: Door, seen: Seen, body: dict[str, Any], *, label: str) -> None:
    """Print the idle rooms, or the idle volunteers, each with the need it should take."""
    crossing, title = seen.crossing, SCHEMA.label[label].title
    rows: list[list[object]] = []
    for one in seen.radar.rows:
        if crossing.resources.label[one.resource] == label:
            best = one.best[0]
            days: object = one.days if one.days is not None else Text("无记录", "none")
            cells = (*resource_cells(crossing, one.resource), days, one.needs)
            rows.append([*cells, *need_cells(crossing, best.need), best.score])
    columns = [*columns_of("resource"), Text("闲置天数", "days idle"), Text("可接需求", "needs")]
    columns += [Text("首选需求", "best need"), Text("标题", "title"), Text("得分", "score")]
    if rows:
        zh = f"闲置 {body['days']} 天以上而有需求可接：{title.zh}"
        door.table(Text(zh, f"Idle for {body['days']} days or more, with a need to take: {title.en}s"), columns, rows)
    fit, idle = body["of"][label]["fitting"], sum(body["of"][label].values())
    door.say(
        Text(
            f"{title.zh}：闲置 {idle} 个，其中 {fit} 个有可接的需求，显示 {len(rows)} 个",
            f"{title.en}s: {idle} stand idle, {fit} of them fit a waiting need; {len(rows)} are shown",
        )
    )
