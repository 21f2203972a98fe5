"""Content-addressed files: each part of a snapshot is an Arrow IPC file named by the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa

from graph.model.errors import SnapshotDamaged
from graph.model.text import Text

MAGIC = b"ARROW1"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def encode(table: pa.Table) -> pa.Buffer:
    """Return the bytes of a table as an uncompressed IPC file of one batch (so that it can be memory-mapped)."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def write_whole(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a private file so that it is either absent or whole, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable (where the system allows to open folders)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(folder: Path, table: pa.Table) -> tuple[str, int]:
    """Store a table under its digest (nothing is written when it is there already); return digest and size."""
    content = encode(table)
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest}.arrow"
    if not (path.exists() and path.stat().st_size == content.size):
        write_whole(path, content)
    return digest, content.size


def check_footer(folder: Path, digest: str, size: int) -> None:
    """Raise `SnapshotDamaged` unless the file has its size and ends as an IPC file must."""
    path = folder / f"{digest}.arrow"
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise SnapshotDamaged(path.name, Text("文件不在", "the file is missing")) from None
    try:
        found = os.fstat(handle).st_size
        if found != size:
            raise SnapshotDamaged(path.name, Text(f"大小 {found}，应为 {size}", f"{found} bytes instead of {size}"))
        if os.pread(handle, len(MAGIC), size - len(MAGIC)) != MAGIC:
            raise SnapshotDamaged(path.name, Text("结尾不完整", "its end is not that of an Arrow file"))
    finally:
        os.close(handle)


def check_digest(folder: Path, digest: str) -> None:
    """Raise `SnapshotDamaged` unless the bytes of the file are those that its name promises."""
    path = folder / f"{digest}.arrow"
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise SnapshotDamaged(path.name, Text("内容被改动", "its content was altered"))


def get(folder: Path, digest: str) -> pa.Table:
    """Map a part into memory and return it as a table of one chunk."""
    path = folder / f"{digest}.arrow"
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (pa.ArrowInvalid, FileNotFoundError) as why:
        raise SnapshotDamaged(path.name, Text("不是完整的 Arrow 文件", "it is not a whole Arrow file")) from why
