"""The surroundings of one node: what lies within some hops of it, with the relationships, ready to be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.structure import asked_of, network_of, number_of, question, shown
from graph.model.errors import ArgumentInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.structure.ego import Ego
    from similarity.structure.network import Link, Network


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Return an ego network; parameters: `node`, `hops`, `most`, `types`, `sensitive_tags`, `as_of`, `areas`."""
    from similarity.structure.ego import MOST_HOPS, ego

    if not 1 <= parameters["hops"] <= MOST_HOPS:
        why = Text(f"应为 1 到 {MOST_HOPS}", f"it must lie between 1 and {MOST_HOPS}")
        raise ArgumentInvalid("--hops", str(parameters["hops"]), why)
    if parameters["most"] < 1:
        raise ArgumentInvalid("--most", str(parameters["most"]), Text("至少为 1", "it must be at least 1"))
    case = desk.case("ego", parameters, snapshot=snapshot)
    network = network_of(case)
    found = ego(network, number_of(network, parameters["node"]), hops=parameters["hops"], most=parameters["most"])
    body = question(case) | {
        "hops": parameters["hops"],
        "nodes": _nodes(case, network, found),
        "edges": [_edge(network, link) for link in found.links],
        "totals": list(found.totals),
        "truncated": found.truncated,
    }
    return case.answer(body, found)


def _nodes(case: Case, network: Network, found: Ego) -> list[dict[str, Any]]:
    asked = asked_of(case)
    nodes = [shown(network.seen, asked, node=network.node(number)) for number in found.numbers]
    return [
        {"key": _key(network, n), **node, "hop": h} for n, node, h in zip(found.numbers, nodes, found.hops, strict=True)
    ]


def _key(network: Network, number: int) -> str:
    node = network.node(number)
    return f"{node.label}/{network.seen.id_of(node)}"


def _edge(network: Network, link: Link) -> dict[str, Any]:
    from similarity.structure.explanations import facts

    ends = {"start": _key(network, link.start), "end": _key(network, link.end)}
    return {**ends, "type": link.relationship.type, "facts": facts(network, link)}
