"""`linli backup`, `restore` and `reset`: the home as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import JsonOption, LangOption, open_door
from api.home import Home
from graph.model.text import Text

FileArgument = Annotated[Path, typer.Argument(help="备份文件 | the backup file")]


def backup(file: FileArgument, json: JsonOption = False, lang: LangOption = None) -> None:
    """备份数据到一个文件 | Write a backup of the home to one file."""
    from api.backup import backup as write

    door = open_door(json=json, lang=lang)
    with door.progress() as progress:
        count = write(Home(door.settings.home), file, progress)
    if door.json:
        door.answer({"file": str(file), "files": count})
    door.say(Text(f"已备份 {count} 个文件到 {file}", f"{count} files backed up to {file}"))


def restore(
    file: FileArgument,
    replace: Annotated[bool, typer.Option("--replace", help="覆盖现有数据 | replace the data there")] = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """从备份恢复 | Put a backup in place of the home."""
    from api.backup import restore as read

    door = open_door(json=json, lang=lang)
    with door.progress() as progress:
        count = read(Home(door.settings.home), file, replace=replace, progress=progress)
    if door.json:
        door.answer({"file": str(file), "files": count})
    door.say(Text(f"已恢复 {count} 个文件", f"{count} files restored"))


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 | do not ask")] = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """删除全部数据 | Remove all data of the home."""
    from api.backup import reset as remove

    door = open_door(json=json, lang=lang)
    home = Home(door.settings.home)
    question = Text(
        f"删除 {home.folder} 的全部数据，包括密钥？", f"Remove all data of {home.folder}, its key included?"
    )
    if not yes and not typer.confirm(question.of(door.lang), err=True):
        raise typer.Exit(1)
    count = remove(home)
    if door.json:
        door.answer({"removed": count})
    door.say(Text(f"已删除 {count} 个文件", f"{count} files removed"))
