"""`linli lookalike`: the units most like those that were given a lift."""

from __future__ import annotations

import datetime as dt
import json as jsons
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.lift_tables import show_card, show_list, write_list
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import FileMissing, OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer
    from api.lifts import LiftList

ALONE = Text("已保存的模型不再学习，不能同时用这一项", "a saved model learns nothing more: it cannot be used with this")
NO_FIT = Text("已保存的模型没有新的回测和模型可写", "a saved model has no new back-test or model to write")


WithoutOption = Annotated[
    list[str] | None, typer.Option("--without", help="去掉的特征或组 | features or groups to leave out")
]
ForceOption = Annotated[list[str] | None, typer.Option("--force", help="强制使用的特征 | features to insist on")]
FeedbackOption = Annotated[
    Path | None, typer.Option("--feedback", help="反馈表：楼组、日期、结果、原因 | a table of outcomes")
]
ModelOption = Annotated[Path | None, typer.Option("--model", help="用已保存的模型排序 | rank by a saved model")]
SaveOption = Annotated[Path | None, typer.Option("--save", help="保存模型 | save the model to a file")]
CardOption = Annotated[Path | None, typer.Option("--card", help="模型卡写入 JSON | the model card as JSON")]
SvgOption = Annotated[Path | None, typer.Option("--svg", help="提升曲线写入 SVG | the lift curve as SVG")]
OutOption = Annotated[Path | None, typer.Option("--out", help="整张名单写入 CSV 或 Parquet | the whole list")]


def lookalike(
    top: TopOption = 10,
    without: WithoutOption = None,
    force: ForceOption = None,
    feedback: FeedbackOption = None,
    model: ModelOption = None,
    save: SaveOption = None,
    card: CardOption = None,
    svg: SvgOption = None,
    out: OutOption = None,
    as_area: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """与已加梯楼组最相似的楼组 | The units most like those that were given a lift."""
    door, files = open_door(json=json, lang=lang), {"--save": save, "--card": card, "--svg": svg}
    _check(model, {"--without": without, "--force": force, "--feedback": feedback}, ALONE)
    _check(model, files, NO_FIT)
    asked: dict[str, Any] = {"as_of": day(as_of), "areas": as_area, "top": top}
    asked |= {"without": without or [], "force": force or [], "feedback": _rows(feedback), "model": _model(model)}
    _deliver(door, ask(door, "lookalike", asked), files, out)


def _deliver(door: Door, answer: Answer, files: Mapping[str, Path | None], out: Path | None) -> None:
    """Write the files that were asked for, then the answer."""
    if out is not None:
        write_list(door, answer, out)
    written = _write(door, answer, files)
    if door.json:
        door.answer(answer.to_json())
        return
    show(door, answer)
    for path in (*written, *([out] if out else [])):
        door.say(Text(f"已写入 {path}", f"{path} was written"))


def show(door: Door, answer: Answer) -> None:
    """Print a list with its bands, its card, and what was left out."""
    show_list(door, answer.body)
    if answer.source.found is not None:
        show_card(door, answer.source.found)
    for sentence in answer.source.card:
        door.say(sentence)


def _check(model: Path | None, others: Mapping[str, object], why: Text) -> None:
    named = [option for option, value in others.items() if value]
    if model is not None and named:
        raise OptionInvalid(named[0], str(others[named[0]]), why)


def _rows(path: Path | None) -> list[dict[str, Any]] | None:
    """Read a table of outcomes as plain data, so that the receipt holds what was asked."""
    from loaders.table import read_table

    if path is None:
        return None
    rows = read_table(path).to_pylist()
    return [{name: v.isoformat() if isinstance(v, dt.date) else v for name, v in row.items()} for row in rows]


def _model(path: Path | None) -> dict[str, str] | None:
    if path is None:
        return None
    try:
        return {"file": str(path.resolve()), "digest": sha256(path.read_bytes()).hexdigest()}
    except OSError:
        raise FileMissing(path) from None


def _write(door: Door, answer: Answer, files: Mapping[str, Path | None]) -> list[Path]:
    """Write the files that were asked for; returns their paths."""
    found: LiftList = answer.source.found
    as_of = dt.date.fromisoformat(answer.body["as_of"])
    written = []
    for option, path in files.items():
        if path is not None:
            try:
                path.write_bytes(_content(door, found, as_of, option=option))
            except OSError as why:
                said = Text("无法写入", why.strerror or "it cannot be written")
                raise OptionInvalid(option, str(path), said) from None
            written.append(path)
    return written


def _content(door: Door, found: LiftList, as_of: dt.date, *, option: str) -> bytes:
    from similarity.backtest.lift_svg import lift_svg

    if option == "--svg":
        return lift_svg(found.card, lang=door.lang).encode()
    if option == "--save":
        return found.saved(as_of)
    card = jsons.dumps(found.model_card(as_of), ensure_ascii=False, indent=1, allow_nan=False)
    return (card + "\n").encode()
