"""What a command does not load: the start of a command is paid by whoever waits for its answer."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa

PANDAS = "pandas"


class _Unseen(MetaPathFinder):
    """Finds nothing, and says so before anybody else looks, where pandas is asked for."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == PANDAS:
            raise ModuleNotFoundError(f"{name} is not for commands", name=name)


def without_pandas() -> None:
    """Let pyarrow look for pandas while it cannot be found; it looks once and never again.

    pyarrow imports pandas with the first array that it makes or hands out, to know its objects when it meets them. No
    command has any, and the import takes 0.2 s. For the process of a command alone: tables cannot become frames in it
    (`graph.snapshot.frames` is for programs). Where pandas is there already nothing is done.
    """
    if PANDAS in sys.modules:
        return
    finder = _Unseen()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0]).to_numpy()
    finally:
        sys.meta_path.remove(finder)
