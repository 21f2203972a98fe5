"""What both searches (people; needs and resources) share: the question, distances, and rows made for a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.geo import distance_m
from graph.snapshot.columns import Floats, Ints
from search.evidence import Evidence
from search.facts import facts
from search.found import Reason, Recommendation
from search.request import Request
from search.scope import Asked, centre, positions

MILLIMETRES = 3
"""Digits of a metre that are kept."""


@dataclass(frozen=True, slots=True)
class Search:
    """Who asks what on which day, the evidence of each slot, and longitude and latitude of the place (or None)."""

    asked: Asked
    request: Request
    evidence: tuple[tuple[Evidence, ...], ...]
    middle: tuple[float, float] | None
    limit: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of one label with the number of slots they answer and their metres to the place (NaN where unknown)."""

    label: str
    rows: Ints
    matched: Ints
    metres: Floats


def middle(asked: Asked, request: Request) -> tuple[float, float] | None:
    """Return the middle of the places of a request."""
    places = request.places()
    return centre(asked, places) if places else None


def candidates(search: Search, label: str, *, rows: Ints, matched: Ints) -> Candidates:
    """Measure the distance of rows to the place."""
    if search.middle is None:
        return Candidates(label, rows, matched, np.full(len(rows), np.nan))
    lon, lat = positions(search.asked, label, rows=rows)
    return Candidates(label, rows, matched, np.round(distance_m(lon, lat, *search.middle), MILLIMETRES))


def ranked(
    search: Search, found: list[Candidates], *, reasons: Callable[[str, int], tuple[Reason, ...]]
) -> tuple[Recommendation, ...]:
    """Return the first rows: slots matched (more first), then metres (unknown last), then id, then label."""
    tables = [_table(search, which, found=one) for which, one in enumerate(found)]
    table = pa.concat_tables(tables)
    keys = [("matched", "descending"), ("metres", "ascending"), ("id", "ascending"), ("which", "ascending")]
    first = pc.select_k_unstable(table, k=min(search.limit, len(table)), sort_keys=keys) if len(table) else []
    return tuple(
        _row(search, found[table["which"][i].as_py()], at=table["at"][i].as_py(), rank=rank, reasons=reasons)
        for rank, i in enumerate((j.as_py() for j in first), 1)
    )


def _table(search: Search, which: int, *, found: Candidates) -> pa.Table:
    ids = search.asked.snapshot.nodes(found.label).ids.take(pa.array(found.rows))
    return pa.table(
        {
            "matched": pa.array(found.matched, pa.int32()),
            "metres": pa.array(np.nan_to_num(found.metres, nan=np.inf), pa.float64()),
            "id": ids,
            "which": pa.array(np.full(len(found.rows), which, np.int32)),
            "at": pa.array(np.arange(len(found.rows), dtype=np.int32)),
        }
    )


def _row(
    search: Search, found: Candidates, *, at: int, rank: int, reasons: Callable[[str, int], tuple[Reason, ...]]
) -> Recommendation:
    row = int(found.rows[at])
    nodes = search.asked.snapshot.nodes(found.label)
    lon, lat = positions(search.asked, found.label, rows=np.array([row], np.int32))
    return Recommendation(
        rank=rank,
        id=nodes.id_of(row),
        label=found.label,
        title=str(nodes.column("name")[row].as_py() or ""),
        reasons=reasons(found.label, row),
        lon=_known(lon[0]),
        lat=_known(lat[0]),
        distance_m=_known(found.metres[at]),
        facts=facts(search.asked, found.label, row=row),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
