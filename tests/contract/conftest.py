"""The engines that one body of contract tests runs on: memory, the embedded engine, a real Neo4j.

Neo4j is found by the address in LINLI_TEST_NEO4J (its content is erased!), else started by `neo4j-server/neo4j.sh`
where Java and Maven are present; else its tests are skipped with a reason that the summary shows.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.stores.embedded import EmbeddedStore
from graph.stores.memory import MemoryStore
from graph.stores.neo4j import Bolt, Neo4jStore
from graph.stores.store import Store

SCRIPT = Path(__file__).parents[2] / "neo4j-server" / "neo4j.sh"
ERASE = (
    "MATCH ()-[r]->() WITH r LIMIT $rows DELETE r RETURN count(*) AS erased",
    "MATCH (n) WITH n LIMIT $rows DELETE n RETURN count(*) AS erased",
)
NEO4J = pytest.param("neo4j", marks=pytest.mark.neo4j)


@pytest.fixture(scope="session")
def neo4j_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Neo4j server that tests may erase."""
    given = os.environ.get("LINLI_TEST_NEO4J")
    if given:
        yield given
        return
    lacking = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if lacking:
        pytest.skip(f"NOT RUN ON NEO4J: no LINLI_TEST_NEO4J, and {' and '.join(lacking)} missing to start one")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    chosen = {"NEO4J_DIR": str(tmp_path_factory.mktemp("neo4j")), "NEO4J_PORT": port}
    settings = {**os.environ, **chosen}
    started = subprocess.run([SCRIPT, "start"], env=settings, capture_output=True, text=True, check=False)
    try:
        assert started.returncode == 0, started.stderr
        yield started.stdout.strip()
    finally:
        subprocess.run([SCRIPT, "stop"], env=settings, check=True)


@pytest.fixture(scope="session")
def neo4j_port(neo4j_address: str) -> Iterator[Bolt]:
    """The port to that server."""
    port = Bolt(neo4j_address)
    yield port
    port.close()


def _opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "embedded":
        return EmbeddedStore.create(tmp_path_factory.mktemp("embedded") / "000001")
    port: Bolt = request.getfixturevalue("neo4j_port")
    for statement in ERASE:
        while port.run(statement, {"rows": 50_000}, write=True, timeout=60).rows[0][0]:
            pass
    return Neo4jStore(port)


@pytest.fixture(scope="module", params=["memory", "embedded", NEO4J])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A prepared store on each engine; one for a whole file of tests, which bring it to what they need."""
    opened = _opened(request, tmp_path_factory)
    opened.prepare()
    yield opened
    if request.param == "embedded":
        opened.close()


@pytest.fixture(scope="module", params=["embedded", NEO4J])
def cypher_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The same, on the engines that speak Cypher."""
    opened = _opened(request, tmp_path_factory)
    opened.prepare()
    yield opened
    if request.param == "embedded":
        opened.close()
