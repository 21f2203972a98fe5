"""A folder of tables (CSV, Parquet or Excel) for questions whose data are not in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from graph.model.errors import FileMissing

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet", ".xlsx", ".csv.gz")


def folder_tables(folder: Path, names: Sequence[str]) -> list[pa.Table]:
    """Read the tables of a folder; raises `FileMissing` for the first that is not there, `FileUnreadable`."""
    from loaders.table import read_table

    return [read_table(find(folder, name)) for name in names]


def folder_digest(folder: Path, names: Sequence[str]) -> str:
    """Return one digest of the files, in the order of their names."""
    from loaders.table import file_digest

    each = "".join(file_digest(find(folder, name)) for name in names)
    return sha256(each.encode()).hexdigest()


def find(folder: Path, name: str) -> Path:
    """Return the file of a table, whatever its ending; raises `FileMissing`."""
    for ending in ENDINGS:
        path = folder / (name + ending)
        if path.is_file():
            return path
    raise FileMissing(folder / f"{name}.csv")


def write_table(table: pa.Table, path: Path) -> None:
    """Write CSV, or Parquet by the ending of the name; raises `SettingInvalid` where that cannot be."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    from graph.model.errors import SettingInvalid
    from graph.model.text import Text

    try:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, path)
        else:
            pacsv.write_csv(table, path)
    except OSError as why:
        raise SettingInvalid("--out", str(path), Text("无法写入", why.strerror or "it cannot be written")) from None
