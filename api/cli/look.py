"""`linli doctor`: examine an installation and its data."""

from __future__ import annotations

import typer

from api.cli.output import NO, JsonOption, LangOption, open_door
from graph.model.text import Text


def doctor(json: JsonOption = False, lang: LangOption = None) -> None:
    """检查安装与数据 | Examine the installation and the data."""
    from api.examination import examine

    door = open_door(json=json, lang=lang)
    findings = examine(door.settings)
    bad = [f for f in findings if not f.well]
    if json:
        door.answer([{"what": f.what.en, "well": f.well, "zh": f.says.zh, "en": f.says.en} for f in findings])
    else:
        columns = [Text("项目", "what"), Text("正常", "well"), Text("说明", "says")]
        door.table(Text("检查结果", "Examination"), columns, [[f.what, f.well, f.says] for f in findings])
        if bad:
            door.say(Text(f"{len(bad)} 项有问题", f"{len(bad)} findings"))
    if bad:
        raise typer.Exit(NO)
