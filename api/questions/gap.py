"""Who is meant by a programme and has not been helped yet: the ledger, its breakdown, and lists of people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.gap_lists import MAP
from api.questions.similar import within
from api.scope import check_scope
from graph.model.errors import LinliError, OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.gap.ledger import Ledger
    from matching.gap.roll import Roll, Terms
    from matching.gap.rule import Rule

MOST_ROWS = 100_000
"""Rows of a list that leave in one answer: more people than a sub-district has."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands behind the answer about one programme."""

    case: Case
    ledger: Ledger
    notes: tuple[Text, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Draw up the ledger of a programme, or of all.

    Parameters: `programme` (id or name; None: all), `rule` (a condition in its place), `also` (programmes that are
    further sources of the same), `since`, `silent`, `quiet`, `tries`, `by` (a key of `BY`), `list` (a key of `TITLES`
    or `map`), `beyond` (the map also outside the scope, small numbers withheld), `top`, `areas`, `as_of`.
    """
    from matching.gap.roll import roll

    _check(parameters)
    case = desk.case("gap", parameters, snapshot=snapshot)
    check_scope(case)
    residents = case.snapshot.nodes("Resident")
    people = roll(case.snapshot, case.as_of, residents.inside(case.viewer.areas), terms=_terms(case))
    if case.parameters.get("programme") is None and case.parameters.get("rule") is None:
        head = {"as_of": case.as_of.isoformat(), "since": case.parameters.get("since")}
        return case.answer({**head, "programmes": list(_all(people, case))})
    rule = _rule(case)
    drawn = _drawn(case, people, rule)
    return case.answer(_body(drawn), drawn)


def _check(given: Parameters) -> None:
    """Refuse what would be left unheeded; raises `OptionInvalid`."""
    top = given.get("top")
    if top is not None and top < 1:
        raise OptionInvalid("--top", str(top), Text("应不小于 1", "it must be at least 1"))
    if given.get("beyond") and given.get("list") != MAP:
        raise OptionInvalid("--list", given.get("list") or "", Text("--beyond 只用于 map", "--beyond belongs to map"))
    if given.get("programme") is None and given.get("rule") is None:
        for name in ("also", "by", "list"):
            if given.get(name):
                why = Text("须写一个项目或 --rule", "it takes one programme, or --rule")
                raise OptionInvalid("--all", f"--{name}", why)


def _terms(case: Case) -> Terms:
    from matching.gap.roll import Terms

    given, plain = case.parameters, Terms()
    try:
        since = dt.date.fromisoformat(given["since"]) if given.get("since") else None
    except ValueError:
        raise OptionInvalid("--since", given["since"], Text("应写作 2021-01-01", "write it as 2021-01-01")) from None
    return Terms(
        since,
        silent_days=_number(given.get("silent"), plain.silent_days),
        quiet_days=_number(given.get("quiet"), plain.quiet_days),
        tries=_number(given.get("tries"), plain.tries),
    )


def _number(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


def _rule(case: Case) -> Rule:
    """Read which programmes and which condition are asked for."""
    from graph.model.condition_json import parse
    from matching.gap.rule import programme_row, rule

    given = case.parameters
    condition = None if given.get("rule") is None else parse(given["rule"])
    named = [n for n in (given.get("programme"), *(given.get("also") or ())) if n is not None]
    rows = [programme_row(case.snapshot, name) for name in named]
    return _seen(case, rule(case.snapshot, list(dict.fromkeys(rows)), condition=condition))


def _seen(case: Case, rule: Rule) -> Rule:
    return replace(rule, condition=within(rule.condition, case.viewer.areas))


def _all(people: Roll, case: Case) -> Iterator[dict[str, Any]]:
    """Yield the counts of each programme; one whose rule cannot be used says so and stops nothing."""
    from matching.gap.rule import rule

    for row in range(len(case.snapshot.nodes("Programme"))):
        shown = _programme(case, row)
        try:
            own = _seen(case, rule(case.snapshot, [row]))
        except LinliError as why:
            yield {**shown, "counts": None, "note": _both(why.text)}
            continue
        yield {**shown, "counts": _counts(_ledger(people, own)), "note": None}


def _ledger(people: Roll, rule: Rule) -> Ledger:
    from matching.gap.ledger import ledger

    return ledger(people, rule)


def _drawn(case: Case, people: Roll, rule: Rule) -> Drawn:
    ledger = _ledger(people, rule)
    return Drawn(case, ledger, tuple(_notes(case, ledger)))


def _counts(ledger: Ledger) -> dict[str, int]:
    """Return the identity and the other figures of a ledger."""
    from matching.gap.conflicts import conflicts, twice
    from matching.gap.newly import newly

    new = newly(ledger)
    more = {
        "silent": ledger.silent,
        "never": ledger.never,
        "overdue": ledger.overdue,
        "callable": ledger.callable,
        "new": new.found,
        "newly_reached": new.reached,
    }
    states = {state.value: count for state, count in ledger.counts().items()}
    found = {"twice": len(twice(ledger)), "conflicts": len({c.person for c in conflicts(ledger)})}
    return {"eligible": int(ledger.eligible.sum()), **states, **{k: int(m.sum()) for k, m in more.items()}, **found}


def _body(drawn: Drawn) -> dict[str, Any]:
    from api.questions.gap_lists import listed
    from matching.gap.breakdown import breakdown
    from matching.gap.ledger import STATES

    case, ledger = drawn.case, drawn.ledger
    given, terms = case.parameters, ledger.roll.terms
    rows = ledger.rule.programmes
    body: dict[str, Any] = {"as_of": case.as_of.isoformat(), "programme": _programme(case, rows[0]) if rows else None}
    body |= {"also": [_programme(case, row) for row in rows[1:]], "rule": _both(ledger.rule.says)}
    body |= {"since": given.get("since"), "silent_days": terms.silent_days, "quiet_days": terms.quiet_days}
    body["counts"] = _counts(ledger)
    if given.get("by"):
        groups = breakdown(ledger, given["by"])
        names = [state.value for state in STATES]
        body["by"] = [
            {"id": g.id, **_both(g.text), **dict(zip(names, g.counts, strict=True)), "silent": g.silent} for g in groups
        ]
    if len(rows) > 1:
        body["sources"] = _sources(case, ledger)
    if given.get("list"):
        body["list"] = listed(case, ledger, given["list"], top=min(given.get("top") or MOST_ROWS, MOST_ROWS))
    return body | {"notes": [_both(note) for note in drawn.notes]}


def _sources(case: Case, ledger: Ledger) -> list[dict[str, Any]]:
    """Return how many eligible people have each combination of last words in the sources."""
    from matching.gap.conflicts import between_sources

    ids = [case.snapshot.nodes("Programme").id_of(row) for row in ledger.rule.programmes]
    return [
        {"status": {i: d.name.lower() for i, d in zip(ids, deeds, strict=True)}, "people": count}
        for deeds, count in between_sources(ledger)
    ]


def _programme(case: Case, row: int) -> dict[str, Any]:
    facts = case.snapshot.nodes("Programme").record(row)
    days = {key: str(facts[key]) if facts.get(key) else None for key in ("opens_on", "closes_on")}
    return {"id": facts["id"], "name": facts.get("name"), "kind": facts.get("kind"), **days}


def _notes(case: Case, ledger: Ledger) -> Iterator[Text]:
    """Say what a reader of the figures must know."""
    from matching.gap.lists import emptiness

    merged, outside = ledger.roll.people.merged, _outside(ledger)
    alone = int((ledger.open & ledger.roll.unasked).sum())
    if not ledger.eligible.any():
        yield emptiness(ledger, "todo")
    if merged:
        yield Text(
            f"{merged} 条居民记录与别的记录是同一人，只计一次", f"{merged} records are of people counted already"
        )
    if alone:
        yield Text(
            f"{alone} 个待办或联系不上的人有“请勿联系”类标签，不进呼叫名单",
            f"{alone} of the open have a tag that asks not to be contacted: they are on no call list",
        )
    if ledger.rule.programmes:
        yield from _days(case, _programme(case, ledger.rule.programmes[0]))
    if outside:
        yield Text(
            f"另有 {outside} 人已办或已约，但按现在的条件不符合",
            f"{outside} more were served or booked but are not eligible",
        )


def _days(case: Case, facts: dict[str, Any]) -> Iterator[Text]:
    """Say whether the programme is open, and that a long one may hold several rounds."""
    from matching.gap.roll import YEAR

    day = case.as_of.isoformat()
    if facts["opens_on"] and facts["opens_on"] > day:
        yield Text(f"项目 {facts['opens_on']} 才开始", f"the programme opens on {facts['opens_on']}")
    if facts["closes_on"] and facts["closes_on"] < day:
        yield Text(f"项目已于 {facts['closes_on']} 结束", f"the programme closed on {facts['closes_on']}")
    begin = dt.date.fromisoformat(facts["opens_on"]) if facts["opens_on"] else None
    if case.parameters.get("since") is None and begin and (case.as_of - begin).days > YEAR:
        this = case.as_of.replace(month=1, day=1)
        yield Text(
            f"所有记录全部计入（项目 {begin} 开始）；只看今年这一轮加 --since {this}",
            f"everything on record counts (it opened on {begin}); for this year's round add --since {this}",
        )


def _outside(ledger: Ledger) -> int:
    """Return how many were served or have a booking although the rule does not hold for them on the day."""
    import numpy as np

    from matching.gap.events import Deed, decide

    deed, _ = decide(ledger.round, len(ledger.eligible))
    return int((np.isin(deed, (Deed.SERVED, Deed.BOOKED, Deed.WAITING)) & ~ledger.eligible).sum())


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
