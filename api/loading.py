"""A load from files to the published snapshot.

    read, resolve (loaders) → rule tags → compare with a fresh projection of the store → write → project → stage
    the snapshot and its search index → make lake, store and snapshot current, in this order

Everything before the last step can stop at any moment and leaves the old data in force. The last step is three
renames; the lake goes first, so that whatever a later one misses is made again by the next load. An identical load
finds no difference and writes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.home import Home
from api.settings import Settings
from api.stores import Written, bring_up_to_date
from graph.model.errors import SnapshotDamaged
from graph.model.progress import Progress, silent
from graph.snapshot.parts import write_whole
from graph.snapshot.published import Stage
from loaders.load import LoadRequest, Prepared, prepare
from loaders.mapping import SourceMapping
from loaders.report import LoadReport
from loaders.tagging import with_rule_tags
from search.attachment import Prepared as Searchable
from search.attachment import attach

LOAD_FILE = "load.json"
"""Beside a published snapshot: the day it is about and the figures of its load (no rejected values)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to load, by which mappings, for which day; `dry_run` reports and writes nothing."""

    folder: Path | None
    mappings: tuple[SourceMapping, ...]
    as_of: dt.date | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a load; `changes` counts the records written or retired in the store."""

    report: LoadReport
    as_of: dt.date
    changes: int
    snapshot: str | None


def load(home: Home, settings: Settings, order: Order, progress: Progress = silent) -> Outcome:
    """Carry out a load. Raises what `loaders.load.prepare` and the store raise; the old data stay in force then."""
    if order.dry_run:
        prepared = prepare(_request(home, order, home.known_key() or secrets.token_bytes(32)), progress)
        with_rule_tags(prepared.records, prepared.as_of, progress)
        return Outcome(prepared.report, prepared.as_of, 0, None)
    with home.loading():
        prepared = prepare(_request(home, order, home.identity_key()), progress)
        records = with_rule_tags(prepared.records, prepared.as_of, progress)
        written = bring_up_to_date(home, settings, records=records, as_of=prepared.as_of, progress=progress)
        stage = home.published.stage(written.snapshot, progress)
        _attach(stage, prepared, progress)
        _commit(home, stage, written, prepared.commit)
        home.published.prune(time.time(), settings.keep_days)  # noqa: TID251 a door reads the clock
        return Outcome(prepared.report, prepared.as_of, written.changes, stage.digest)


def load_facts(home: Home, digest: str) -> dict[str, Any]:
    """Return what is known about the load behind a snapshot (`as_of` at least)."""
    return dict(json.loads((home.published.attached(digest) / LOAD_FILE).read_bytes()))


def day_of(home: Home, digest: str) -> dt.date:
    """Return the day that a snapshot is about: the default `as_of` of every question."""
    return dt.date.fromisoformat(load_facts(home, digest)["as_of"])


def _request(home: Home, order: Order, secret: bytes) -> LoadRequest:
    return LoadRequest(
        lake=home.lake,
        secret=secret,
        folder=order.folder,
        mappings=order.mappings,
        as_of=order.as_of,
    )


def _attach(stage: Stage, prepared: Prepared, progress: Progress) -> None:
    """Add what doors need beside the columns; what is there already and whole is not written again."""
    progress("index", 0, 1)
    if not _searchable(stage):
        attach(stage.snapshot, stage.attached)
    report = prepared.report.to_json()
    report.pop("errors")
    facts = {"as_of": prepared.as_of.isoformat(), "report": report}
    text, path = json.dumps(facts, ensure_ascii=False, indent=1).encode(), stage.attached / LOAD_FILE
    if not path.exists() or path.read_bytes() != text:
        write_whole(path, text)
    progress("index", 1, 1)


def _searchable(stage: Stage) -> bool:
    try:
        Searchable.open(stage.snapshot, stage.attached)
    except SnapshotDamaged:
        return False
    return True


def _commit(home: Home, stage: Stage, written: Written, commit_lake: Callable[[], None]) -> None:
    commit_lake()
    written.commit()
    if home.published.current_digest() != stage.digest:
        home.published.publish(stage)
