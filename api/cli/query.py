"""`linli query`: named questions and statements in Cypher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import AreasOption, ask
from api.cli.output import Door, JsonOption, LangOption, open_door
from graph.model.errors import FileMissing, OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer


def query(
    name: Annotated[
        str | None, typer.Argument(help="问题名，或 MATCH 语句 | name of a question, or a statement")
    ] = None,
    arguments: Annotated[list[str] | None, typer.Argument(help="参数 名=值 | arguments name=value")] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="语句文件 | file of a statement")] = None,
    areas: AreasOption = None,
    rows: Annotated[int, typer.Option("--rows", min=1, max=100_000, help="最多几行 | most rows")] = 100,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, max=600, help="最长几秒 | most seconds")] = 30.0,
    csv: Annotated[bool, typer.Option("--csv", help="输出 CSV | print CSV")] = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """问图：已命名的问题，或自己的只读语句 | Ask the graph: a named question, or a reading statement."""
    door = open_door(json=json, lang=lang)
    if name is None and file is None:
        show_questions(door)
        return
    given = _arguments([*([name] if file is not None and name else []), *(arguments or [])])
    text = _statement(file) if file is not None else name if name and " " in name.strip() else None
    asked = {"text": text} if text is not None else {"name": name}
    answer = ask(door, "query", {**asked, "arguments": given, "areas": areas, "rows": rows, "seconds": seconds})
    if json:
        door.answer(answer.to_json())
    else:
        show_table(door, answer, csv=csv)


def show_questions(door: Door) -> None:
    """Print the catalog of named questions, by area of work."""
    from cypher.areas import AREAS
    from cypher.catalog import Catalog

    catalog = Catalog.load()
    if door.json:
        door.answer([{"name": q.name, "area": q.area, "zh": q.title.zh, "en": q.title.en} for q in catalog])
        return
    rows = [[AREAS[q.area], q.name, q.title, " ".join(p.name for p in q.parameters)] for q in catalog]
    columns = [Text("领域", "area"), Text("问题名", "name"), Text("问题", "question"), Text("参数", "parameters")]
    door.table(Text("已命名的问题", "Named questions"), columns, rows)


def show_table(door: Door, answer: Answer, *, csv: bool) -> None:
    """Print the rows of a query as a table or as CSV, and say what was cut."""
    from cypher.export import to_csv

    table = answer.source
    if csv:
        typer.echo(to_csv(table), nl=False)
        return
    from api.questions.query import named

    query = named(answer.receipt.parameters)
    title = query.title if query else Text("结果", "Result")
    door.table(title, [Text(c, c) for c in table.columns], [list(row) for row in table.rows])
    if table.truncated:
        door.say(
            Text(f"只显示前 {len(table.rows)} 行（--rows 可加）", f"Cut after {len(table.rows)} rows (--rows for more)")
        )
    elif not table.rows:
        door.say(Text("没有符合的行", "No rows"))
    if answer.body["incomplete"]:
        door.say(
            Text("注意：一次装载未完成，数据可能不全", "Take care: a load has not ended; the data may be incomplete")
        )


def _arguments(given: list[str]) -> dict[str, str]:
    pairs = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise OptionInvalid("参数 argument", item, Text("应写作 名=值", "write it as name=value"))
        pairs[name] = value
    return pairs


def _statement(file: Path) -> str:
    if not file.is_file():
        raise FileMissing(file)
    return file.read_text(encoding="utf-8")
