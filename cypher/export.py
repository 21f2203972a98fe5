"""A table as CSV for a spreadsheet or as JSON for a program."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

from graph.stores.store import Table, Value

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run as a formula by a spreadsheet."""


def to_csv(table: Table) -> str:
    """Return the table as CSV (RFC 4180, UTF-8 text), texts that look like formulas neutralised by an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_cell(name) for name in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def to_json(table: Table) -> str:
    """Return `{"columns": […], "rows": [[…], …], "truncated": …}`, dates as ISO texts."""
    rows = [[_plain(value) for value in row] for row in table.rows]
    data = {"columns": list(table.columns), "rows": rows, "truncated": table.truncated}
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _cell(value: Value) -> str | int | float:
    """Return a cell: numbers as they are, lists with `; ` between their parts, null as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = _written(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _written(value: Value) -> str:
    plain = _plain(value)
    if isinstance(plain, list):
        return "; ".join(part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in plain)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Value) -> object:
    """Return a value that JSON can hold: dates as ISO texts, NaN and infinities as null."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
