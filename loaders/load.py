"""From a folder of exports to resolved records: everything of a load up to the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.model.progress import Progress, silent
from graph.model.records import Records

from .mapping import SourceMapping
from .report import LoadReport


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

    `commit` comes last, after the store and the snapshot hold the records; without it the lake stays as it was.
    """

    records: Records
    report: LoadReport
    as_of: dt.date
    commit: Callable[[], None]


def prepare(request: LoadRequest, progress: Progress = silent) -> Prepared:
    """Read, parse, stage, identify and resolve; nothing is in force before `Prepared.commit`.

    Raises `FileMissing`, `FileUnreadable`, `SheetMismatch`, `NothingToLoad`, `MappingInvalid`, `UnknownName`.
    """
    raise NotImplementedError
