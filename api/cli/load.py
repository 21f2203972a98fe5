"""`linli sample`, `load` and `mapping draft`: from files to the published snapshot."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import NO, Door, JsonOption, LangOption, day, open_door
from api.home import Home
from graph.model.errors import FileMissing, OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.loading import Outcome
    from loaders.report import LoadReport

FolderArgument = Annotated[Path, typer.Argument(help="文件夹 | folder")]
SizeOption = Annotated[str, typer.Option("--size", help="small 或 full | small or full")]
DayOption = Annotated[str | None, typer.Option("--as-of", help="数据日期 2021-11-01 | the day of the data")]
MOST_ERRORS = 12
"""Rejected rows that are shown in the terminal; all of them are in the reject file."""


def sample(
    folder: FolderArgument,
    size: SizeOption = "small",
    seed: Annotated[int, typer.Option("--seed", help="随机种子 | seed")] = 20211101,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """生成一个虚构街道的原始导出文件 | Write a sub-district that does not exist, as the exports of its systems."""
    door = open_door(json=json, lang=lang)
    files = write_sample_files(door, folder, size, seed)
    if door.json:
        door.answer({"folder": str(folder), "size": size, "files": files})
    door.say(Text(f"{len(files)} 个文件写入 {folder}", f"{len(files)} files written to {folder}"))


def write_sample_files(door: Door, folder: Path, size: str, seed: int) -> list[str]:
    """Write the sample; returns the names of its files."""
    from loaders.sample.write import write_sample

    if size not in ("small", "full"):
        raise OptionInvalid("--size", size, Text("应为 small 或 full", "it must be small or full"))
    with door.progress() as progress:
        write_sample(folder, size, seed, progress=progress)  # type: ignore[arg-type]
    return sorted(p.name for p in folder.iterdir() if p.is_file())


def load(
    folder: Annotated[
        Path | None, typer.Argument(help="文件夹；省略则重新合并 | folder; without it resolve again")
    ] = None,
    mappings: Annotated[Path | None, typer.Option("--mappings", help="映射文件夹 | folder of mappings")] = None,
    as_of: DayOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只报告，不写入 | report only, write nothing")] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="退回行写入 xlsx 或 json | rejected rows to a file")
    ] = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """装载一个文件夹的导出文件 | Load a folder of exports into the graph and publish the snapshot."""
    from api.loading import Order
    from api.loading import load as carry_out

    door = open_door(json=json, lang=lang)
    order = Order(folder, read_mappings(folder, mappings), _date(as_of), dry_run)
    with door.progress() as progress:
        outcome = carry_out(Home(door.settings.home), door.settings, order, progress)
    if rejects is not None:
        write_rejects(outcome.report, rejects)
    if door.json:
        door.answer(outcome_json(outcome))
    else:
        show_report(door, outcome)
    if outcome.report.read and not outcome.report.accepted:
        raise typer.Exit(NO)


def read_mappings(folder: Path | None, mappings: Path | None) -> Any:
    """Read the mappings of a load: those named, else those in the folder (or its `mappings`)."""
    from loaders.mapping_file import read_folder

    if folder is not None and not folder.is_dir():
        raise FileMissing(folder)
    if mappings is not None:
        return read_folder(mappings)
    if folder is None:
        return ()
    inner = folder / "mappings"
    return read_folder(inner if inner.is_dir() else folder)


def write_rejects(report: LoadReport, path: Path) -> None:
    """Write the rejected rows as a workbook or as JSON, by the ending of the name."""
    from loaders import rejects

    rejects.write_rejects(report, path)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Return a load's outcome as a JSON value."""
    return {
        "snapshot": outcome.snapshot,
        "as_of": outcome.as_of.isoformat(),
        "changes": outcome.changes,
        "report": outcome.report.to_json(),
    }


def show_report(door: Door, outcome: Outcome) -> None:
    """Print the figures of a load, the first rejects, and what to look at."""
    report = outcome.report
    columns = [
        Text("来源", "source"), Text("读取", "read"), Text("接受", "accepted"), Text("退回", "rejected"), Text("重复", "duplicates"),
    ]  # fmt: skip
    rows: list[list[object]] = [[s.title, s.read, s.accepted, s.rejected, s.duplicates] for s in report.sources]
    rows.append([Text("合计", "total"), report.read, report.accepted, report.rejected, report.duplicates])
    door.table(Text("装载结果", "Load"), columns, rows)
    if report.errors:
        _show_errors(door, report)
    for line in _remarks(outcome):
        door.say(line)


def _show_errors(door: Door, report: LoadReport) -> None:
    shown = report.errors[:MOST_ERRORS]
    columns = [Text("文件", "file"), Text("行", "row"), Text("列", "column"), Text("值", "value"), Text("原因", "why")]
    rows = [[e.file, e.row, e.column, e.value, e.hint] for e in shown]
    more = len(report.errors) - len(shown)
    title = Text("退回的行", "Rejected rows")
    if more:
        title += Text(f"（另有 {more} 处，--rejects 可全部导出）", f" ({more} more: --rejects writes them all)")
    door.table(title, columns, rows)


def _remarks(outcome: Outcome) -> list[Text]:
    report, said = outcome.report, []
    conflicts, unresolved = sum(report.conflicts.values()), sum(u.count for u in report.unresolved)
    if conflicts:
        said.append(
            Text(
                f"{conflicts} 处来源不一致，按可信度取值",
                f"{conflicts} values differ between sources; the most trusted won",
            )
        )
    if unresolved:
        said.append(Text(f"{unresolved} 处引用找不到对象", f"{unresolved} references meet no node"))
    if report.ambiguous:
        said.append(
            Text(
                f"{len(report.ambiguous)} 组身份不明，未合并",
                f"{len(report.ambiguous)} ambiguous identities were not merged",
            )
        )
    if outcome.snapshot is None:
        said.append(Text("试运行：未写入", "Dry run: nothing was written"))
    elif outcome.changes:
        said.append(
            Text(
                f"写入 {outcome.changes:,} 处变化，快照 {outcome.snapshot[:12]}",
                f"{outcome.changes:,} changes written, snapshot {outcome.snapshot[:12]}",
            )
        )
    else:
        said.append(
            Text(
                f"没有变化，快照仍为 {outcome.snapshot[:12]}",
                f"Nothing changed; the snapshot is still {outcome.snapshot[:12]}",
            )
        )
    return said


def draft(
    files: Annotated[list[Path], typer.Argument(help="数据文件 | data files")],
    out: Annotated[Path | None, typer.Option("--out", help="写入此文件夹 | write into this folder")] = None,
    lang: LangOption = None,
) -> None:
    """按表头和内容起草映射 | Propose a mapping from headers and values."""
    from loaders.draft import draft as propose

    door = open_door(lang=lang)
    for file in files:
        text = propose(file)
        if out is None:
            typer.echo(text)
            continue
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{file.stem}.toml"
        target.write_text(text, encoding="utf-8")
        door.say(Text(f"已写入 {target}，请核对", f"{target} written; please check it"))


def _date(text: str | None) -> dt.date | None:
    checked = day(text)
    return dt.date.fromisoformat(checked) if checked else None
