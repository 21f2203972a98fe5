"""How two nodes are linked: the most telling paths over what the viewer may see, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.structure import asked_of, both, network_of, number_of, question, shown
from graph.model.errors import ArgumentInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.structure.explanations import Explanation
    from similarity.structure.network import Network

UNLINKED = Text("在可见范围内两者没有联系", "Nothing that may be seen links the two")
CROWDED = Text(
    "它们只通过许多对象共有的东西相连（{name}，{links} 个），说明不了什么",
    "They are linked only through what many share ({name}, {links} of them): that says little",
)


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Explain a link; parameters: `from`, `to`, `top`, `types`, `sensitive_tags`, `as_of`, `areas`."""
    from similarity.structure.explanations import explain

    case = desk.case("link", parameters, snapshot=snapshot)
    network = network_of(case)
    start, goal = (number_of(network, parameters[name]) for name in ("from", "to"))
    if start == goal:
        raise ArgumentInvalid("TO", parameters["to"], Text("与起点是同一个", "it is the same node as FROM"))
    found = explain(network, start, goal=goal, most=parameters["top"])
    body = question(case) | {
        "from": shown(network.seen, asked_of(case), node=network.node(start)),
        "to": shown(network.seen, asked_of(case), node=network.node(goal)),
        "paths": [_path(case, network, one, rank=rank) for rank, one in enumerate(found, 1)],
        "note": _note(network, found),
    }
    return case.answer(body, found)


def _path(case: Case, network: Network, one: Explanation, *, rank: int) -> dict[str, Any]:
    asked = asked_of(case)
    nodes = [shown(network.seen, asked, node=network.node(number)) for number in one.numbers]
    return {
        "rank": rank,
        "bits": one.bits,
        "text": both(one.text),
        "nodes": [node | {"links": links} for node, links in zip(nodes, one.links, strict=True)],
        "steps": [relations(network, step.links, before=step.before) for step in one.steps],
    }


def relations(network: Network, links: Any, *, before: int) -> list[dict[str, Any]]:
    """Return the relationships of a step as JSON; `forward` says that they leave the node `before`."""
    from similarity.structure.explanations import facts

    return [{"type": link.relationship.type, "forward": link.start == before, **facts(network, link)} for link in links]


def _note(network: Network, found: list[Explanation]) -> dict[str, str] | None:
    if not found:
        return both(UNLINKED)
    if not all(one.crowded for one in found):
        return None
    links, number = max(zip(found[0].links[1:-1], found[0].numbers[1:-1], strict=True))
    return both(CROWDED.fill(name=network.seen.title(network.node(number)), links=links))
