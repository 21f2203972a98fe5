"""From a folder of exports to resolved records: everything of a load up to the store.

    prepare(request) → Prepared(records, report, as_of, links, commit)

The caller writes `records` to the store, projects and publishes, and then calls `commit`, which puts the source rows
in force. A load that stops anywhere before leaves the lake as it was.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from graph.model.errors import FileMissing, NothingToLoad
from graph.model.progress import Progress, silent
from graph.model.records import Records

from .lake import Held, Lake
from .mapping import SourceMapping
from .reading import Delivery, read_source
from .report import LoadReport, RowError, SourceReport
from .resolve import Resolution, resolve
from .rows import SUFFIXES
from .source_rows import SourceRows


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What to load: a folder of exports (None: resolve the lake again) by these mappings, into that lake.

    `secret` is the content of the private key file that ID numbers are hashed with; `as_of` is the day for which
    derived values are computed (the latest `as_of` of the mappings by default).
    """

    lake: Path
    secret: bytes
    folder: Path | None = None
    mappings: tuple[SourceMapping, ...] = ()
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A load that is ready: its records, its report, and the step that makes its lake current.

    `links` says for every row of the lake that describes a resident which one, and by which key it was joined.
    `commit` comes last, after the store and the snapshot hold the records; without it the lake stays as it was.
    """

    records: Records
    report: LoadReport
    as_of: dt.date
    links: pa.Table
    commit: Callable[[], None]


def prepare(request: LoadRequest, progress: Progress = silent) -> Prepared:
    """Read, parse, stage, identify and resolve; nothing is written before `Prepared.commit`.

    Raises `FileMissing`, `FileUnreadable`, `SheetMismatch`, `NothingToLoad`, `MappingInvalid`, `UnknownName`, and
    `SnapshotDamaged` for a lake that was altered.
    """
    lake = Lake(request.lake)
    files = wanted_files(request.folder, request.mappings)
    held = lake.held()
    if not any(files.values()) and (request.folder is not None or not held):
        raise NothingToLoad(request.folder or request.lake)
    deliveries, staged, rows = [], [], []
    for mapping in request.mappings:
        if files[mapping.source]:
            delivery = read_source(mapping, files[mapping.source], secret=request.secret, progress=progress)
            ready = lake.stage(delivery)
            deliveries.append(delivery)
            staged.append(ready)
            rows.append(SourceRows(mapping, ready.table))
    fresh = {d.mapping.source for d in deliveries}
    rows += [_from_lake(lake, h, request.mappings) for name, h in held.items() if name not in fresh]
    as_of = request.as_of or max(s.mapping.as_of for s in rows)
    resolution = resolve(rows, secret=request.secret, as_of=as_of, progress=progress)
    report = _report(deliveries, resolution, request, files)
    return Prepared(resolution.records, report, as_of, resolution.links, lambda: lake.commit(staged))


def wanted_files(folder: Path | None, mappings: Sequence[SourceMapping]) -> dict[str, list[tuple[str, Path]]]:
    """Return for each source its files in the folder, (name, path) in name order."""
    if folder is None:
        return {m.source: [] for m in mappings}
    if not folder.is_dir():
        raise FileMissing(folder)
    found: dict[str, list[tuple[str, Path]]] = {}
    for mapping in mappings:
        paths = {p for pattern in mapping.files for p in _glob(folder, pattern)}
        found[mapping.source] = sorted((p.relative_to(folder).as_posix(), p) for p in paths)
    return found


def _glob(folder: Path, pattern: str) -> list[Path]:
    """Match names whatever their Unicode form (macOS writes names decomposed); `~$…` are locks of open workbooks."""
    forms = {unicodedata.normalize(form, pattern) for form in ("NFC", "NFD")}
    return [p for form in forms for p in folder.glob(form) if p.is_file() and not p.name.startswith(("~$", "."))]


def _from_lake(lake: Lake, held: Held, given: Sequence[SourceMapping]) -> SourceRows:
    """Return rows that stay as they are, by the given mapping where it reads the same columns, else by their own."""
    stored = lake.mapping(held)
    newer = next((m for m in given if m.source == held.source and m.columns == stored.columns), None)
    return SourceRows(newer or stored, lake.rows(held))


def _report(
    deliveries: Sequence[Delivery],
    resolution: Resolution,
    request: LoadRequest,
    files: Mapping[str, list[tuple[str, Path]]],
) -> LoadReport:
    records = resolution.records
    used = {name for pairs in files.values() for name, _ in pairs}
    errors = [e for d in deliveries for e in (*d.tally.errors, *_late(d, resolution))]
    return LoadReport(
        sources=tuple(_source(d, _late(d, resolution)) for d in deliveries),
        errors=tuple(errors),
        conflicts=resolution.conflicts,
        unresolved=resolution.unresolved,
        ambiguous=resolution.ambiguous,
        merges=resolution.merges,
        unmapped=tuple(name for name in _loadable(request.folder) if name not in used),
        absent=tuple(m.source for m in request.mappings if not files[m.source]) if request.folder else (),
        nodes={name: len(table) for name, table in records.nodes.items()},
        edges={name: len(table) for name, table in records.edges.items()},
    )


def _late(delivery: Delivery, resolution: Resolution) -> tuple[RowError, ...]:
    """Return the errors that resolution found in rows of this delivery (not in older rows of the same source)."""
    found = resolution.errors.get(delivery.mapping.source, ())
    if delivery.mapping.delivery == "full" or not found:
        return found
    places = delivery.rows.select(["_file", "_sheet", "_row"]).to_pylist()
    here = {(p["_file"], p["_sheet"], p["_row"]) for p in places}
    return tuple(e for e in found if (e.file, e.sheet, e.row) in here)


def _source(delivery: Delivery, late: tuple[RowError, ...]) -> SourceReport:
    tally = delivery.tally
    rejects = tally.rejects + Counter(e.code for e in late)
    return SourceReport(
        source=delivery.mapping.source,
        title=delivery.mapping.title,
        files=delivery.files,
        read=tally.read,
        accepted=len(delivery.rows) - len(late),
        rejected=rejects.total(),
        duplicates=delivery.duplicates,
        superseded=delivery.superseded,
        left_out=tally.left_out,
        passed_over=tally.passed_over,
        rejects=dict(rejects),
    )


def _loadable(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    paths = (
        p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", "."))
    )
    return [p.relative_to(folder).as_posix() for p in paths]
