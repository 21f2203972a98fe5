from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parents[3] / "lint"


@pytest.fixture(scope="module")
def lint() -> ModuleType:
    """The lint script, which is no package."""
    found = importlib.util.spec_from_file_location("lint_queries", HERE / "queries.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if program is None or not (HERE / "node_modules").exists():
        pytest.skip("NOT RUN: the linter of Cypher 5 needs Node and `make check`, which installs it")
    return program


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n:Resident) RETRN n.id AS id",
        "MATCH (n:Resident) RETURN m.id AS id",
        "MATCH (n:Residant) RETURN n.id AS id",
        "MATCH (n:Resident)-[:LIVS_IN]->(d:Dwelling) RETURN n.id AS id",
        "MATCH (n:Resident) RETURN n.birthday AS day",
        "MATCH (n:Resident) WHERE n.id = $missing RETURN n.id AS id",
    ],
)
def test_a_wrong_statement_is_found(lint: ModuleType, node: str, text: str) -> None:
    faults = lint.lint(node, {"wrong": {"text": text, "parameters": {}}})
    assert {fault["name"] for fault in faults} == {"wrong"}


def test_a_right_statement_passes(lint: ModuleType, node: str) -> None:
    text = "MATCH (n:Resident) WHERE n.id = $id RETURN n.birth_date.year AS year"
    assert lint.lint(node, {"right": {"text": text, "parameters": {"id": "a"}}}) == []


def test_the_lock_file_names_no_host() -> None:
    assert "://" not in (HERE / "package-lock.json").read_text(encoding="utf-8")
