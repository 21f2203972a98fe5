"""A drawn network as GraphML, the format that Gephi, yEd and networkx read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def graphml(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> str:
    """Return nodes (`key`, values, `facts`) and edges (`start`, `end`, `type`, `facts`) as a GraphML document.

    Lists become texts joined by "、"; the order of nodes and edges is kept, so equal networks are equal bytes.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in nodes:
        graph.add_node(node["key"], **_flat(node, without=("key",)))
    for edge in edges:
        graph.add_edge(edge["start"], edge["end"], **_flat(edge, without=("start", "end")))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(nx.generate_graphml(graph)) + "\n"


def _flat(values: Mapping[str, Any], *, without: tuple[str, ...]) -> dict[str, Any]:
    """Return plain values by name, those of `facts` beside the others."""
    own = {name: value for name, value in values.items() if name not in (*without, "facts")}
    return {name: _plain(value) for name, value in {**values.get("facts", {}), **own}.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return value if isinstance(value, str | int | float | bool) else str(value)
