"""A snapshot in the shapes that analysts know: pandas frames, a networkx graph, a GraphML file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model.relationships import SCHEMA
from graph.model.schema import Sensitivity
from graph.snapshot.columns import Snapshot

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

HELD_BACK = frozenset({Sensitivity.SENSITIVE})
"""What `graph` and `write_graphml` leave out unless asked: such a file is easily passed on."""


def nodes_frame(snapshot: Snapshot, label: str) -> pd.DataFrame:
    """Return the nodes of a label, one row each, indexed by id; codes become categories."""
    return snapshot.nodes(label).table.to_pandas(date_as_object=True).set_index("id")


def edges_frame(snapshot: Snapshot, relationship: str) -> pd.DataFrame:
    """Return the relationships with that full name: the ids `start` and `end`, and their properties."""
    return snapshot.edge_rows(relationship).to_pandas(date_as_object=True)


def graph(
    snapshot: Snapshot,
    *,
    labels: Iterable[str] = tuple(SCHEMA.label),
    held_back: frozenset[Sensitivity] = HELD_BACK,
) -> nx.MultiDiGraph[tuple[str, str]]:
    """Return the nodes of `labels` and the relationships between them as a networkx graph.

    A node is the pair (label, id); its attributes are its known properties but those whose sensitivity is in
    `held_back`. An edge carries its relationship `type`.
    """
    import networkx as nx

    chosen = [name for name in SCHEMA.label if name in set(labels)]
    built: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph(snapshot=snapshot.digest)
    for label in chosen:
        shown = [p.name for p in SCHEMA.label[label].properties if p.sensitivity not in held_back]
        for row in snapshot.nodes(label).table.select(shown).to_pylist():
            built.add_node((label, row["id"]), label=label, **_known(row))
    for name, relationship in SCHEMA.relationship.items():
        if relationship.start in chosen and relationship.end in chosen:
            for row in snapshot.edge_rows(name).to_pylist():
                start, end = (relationship.start, row.pop("start")), (relationship.end, row.pop("end"))
                built.add_edges_from([(start, end, {"type": relationship.type, **_known(row)})])
    return built


def write_graphml(snapshot: Snapshot, path: Path, *, labels: Iterable[str] = tuple(SCHEMA.label)) -> None:
    """Write the graph of `labels` as GraphML; nodes are named `Label/id`, dates and lists become texts."""
    import networkx as nx

    plain = graph(snapshot, labels=labels)
    for _, attributes in plain.nodes(data=True):
        _flatten(attributes)
    for *_, attributes in plain.edges(data=True):
        _flatten(attributes)
    named = nx.relabel_nodes(plain, {node: f"{node[0]}/{node[1]}" for node in plain})
    nx.write_graphml_xml(named, path)


def _known(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}


def _flatten(attributes: dict[str, object]) -> None:
    for name, value in attributes.items():
        if isinstance(value, list):
            attributes[name] = "、".join(map(str, value))
        elif not isinstance(value, (str, int, float, bool)):
            attributes[name] = str(value)
