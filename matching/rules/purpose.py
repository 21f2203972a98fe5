"""What a room is for: a need whose words name a purpose goes to rooms whose kind suits it.

A purpose counts only where both sides state it: a need without a word of the policy, and a room of no kind or of one
that says nothing, are never kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from graph.model.codes import title
from graph.model.text import Text, joined
from matching.problem import Mask
from matching.rules.change import Change
from matching.rules.crossing import Crossing
from matching.rules.rule import Rule

Purposes = tuple[tuple[str, str], ...]
"""What a need is for: each word that was found, and the key of the policy that holds it."""
UNSAID = (None, "idle", "other")
"""Kinds that say nothing about what a room is for: unknown, an idle room, another one."""


def stated(texts: Iterable[str | None], purposes: Mapping[str, frozenset[str]]) -> Purposes:
    """Return what the first of some texts that names a purpose names: the title of a need before its description.

    >>> stated(
    ...     ["羽毛球队找场地", "不要会议室"],
    ...     {"羽毛球|篮球": frozenset({"sports"}), "会议": frozenset({"meeting_room"})},
    ... )
    (('羽毛球', '羽毛球|篮球'),)
    """
    for text in texts:
        said = (text or "").casefold()
        words = ((next((w for w in key.split("|") if w and w.casefold() in said), ""), key) for key in purposes)
        found = tuple(sorted((word, key) for word, key in words if word and purposes[key]))
        if found:
            return found
    return ()


def suited(named: Purposes, purposes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the kinds of rooms that suit all purposes named, or any of them where none suits all; empty: any room."""
    kinds = [purposes.get(key, frozenset()) for _, key in named]
    if not kinds:
        return frozenset()
    return frozenset.intersection(*kinds) or frozenset.union(*kinds)


def fits(kind: str | None, kinds: frozenset[str]) -> bool:
    """Say whether a room of a kind may be used where these kinds suit."""
    return not kinds or kind in UNSAID or kind in kinds


def _suits(c: Crossing) -> Mask:
    needs, rooms = c.needs.purposes, c.resources.room
    table = np.ones((max(len(needs.values), 1), max(len(rooms.values), 1)), bool)
    for row, named in enumerate(needs.values):
        kinds = suited(named, c.policy.purposes)
        table[row, : len(rooms.values)] = [fits(kind, kinds) for kind in rooms.values]
    return table[needs.at[:, None], rooms.at[None, :]]


def _unsuited(pair: Crossing) -> Text:
    named, kind = pair.needs.purposes[0], title("venue", str(pair.resources.room[0]))
    kinds = joined([title("venue", k) for k in sorted(suited(named, pair.policy.purposes))], "、")
    words = "、".join(word for word, _ in named)
    return Text(f"该处是{kind.zh}，“{words}”宜用{kinds.zh}", f"it is a {kind.en}; for “{words}” these suit: {kinds.en}")


def _widen(pair: Crossing) -> Change:
    kind, keys = str(pair.resources.room[0]), [key for _, key in pair.needs.purposes[0]]
    shown, words = title("venue", kind), "、".join(word for word, _ in pair.needs.purposes[0])
    text = Text(f"策略 purposes 中“{words}”加上{shown.zh}", f"add {kind} to purposes for “{words}” in the policy")
    return Change("policy", "purposes", [kind, *keys], text)


PURPOSE = Rule("purpose", Text("场地用途", "what the room is for"), _suits, _unsuited, _widen)
