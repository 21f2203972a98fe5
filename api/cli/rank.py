"""`linli rank`: rank the rows of any table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asking import TopOption, ask, show_ranking, write_ranking
from api.cli.output import JsonOption, LangOption, open_door
from graph.model.text import Text


def rank(
    file: Annotated[Path, typer.Argument(help="CSV、Excel 或 Parquet | CSV, Excel or Parquet")],
    id: Annotated[str, typer.Option("--id", help="编号列 | column of ids")],
    positives: Annotated[str, typer.Option("--positives", help="已知样本列（1/0、是/否）| column of positives")],
    exclude: Annotated[
        str, typer.Option("--exclude", help="不用的列，逗号分隔 | columns not to use, with commas")
    ] = "",
    backtest: Annotated[bool, typer.Option("--backtest", help="附回测 | add the back-test")] = False,
    method: Annotated[
        str, typer.Option("--method", help="auto、combined、additive、contrast | how scores are made")
    ] = "auto",
    out: Annotated[Path | None, typer.Option("--out", help="写入 CSV 或 Parquet | write CSV or Parquet")] = None,
    top: TopOption = 10,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """给任意表格按相似度排序 | Rank the rows of any table by likeness to the positives."""
    door = open_door(json=json, lang=lang)
    asked = {
        "file": str(file.resolve()),
        "id": id,
        "positives": positives,
        "exclude": [name.strip() for name in exclude.split(",") if name.strip()],
        "backtest": backtest,
        "method": method,
        "top": top,
    }
    answer = ask(door, "rank", asked)
    ranking, card = answer.source
    if out is not None:
        write_ranking(ranking, out, door)
    if json:
        door.answer(answer.to_json())
        return
    show_ranking(door, ranking, title=Text(f"{file.name} 排序", f"Ranking of {file.name}"), top=top)
    for sentence in card.sentences() if card else ():
        door.say(sentence)
    if out is not None:
        door.say(Text(f"{len(ranking)} 行写入 {out}", f"{len(ranking)} rows written to {out}"))
