"""Backup, restore and reset of a home: one file holds the lake, the store, the snapshots and the key.

A backup is a gzipped tar whose last member, `backup.json`, lists the SHA-256 of every other one. It is written beside
its final name and renamed when whole; a restore checks every byte before it touches the home.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from api.home import Home
from graph.model.errors import FileMissing, FileUnreadable, HomeNotEmpty, StoreEmpty
from graph.model.progress import Progress, silent
from graph.model.text import Text
from graph.snapshot.parts import PRIVATE_FILE, PRIVATE_FOLDER

LISTING = "backup.json"
KEPT = ("lake", "store", "snapshots", "identity.key")
"""What a home is made of; the lock files are not part of it."""


def backup(home: Home, target: Path, progress: Progress = silent) -> int:
    """Write a backup of `home`; readers go on meanwhile, loads wait. Returns the number of files."""
    with home.loading():
        files = list(_files(home.folder))
        if not files:
            raise StoreEmpty(home.folder)
        part = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            _write(home.folder, files, part, progress)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return len(files)


def restore(home: Home, source: Path, *, replace: bool = False, progress: Progress = silent) -> int:
    """Put a backup in place of `home`, after checking every byte of it. Returns the number of files.

    Raises `FileMissing`, `FileUnreadable`, `HomeNotEmpty`; the home is untouched then.
    """
    if not source.is_file():
        raise FileMissing(source)
    with home.loading():
        if not replace and any(_files(home.folder)):
            raise HomeNotEmpty(home.folder)
        fresh = home.folder / f".restore.{os.getpid()}"
        try:
            count = _read(source, fresh, progress)
            _swap(home.folder, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return count


def reset(home: Home) -> int:
    """Remove all data of `home`, its key included. Returns the number of files removed."""
    with home.loading():
        count = len(list(_files(home.folder)))
        for name in KEPT:
            _remove(home.folder / name)
    return count


def _files(folder: Path) -> Iterator[Path]:
    for name in KEPT:
        path = folder / name
        if path.is_file():
            yield path
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and not inner.name.startswith("."):
                yield inner


def _write(folder: Path, files: list[Path], part: Path, progress: Progress) -> None:
    listing: dict[str, str] = {}
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with open(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
        for done, path in enumerate(files, 1):
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as content:
                listing[name] = hashlib.file_digest(content, "sha256").hexdigest()
            tar.add(path, arcname=name)
            progress("backup", done, len(files))
        text = json.dumps(listing, indent=1).encode()
        about = tarfile.TarInfo(LISTING)
        about.size = len(text)
        tar.addfile(about, io.BytesIO(text))
        raw.flush()


def _read(source: Path, fresh: Path, progress: Progress) -> int:
    damaged = FileUnreadable(source, Text("备份不完整或被改动", "the backup is cut short or was altered"))
    fresh.mkdir(mode=PRIVATE_FOLDER)
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(fresh, filter="data")
        listing = json.loads((fresh / LISTING).read_bytes())
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError):
        raise damaged from None
    found = {p.relative_to(fresh).as_posix(): p for p in fresh.rglob("*") if p.is_file() and p.name != LISTING}
    if found.keys() != listing.keys():
        raise damaged
    for done, (name, path) in enumerate(sorted(found.items()), 1):
        with path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != listing[name]:
                raise damaged
        path.chmod(PRIVATE_FILE)
        progress("restore", done, len(found))
    return len(found)


def _swap(folder: Path, fresh: Path) -> None:
    """Put the fresh data in force by renames only; what was there is removed last."""
    aside = fresh / "replaced"
    aside.mkdir()
    for name in KEPT:
        if (folder / name).exists():
            (folder / name).rename(aside / name)
        if (fresh / name).exists():
            (fresh / name).rename(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
