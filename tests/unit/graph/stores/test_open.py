"""Addresses, the store in memory, and the shared time limit."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from graph.model.errors import QueryInvalid, SettingInvalid, StoreEmpty
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
    limit, seen = SharedLimit(), []

    def other() -> None:
        with limit.of(2.0) as fresh:
            seen.append(fresh)

    with limit.of(1.0) as first:
        assert first
        with limit.of(1.0) as second:
            assert not second
            waiting = threading.Thread(target=other)
            waiting.start()
            waiting.join(0.2)
            assert seen == []
    waiting.join(5)
    assert seen == [True]
    with limit.of(2.0) as fresh:
        assert not fresh
