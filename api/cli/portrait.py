"""`linli portrait`: one group of people beside everybody, or the feature table of a level."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer
    from similarity.portraits.comparison import Portrait, Standing
    from similarity.portraits.level_table import LevelTable

LevelArgument = Annotated[
    str, typer.Argument(help="unit、building、estate、committee、subdistrict、district、city、crowd | kind of group")
]
GroupArgument = Annotated[
    str | None,
    typer.Argument(help="编号、名称；crowd 时为条件 JSON 或 tag=标签 | id or name; for crowd a condition or tag=…"),
]
WithoutOption = Annotated[list[str] | None, typer.Option("--without", help="去掉的特征或组 | features to leave out")]
SensitiveOption = Annotated[
    list[str] | None,
    typer.Option(
        "--with", help="点名要看的敏感组：politics、political_tags、sensitive_tags | sensitive groups, by name"
    ),
]


def portrait(
    level: LevelArgument,
    group: GroupArgument = None,
    top: TopOption = 12,
    without: WithoutOption = None,
    sensitive: SensitiveOption = None,
    table: Annotated[
        Path | None, typer.Option("--table", help="整层特征表写入 CSV 或 Parquet | write the table of the level")
    ] = None,
    others: Annotated[
        bool, typer.Option("--others", help="与其余的人对照，而非全体 | beside the others, not everybody")
    ] = False,
    as_of: DayOption = None,
    as_area: AreasOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """任意群体的画像，与全体对照 | The portrait of any group of people beside everybody."""
    door = open_door(json=json, lang=lang)
    if group is None and (table is None or level == "crowd"):
        raise OptionInvalid("GROUP", "", Text("请指出群体，或用 --table 导出整层", "name a group, or use --table"))
    asked: dict[str, object] = {"level": level, "group": None if table else group, "as_of": day(as_of), "top": top}
    asked |= {"without": without or [], "sensitive": sensitive or [], "areas": as_area}
    answer = ask(door, "portrait", asked)
    if table is not None:
        write_table(answer.source, table)
    if json:
        door.answer(answer.to_json())
    elif table is not None:
        show_table(door, answer.source, table)
    else:
        show_portrait(door, answer, others=others)


def show_portrait(door: Door, answer: Answer, *, others: bool = False) -> None:
    """Print the size of a group, what stands out, how far its people differ, and what was withheld."""
    found: Portrait = answer.source
    body = answer.body
    name = body["group"].get("name") or body["group"]["sentence"][door.lang]
    many = "-" if found.residents is None else f"{found.residents}"
    door.say(
        Text(
            f"{name}：{many} 人，全体 {found.base_residents} 人（{body['as_of']} 以前登记的事实）",
            f"{name}: {many} people of {found.base_residents} (facts dated before {body['as_of']})",
        )
    )
    if found.standings:
        show_figures(door, found, len(body["figures"]), others=others)
    if found.shapes:
        show_spread(door, found)
    for note in found.notes:
        door.say(note)
    if found.hidden:
        door.say(
            Text(f"{found.hidden} 项因人数不足 10 未显示", f"{found.hidden} figures are withheld: under 10 people")
        )


def show_figures(door: Door, found: Portrait, top: int, *, others: bool = False) -> None:
    """Print the first figures as a table and say what standing out means."""
    columns = [
        Text("特征", "feature"),
        Text("本群", "group"),
        Text("95% 区间", "95 %"),
        Text("人数", "n"),
        Text("其余", "others") if others else Text("全体", "all"),
        Text("相差", "apart"),
        Text("倍", "ratio"),
        Text("z", "z"),
    ]
    rows = [_row(s, "*" if found.stands_out(s) else "", others=others) for s in found.standings[:top]]
    title = Text("与其余的人相比", "Beside the others") if others else Text("与全体相比", "Beside everybody")
    door.table(title, columns, rows)
    bound, count = found.bound or 0.0, len(found.standings)
    door.say(
        Text(
            f"* 显著：比较了 {count} 项，只有 |z| > {bound:.1f} 才不像偶然；共 {len(found.outstanding)} 项",
            f"* stands out: of {count} figures compared, luck alone seldom passes |z| > {bound:.1f}; "
            f"{len(found.outstanding)} do",
        )
    )


def _row(found: Standing, mark: str, *, others: bool) -> list[object]:
    from similarity.features import Form
    from similarity.portraits.comparison import written

    base = found.rest if others else found.base
    scale, digits, unit = (100, 1, " %") if found.feature.form is Form.SHARE else (1, 2, "")
    low, high, beside = (f"{scale * v:.{digits}f}" for v in (found.low, found.high, base))
    return [
        Text(mark, mark) + found.feature.title,
        written(found.feature, found.value),
        f"{low}–{high}",
        found.n,
        None if isnan(base) else beside + unit,
        None if isnan(base) else f"{scale * (found.value - base):+.{digits}f}",  # shares in points
        round(found.value / base, 2) if base else None,
        round(found.z, 1),
    ]


def show_spread(door: Door, found: Portrait) -> None:
    """Print standard deviations, quartiles and entropies beside those of everybody."""
    from similarity.portraits.comparison import written

    columns = [Text("离散程度", "spread"), Text("本群", "group"), Text("全体", "everybody")]
    rows = [[s.feature.title, written(s.feature, s.value), written(s.feature, s.base)] for s in found.shapes]
    door.table(Text("离散程度", "How far people differ"), columns, rows)


def show_table(door: Door, found: LevelTable, path: Path) -> None:
    """Say what was written, and how many cells were left empty."""
    rows, columns = found.table.num_rows, len(found.titles)
    door.say(
        Text(f"{rows} 个群体 × {columns} 项特征写入 {path}", f"{rows} groups x {columns} features written to {path}")
    )
    door.say(
        Text(
            f"{found.hidden} 格因人数不足 10（或可由其余各格推出）留空",
            f"{found.hidden} cells are left empty: under 10 people, or they would follow from the others",
        )
    )
    for note in found.notes:
        door.say(note)


def write_table(found: LevelTable, path: Path) -> None:
    """Write the table as CSV (texts that look like formulas neutralised) or as Parquet by the ending of the name."""
    import pyarrow.parquet as pq

    from cypher.export import to_csv
    from graph.stores.store import Table

    table = found.table
    try:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, path)
            return
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        path.write_text(to_csv(Table(tuple(table.column_names), tuple(rows))), encoding="utf-8", newline="")
    except OSError as why:
        raise OptionInvalid("--table", str(path), Text("无法写入", why.strerror or "it cannot be written")) from None
