"""A folder of tables (CSV, Parquet or Excel) for questions whose data are not in the graph."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model.errors import FileMissing, OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet", ".xlsx", ".csv.gz")


def files_digest(files: Iterable[Path]) -> str:
    """Return one digest of some files, in their order; raises `FileMissing`."""
    from loaders.table import file_digest

    return sha256("".join(file_digest(file) for file in files).encode()).hexdigest()


def listed(folder: Path, names: Sequence[str], *, optional: Sequence[str] = ()) -> dict[str, Path]:
    """Return the file of each table of a folder; those of `optional` where they are; raises `FileMissing`."""
    found = {name: find(folder, name) for name in names}
    for name in optional:
        try:
            found[name] = find(folder, name)
        except FileMissing:
            continue
    return found


def find(folder: Path, name: str) -> Path:
    """Return the file of a table, whatever its ending; raises `FileMissing`."""
    for ending in ENDINGS:
        path = folder / (name + ending)
        if path.is_file():
            return path
    raise FileMissing(folder / f"{name}.csv")


def write_table(table: pa.Table, path: Path) -> None:
    """Write CSV, or Parquet by the ending of the name; raises `OptionInvalid` where that cannot be."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    with whole_file(path) as part:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, part)
        else:
            pacsv.write_csv(table, part)


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """Yield a file to write beside `path`, which takes its place when it is whole: half a list is never seen.

    What is no plain file (a pipe) is written to as it stands. Raises `OptionInvalid` where nothing can be written.
    """
    plain = path.is_file() or not path.exists()
    part = path.with_name(f".{path.name}.{os.getpid()}") if plain else path
    try:
        if plain:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode))
        yield part
        if plain:
            part.replace(path)
    except OSError as why:
        raise OptionInvalid("--out", str(path), Text("无法写入", why.strerror or "it cannot be written")) from None
    finally:
        if plain:
            part.unlink(missing_ok=True)
