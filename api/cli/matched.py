"""How matches of the graph are shown: lists with reasons, near misses with least changes; `linli why`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.codes import title
from graph.model.errors import FileMissing, OptionInvalid, PolicyInvalid
from graph.model.relationships import SCHEMA
from graph.model.text import Text, joined

if TYPE_CHECKING:
    from api.answers import Answer
    from api.questions.match import Batch, Matched
    from matching.recommend.listed import Miss, Recommendation
    from matching.rules.crossing import Crossing
    from similarity.reasons import Reason

PolicyOption = Annotated[Path | None, typer.Option("--policy", help="策略文件 TOML（docs/policy.md）| a policy file")]
BookingsOption = Annotated[
    Path | None, typer.Option("--bookings", help="已有预约：resource、slot 两列 | bookings: columns resource, slot")
]
DeclinedOption = Annotated[
    Path | None, typer.Option("--declined", help="已拒绝：resource、need 两列 | refusals: columns resource, need")
]
REASONS_SHOWN = 4
NAMED = 5
RULES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the graph: one of a need, a resource, all needs, or the idle radar with its days."""

    need: str | None
    resource: str | None
    all: bool
    idle: int | None
    out: Path | None = None


def settled(policy: Path | None, bookings: Path | None, declined: Path | None) -> dict[str, Any]:
    """Read the files of a question about pairs into its parameters."""
    return {"policy": _policy(policy), "bookings": _rows(bookings), "declined": _rows(declined)}


def _policy(path: Path | None) -> dict[str, Any] | None:
    import json
    import tomllib

    if path is None:
        return None
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise FileMissing(path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise PolicyInvalid(path.name, Text(f"不是合法的 TOML：{why}", f"it is no valid TOML: {why}")) from None
    # A receipt holds JSON values: a date of TOML becomes its text.
    return dict(json.loads(json.dumps(table, default=str)))


def _rows(path: Path | None) -> list[dict[str, Any]] | None:
    from loaders.table import read_table

    if path is None:
        return None
    if not path.is_file():
        raise FileMissing(path)
    return [{k: None if v is None else str(v) for k, v in row.items()} for row in read_table(path).to_pylist()]


def graph_match(door: Door, asked: Asked, given: dict[str, Any]) -> None:
    """Ask the graph and show the answer; raises `OptionInvalid` when two things are asked at once."""
    if asked.idle is not None:
        if asked.need or asked.resource or asked.all:
            why = Text("不能与需求编号、--resource、--all 同用", "it stands alone: no NEED, --resource or --all")
            raise OptionInvalid("--idle", str(asked.idle), why)
        plain = {k: v for k, v in given.items() if k != "why_not"}
        answer = ask(door, "idle", {**plain, "days": asked.idle})
    else:
        what = {"need": asked.need, "resource": asked.resource, "all": asked.all}
        answer = ask(door, "match", {**given, **what})
    if asked.out is not None:
        from api.cli.match_file import write_matches

        count = write_matches(answer.body, asked.out, door.lang)
        door.say(Text(f"{count} 行写入 {asked.out}", f"{count} rows written to {asked.out}"))
    if door.json:
        door.answer(answer.to_json())
        return
    if asked.idle is not None:
        from api.cli.radar import show_idle

        show_idle(door, answer)
    else:
        (_show_batch if asked.all else _show_list)(door, answer)
    show_unheeded(door, answer.body)


def show_unheeded(door: Door, body: dict[str, Any]) -> None:
    """Say which resources of bookings and refusals are not in sight: a slip of the pen would book a room twice."""
    named = body["unheeded"]
    if named:
        some = "、".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
        door.say(
            Text(
                f"预约或拒绝表中有 {len(named)} 个资源不在可见范围，未计入：{some}",
                f"{len(named)} resources of the bookings or refusals are not in sight and were passed over: {some}",
            )
        )


def _show_list(door: Door, answer: Answer) -> None:
    found: Matched = answer.source
    body = answer.body
    about = body.get("need") or body["resource"]
    zh, en = f"“{about['name']}”（{about['id']}）", f"“{about['name']}” ({about['id']})"
    head = Text(f"可满足{zh}的资源", f"Resources for {en}")
    if found.side == "need":
        head = Text(f"{zh}可承接的需求", f"Needs that {en} can meet")
    if found.rows:
        columns = [Text("名次", "rank"), *columns_of(found.side), Text("得分", "score"), _REASONS]
        rows = [[r.rank, *_cells(found, r), r.score, _because(r.reasons)] for r in found.rows]
        door.table(head, columns, rows)
        count = Text(f"共 {found.eligible} 个符合", f"{found.eligible} of {found.candidates} fit")
        door.say(count + Text(f"（候选 {found.candidates} 个）", "") + _duty(about))
    else:
        door.say(head + Text("：", ": ") + Text(body["empty"]["zh"], body["empty"]["en"]) + _duty(about))
    _show_removed(door, found)
    if found.misses:
        _show_misses(door, found.crossing, found.misses, side=found.side)


_REASONS = Text("理由（合计等于得分）", "reasons (sum to the score)")


def columns_of(side: str) -> list[Text]:
    """Return the headings of a need or a resource."""
    if side == "need":
        return [Text("需求", "need"), Text("标题", "title")]
    return [Text("资源", "resource"), Text("名称", "name")]


def _cells(found: Matched, row: Recommendation) -> list[object]:
    if found.side == "need":
        return list(need_cells(found.crossing, row.need))
    return list(resource_cells(found.crossing, row.resource))


def need_cells(crossing: Crossing, row: int) -> tuple[str, str]:
    """Return how a need is called in a table: its id and its title."""
    return str(crossing.needs.ids[row]), str(crossing.needs.name[row])


def resource_cells(crossing: Crossing, row: int) -> tuple[str, str]:
    """Return how a resource is called in a table: `Label:id` and its name."""
    resources = crossing.resources
    return f"{resources.label[row]}:{resources.ids[row]}", str(resources.name[row])


def _because(reasons: Sequence[Reason]) -> Text:
    """Say the largest parts; the rest stand together, so that what is shown sums to the score."""
    told = [r for r in reasons[:REASONS_SHOWN] if r.contribution]
    said = [Text(f"{r.contribution:+.3f} ", f"{r.contribution:+.3f} ") + r.text for r in told]
    rest = sum(r.contribution for r in reasons[REASONS_SHOWN:])
    if rest:
        said.append(Text(f"{rest:+.3f} 其余", f"{rest:+.3f} others"))
    return joined(said, "；", "; ")


def _duty(about: dict[str, Any]) -> Text:
    if "kind" not in about:
        return Text("", "")
    if about["duty"] is None:
        kind = title("need", about["kind"])
        return Text(f"；“{kind.zh}”没有责任人", f"; nobody has the duty for “{kind.en}”")
    return Text(f"；责任：{about['duty']['zh']}", f"; duty: {about['duty']['en']}")


def _show_removed(door: Door, found: Matched) -> None:
    if found.rows and found.removed:
        said = [Text(f"{r.title.zh} {r.out}", f"{r.title.en} {r.out}") for r in found.removed[:RULES_SHOWN]]
        door.say(Text("未通过的规则：", "kept out by: ") + joined(said, "、"))


def _show_misses(door: Door, crossing: Crossing, misses: Sequence[Miss], *, side: str) -> None:
    """Print the nearest of those left out: each failed rule, and what would admit the pair."""
    rows = []
    for miss in misses:
        cells = need_cells(crossing, miss.need) if side == "need" else resource_cells(crossing, miss.resource)
        for at, out in enumerate(miss.exclusions):
            change = out.least_change.text if out.least_change else Text("无法改变", "nothing would")
            rows.append([*(cells if at == 0 else ("", "")), out.text, change])
    columns = [*columns_of(side), Text("为何不行", "why not"), Text("最小改变", "least change")]
    door.table(Text("差一点的", "The nearest of those left out"), columns, rows)


def _show_batch(door: Door, answer: Answer) -> None:
    batch: Batch = answer.source
    rows: list[list[object]] = []
    for row, one in zip(batch.needs, batch.lists, strict=True):
        first = resource_cells(one.crossing, one.rows[0].resource) if one.rows else ("-", "-")
        why = Text("", "") if one.rows else _blocked(one)
        score = one.rows[0].score if one.rows else None
        rows.append([*need_cells(one.crossing, row), *first, score, one.eligible, why])
    columns = [*columns_of("need"), *columns_of("resource"), Text("得分", "score"), Text("符合", "fit")]
    if answer.body["unmatched"]:
        columns.append(Text("为何没有", "why none"))
    else:
        rows = [row[:-1] for row in rows]
    if rows:
        door.table(Text("待响应需求及最佳资源", "Waiting needs and their best resource"), columns, rows)
    body = answer.body
    door.say(
        Text(
            f"{body['matched']} 个需求有可用资源，{body['unmatched']} 个没有",
            f"{body['matched']} needs have a match, {body['unmatched']} have none",
        )
    )
    _show_duties(door, body["duties"])


def _show_duties(door: Door, duties: list[dict[str, Any]]) -> None:
    """Print who answers for which kind of need; kinds that nobody answers for stand first."""
    nobody = Text("没有责任人（策略 duties 可补）", "nobody (name one in the policy's duties)")
    rows = [[Text(d["zh"], d["en"]), d["needs"], Text(**d["owner"]) if d["owner"] else nobody] for d in duties]
    columns = [Text("需求类型", "kind of need"), Text("待响应", "waiting"), Text("责任人", "who has the duty")]
    door.table(Text("职责清单", "Duty list"), columns, rows)


def _blocked(one: Matched) -> Text:
    from matching.recommend.listed import emptiness

    return emptiness(one.candidates, one.removed[:2])


def why(
    need: Annotated[str, typer.Argument(help="需求编号 | id of the need")],
    resource: Annotated[str, typer.Argument(help="资源，写作 类别:编号 | LABEL:ID, such as Venue:R001")],
    policy: PolicyOption = None,
    bookings: BookingsOption = None,
    declined: DeclinedOption = None,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """为何合适，或为何不行、最少要改什么 | Why a resource fits a need, or why not and the least that must change."""
    door = open_door(json=json, lang=lang)
    given = {"need": need, "resource": resource, **settled(policy, bookings, declined)}
    answer = ask(door, "why", {**given, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
    else:
        _show_why(door, answer)
        show_unheeded(door, answer.body)


def _show_why(door: Door, answer: Answer) -> None:
    body, found = answer.body, answer.source
    pair = f"{body['need']['name']} × {body['resource']['name']}"
    label = SCHEMA.label[body["resource"]["label"]].title
    if body["eligible"]:
        rows = [[r.contribution, r.text] for r in found.reasons]
        columns = [Text("得分", "part"), Text("理由", "reason")]
        door.table(Text(pair, pair), columns, [*rows, [found.score, Text("合计", "score")]])
        return
    columns = [Text("规则", "rule"), Text("为何不行", "why not"), Text("最小改变", "least change")]
    nothing = Text("无法改变", "nothing would")
    out = [[_title(e.rule), e.text, e.least_change.text if e.least_change else nothing] for e in found.exclusions]
    door.table(Text(f"{pair}：不可行", f"{pair}: not possible"), columns, out)
    door.say(Text(f"改变以上各项后，这个{label.zh}即可承接", f"with these changes the {label.en} could meet the need"))


def _title(rule: str) -> Text:
    from matching.rules.judge import RULES

    return next(r.title for r in RULES if r.name == rule)
