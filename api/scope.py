"""The committees that a viewer names: a slip in a code must not look like a committee without anybody."""

from __future__ import annotations

from api.answers import Case
from graph.model.errors import UnknownName
from graph.model.text import Text


def check_scope(case: Case) -> None:
    """Refuse a code that is no committee's (also one of a sub-district); raises `UnknownName` with the nearest."""
    areas = case.snapshot.nodes("Area")
    levels = zip(areas.ids.to_pylist(), areas.column("level").to_pylist(), strict=True)
    known = [code for code, level in levels if level in (None, "committee")]
    for area in case.viewer.areas or ():
        if area not in known:
            raise UnknownName(Text("居委代码", "committee"), area, known)
