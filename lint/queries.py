"""Lints every named question as Cypher 5 with Neo4j's own language support, on Node; skipped aloud without Node.

Exit code 0 when nothing is wrong or Node is missing, 1 with the faults otherwise. Labels, relationship types and
properties that the schema does not know are faults.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from cypher.arguments import ParameterKind  # noqa: E402
from cypher.catalog import Catalog  # noqa: E402
from cypher.question import SCOPE, Query  # noqa: E402
from graph.model.relationships import SCHEMA  # noqa: E402

DATE_PARTS = ("year", "month", "day")
SKIPPED = "QUERIES NOT LINTED AS CYPHER 5: %s"
SAMPLES: Mapping[ParameterKind, object] = {
    ParameterKind.TEXT: "a",
    ParameterKind.TEXTS: ["a"],
    ParameterKind.INTEGER: 1,
    ParameterKind.NUMBER: 1.5,
    ParameterKind.DATE: "2021-11-01",
}
"""What the linter may take the parameters for."""

_log = logging.getLogger("lint.queries")


def known_names() -> dict[str, object]:
    """Return the schema as the linter wants it."""
    owners = (*SCHEMA.labels, *SCHEMA.relationships)
    return {
        "labels": list(SCHEMA.label),
        "relationshipTypes": sorted({r.type for r in SCHEMA.relationships}),
        "propertyKeys": sorted({*DATE_PARTS, *(p.name for owner in owners for p in owner.properties)}),
    }


def parameters(query: Query) -> dict[str, object]:
    """Return a value for each parameter that the question is given when it is asked."""
    values: dict[str, object] = {p.name: SAMPLES[p.kind] for p in query.parameters}
    return {**values, SCOPE: []}


def installed(npm: str) -> bool:
    """Return whether the linter is installed as the lock file says, installing it when it is not there."""
    if (HERE / "node_modules").exists():
        return True
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run(command, cwd=HERE, check=False).returncode == 0  # noqa: S603


def lint(node: str, queries: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the faults of the queries, each with name, line and message."""
    question = json.dumps({"schema": known_names(), "queries": queries})
    done = subprocess.run(  # noqa: S603
        [node, HERE / "queries.mjs"], input=question, capture_output=True, text=True, cwd=HERE, check=True
    )
    return list(json.loads(done.stdout))


def main() -> int:
    """Lint the catalog and say what was found."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _log.warning(SKIPPED, "Node is not installed")
        return 0
    if not installed(npm):
        _log.warning(SKIPPED, "the linter could not be installed (npm ci in lint/)")
        return 0
    queries = {query.name: {"text": query.text, "parameters": parameters(query)} for query in Catalog.load()}
    faults = lint(node, queries)
    for fault in faults:
        _log.error("%(name)s, line %(line)s of the statement: %(message)s", fault)
    _log.info("%d queries linted as Cypher 5, %d faults", len(queries), len(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
