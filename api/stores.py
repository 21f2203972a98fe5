"""The graph store of a home, by the settings: opened to read, or brought up to date by a load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.home import Home
from api.settings import Settings
from graph.model.progress import Progress, silent
from graph.model.receipt import digest
from graph.model.records import Records, difference
from graph.snapshot.columns import Snapshot
from graph.stores.generations import Generations, next_generation
from graph.stores.open import marked_load, open_store
from graph.stores.store import Projection, Store


@dataclass(frozen=True, slots=True)
class Written:
    """A store that holds what it should: its projection, the number of changes, and the step that puts it in force."""

    snapshot: Snapshot
    changes: int
    commit: Callable[[], None]


def nothing() -> None:
    """Do nothing: a server changes in place, and an unchanged store stays in force."""


@contextmanager
def reading(home: Home, settings: Settings, *, before_a_load: bool = False) -> Iterator[Store]:
    """Open the store for reading and close it afterwards; `before_a_load` gives the engine the memory of a load."""
    store = open_store(
        settings.store,
        user=settings.store_user,
        password=settings.store_password,
        home=home.folder,
        before_a_load=before_a_load,
    )
    try:
        yield store
    finally:
        store.close()


def bring_up_to_date(
    home: Home, settings: Settings, *, records: Records, as_of: dt.date, progress: Progress = silent
) -> Written:
    """Compare `records` with a fresh projection of the store and write what differs; return what it then holds."""
    if settings.embedded:
        return _next_generation(home, settings, records, progress)
    with reading(home, settings) as store:
        store.prepare()
        held = store.project(Projection(), progress)
        progress("compare", 0, 1)
        batch = difference(held.records(), records)
        progress("compare", 1, 1)
        if not len(batch):
            return Written(held, 0, nothing)
        run = digest({name: table.num_rows for name, table in records.nodes.items()})[:12]
        with marked_load(store, run=run, at=as_of):
            store.write(batch, progress)
            return Written(store.project(Projection(), progress), len(batch), nothing)


def _next_generation(home: Home, settings: Settings, records: Records, progress: Progress) -> Written:
    generations = Generations(home.store)
    held = Snapshot.of(Records())
    if generations.current() is not None:
        with reading(home, settings, before_a_load=True) as store:
            held = store.project(Projection(), progress)
    progress("compare", 0, 1)
    batch = difference(held.records(), records)
    progress("compare", 1, 1)
    if not len(batch) and generations.current() is not None:
        return Written(held, 0, nothing)
    fresh = next_generation(generations, batch, new=records, progress=progress)
    try:
        snapshot = fresh.project(Projection(), progress)
    finally:
        fresh.close()

    def commit() -> None:
        generations.commit(fresh.folder)
        generations.prune()

    return Written(snapshot, len(batch), commit)
