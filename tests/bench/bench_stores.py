"""Both engines at full size: 83,000 people with every property known, 1,000,000 tags held, 330,000 other relationships.

python -m tests.bench.bench_stores          (Neo4j at LINLI_TEST_NEO4J, whose content is erased; else not run)
"""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import Batch, Records, difference
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Property
from graph.snapshot.columns import Snapshot, parts
from graph.snapshot.parts import encode
from graph.stores.embedded import EmbeddedStore
from graph.stores.generations import Generations, next_generation
from graph.stores.neo4j import Bolt, Neo4jStore
from graph.stores.store import Limits, Projection
from tests.bench.figures import HEAD, Figure, machine, stopwatch
from tests.contract.conftest import ERASE

NODES = {
    **{"Area": 21, "Estate": 100, "Building": 900, "Unit": 1_800, "Dwelling": 34_000, "Household": 33_000},
    **{"Resident": 83_000, "Tag": 240, "TagGroup": 12, "Volunteer": 3_000, "Skill": 60, "Venue": 160, "Need": 420},
}
EDGES = {
    **{"Unit-IN-Building": 1_800, "Dwelling-IN-Unit": 34_000, "Household-LIVES_IN-Dwelling": 33_000},
    **{"Resident-LIVES_IN-Dwelling": 83_000, "Resident-REGISTERED_AT-Dwelling": 83_000},
    **{"Resident-MEMBER_OF-Household": 83_000, "Resident-HAS_TAG-Tag": 1_026_000, "Tag-IN_GROUP-TagGroup": 240},
    **{"Volunteer-HAS_SKILL-Skill": 6_000, "Volunteer-IS-Resident": 3_000, "Venue-IN-Area": 160},
}
QUESTION = (
    "MATCH (r:Resident)-[:HAS_TAG]->(t:Tag) WHERE r.area IN $areas "
    "RETURN t.id AS tag, count(r) AS people ORDER BY people DESC, tag"
)
EVERYTHING = Projection()


def full_records(seed: int = 1) -> Records:
    """Return records in which every property of the schema is known; the same seed gives the same records."""
    rng = np.random.default_rng(seed)
    nodes = {label: _nodes(label, count, rng) for label, count in NODES.items()}
    return Records.of(nodes, {name: _edges(name, count, rng) for name, count in EDGES.items()})


def _nodes(label: str, count: int, rng: np.random.Generator) -> pa.Table:
    properties = SCHEMA.label[label].properties
    return pa.table(
        {p.name: _ids(label, np.arange(count)) if p.name == "id" else _values(p, count, rng) for p in properties}
    )


def _edges(name: str, count: int, rng: np.random.Generator) -> pa.Table:
    relationship = SCHEMA.relationship[name]
    width = NODES[relationship.end]
    pairs = np.unique(rng.integers(0, NODES[relationship.start] * width, count))
    ends = {"start": _ids(relationship.start, pairs // width), "end": _ids(relationship.end, pairs % width)}
    return pa.table(ends | {p.name: _values(p, len(pairs), rng) for p in relationship.properties})


def _ids(label: str, rows: np.ndarray) -> pa.Array:
    return pa.array([f"{label.lower()}{row:06d}" for row in rows.tolist()])


def _values(property: Property, count: int, rng: np.random.Generator) -> pa.Array:
    match property.kind:
        case Kind.CODE:
            return pa.array(rng.integers(0, 20, count).astype(str))
        case Kind.INTEGER:
            return pa.array(rng.integers(0, 1_000, count))
        case Kind.NUMBER:
            return pa.array(rng.random(count))
        case Kind.BOOLEAN:
            return pa.array(rng.random(count) < 0.5)
        case Kind.DATE:
            return pa.array(rng.integers(-10_000, 20_000, count).astype(np.int32)).view(pa.date32())
        case Kind.TEXTS:
            return pa.array([["周一上午", "周三下午"]] * count)
        case _:
            return pa.array([f"{property.title.zh}{i}" for i in rng.integers(0, 1_000_000, count).tolist()])


def _changed(records: Records, count: int) -> Records:
    """Return the records with `count` residents renamed."""
    people = records.nodes["Resident"]
    names = pc.if_else(pa.array(np.arange(len(people)) < count), "改名", people["name"])
    at = people.schema.get_field_index("name")
    return Records.of({**records.nodes, "Resident": people.set_column(at, "name", names)}, records.edges)


def _same(left: Snapshot, right: Snapshot) -> bool:
    return all(encode(left.table(part)).equals(encode(right.table(part))) for part in parts())


def _seconds(work: Callable[[], object]) -> float:
    taken: list[float] = []
    with stopwatch(taken):
        work()
    return taken[0]


def embedded_figures(records: Records, folder: Path) -> list[Figure]:
    """Load, project, change and ask the embedded engine."""
    generations = Generations(folder)
    snapshots: list[Snapshot] = []
    stores: list[EmbeddedStore] = []

    def load(batch: Batch, new: Records) -> None:
        stores.append(next_generation(generations, batch, new=new))

    bulk = _seconds(lambda: load(Batch(records), records))
    project = _seconds(lambda: snapshots.append(stores[0].project(EVERYTHING)))
    commit = _seconds(lambda: (stores[0].close(), generations.commit(stores[0].folder)))
    new = _changed(records, 1_000)
    compare = _seconds(lambda: difference(snapshots[0].records(), records))
    patch = _seconds(lambda: load(difference(records, new), new))
    patched = _same(stores[1].project(EVERYTHING), Snapshot.of(new))
    stores[1].close()
    reader = EmbeddedStore.open(stores[0].folder)
    ask = _seconds(lambda: reader.read(QUESTION, {"areas": ["3"]}, Limits()))
    reader.close()
    equal = _same(snapshots[0], Snapshot.of(records)) and patched
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return [
        Figure(f"embedded: bulk load of {len(records):,} records", bulk, "s", 50),
        Figure("embedded: projection", project, "s", 15),
        Figure("embedded: close and commit", commit, "s"),
        Figure("records against a projection: difference", compare, "s"),
        Figure("embedded: next generation with 1,000 changes", patch, "s"),
        Figure("embedded: one counting question", ask, "s"),
        Figure("embedded: snapshot bytes equal (1 is yes)", float(equal), "", 1, at_most=False),
        Figure("embedded: peak memory of the process", peak, "GB", 4),
    ]


def neo4j_figures(records: Records, address: str) -> list[Figure]:
    """Load, project, change and ask a Neo4j server, whose content is erased first."""
    port = Bolt(address)
    store, snapshots = Neo4jStore(port), []
    for statement in ERASE:
        while port.run(statement, {"rows": 50_000}, write=True, timeout=60).rows[0][0]:
            pass
    load = _seconds(lambda: (store.prepare(), store.write(Batch(records))))
    project = _seconds(lambda: snapshots.append(store.project(EVERYTHING)))
    change = _seconds(lambda: store.write(difference(records, _changed(records, 1_000))))
    ask = _seconds(lambda: store.read(QUESTION, {"areas": ["3"]}, Limits()))
    store.close()
    return [
        Figure(f"Neo4j: load of {len(records):,} records", load, "s", 150),
        Figure("Neo4j: projection", project, "s", 15),
        Figure("Neo4j: 1,000 changes", change, "s"),
        Figure("Neo4j: one counting question", ask, "s"),
        Figure(
            "Neo4j: snapshot bytes equal (1 is yes)",
            float(_same(snapshots[0], Snapshot.of(records))),
            "",
            1,
            at_most=False,
        ),
    ]


def figures() -> list[Figure]:
    """Return the figures of both engines; those of Neo4j only where LINLI_TEST_NEO4J names one."""
    records = full_records()
    with tempfile.TemporaryDirectory() as folder:
        found = embedded_figures(records, Path(folder))
    address = os.environ.get("LINLI_TEST_NEO4J")
    return found + (neo4j_figures(records, address) if address else [])


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
    if "LINLI_TEST_NEO4J" not in os.environ:
        print("\nNOT RUN ON NEO4J: LINLI_TEST_NEO4J names no server")
