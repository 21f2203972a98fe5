"""An address into a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.model.errors import SettingInvalid, StoreEmpty
from graph.model.text import Text
from graph.stores.generations import Generations
from graph.stores.jvm import LOAD_HEAP, SERVE_HEAP
from graph.stores.store import Store

EMBEDDED = "embedded"
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
FOLDER = "store"
"""Where the generations of the embedded store live in a home."""


def open_store(
    address: str = EMBEDDED,
    *,
    home: Path,
    user: str | None = None,
    password: str | None = None,
    before_a_load: bool = False,
) -> Store:
    """Open the store at `address` for reading and, on a server, for writing.

    `embedded` is the current generation in `home`, which cannot be written (a load builds the next one: say
    `before_a_load` when this process will, so that its Java machine gets the memory). `bolt://…` and `neo4j://…`
    (`+s`, `+ssc`) are Neo4j servers. Raises `SettingInvalid`, `StoreEmpty`, `StoreFailed`, `StoreLocked`,
    `StoreNewer`, `StoreUnsupported`; a server that is down says so at the first statement.
    """
    scheme, found, rest = address.partition("://")
    if address == EMBEDDED:
        from graph.stores.embedded import EmbeddedStore

        folder = Generations(home / FOLDER).current()
        if folder is None:
            raise StoreEmpty(home)
        return EmbeddedStore.open(folder, heap=LOAD_HEAP if before_a_load else SERVE_HEAP)
    if scheme not in SCHEMES or not found or not rest:
        forms = Text(
            "应为 embedded、bolt://主机:端口 或 neo4j://主机:端口", "use embedded, bolt://host:port or neo4j://…"
        )
        raise SettingInvalid("LINLI_STORE", address, forms)
    from graph.stores.neo4j import Bolt, Neo4jStore

    return Neo4jStore(Bolt(address, user=user, password=password))


@contextmanager
def marked_load(store: Store, *, run: str, at: dt.date) -> Iterator[None]:
    """Mark a load that changes `store` in place for as long as it lasts; a failure leaves the mark.

    A generation of the embedded store is never in force before it is whole, so it carries no mark.
    """
    from graph.stores.neo4j import Neo4jStore

    if not isinstance(store, Neo4jStore):
        yield
        return
    store.begin_load(run, at)
    yield
    store.end_load(run, at)


def unfinished_load(store: Store) -> tuple[str, dt.date] | None:
    """Return the load (`run`, day) that has begun in `store` and not ended, or None: the data are whole."""
    from graph.stores.neo4j import Neo4jStore

    return store.unfinished_load() if isinstance(store, Neo4jStore) else None
