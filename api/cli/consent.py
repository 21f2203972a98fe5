"""`linli consent`: how far the vote of a stairwell is from the gates, and which homes would close it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import OptionInvalid
from graph.model.text import Text

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
        raise OptionInvalid("--list", unit or "-", Text("楼组与 --list 选一个", "give either a unit or --list"))
    asked = {"unit": unit, "plan": plan, "participation": participation, "agreement": agreement}
    answer = ask(door, "consent", {**asked, "as_of": day(as_of), "areas": as_area})
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


def _homes(count: float) -> str:
    return f"{count:g}"


def _square_metres(area: float) -> str:
    return f"{area / 100:.2f}"


def _show_gates(door: Door, vote: Standing) -> None:
    rows = []
    for gate in vote.gates:
        unit = _homes if gate.by == "heads" else _square_metres
        missing = None if gate.missing is None else unit(gate.missing)
        share = f"{gate.have / gate.of:.1%}" if gate.of else "-"
        numbers = [unit(gate.have), unit(gate.of), share, str(gate.fraction), gate.met, missing]
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
