"""What commands that ask a question share: options, the desk, and how a ranking is shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.interrupt import interruptible
from api.cli.output import Door
from api.home import Home
from graph.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.answers import Answer, Desk

AreasOption = Annotated[
    list[str] | None, typer.Option("--as-area", help="只看这些居委（代码）| only these committees (codes)")
]
DayOption = Annotated[str | None, typer.Option("--as-of", help="统计日期 2021-11-01 | the day of the question")]
TopOption = Annotated[int, typer.Option("--top", min=1, max=100_000, help="显示前几名 | how many to show")]
REASONS_SHOWN = 3


def ask(door: Door, question: str, parameters: Mapping[str, Any]) -> Answer:
    """Ask a question of `api.answers.DOORS`; draws a bar for what takes long, and Ctrl-C ends it at once."""
    return answering(door, lambda desk: desk.ask(question, parameters))


def answering(door: Door, work: Callable[[Desk], Answer]) -> Answer:
    """Let a desk that reports to this door do some work."""
    from api.answers import Desk

    with door.progress(passing=True) as progress:
        desk = Desk(Home(door.settings.home), door.settings, progress)
        return interruptible(lambda: work(desk))


def show_ranking(door: Door, ranking: Any, *, title: Text, top: int) -> None:
    """Print the first rows of a ranking with their strongest reasons, then its notes."""
    rows = []
    for place in range(min(top, len(ranking))):
        reasons = ranking.reasons(place, most=REASONS_SHOWN)
        said = Text("；", "; ").of(door.lang).join(f"{r.contribution:+.3f} {r.text.of(door.lang)}" for r in reasons)
        rows.append([place + 1, ranking.ids[place], float(ranking.scores[place]), said])
    columns = [
        Text("名次", "rank"),
        Text("编号", "id"),
        Text("得分", "score"),
        Text("理由（合计等于得分）", "reasons (sum to the score)"),
    ]
    door.table(title, columns, rows)
    door.say(Text(f"共 {len(ranking)} 个候选，方法：", f"{len(ranking)} candidates, method: ") + ranking.method)
    for note in ranking.notes:
        door.say(note)


def write_ranking(ranking: Any, out: Path, door: Door) -> None:
    """Write `id,score,rank,reasons` of every candidate as CSV, or as Parquet by the ending of the name."""
    import pyarrow as pa

    from api.tables import write_table

    between = Text("；", "; ").of(door.lang)
    said = [
        between.join(f"{r.contribution:+.6f} {r.text.of(door.lang)}" for r in ranking.reasons(i, most=REASONS_SHOWN))
        for i in range(len(ranking))
    ]
    places = pa.array(range(1, len(ranking) + 1), pa.int64())
    table = pa.table({"id": list(ranking.ids), "score": pa.array(ranking.scores), "rank": places, "reasons": said})
    write_table(table, out)
