"""One file for facts and arrays: a zip of `card.json` and `.npy` members, versioned and with a digest.

Any tool opens it, nothing in it can run: no pickle. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import ModelUnusable
from graph.model.receipt import canonical
from graph.model.text import Text

FORMAT, VERSION = "linli look-alike", 1
CARD, FOLDER, ENDING = "card.json", "arrays/", ".npy"
LARGEST = 2**30  # bytes after unpacking: a full sub-district takes a few million
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can name: no clock in the file

Arrays = Mapping[str, npt.NDArray[Any]]
DAMAGED = Text("内容已损坏或被改动", "its content is damaged or was altered")
FOREIGN = Text("不是 linli 保存的模型", "it is no model saved by linli")


def packed(card: Mapping[str, Any], arrays: Arrays) -> bytes:
    """Return facts (a JSON value) and arrays (numbers, no objects) as the bytes of one file."""
    members = {name: _written(array) for name, array in sorted(arrays.items())}
    head = {"format": FORMAT, "version": VERSION, "digest": _digest(card, members)}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, CARD, json.dumps({**head, "card": card}, ensure_ascii=False, indent=1, allow_nan=False).encode())
        for name, content in members.items():
            _put(archive, f"{FOLDER}{name}{ENDING}", content)
    return sink.getvalue()


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return the facts and the arrays of a file; raises `ModelUnusable` for one that is foreign, newer or damaged."""
    members = _members(content)
    head = _head(members.pop(CARD))
    if head.get("version") != VERSION:
        raise ModelUnusable(
            Text("它的版本是 {found}，本程序读 {known}", "it has version {found}, this linli reads {known}").fill(
                found=head.get("version"), known=VERSION
            )
        )
    arrays = {name.removeprefix(FOLDER).removesuffix(ENDING): each for name, each in members.items()}
    if head.get("digest") != _digest(head["card"], arrays):
        raise ModelUnusable(DAMAGED)
    return head["card"], {name: _read(each) for name, each in arrays.items()}


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
    archive.writestr(entry, content, compresslevel=6)


def _written(array: npt.NDArray[Any]) -> bytes:
    sink = io.BytesIO()
    np.save(sink, np.ascontiguousarray(array), allow_pickle=False)
    return sink.getvalue()


def _read(content: bytes) -> npt.NDArray[Any]:
    try:
        return np.asarray(np.load(io.BytesIO(content), allow_pickle=False))
    except (ValueError, EOFError):
        raise ModelUnusable(DAMAGED) from None


def _digest(card: Mapping[str, Any], members: Mapping[str, bytes]) -> str:
    parts = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return hashlib.sha256(canonical({"card": card, "arrays": parts})).hexdigest()


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise ModelUnusable(Text("展开后过大", "it is too large when unpacked"))
            members = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        raise ModelUnusable(DAMAGED if content[:2] == b"PK" else FOREIGN) from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):  # a place before the file
        raise ModelUnusable(DAMAGED) from None
    if CARD not in members:
        raise ModelUnusable(FOREIGN)
    return members


def _head(content: bytes) -> dict[str, Any]:
    try:
        head = json.loads(content)
    except ValueError:
        raise ModelUnusable(DAMAGED) from None
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("card"), dict):
        raise ModelUnusable(FOREIGN)
    return head
