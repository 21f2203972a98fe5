"""Why a row answers a slot of a request: masks over the nodes of a label, with the sentence for a row.

A concept is found in the graph (who has the skill, who offers the service, what is of the kind) and, like any word, in
the full text; a skill or service item whose text holds the word counts as that skill or service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from graph.snapshot.columns import Edges, Mask, Snapshot
from graph.snapshot.evaluate import in_force
from search.index import Index
from search.scope import Asked, inside
from search.slots import Concept, Concepts, HeadCount, Place, Question, Slot, Who, Word

RESOURCES = ("Venue", "Volunteer", "Organisation", "ServicePoint", "ServiceItem", "Activity", "Programme")
NEEDS = ("Need",)
MOST_NAMED = 3

_LINKS: tuple[tuple[str, str, Text], ...] = (
    ("Skill", "Volunteer-HAS_SKILL-Skill", Text("会{names}", "knows {names}")),
    ("Skill", "Need-WANTS-Skill", Text("需要技能：{names}", "wants the skill {names}")),
    ("ServiceItem", "Organisation-OFFERS-ServiceItem", Text("提供{names}", "offers {names}")),
    ("ServiceItem", "ServicePoint-OFFERS-ServiceItem", Text("提供{names}", "offers {names}")),
    ("ServiceItem", "Need-WANTS-ServiceItem", Text("需要服务：{names}", "wants the service {names}")),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which rows of a label answer a slot, and the sentence for one of them; `direct` when the graph says so."""

    label: str
    rows: Mask
    says: Callable[[int], Text]
    direct: bool = False


def evidence(asked: Asked, index: Index, *, slot: Slot) -> Iterator[Evidence]:
    """Yield what answers a slot, the most direct first."""
    match slot.meaning:
        case Place():
            for label in (*RESOURCES, *NEEDS):
                rows = inside(asked, label, places=[slot.meaning])
                yield Evidence(label, rows, _always(Text(f"在{slot.meaning.name}", f"in {slot.meaning.name}")))
        case HeadCount(least, _):
            rooms = asked.snapshot.nodes("Venue").numbers("capacity")
            yield Evidence("Venue", np.nan_to_num(rooms, nan=0) >= least, _holds(rooms))
        case Concepts(of):
            for concept in of:
                yield from _concept(asked, concept)
            if any(concept.sort == "label" for concept in of):
                yield from _needs_that_mention(index, slot.text)
                return
            names = {slot.text, *(c.name.lower() for c in of if c.sort in ("tag", "skill", "service"))}
            for word in sorted(names, key=lambda name: (name != slot.text, name)):
                yield from _mentions(asked, index, word=word)
        case Who() | Word():
            yield from _mentions(asked, index, word=slot.text)
        case Question():
            return


def _concept(asked: Asked, concept: Concept) -> Iterator[Evidence]:
    snapshot = asked.snapshot
    nodes = snapshot.nodes(concept.label)
    title = nodes.label.title
    if concept.sort == "label":
        yield Evidence(concept.label, np.ones(len(nodes), bool), _always(title))
    elif concept.sort == "kind":
        says = Text(f"{title.zh}类型：{concept.name}", f"{title.en} of the kind {concept.name}")
        yield Evidence(concept.label, nodes.equals("kind", concept.id), _always(says), direct=True)
    elif concept.sort in ("skill", "service"):
        row = int(nodes.rows([concept.id])[0])
        if row >= 0:
            yield from _linked(asked, concept.label, chosen=np.arange(len(nodes)) == row, direct=True)


def _mentions(asked: Asked, index: Index, *, word: str) -> Iterator[Evidence]:
    hits = index.hits(word) if len(word) > 1 or not word.isascii() else {}
    for label in ("Skill", "ServiceItem"):
        if label in hits:
            yield from _linked(asked, label, chosen=hits[label])
    for label, rows in hits.items():
        if label != "Skill":
            yield Evidence(label, rows, _always(Text(f"文字含“{word}”", f"its text holds “{word}”")))


def _needs_that_mention(index: Index, word: str) -> Iterator[Evidence]:
    """Look up a word for a whole label (场地, 活动) in needs only: among resources the label says more than the text."""
    hits = index.hits(word)
    for label in NEEDS:
        if label in hits:
            yield Evidence(label, hits[label], _always(Text(f"文字含“{word}”", f"its text holds “{word}”")))


def _linked(asked: Asked, label: str, *, chosen: Mask, direct: bool = False) -> Iterator[Evidence]:
    """Yield the chosen skills' or items' own rows, and those that have, offer or want them on the day."""
    snapshot = asked.snapshot
    if label == "ServiceItem":
        yield Evidence(label, chosen, _named(snapshot, label), direct)
    for end, name, text in _LINKS:
        if end == label:
            edges = snapshot.edges(name)
            holds = in_force(edges, asked.as_of) & chosen[edges.indices]
            rows = np.zeros(len(edges.indptr) - 1, bool)
            rows[edges.starts[holds]] = True
            yield Evidence(edges.relationship.start, rows, _ends(snapshot, edges, holds=holds, text=text), direct)


def _always(text: Text) -> Callable[[int], Text]:
    return lambda row: text  # noqa: ARG005 the same for every row


def _holds(rooms: np.ndarray) -> Callable[[int], Text]:
    return lambda row: Text(f"可容纳{int(rooms[row])}人", f"holds {int(rooms[row])} people")


def _named(snapshot: Snapshot, label: str) -> Callable[[int], Text]:
    names = snapshot.nodes(label).column("name")
    return lambda row: Text(f"服务事项“{names[row].as_py()}”", f"service item “{names[row].as_py()}”")


def _ends(snapshot: Snapshot, edges: Edges, *, holds: Mask, text: Text) -> Callable[[int], Text]:
    """Say the names at the end of the edges that hold, by id, the first few."""

    def says(row: int) -> Text:
        span = slice(edges.indptr[row], edges.indptr[row + 1])
        ends = edges.indices[span][holds[span]]
        column = snapshot.nodes(edges.relationship.end).column("name")
        names = [f"“{column[int(end)].as_py()}”" for end in ends[:MOST_NAMED]]
        more = (
            Text(f"等{len(ends)}项", f" and {len(ends) - MOST_NAMED} more") if len(ends) > MOST_NAMED else Text("", "")
        )
        return (
            text.fill(names="、".join(names)) + more
            if more.zh
            else Text(text.zh.format(names="、".join(names)), text.en.format(names=", ".join(names)))
        )

    return says
