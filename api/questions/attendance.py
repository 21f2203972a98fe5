"""Predicted, places and actual attendance of past activities, by kind or by committee."""

from __future__ import annotations

import datetime as dt

from api.answers import Answer, Desk, Parameters
from graph.model.errors import OptionInvalid
from graph.model.text import Text

BY = ("kind", "committee")


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Return the table up to and including the day; parameters: `by` (kind or committee), `areas`, `as_of`."""
    from similarity.turnout.attendance import attendance_table
    from similarity.turnout.history import read

    by = parameters.get("by", "kind")
    if by not in BY:
        raise OptionInvalid("--by", str(by), Text("应为 kind 或 committee", "it must be kind or committee"))
    case = desk.case("attendance", parameters, snapshot=snapshot)
    table = attendance_table(read(case.snapshot, case.as_of + dt.timedelta(days=1), areas=case.viewer.areas), by=by)
    said = table.sentence()
    areas = case.snapshot.nodes("Area")
    known = dict(zip(areas.ids.to_pylist(), areas.column("name").to_pylist(), strict=True)) if by == "committee" else {}
    titles = {row.name: known.get(row.name) or row.name for row in table.rows}
    facts = {"as_of": case.as_of.isoformat(), "by": by, "titles": titles}
    body = {**facts, **table.to_json(), "zh": said.zh, "en": said.en}
    return case.answer(body, table)
