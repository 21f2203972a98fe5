"""`linli turnout`, `attendance` and `triangulate`: who comes, how many came, and whether the sources agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.text import Text

if TYPE_CHECKING:
    from api.questions.triangulate import Triangulated
    from api.questions.turnout import Turnout
    from similarity.turnout.attendance import AttendanceTable, Row
    from similarity.turnout.left_out import LeftOut
    from similarity.turnout.trial import Trial

ConditionOption = Annotated[
    str | None, typer.Option("--condition", help="对象条件 JSON | condition of the people, JSON")
]
KindOption = Annotated[str | None, typer.Option("--kind", help="活动类型代码，如 culture | kind of activity, its code")]


def turnout(
    activity: Annotated[str | None, typer.Argument(help="活动编号 | id of an activity")] = None,
    kind: KindOption = None,
    committee: Annotated[str | None, typer.Option("--committee", help="举办居委，代码或名称 | code or name")] = None,
    on: Annotated[str | None, typer.Option("--on", help="举办日期 2021-12-05 | the day it is held")] = None,
    places: Annotated[
        int | None, typer.Option("--places", min=1, max=1_000_000, help="名额 | number of places")
    ] = None,
    audience: Annotated[str | None, typer.Option("--audience", help="邀请对象条件 JSON | who is invited, JSON")] = None,
    sensitive: Annotated[
        bool, typer.Option("--use-sensitive", help="也用敏感标签排序 | let sensitive tags rank as well")
    ] = False,
    backtest: Annotated[bool, typer.Option("--backtest/--no-backtest", help="附回测 | with the back-test")] = True,
    top: TopOption = 10,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """谁可能来：排序、预计人数、会被落下的人群 | Who is likely to come, how many, and who would be left out."""
    from api.questions.triangulate import condition

    door = open_door(json=json, lang=lang)
    asked = {"activity": activity, "kind": kind, "committee": committee, "on": on, "places": places}
    asked |= {"audience": condition("--audience", audience), "sensitive": sensitive, "backtest": backtest}
    answer = ask(door, "turnout", {**asked, "top": top, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
    else:
        show_turnout(door, answer.source, answer.body)


def show_turnout(door: Door, found: Turnout, body: dict[str, Any]) -> None:
    """Print the occasion, the list with reasons, the groups left out, and the back-test."""
    from similarity.turnout.likely import READING

    occasion = body["occasion"]
    name = " ".join(str(occasion[k]) for k in ("id", "name", "on") if occasion[k])
    title = _kind(occasion["kind"]) + Text(f" {name}：", f" {name}: ") + found.likely.expected.sentence()
    if occasion["attended"] is not None:
        title += Text(f"；实到 {occasion['attended']:.0f}", f"; {occasion['attended']:.0f} came")
    door.say(title)
    rows = [
        [r["rank"], r["name"] or r["id"], f"{r['chance']:.1%}", f"{r['score']:.2f}", _reasons(door, r["reasons"])]
        for r in body["rows"]
    ]
    if rows:
        columns = [Text("名次", "rank"), Text("姓名", "name"), Text("可能", "chance"), Text("得分", "score")]
        heading = Text(f"最可能来的人（共 {len(found.likely)} 人）", f"Most likely to come (of {len(found.likely)})")
        door.table(heading, [*columns, Text("理由", "reasons")], rows)
        door.say(READING)
    if found.left_out is not None:
        show_left_out(door, found.left_out)
    if found.trial is not None:
        show_trial(door, found.trial)
    for note in found.notes:
        door.say(note)


def _reasons(door: Door, reasons: list[dict[str, Any]]) -> str:
    return Text("；", "; ").of(door.lang).join(f"{r['contribution']:+.2f} {r[door.lang]}" for r in reasons)


def _kind(code: str | None) -> Text:
    from graph.model.codes import table

    return table("activity").titles.get(code or "", Text(code or "未注明类型", code or "kind not stated"))


def show_left_out(door: Door, found: LeftOut) -> None:
    """Print the groups that the first tenth leaves out."""
    if found.note is not None:
        door.say(found.note)
        return
    head = Text(
        f"会被落下的人群：前十分之一（{found.likely} 人）中远少于其在 {found.people} 人中的份额",
        f"Left out: far fewer in the first tenth ({found.likely}) than their share of the {found.people} people",
    )
    if not found.groups:
        door.say(head + Text(f"：{found.looked_at} 个人群中没有", f": none of {found.looked_at} groups"))
        return
    rows = [
        [g.title, g.people, _few(g.likely), _few(g.reached), f"{g.ratio:.2f}", f"{g.low:.2f}-{g.high:.2f}"]
        for g in found.groups
    ]
    columns = [Text("人群", "group"), Text("人数", "people"), Text("在前十分之一", "in the tenth")]
    columns += [Text("一年内来过", "came within a year"), Text("比率", "ratio"), Text("区间", "interval")]
    door.table(head, columns, rows)
    if found.truncated:
        door.say(Text("只列出差得最多的", "only the largest gaps are listed"))


def _few(count: int | None) -> object:
    return Text("极少（不公布）", "few (withheld)") if count is None else count


def show_trial(door: Door, trial: Trial) -> None:
    """Print the back-test: the rules side by side, then the turnout of each tenth."""
    head = Text(
        f"回测：由更早的记录预见其后 {trial.activities} 场的 {trial.visits} 人次（只在本居委居民中排）",
        f"Back-test: {trial.visits} visits of {trial.activities} later activities, foreseen from earlier records "
        "(among the residents of the committee)",
    )
    rows = [[o.rule, *o.area, *(f"{x:.1%}" for x in o.top_tenth)] for o in trial.outcomes]
    low, high = Text("低", "low"), Text("高", "high")
    share = Text("前十分之一占到场", "of visits in first tenth")
    door.table(head, [Text("规则", "rule"), Text("AUC", "AUC"), low, high, share, low, high], rows)
    show_tenths(door, trial)


def show_tenths(door: Door, trial: Trial) -> None:
    """Print the turnout of the first ten people and of each tenth beside what was foreseen."""
    parts = [(Text("前 10 人", "first 10"), trial.first)]
    parts += [(Text(f"{at + 1}", f"{at + 1}"), tenth) for at, tenth in enumerate(trial.tenths)]
    rows = [
        [part, t.people, t.visits, f"{t.turnout:.2%}", f"{t.low:.2%}-{t.high:.2%}", f"{t.foreseen:.2%}"]
        for part, t in parts
    ]
    columns = [Text("十分位", "tenth"), Text("人次机会", "invitations"), Text("到场", "visits")]
    columns += [Text("到场率", "turnout"), Text("95% 区间", "95 % interval"), Text("预见", "foreseen")]
    door.table(Text("各十分位到场率", "Turnout by tenth"), columns, rows)


def attendance(
    by: Annotated[str, typer.Option("--by", help="kind 或 committee | kind or committee")] = "kind",
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """历次活动的名额、预计与实到 | Places, predicted and actual attendance of past activities."""
    door = open_door(json=json, lang=lang)
    answer = ask(door, "attendance", {"by": by, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
        return
    show_attendance(door, answer.source, answer.body["titles"], by=by)


def show_attendance(door: Door, table: AttendanceTable, titles: dict[str, str], *, by: str) -> None:
    """Print the table, which number to trust, and how often the interval held."""
    shown = [(_kind(r.name) if by == "kind" else Text(titles[r.name], titles[r.name]), r) for r in table.rows]
    rows = [_line(title, row) for title, row in [*shown, (Text("合计", "all"), table.total)]]
    columns = [Text("类型", "kind") if by == "kind" else Text("居委", "committee"), Text("场次", "held")]
    columns += [Text("名额", "places"), Text("预计", "plan"), Text("实到", "came"), Text("满员", "full")]
    columns += [Text("计划 偏差/误差", "plan off/error"), Text("规则 偏差/误差", "rule off/error")]
    door.table(Text("活动到场", "Attendance"), [*columns, Text("每场近", "nearer")], rows)
    door.say(table.sentence())
    held = Text(
        f"按月回测，{table.judged} 场中 {table.inside} 场的实到落在 90% 区间内；误差为人数，* 表示改善的 95% 区间在 0 以上",
        f"Foreseen month by month, {table.inside} of {table.judged} head counts fell into their 90 % interval; "
        "errors in people, * where the 95 % interval of the gain is above 0",
    )
    door.say(held)


def _line(title: Text, row: Row) -> list[object]:
    full = f"{row.full / row.counted:.0%}" if row.counted else "-"
    errors = ["-" if e is None else f"{e.bias:+.1f} / {e.absolute:.1f}" for e in (row.plan, row.rule)]
    gain = "-" if row.gain is None else f"{row.gain.mean:+.2f}{'*' if row.gain.earned else ''}"
    means = [f"{x:.0f}" if x == x else None for x in (row.places, row.predicted, row.attended)]  # noqa: PLR0124 - NaN
    return [title, row.activities, *means, full, *errors, gain]


def triangulate(
    condition: ConditionOption = None,
    shows: Annotated[
        str | None,
        typer.Option("--shows", help="数据中什么算有需求，条件 JSON | what shows the demand in the data, JSON"),
    ] = None,
    programme: Annotated[str | None, typer.Option("--programme", help="政策项目编号 | id of a programme")] = None,
    survey: Annotated[str | None, typer.Option("--survey", help="调查编号 | id of a survey")] = None,
    activity_kind: Annotated[
        str | None, typer.Option("--activity-kind", help="活动类型代码 | kind of activity, its code")
    ] = None,
    threshold: Annotated[float, typer.Option("--threshold", help="需求成立的比例 | share that counts")] = 0.5,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """数据、调查、到场三方印证 | Data, survey and attendance on one card, with intervals."""
    from api.questions.triangulate import condition as read

    door = open_door(json=json, lang=lang)
    asked = {"condition": read("--condition", condition), "shows": read("--shows", shows), "programme": programme}
    asked |= {"survey": survey, "activity_kind": activity_kind, "threshold": threshold}
    answer = ask(door, "triangulate", {**asked, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
        return
    show_card(door, answer.source)


def show_card(door: Door, found: Triangulated) -> None:
    """Print whom the card is about, its sentences, and the demand that the survey means."""
    door.say(found.about + Text(f"：{found.people} 人", f": {found.people} people"))
    for sentence in (*found.card.sentences(), *found.notes):
        door.say(sentence)
    if found.demand is not None:
        low, high = found.demand
        door.say(Text(f"照调查，其中 {low} 至 {high} 人有需求", f"by the survey, {low} to {high} of them want it"))
