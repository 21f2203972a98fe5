"""How a look-alike list and its back-test look in a terminal of 100 columns, and the whole list as a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.output import Door
from graph.model.text import Text

if TYPE_CHECKING:
    from api.answers import Answer
    from api.lifts import LiftList
    from similarity.backtest.card import BackTest
    from similarity.backtest.figure import AtLength, Figure

REASONS_SHOWN = 3
NAMES_SHOWN = 12
LIST = (Text("名次", "rank"), Text("楼组", "unit"), Text("得分", "score"), Text("档", "band"))
WHY = Text("主要理由（全部理由合计等于得分，见 --json）", "main reasons (all of them sum to the score, see --json)")
RULES = (
    Text("规则", "rule"),
    Text("命中", "hits"),
    Text("召回率", "recall"),
    Text("精确率", "precision"),
    Text("提升（95% 区间）", "lift (95 % interval)"),
    Text("AUC", "AUC"),
    Text("平均精确率", "avg. precision"),
)
LENGTHS = (Text("前 k 个", "first k"), Text("占名单", "of list"), *RULES[1:5])


def show_list(door: Door, body: dict[str, Any]) -> None:
    """Print the rows of a list, how many there are, and how it was made."""
    from similarity.readiness.bands import TITLES, BandName

    rows = []
    for row in body["rows"]:
        told = [r for r in row["reasons"] if "*" not in r["feature"]]
        told.sort(key=lambda r: -abs(r["contribution"]))
        said = "\n".join(_reason(door, r) for r in told[:REASONS_SHOWN])
        band = TITLES[BandName(row["band"])] if "band" in row else None
        rows.append([row["rank"], row["address"] or row["id"], row["score"], band, said])
    door.table(Text("最像已加梯楼组的楼组", "Units most like those with a lift"), (*LIST, WHY), rows)
    counted = Text(
        "截至 {as_of}：{n} 个候选楼组，{m} 个已知样本；",
        "as of {as_of}: {n} candidates, {m} known cases; ",
    )
    door.say(counted.fill(as_of=body["as_of"], n=body["candidates"], m=body["positives"]) + _both(body["choice"]))
    if body["in_scope"] < body["candidates"]:
        scope = Text(
            "名次是全街道的；所看居委有 {n} 个", "ranks are those of the whole sub-district; {n} in your scope"
        )
        door.say(scope.fill(n=body["in_scope"]))
    for warning in body["warnings"]:
        door.say(Text("⚠ ", "! ") + _both(warning))


def _reason(door: Door, reason: dict[str, Any]) -> str:
    """Write a reason with what it adds; Chinese without blanks, at which a terminal would break the line."""
    part, said = f"{reason['contribution']:+.2f}", reason[door.lang]
    if door.lang == "en":
        return f"{part} {said}"
    return f"{part}：" + re.sub(r" (?=[^\x00-\x7f%])|(?<=[^\x00-\x7f]) | (?=%)", "", said)


def show_card(door: Door, found: LiftList) -> None:
    """Print the bands, the back-test at several lengths, the cost of the switches, and what was left out."""
    for sentence in found.bands.sentences():
        door.say(sentence)
    card = found.card
    _show_rules(door, card)
    _show_lengths(door, card)
    _show_costs(door, card)
    told = {w.zh for w in card.warnings}
    for remark in card.remarks():
        if remark.zh not in told:
            door.say(remark)
    if found.asked.feedback is not None:
        for sentence in found.known.sentences():
            door.say(sentence)
    _show_left_out(door, found)


def _show_rules(door: Door, card: BackTest) -> None:
    title = Text(
        "回测（{zh}）：{n:g} 个候选中藏有 {h:g} 个，取前 {k} 个",
        "Back-test ({en}): {h:g} hidden among {n:g} candidates, the first {k} counted",
    ).fill(zh=card.design.zh, en=card.design.en, n=card.rows, h=card.hidden, k=card.k)
    rows = [
        [o.rule, *_figures(o.lengths[0]), f"{o.area.value:.3f}", f"{o.average_precision.value:.3f}"]
        for o in card.outcomes
    ]
    door.table(title, RULES, rows)


def _figures(at: AtLength) -> list[str]:
    return [f"{at.hits.value:.1f}", f"{at.recall.value:.1%}", f"{at.precision.value:.1%}", _with_ends(at.lift)]


def _with_ends(figure: Figure) -> str:
    return f"{figure.value:.1f} ({figure.low:.1f}–{figure.high:.1f})"


def _show_lengths(door: Door, card: BackTest) -> None:
    at = sorted(card.outcomes[0].lengths, key=lambda a: a.k)
    rows = [[a.k, f"{a.k / card.rows:.1%}", *_figures(a)] for a in at]
    door.table(Text("名单取多长", "How long a list"), LENGTHS, rows)


def _show_costs(door: Door, card: BackTest) -> None:
    """Print what each switched-off group costs in lift, at every length; also which groups are not used at all."""
    from api.lifts import SWITCHES

    for cost in card.costs:
        heads = (
            Text("前 k 个", "first k"),
            Text("提升", "lift"),
            Text(f"不用“{cost.left_out.zh}”的提升", f"lift without {cost.left_out.en}"),
            Text("相差（95% 区间）", "difference (95 % interval)"),
        )
        rows = [
            [a.k, _with_ends(a.lift), _with_ends(b.lift), _with_ends(d)]
            for a, b, d in sorted(zip(cost.kept, cost.without, cost.difference, strict=True), key=lambda row: row[0].k)
        ]
        door.table(Text(f"不用“{cost.left_out.zh}”", f"Without {cost.left_out.en}"), heads, rows)
    for title in SWITCHES:
        if title not in [cost.left_out for cost in card.costs]:
            door.say(Text(f"名单没有用“{title.zh}”", f"The list does not use {title.en}"))


def _show_left_out(door: Door, found: LiftList) -> None:
    from api.questions.lookalike import suspect

    features = found.ranking.model.design_.features
    barred = suspect(features)
    names = [b.name for b in barred]
    more = Text(f"等 {len(names)} 项", f" and others ({len(names)})") if len(names) > NAMES_SHOWN else Text("", "")
    said = Text("不准用（没有日期，可能已含结果）：", "barred (undated, may hold the outcome): ")
    if names:
        door.say(said + Text("、".join(names[:NAMES_SHOWN]), ", ".join(names[:NAMES_SHOWN])) + more)
    quiet = len(features.barred) - len(barred)
    used = len(features.columns) - len(found.ranking.model.design_.dropped)
    door.say(
        Text(
            f"用 {used} 项特征；另有 {quiet} 项在楼组之间的差别不超出偶然或与他项相同，未用",
            f"{used} features were used; {quiet} others differ between units no more than by chance, or repeat another",
        )
    )


def write_list(door: Door, answer: Answer, out: Path) -> None:
    """Write every candidate that the viewer may see as CSV, or as Parquet by the ending of the name."""
    import pyarrow as pa

    from api.tables import write_table

    rows = answer.source.listed(answer.body["candidates"])["rows"]
    between = Text("；", "; ").of(door.lang)
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in ("rank", "id", "address")}
    columns |= {name: [row.get(name) for row in rows] for name in ("area", "score", "band")}
    columns["reasons"] = [
        between.join(f"{r['contribution']:+.6f} {r[door.lang]}" for r in row["reasons"]) for row in rows
    ]
    write_table(pa.table(columns), out)


def _both(facts: dict[str, str]) -> Text:
    return Text(facts["zh"], facts["en"])
