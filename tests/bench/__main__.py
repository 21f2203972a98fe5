"""`make bench`: every figure with its bar and the facts of the machine, as a Markdown table on standard output.

`python -m tests.bench similarity` runs one of the files; without the open data or a Neo4j the lines that need them
are left out, and the end says so.
"""

from __future__ import annotations

import importlib
import os
import sys

from tests.bench.figures import HEAD, Figure, machine

FILES = (
    "load",
    "stores",
    "search",
    "similarity",
    "neighbours",
    "backtest",
    "readiness",
    "matching",
    "siting",
    "bundle",
    "recommend",
    "gap",
    "turnout",
    "similar",
    "portraits",
    "structure",
)
NEEDED = {"LINLI_OPEN_DATA": "real buildings", "LINLI_TEST_NEO4J": "Neo4j", "LINLI_TEST_GDS": "Neo4j with GDS"}


def main(chosen: list[str]) -> int:
    """Run the benchmarks that were chosen (all by default); 1 when a bar is missed."""
    print(f"{machine()}\n\n{HEAD}", flush=True)
    missed: list[Figure] = []
    for name in chosen or FILES:
        for figure in importlib.import_module(f"tests.bench.bench_{name}").figures():
            print(figure.line(), flush=True)
            missed += [figure] if figure.met is False else []
    absent = [f"{what} ({name} is not set)" for name, what in NEEDED.items() if not os.environ.get(name)]
    print(f"\nnot run: {', '.join(absent) or 'nothing'}; bars missed: {len(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
