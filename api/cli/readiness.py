"""`linli ready`: what would make a stairwell ready, the smallest set of actions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import ActionsInvalid, FileMissing
from graph.model.text import Text, joined


def ready(
    unit: Annotated[str, typer.Argument(help="楼组编号或地址 | id or address of a unit")],
    band: Annotated[str, typer.Option("--band", help="目标档：ready、talk | the band: ready, talk")] = "ready",
    within: Annotated[int | None, typer.Option("--within", help="改为：名单前几名 | instead: the first places")] = None,
    actions: Annotated[Path | None, typer.Option("--actions", help="措施文件（TOML）| a file of actions")] = None,
    as_area: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """还差哪些措施，楼组才算条件成熟 | What would make a unit ready: the smallest set of actions."""
    door = open_door(json=json, lang=lang)
    asked = {"unit": unit, "band": band, "within": within, "actions": _actions(actions)}
    answer = ask(door, "ready", {**asked, "as_of": day(as_of), "areas": as_area})
    if json:
        door.answer(answer.to_json())
        return
    body = answer.body
    if body["candidate"]:
        _show_place(door, body)
    for note in body["notes"]:
        door.say(Text(**note))
    if body["target"] is not None:
        _show_actions(door, body)
    _show_consent(door, body["vote"])


def _actions(path: Path | None) -> dict[str, Any] | None:
    """Read a file of actions as plain data, so that the receipt holds what was asked."""
    import tomllib

    if path is None:
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise FileMissing(path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise ActionsInvalid(path.name, Text(f"不是 TOML：{why}", f"it is not TOML: {why}")) from None


def _show_place(door: Door, body: dict[str, Any]) -> None:
    here, unit = body["list"], body["unit"]["id"]
    titles = {b["name"]: Text(b["zh"], b["en"]) for b in here["bands"]}
    band = titles[here["band"]]
    door.say(
        Text(
            f"{unit}：在 {here['candidates']} 个候选中列第 {here['place']}（{band.zh}），得分 {here['score']:.3f}",
            f"{unit}: place {here['place']} of {here['candidates']} candidates ({band.en}), score {here['score']:.3f}",
        )
    )


def _show_actions(door: Door, body: dict[str, Any]) -> None:
    target, best = body["target"], body["best"]
    goal = _goal(target, body["list"]["bands"])
    if body["reachable"] and not body["sets"][0]["actions"]:
        door.say(Text(f"已在{goal.zh}内", f"It stands in {goal.en} already"))
        return
    if body["reachable"]:
        n = len(body["sets"][0]["actions"])
        door.say(Text(f"要进入{goal.zh}，最少 {n} 项措施：", f"To come into {goal.en}, at least {n} actions:"))
    else:
        door.say(Text(f"这些措施达不到{goal.zh}；最多到：", f"No set of these actions reaches {goal.en}; the best is:"))
    _show_sets_of_actions(door, body["sets"] or [best], costs=Text(**body["costs"]))
    if not body["exact"]:
        door.say(
            Text(
                f"措施较多：{body['proven']} 项以内的组合都试过，更大的组合只试了一部分",
                f"Many actions: all sets of up to {body['proven']} were tried, of larger ones only some",
            )
        )
    if body["idle"]:
        names = [Text(a["zh"], a["en"]) for a in body["idle"]]
        door.say(Text("对此楼组无效：", "Without effect here: ") + joined(names, "；", "; "))


def _goal(target: dict[str, Any], bands: list[dict[str, Any]]) -> Text:
    if target["within"] is not None:
        return Text(f"前 {target['within']} 名", f"the first {target['within']} places")
    band = next(b for b in bands if b["name"] == target["band"])
    return Text(f"“{band['zh']}”档", f"the band “{band['en']}”")


def _show_sets_of_actions(door: Door, sets: list[dict[str, Any]], *, costs: Text) -> None:
    rows: list[list[object]] = []
    for i, one in enumerate(sets, 1):
        rows += [[i, Text(a["zh"], a["en"]), a["cost"], f"{a['gain']:+.3f}", None] for a in one["actions"]]
        rows.append([i, Text("合计，得分达到", "together, score reached"), one["cost"], one["score"], one["place"]])
    cost = Text("成本", "cost") if not costs.zh else Text(f"成本（{costs.zh}）", f"cost, {costs.en}")
    columns = [Text("", "#"), Text("措施", "action"), cost, Text("得分", "score"), Text("名次", "place")]
    door.table(Text("", ""), columns, rows)


def _show_consent(door: Door, vote: dict[str, Any] | None) -> None:
    """Say beside the actions how the vote of the unit stands."""
    if vote is None:
        return
    plan, count = vote["plan"], vote["count"]
    if vote["closed"]:
        door.say(Text(f"方案 {plan}：征询四道门槛都已达到", f"Plan {plan}: all gates of consent are met"))
    elif count is not None:
        door.say(Text(f"方案 {plan}：至少还要 {count} 户同意", f"Plan {plan}: at least {count} more homes must agree"))
    elif vote["asking"]:
        door.say(
            Text(f"方案 {plan}：未表态的住户全部同意也不够", f"Plan {plan}: its gates of consent are out of reach")
        )
