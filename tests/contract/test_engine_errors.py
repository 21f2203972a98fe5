"""Every error that an engine can raise has a meaning here: the engines' own class lists are walked."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from graph.model.errors import QueryTimeout, StoreBusy, StoreDown, StoreFailed, StoreNewer
from graph.stores import statements
from graph.stores.embedded import MEANINGS, EmbeddedStore, meaning, translated
from graph.stores.neo4j import SCHEMA_ID, Bolt, Neo4jStore
from graph.stores.open import marked_load, unfinished_load
from graph.stores.store import Limits, Store

DAY = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> None:
    EmbeddedStore.create(tmp_path_factory.mktemp("engine") / "000001").close()


@pytest.mark.usefixtures("engine")
def test_every_class_of_the_embedded_engine_has_a_meaning() -> None:
    import jpype
    from arcadedb_embedded.jvm import get_jar_path

    (jar,) = Path(get_jar_path()).glob("arcadedb-engine-*.jar")
    names = [
        n for n in zipfile.ZipFile(jar).namelist() if n.startswith("com/arcadedb/") and n.endswith("Exception.class")
    ]
    kinds = [jpype.JClass(name.removesuffix(".class").replace("/", ".")) for name in names]
    assert len(kinds) > 40
    for kind in kinds:
        bases = {base.__name__.rpartition(".")[2] for base in kind.__mro__}
        assert bases & set(MEANINGS) or kind.__name__.endswith(".ArcadeDBException"), kind


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("com.arcadedb.exception.PartialResultTimeoutException", "late"),
        ("com.arcadedb.exception.CommandSQLParsingException", "invalid"),
        ("com.arcadedb.exception.HeapLimitExceededException", "invalid"),
        ("com.arcadedb.exception.ConcurrentModificationException", "busy"),
        ("com.arcadedb.exception.LockTimeoutException", "busy"),
        ("com.arcadedb.utility.LockException", "locked"),
        ("com.arcadedb.exception.PageSnapshotException", "failed"),
        ("java.lang.SecurityException", "refused"),
        ("java.lang.NullPointerException", "failed"),
    ],
)
def test_the_nearest_base_decides(name: str, wanted: str) -> None:
    import jpype

    assert meaning(jpype.JClass(name)) == wanted


@pytest.mark.usefixtures("engine")
def test_the_cause_speaks_when_the_wrapper_has_nothing_to_say(tmp_path: Path) -> None:
    import jpype

    late = jpype.JClass("com.arcadedb.exception.TimeoutException")("too long\nat a\nat b")
    wrapped = jpype.JClass("java.lang.RuntimeException")("outer", late)
    assert isinstance(translated(wrapped, tmp_path, 2.0), QueryTimeout)
    assert translated(jpype.JClass("java.lang.RuntimeException")("one\ntwo"), tmp_path, 2.0).facts == {"why": "one"}
    assert isinstance(translated(RuntimeError("plain"), tmp_path, 2.0), StoreFailed)
    again = jpype.JClass("com.arcadedb.exception.NeedRetryException")("again")
    assert isinstance(translated(again, tmp_path, 2.0), StoreBusy)


def test_a_server_that_is_not_there_is_down() -> None:
    store = Neo4jStore(Bolt("bolt://127.0.0.1:9", user="neo4j", password="not a secret"))  # noqa: S106
    with pytest.raises(StoreDown) as found:
        store.read("RETURN 1 AS x", {}, Limits())
    assert found.value.facts["address"] == "bolt://127.0.0.1:9"
    store.close()


@pytest.fixture
def neo4j_store(neo4j_port: Bolt) -> Store:
    neo4j_port.run("MATCH (n:Linli|LoadRun) DELETE n", {}, write=True, timeout=10)
    return Neo4jStore(neo4j_port)


@pytest.mark.neo4j
def test_a_torn_load_is_told_until_a_whole_one_has_passed(neo4j_store: Store) -> None:
    assert unfinished_load(neo4j_store) is None
    with pytest.raises(KeyboardInterrupt), marked_load(neo4j_store, run="torn", at=DAY):
        raise KeyboardInterrupt
    assert unfinished_load(neo4j_store) == ("torn", DAY)
    with marked_load(neo4j_store, run="whole", at=DAY):
        assert unfinished_load(neo4j_store) == ("torn", DAY)
    assert unfinished_load(neo4j_store) is None


@pytest.mark.neo4j
def test_a_newer_server_is_refused_and_an_older_one_is_brought_up(neo4j_store: Store, neo4j_port: Bolt) -> None:
    for version, refused in ((0, False), (99, True)):
        neo4j_port.run(statements.VERSION, {"id": SCHEMA_ID, "version": version}, write=True, timeout=10)
        if refused:
            with pytest.raises(StoreNewer):
                neo4j_store.prepare()
        else:
            neo4j_store.prepare()
            found = neo4j_port.run(statements.FOUND_VERSION, {"id": SCHEMA_ID}, write=False, timeout=10)
            assert found.rows[0][0] > version
    neo4j_port.run("MATCH (n:Linli) DELETE n", {}, write=True, timeout=10)
