"""The published snapshots of one home: stage the parts, add what belongs to them, swap one pointer.

    parts/DIGEST.arrow          columns, shared by all snapshots that hold the same
    manifests/DIGEST.json       the parts of one snapshot; its digest is the digest of this content
    attached/DIGEST/            what a door computes once for a snapshot (the search index)
    current                     the digest in force
    pins/DIGEST                 this one is not pruned

Readers never lock: a snapshot that they hold stays valid while its files exist, and `prune` keeps recent ones.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from graph.model.errors import SnapshotDamaged, SnapshotMissing
from graph.model.progress import Progress, silent
from graph.model.receipt import canonical, digest
from graph.model.relationships import SCHEMA
from graph.model.schema import SCHEMA_VERSION
from graph.model.text import Text
from graph.snapshot import parts
from graph.snapshot.columns import Snapshot
from graph.snapshot.columns import parts as part_names
from graph.snapshot.older import completed, empty_part

RETENTION_DAYS = 30
"""How long an unpinned snapshot that is no longer in force is kept (DESIGN 5)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A snapshot whose parts are written but which is not in force yet."""

    digest: str
    snapshot: Snapshot
    attached: Path


class Published:
    """The snapshots of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts = folder / "parts"

    def stage(self, snapshot: Snapshot, progress: Progress = silent) -> Stage:
        """Write the parts and the manifest; nothing is in force yet."""
        names = part_names()
        listed: dict[str, dict[str, object]] = {}
        for done, name in enumerate(names, 1):
            table = snapshot.table(name)
            part, size = parts.put(self._parts, table)
            listed[name] = {"part": part, "size": size, "rows": table.num_rows}
            progress("publish", done, len(names))
        manifest = {"schema": SCHEMA_VERSION, "parts": listed}
        name = digest(manifest)
        if not self._manifest(name).exists():
            parts.write_whole(self._manifest(name), canonical(manifest))
        attached = self.folder / "attached" / name
        attached.mkdir(parents=True, exist_ok=True, mode=parts.PRIVATE_FOLDER)
        return Stage(name, self.open(name), attached)

    def publish(self, stage: Stage) -> None:
        """Put a staged snapshot in force, in one step; its age counts from now."""
        self._manifest(stage.digest).touch()
        parts.write_whole(self.folder / "current", stage.digest.encode())

    def current_digest(self) -> str | None:
        """Return the digest in force, None before the first publication."""
        try:
            return (self.folder / "current").read_text().strip()
        except FileNotFoundError:
            return None

    def current(self) -> Snapshot:
        """Open the snapshot in force; raises `SnapshotMissing` before the first publication."""
        name = self.current_digest()
        if name is None:
            raise SnapshotMissing
        return self.open(name)

    def attached(self, name: str) -> Path:
        """Return the folder of what was computed for a snapshot."""
        return self.folder / "attached" / name

    def open(self, name: str) -> Snapshot:
        """Open a snapshot by its digest, checking the size and the end of every part."""
        listed = self._listed(name)
        for part in listed.values():
            parts.check_footer(self._parts, str(part["part"]), int(part["size"]))
        return Snapshot(lambda wanted: self._part(listed, wanted), digest=name)

    def verify(self, name: str) -> Iterator[SnapshotDamaged]:
        """Read every byte of a snapshot and yield what is damaged."""
        for part in self._listed(name).values():
            try:
                parts.check_footer(self._parts, str(part["part"]), int(part["size"]))
                parts.check_digest(self._parts, str(part["part"]))
            except SnapshotDamaged as damage:
                yield damage

    def digests(self) -> list[str]:
        """Return the snapshots on disk, oldest publication first."""
        found = (self.folder / "manifests").glob("*.json")
        return [p.stem for p in sorted(found, key=lambda p: (p.stat().st_mtime, p.name))]

    def pin(self, name: str) -> None:
        """Keep a snapshot whatever its age."""
        self._listed(name)
        parts.write_whole(self.folder / "pins" / name, b"")

    def prune(self, now: float, days: float = RETENTION_DAYS) -> list[str]:
        """Remove what is older than `days` at `now` (seconds since 1970), neither pinned nor in force."""
        keep = {self.current_digest()} | {p.name for p in (self.folder / "pins").glob("*")}
        old = [
            name
            for name in self.digests()
            if name not in keep and now - self._manifest(name).stat().st_mtime > days * 86_400
        ]
        for name in old:
            self._manifest(name).unlink()
            shutil.rmtree(self.attached(name), ignore_errors=True)
        if old:
            used = {str(p["part"]) for name in self.digests() for p in self._listed(name).values()}
            for path in self._parts.glob("*.arrow"):
                if path.stem not in used:
                    path.unlink()
        return old

    def _part(self, listed: dict[str, dict[str, int | str]], name: str) -> pa.Table:
        """Open a part; what the linli that published the snapshot did not know yet is unknown (`older`)."""
        if name in listed:
            return completed(name, parts.get(self._parts, str(listed[name]["part"])))
        start = SCHEMA.relationship[name].start if name in SCHEMA.relationship else name
        return empty_part(name, starts=int(listed.get(start, {"rows": 0})["rows"]))

    def _manifest(self, name: str) -> Path:
        return self.folder / "manifests" / f"{name}.json"

    def _listed(self, name: str) -> dict[str, dict[str, int | str]]:
        if os.sep in name or not self._manifest(name).exists():
            raise SnapshotMissing(name)
        content = self._manifest(name).read_bytes()
        try:
            manifest = json.loads(content)
        except ValueError:
            manifest = None
        if manifest is None or digest(manifest) != name:
            raise SnapshotDamaged(self._manifest(name).name, Text("内容被改动", "its content was altered"))
        return dict(manifest["parts"])
