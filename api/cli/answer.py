"""`linli search`, `lookalike`, `rank`, `query` and `replay`: questions and their answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import NO, Door, JsonOption, LangOption, day, open_door
from api.home import Home
from graph.model.errors import BadInput, FileMissing, FileUnreadable, SettingInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer, Desk

AreasOption = Annotated[
    list[str] | None, typer.Option("--as-area", help="只看这些居委（代码）| only these committees (codes)")
]
DayOption = Annotated[str | None, typer.Option("--as-of", help="统计日期 2021-11-01 | the day of the question")]
TopOption = Annotated[int, typer.Option("--top", min=1, max=100_000, help="显示前几名 | how many to show")]
REASONS_SHOWN = 3


def desk(door: Door) -> Desk:
    """Return where questions are answered."""
    from api.answers import Desk

    return Desk(Home(door.settings.home), door.settings)


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
    answer = desk(door).search({"text": " ".join(text), "areas": areas, "as_of": day(as_of), "limit": limit})
    if json:
        door.answer(answer.to_json())
    else:
        show_found(door, answer.source)


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
    answer = desk(door).lookalike(asked)
    if json:
        door.answer(answer.to_json())
        return
    ranking, card, warnings = answer.source
    title = Text("最像已加梯楼组的楼组", "Units most like those with a lift")
    show_ranking(door, ranking, title=title, top=top)
    for sentence in (*card.sentences(), *warnings):
        door.say(sentence)


def rank(
    file: Annotated[Path, typer.Argument(help="CSV、Excel 或 Parquet | CSV, Excel or Parquet")],
    id: Annotated[str, typer.Option("--id", help="编号列 | column of ids")],
    positives: Annotated[str, typer.Option("--positives", help="已知样本列（1/0、是/否）| column of positives")],
    exclude: Annotated[
        str, typer.Option("--exclude", help="不用的列，逗号分隔 | columns not to use, with commas")
    ] = "",
    backtest: Annotated[bool, typer.Option("--backtest", help="附回测 | add the back-test")] = False,
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
        "top": top,
    }
    answer = desk(door).rank(asked)
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
    answer = desk(door).query({**asked, "arguments": given, "areas": areas, "rows": rows, "seconds": seconds})
    if json:
        door.answer(answer.to_json())
    else:
        show_table(door, answer, csv=csv)


def replay(
    file: Annotated[Path, typer.Argument(help="含回执的答案 JSON | an answer with its receipt, as JSON")],
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """按回执重算，核对每个字节 | Answer a receipt again and compare the bytes."""
    from api.answers import same_bytes
    from graph.model.receipt import code_version

    door = open_door(json=json, lang=lang)
    receipt = _receipt(file)
    answer = desk(door).again(receipt)
    same = same_bytes(receipt, answer)
    if json:
        door.answer({"same": same, "receipt": receipt, "answer": answer.receipt.answer})
    elif same:
        door.say(Text(f"逐字节一致：{answer.receipt.answer[:16]}", f"The same bytes: {answer.receipt.answer[:16]}"))
    else:
        ours, theirs = code_version(), receipt.get("code")
        door.say(
            Text(f"不一致（本程序 {ours}，回执 {theirs}）", f"Other bytes (this linli {ours}, the receipt {theirs})")
        )
    if not same:
        raise typer.Exit(NO)


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


def show_table(door: Door, answer: Answer, *, csv: bool) -> None:
    """Print the rows of a query as a table or as CSV, and say what was cut."""
    from cypher.export import to_csv

    table = answer.source
    if csv:
        typer.echo(to_csv(table), nl=False)
        return
    from api.answers import named_question

    query = named_question(answer.receipt.parameters)
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


def write_ranking(ranking: Any, out: Path, door: Door) -> None:
    """Write `id,score,rank,reasons` of every candidate as CSV, or as Parquet by the ending of the name."""
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    between = Text("；", "; ").of(door.lang)
    said = [
        between.join(f"{r.contribution:+.6f} {r.text.of(door.lang)}" for r in ranking.reasons(i, most=REASONS_SHOWN))
        for i in range(len(ranking))
    ]
    places = pa.array(range(1, len(ranking) + 1), pa.int64())
    table = pa.table({"id": list(ranking.ids), "score": pa.array(ranking.scores), "rank": places, "reasons": said})
    try:
        if out.suffix.lower() == ".parquet":
            pq.write_table(table, out)
        else:
            pacsv.write_csv(table, out)
    except OSError as why:
        raise SettingInvalid("--out", str(out), Text("无法写入", why.strerror or "it cannot be written")) from None


def _arguments(given: list[str]) -> dict[str, str]:
    pairs = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise SettingInvalid("参数 argument", item, Text("应写作 名=值", "write it as name=value"))
        pairs[name] = value
    return pairs


def _statement(file: Path) -> str:
    if not file.is_file():
        raise FileMissing(file)
    return file.read_text(encoding="utf-8")


def _receipt(file: Path) -> dict[str, Any]:
    import json

    if not file.is_file():
        raise FileMissing(file)
    unfit: BadInput = FileUnreadable(file, Text("里面没有回执", "it holds no receipt"))
    try:
        found = json.loads(file.read_bytes())
    except ValueError:
        raise unfit from None
    receipt = found.get("receipt", found) if isinstance(found, dict) else None
    if not isinstance(receipt, dict) or not {"door", "parameters", "snapshot", "answer"} <= receipt.keys():
        raise unfit
    return receipt
