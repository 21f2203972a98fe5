"""The folders of one home, and the lock that lets one load at a time change them.

lake/           source rows as they came
store/          generations of the embedded graph
snapshots/      published columns
identity.key    the private key of the identity hashes
load.lock       held while a load is at work
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.model.errors import LoadUnderWay, SnapshotMissing, StoreEmpty
from graph.snapshot.columns import Snapshot
from graph.snapshot.parts import PRIVATE_FOLDER, write_whole
from graph.snapshot.published import Published


class Home:
    """One folder of data; `create` makes it, everything else finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = folder / "lake"
        self.store = folder / "store"
        self.published = Published(folder / "snapshots")
        self._key = folder / "identity.key"

    def create(self) -> None:
        """Make the folder, open to its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        self.folder.chmod(PRIVATE_FOLDER)

    def snapshot(self, digest: str | None = None) -> Snapshot:
        """Open the snapshot in force, or that one; raises `StoreEmpty` when nothing was ever published."""
        if digest is not None:
            return self.published.open(digest)
        try:
            return self.published.current()
        except SnapshotMissing:
            if self.published.current_digest() is None:
                raise StoreEmpty(self.folder) from None
            raise

    def identity_key(self) -> bytes:
        """Return the private key of identity hashes, drawn at random the first time."""
        if not self._key.exists():
            write_whole(self._key, secrets.token_bytes(32))
        return self._key.read_bytes()

    def known_key(self) -> bytes | None:
        """Return the key if it was drawn already, None before the first load."""
        return self._key.read_bytes() if self._key.exists() else None

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Hold the load lock; raises `LoadUnderWay` naming the process that holds it."""
        from filelock import FileLock, Timeout

        self.create()
        path = self.folder / "load.lock"
        holder = path.with_suffix(".pid")
        try:
            with FileLock(path, timeout=0, mode=0o600):
                write_whole(holder, str(os.getpid()).encode())
                yield
        except Timeout:
            pid = holder.read_text() if holder.exists() else "?"
            raise LoadUnderWay(f"pid {pid}") from None
