"""What questions about structure share: what is seen, the network, and how a node is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Case, Parameters
from graph.model.text import Text

if TYPE_CHECKING:
    from search.scope import Asked
    from similarity.structure.network import Network
    from similarity.structure.seen import Node, Seen

SEARCHED = (
    "Resident",
    "Need",
    "Venue",
    "Volunteer",
    "Organisation",
    "ServicePoint",
    "ServiceItem",
    "Activity",
    "Programme",
)
"""Labels that a search shows: of their nodes it decides what is shown."""


def seen_of(case: Case) -> Seen:
    """Return what the viewer sees; parameter `sensitive_tags` (default: they are not seen)."""
    from similarity.structure.seen import Seen

    return Seen(case.snapshot, case.viewer.areas, case.as_of, bool(case.parameters.get("sensitive_tags")))


def network_of(case: Case) -> Network:
    """Return the network of the relationship types that the parameter `types` names (None: all)."""
    from similarity.structure.network import Network, relationship_names

    return Network(seen_of(case), relationship_names(case.parameters["types"]))


def number_of(network: Network, written: str) -> int:
    """Return the number of the node that is meant; raises `ArgumentInvalid` when no chosen type touches its label."""
    from graph.model.errors import ArgumentInvalid
    from similarity.structure.written import node_written

    node = node_written(network.seen, written)
    number = network.number(node)
    if number is None:
        why = Text(f"所选关系类型不涉及 {node.label}", f"none of the relationship types touches {node.label}")
        raise ArgumentInvalid("--types", written, why)
    return number


def asked_of(case: Case) -> Asked:
    """Return the snapshot as a search reads it."""
    from search.scope import Asked

    return Asked(case.snapshot, case.viewer, case.as_of)


def shown(seen: Seen, asked: Asked, *, node: Node) -> dict[str, Any]:
    """Return a node as JSON; of a person what a search shows, of what no search lists its name and address only."""
    from search.facts import facts

    row = {"label": node.label, "id": seen.id_of(node), "title": seen.title(node)}
    return row | ({"facts": dict(facts(asked, node.label, row=node.row))} if node.label in SEARCHED else {})


def question(case: Case) -> dict[str, Any]:
    """Return how the question was understood, as far as all questions about structure agree."""
    parameters: Parameters = case.parameters
    types = parameters.get("types")
    return {
        "as_of": case.as_of.isoformat(),
        "types": list(types) if types is not None else None,
        "sensitive_tags": bool(parameters.get("sensitive_tags")),
    }


def both(text: Text) -> dict[str, str]:
    """Return a sentence as JSON."""
    return {"zh": text.zh, "en": text.en}
