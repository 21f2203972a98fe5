"""`linli replay`: answer a receipt again and compare the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import answering
from api.cli.output import NO, JsonOption, LangOption, open_door
from graph.model.errors import BadInput, FileMissing, FileUnreadable
from graph.model.text import Text


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
    answer = answering(door, lambda desk: desk.again(receipt))
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
