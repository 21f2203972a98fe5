"""The rule of a programme: whose records count, and the condition of who is meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.model.condition import Condition, sentence, tags_of
from graph.model.condition_json import parse
from graph.model.errors import ConditionInvalid, UnknownName
from graph.model.text import Text

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot

KIND = Text("政策项目", "programme")


@dataclass(frozen=True, slots=True)
class Rule:
    """A programme as a question: `programmes` are rows of the label, the first its own, the others further sources."""

    programmes: tuple[int, ...]
    condition: Condition
    says: Text


def programme_row(snapshot: Snapshot, named: str) -> int:
    """Return the row of a programme by id or name; raises `UnknownName` with the nearest ids and names.

    A name that several programmes have is refused: their ids are named.
    """
    nodes = snapshot.nodes("Programme")
    ids, names = nodes.ids.to_pylist(), nodes.column("name").to_pylist()
    if named in ids:
        return int(ids.index(named))
    found = [row for row, name in enumerate(names) if name == named]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownName(Text("唯一的政策项目", "single programme named"), named, [f"{named} {ids[r]}" for r in found])
    inside = [name for name in names if name and named and named in name]
    raise UnknownName(KIND, named, inside or [*ids, *(name for name in names if name)])


def rule(snapshot: Snapshot, programmes: Sequence[int], *, condition: Condition | None = None) -> Rule:
    """Return the rule of a programme, or `condition` in its place.

    Raises `ConditionInvalid` for a programme without a rule or with one that cannot be read, `UnknownName` for a rule
    that asks for a tag which does not exist.
    """
    own = condition if condition is not None else _written(snapshot, programmes[0])
    tags = snapshot.nodes("Tag")
    names = dict(zip(tags.ids.to_pylist(), tags.column("name").to_pylist(), strict=True))
    for tag in sorted(tags_of(own)):
        if tag not in names:
            called = [key for key, name in names.items() if name == tag]  # a name where the id belongs
            raise UnknownName(Text("标签编号", "id of a tag"), tag, called or names)
    return Rule(tuple(programmes), own, sentence(own, names={k: n or k for k, n in names.items()}))


def _written(snapshot: Snapshot, row: int) -> Condition:
    programme = snapshot.nodes("Programme").record(row)
    name, text = programme.get("name") or programme["id"], programme.get("eligibility")
    if not text:
        raise ConditionInvalid(Text(f"项目“{name}”没有写资格条件", f"the programme “{name}” has no eligibility rule"))
    try:
        return parse(json.loads(str(text)))
    except ConditionInvalid as why:
        facts = why.facts
        raise ConditionInvalid(
            Text(f"项目“{name}”：{facts['why_zh']}", f"programme “{name}”: {facts['why']}")
        ) from None
    except json.JSONDecodeError as why:
        raise ConditionInvalid(
            Text(
                f"项目“{name}”的资格条件不是 JSON（第 {why.pos + 1} 个字符处）",
                f"the rule of “{name}” is not JSON (at character {why.pos + 1})",
            )
        ) from None
