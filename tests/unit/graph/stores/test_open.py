"""Addresses, the store in memory, and the shared time limit."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from graph.model.errors import QueryInvalid, SettingInvalid, StoreEmpty, StoreFailed, StoreUnsupported
from graph.stores.embedded import VERSION_FILE, EmbeddedStore
from graph.stores.jvm import SharedLimit
from graph.stores.memory import MemoryStore
from graph.stores.neo4j import Neo4jStore
from graph.stores.open import open_store
from graph.stores.store import Limits, Table


@pytest.mark.parametrize("address", ["", "here", "http://here:7474", "bolt:/here", "bolt://", "embedded2", "://x"])
def test_an_impossible_address_is_a_wrong_setting(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingInvalid) as found:
        open_store(address, home=tmp_path)
    assert found.value.facts["value"] == address


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreEmpty) as found:
        open_store(home=tmp_path)
    assert "linli load" in found.value.hint.en


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+ssc", "neo4j+s"])
def test_a_server_is_opened_without_being_called(tmp_path: Path, scheme: str) -> None:
    store = open_store(f"{scheme}://127.0.0.1:9", user="u", password="p", home=tmp_path)  # noqa: S106
    assert isinstance(store, Neo4jStore)
    store.close()


def test_importing_the_stores_loads_no_engine() -> None:
    code = (
        "import sys, graph.stores.open, graph.stores.embedded, graph.stores.generations, graph.stores.memory;"
        "sys.exit(any(m in sys.modules for m in ('neo4j', 'jpype', 'arcadedb_embedded', 'pandas')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_store_in_memory_answers_what_it_was_given() -> None:
    answer = Table(("x",), ((1,), (2,), (3,)))
    store = MemoryStore(answers={"RETURN": answer})
    assert store.read("RETURN", {"a": 1}, Limits(rows=2)) == Table(("x",), ((1,), (2,)), truncated=True)
    assert store.read("RETURN", {}, Limits(rows=3)) == answer
    with pytest.raises(QueryInvalid):
        store.read("MATCH (n) RETURN n", {}, Limits())
    assert store.asked == [("RETURN", {"a": 1}), ("RETURN", {}), ("MATCH (n) RETURN n", {})]
    store.close()


def test_a_table_becomes_a_data_frame() -> None:
    frame = Table(("a", "b"), ((1, None), (2, "x"))).to_pandas()
    assert list(frame.columns) == ["a", "b"]
    assert frame["a"].tolist() == [1, 2]


def test_equal_limits_run_together_and_others_wait() -> None:
    applied: list[float] = []
    limit = SharedLimit(applied.append)

    def other() -> None:
        with limit.of(2.0):
            pass

    with limit.of(1.0):
        with limit.of(1.0):
            waiting = threading.Thread(target=other)
            waiting.start()
            waiting.join(0.2)
            assert applied == [1.0]
        waiting.join(0.2)
        assert applied == [1.0]
    waiting.join(5)
    with limit.of(2.0):
        assert applied == [1.0, 2.0]


def test_a_machine_without_the_engine_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arcadedb_embedded", None)
    with pytest.raises(StoreUnsupported) as found:
        EmbeddedStore.create(tmp_path / "000001")
    assert "glibc" in found.value.text.en
    assert "bolt://" in found.value.hint.en


@pytest.mark.parametrize("content", [None, "{", "{}", '{"schema": "?"}'])
def test_a_folder_that_is_no_store_is_not_opened(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / VERSION_FILE).write_text(content)
    with pytest.raises(StoreFailed, match="not a whole store"):
        EmbeddedStore.open(tmp_path)
