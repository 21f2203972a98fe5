"""Whether a question about people is bound to its reader's committees: a check of its tokens.

A node pattern of a label about people must carry a variable, and the text must hold `variable.area IN $areas`. A node
pattern without a label must name a variable that has one elsewhere, so that nobody slips in through `()`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.model.text import Text

from .tokens import Token, TokenKind, tokens

PEOPLE = frozenset({"Resident", "Volunteer", "Household", "Dwelling", "Need"})
"""Labels of which one committee may not see another's nodes."""

_NAMES = (TokenKind.WORD, TokenKind.NAME)


@dataclass(frozen=True, slots=True)
class NodePattern:
    """One `(variable:Label)` of a statement; the variable is empty when there is none."""

    variable: str
    labels: tuple[str, ...]


def scope_faults(text: str) -> tuple[Text, ...]:
    """Return what keeps a statement from being bound to `$areas`; empty when nothing does.

    >>> scope_faults("MATCH (r:Resident) WHERE $areas IS NULL OR r.area IN $areas RETURN count(r) AS people")
    ()
    >>> [fault.en for fault in scope_faults("MATCH (r:Resident) RETURN count(r) AS people")]
    ['r is not filtered by r.area IN $areas']
    """
    found = tokens(text)
    patterns = list(node_patterns(found))
    labelled = {p.variable for p in patterns if p.labels}
    filtered = _filtered(found)
    faults: list[Text] = []
    for pattern in patterns:
        if not pattern.labels and pattern.variable not in labelled:
            faults.append(Text("有一个没有标签的节点", "a node has no label"))
        if PEOPLE.intersection(pattern.labels) and pattern.variable not in filtered:
            who = pattern.variable or ":" + pattern.labels[0]
            faults.append(Text(f"{who} 没有用 area IN $areas 过滤", f"{who} is not filtered by {who}.area IN $areas"))
    return tuple(dict.fromkeys(faults))


def node_patterns(found: Sequence[Token]) -> Iterator[NodePattern]:
    """Yield every node pattern: brackets that hold `x:L`, or that stand at a relationship or behind MATCH."""
    for at, token in enumerate(found):
        if token.text == "(" and token.kind is TokenKind.SYMBOL:
            pattern, end = _pattern(found, at + 1)
            if pattern is not None and (pattern.labels or _in_path(found, at, end)):
                yield pattern


def _pattern(found: Sequence[Token], at: int) -> tuple[NodePattern | None, int]:
    """Read `variable:Label:Label {…}` behind an opening bracket; returns the place of what follows it."""
    variable, labels = "", []
    if at < len(found) and found[at].kind in _NAMES:
        variable, at = found[at].text, at + 1
    while at + 1 < len(found) and found[at].text in (":", "|", "&") and found[at + 1].kind in _NAMES:
        labels.append(found[at + 1].text)
        at += 2
    if at < len(found) and found[at].text == "{" and found[at].kind is TokenKind.SYMBOL:
        while at < len(found) and found[at].text != "}":
            at += 1
        at += 1
    closed = at < len(found) and (found[at].text == ")" or found[at].keyword == "WHERE")
    return (NodePattern(variable, tuple(labels)) if closed else None), at


def _in_path(found: Sequence[Token], start: int, end: int) -> bool:
    """Return whether brackets without a label stand at a relationship, or open a MATCH."""
    before = found[start - 1] if start else None
    after = [token.text for token in found[end + 1 : end + 4]]
    leaves = after[:2] in (["-", "["], ["-", "-"]) or after[:2] == ["<", "-"]
    reached = before is not None and (before.text in ("-", ">") and found[start - 2].text in ("-", "]"))
    return leaves or reached or (before is not None and before.keyword == "MATCH")


def _filtered(found: Sequence[Token]) -> set[str]:
    """Return the variables `x` for which the text holds `x.area IN $areas`."""
    variables = set()
    for at in range(len(found) - 4):
        owner, dot, area, word, scope = found[at : at + 5]
        bound = scope.kind is TokenKind.PARAMETER and scope.text == "areas" and word.keyword == "IN"
        if bound and area.text == "area" and dot.text == "." and owner.kind in _NAMES:
            variables.add(owner.text)
    return variables
