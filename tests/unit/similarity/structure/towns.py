"""Towns drawn at random: residents of two committees, tags, homes, activities; small enough for an oracle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import networkx as nx
import pyarrow as pa
from hypothesis import strategies as st

from graph.model.records import Records, edge_schema, node_schema
from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot
from similarity.structure.network import Network, relationship_names
from similarity.structure.seen import Seen

DAY = dt.date(2021, 11, 1)
EAST, WEST = "900000000001", "900000000002"
Rows = list[dict[str, Any]]
LINKS = ("Resident-HAS_TAG-Tag", "Resident-LIVES_IN-Dwelling", "Resident-TOOK_PART_IN-Activity")


def snapshot(nodes: dict[str, Rows], edges: dict[str, Rows]) -> Snapshot:
    """Bring rows into columns."""
    return Snapshot.of(
        Records.of(
            {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()},
            {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()},
        )
    )


def people(count: int, *, area: str, prefix: str) -> Rows:
    """Residents of one committee."""
    return [{"id": f"{prefix}{n}", "area": area, "name": f"名{prefix}{n}"} for n in range(count)]


def seen(shot: Snapshot, areas: tuple[str, ...] | None = None, *, sensitive_tags: bool = False) -> Seen:
    """What somebody in those committees sees."""
    return Seen(shot, areas, DAY, sensitive_tags)


def network(shot: Snapshot, areas: tuple[str, ...] | None = None) -> Network:
    """The network of all relationship types."""
    return Network(seen(shot, areas), relationship_names(None))


@st.composite
def towns(draw: st.DrawFn) -> Snapshot:
    """Up to 9 residents in two committees, 4 tags, 4 dwellings and 3 activities, linked at random."""
    nodes = {
        "Resident": people(draw(st.integers(2, 5)), area=EAST, prefix="e") + people(4, area=WEST, prefix="w"),
        "Tag": [{"id": f"t{n}", "name": f"标{n}", "sensitivity": "personal"} for n in range(4)],
        "Dwelling": [{"id": f"d{n}", "area": (EAST, WEST)[n % 2], "address": f"房{n}"} for n in range(4)],
        "Activity": [{"id": f"a{n}", "area": (EAST, WEST)[n % 2], "name": f"活{n}"} for n in range(3)],
    }
    edges: dict[str, Rows] = {}
    for name in LINKS:
        relationship = SCHEMA.relationship[name]
        starts, ends = ([row["id"] for row in nodes[x]] for x in (relationship.start, relationship.end))
        pairs = draw(st.sets(st.tuples(st.sampled_from(starts), st.sampled_from(ends)), max_size=14))
        edges[name] = [{"start": start, "end": end, **_more(name)} for start, end in sorted(pairs)]
    return snapshot(nodes, edges)


def _more(name: str) -> dict[str, Any]:
    return {"at": DAY} if name.endswith("Activity") else {"since": dt.date(2020, 1, 1)}


def oracle(net: Network) -> nx.Graph[int]:
    """The same network in networkx, from its matrix."""
    return nx.from_scipy_sparse_array(net.matrix)
