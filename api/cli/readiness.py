"""`linli consent` and `linli ready`: how far a stairwell is from consent, and what would make it ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, desk
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import ActionsInvalid, FileMissing, SettingInvalid
from graph.model.text import Text, joined

if TYPE_CHECKING:
    from similarity.readiness.closing import Shortfall
    from similarity.readiness.standing import Standing

GATES = {
    ("participation", "heads"): Text("参与（户数）", "taking part, homes"),
    ("participation", "area"): Text("参与（面积，平方米）", "taking part, square metres"),
    ("agreement", "heads"): Text("同意（户数）", "agreeing, homes"),
    ("agreement", "area"): Text("同意（面积，平方米）", "agreeing, square metres"),
}
CHOICES = {
    "agreed": Text("同意", "agreed"),
    "refused": Text("反对", "refused"),
    "abstained": Text("弃权", "abstained"),
    "undecided": Text("未定", "undecided"),
    "unreached": Text("未联系上", "not reached"),
}
BRIEF = (Text("同意", "yes"), Text("反对", "no"), Text("弃权", "abst."), Text("未定", "open"), Text("未联系", "away"))
"""The choices as headings of narrow columns."""
ALL_MET = Text("四道门槛都已达到", "All gates are met")
OUT_OF_REACH = Text(
    "未表态的住户全部同意也不够", "Out of reach: not even the consent of every home that has not voted is enough"
)
NOT_PROVEN = Text(
    "住户太多，面积不一定最小（下限 {bound} 平方米）",
    "Too many homes to prove the least area (no set goes below {bound} m²)",
)
UnitArgument = Annotated[str | None, typer.Argument(help="楼组编号或地址 | id or address of a unit")]


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
    answer = desk(door).ask("ready", {**asked, "as_of": day(as_of), "areas": as_area})
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
        rows.append([i, Text("合计", "together"), one["cost"], one["score"], one["place"]])
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


def consent(
    unit: UnitArgument = None,
    listed: Annotated[bool, typer.Option("--list", help="列出征询中的楼组 | list the votes under way")] = False,
    plan: Annotated[str | None, typer.Option("--plan", help="方案编号，默认最新 | a plan; default: newest")] = None,
    participation: Annotated[str, typer.Option("--participation", help="参与比例 | share that must vote")] = "2/3",
    agreement: Annotated[str, typer.Option("--agreement", help="同意比例 | share that must agree")] = "3/4",
    as_area: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """征询离法定比例还差多少 | How far a vote is from the gates, and which homes would close it."""
    door = open_door(json=json, lang=lang)
    if listed == (unit is not None):
        raise SettingInvalid("--list", unit or "-", Text("楼组与 --list 选一个", "give either a unit or --list"))
    asked = {"unit": unit, "plan": plan, "participation": participation, "agreement": agreement}
    answer = desk(door).ask("consent", {**asked, "as_of": day(as_of), "areas": as_area})
    if json:
        door.answer(answer.to_json())
    elif listed:
        _show_list(door, answer.body)
    elif answer.source is None:
        for note in answer.body["notes"]:
            door.say(Text(**note))
    else:
        _show_vote(door, answer.body, vote=answer.source)


def _show_list(door: Door, body: dict[str, Any]) -> None:
    rows = [
        [
            vote["unit"]["id"],
            vote["plan"]["id"],
            *(vote["choices"][choice]["homes"] for choice in CHOICES),
            f"{vote['gates_met']}/4",
            _wanted(vote["closed"], vote["count"]),
            vote["plan"]["closes_on"] or "-",
        ]
        for vote in body["votes"]
    ]
    columns = [Text("楼组", "unit"), Text("方案", "plan"), *BRIEF, Text("门槛", "gates")]
    columns += [Text("还差（户）", "wanted"), Text("截止", "until")]
    door.table(Text("征询中的楼组，最接近的在前", "Votes under way, nearest first"), columns, rows)
    door.say(Text(f"共 {len(rows)} 个楼组", f"{len(rows)} units"))


def _wanted(closed: bool, count: int | None) -> Text:
    if closed:
        return Text("已达到", "closed")
    return Text("够不着", "no set") if count is None else Text(str(count), str(count))


def _show_vote(door: Door, body: dict[str, Any], *, vote: Standing) -> None:
    plan = body["plan"]
    door.say(Text(f"{plan['name']}（{plan['id']}）", f"{plan['name']} ({plan['id']})"))
    said = [
        Text(f"{zh.zh} {body['choices'][c]['homes']} 户", f"{body['choices'][c]['homes']} {zh.en}")
        for c, zh in CHOICES.items()
    ]
    door.say(Text("，".join(t.zh for t in said), ", ".join(t.en for t in said)))
    _show_gates(door, vote)
    for note in vote.notes:
        door.say(note)
    if vote.shortfall is not None and "sets" in body:
        _show_sets(door, body, short=vote.shortfall)
    if "homes" in body:
        _show_homes(door, body)


def _show_gates(door: Door, vote: Standing) -> None:
    rows = []
    for gate in vote.gates:
        scale = 1 if gate.by == "heads" else 100
        missing = None if gate.missing is None else gate.missing / scale
        share = f"{gate.have / gate.of:.1%}" if gate.of else "-"
        numbers = [gate.have / scale, gate.of / scale, share, str(gate.fraction), gate.met, missing]
        rows.append([GATES[gate.measure, gate.by], *numbers])
    columns = [Text("门槛", "gate"), Text("现有", "have"), Text("总数", "of"), Text("比例", "share")]
    columns += [Text("应达", "wanted"), Text("达到", "met"), Text("还差同意", "consent missing")]
    door.table(Text("四道门槛", "The four gates"), columns, rows)


def _show_sets(door: Door, body: dict[str, Any], *, short: Shortfall) -> None:
    """Show the smallest sets of homes, or why there is none to show."""
    if not short.count:
        door.say(ALL_MET if short.count == 0 else OUT_OF_REACH)
        return
    rooms = {home["id"]: home["room"] or home["id"] for home in body["homes"]}
    rows = [[i, s.area / 100, "、".join(rooms[h] for h in s.homes)] for i, s in enumerate(short.sets, 1)]
    more = Text("，还有别的", ", and there are others") if short.more else Text("", "")
    n = short.count
    door.say(Text(f"至少还要 {n} 户同意，最少的组合", f"At least {n} more must agree; the smallest sets") + more)
    door.table(Text("", ""), [Text("", "#"), Text("面积", "m²"), Text("住户", "homes")], rows)
    if short.always:
        names = [rooms[h] for h in short.always]
        door.say(Text("缺一不可：" + "、".join(names), "In every smallest set: " + ", ".join(names)))
    if not short.exact:
        door.say(NOT_PROVEN.fill(bound=f"{short.bound / 100:.2f}"))


def _show_homes(door: Door, body: dict[str, Any]) -> None:
    rows = [
        [home["room"] or home["id"], home["area"] / 100, CHOICES[home["choice"]], home["at"] or "-", _remark(home)]
        for home in body["homes"]
    ]
    columns = [Text("室号", "room"), Text("面积", "m²"), Text("意向", "choice"), Text("日期", "on"), Text("", "")]
    door.table(Text("逐户意向", "Home by home"), columns, rows)


def _remark(home: dict[str, Any]) -> Text:
    """Say whether a home may be asked; who said no is left alone until there is a new plan."""
    if home["refused_before"]:
        return Text("曾反对旧方案", "refused an earlier plan")
    return Text("可征询", "may be asked") if home["open"] else Text("", "")
