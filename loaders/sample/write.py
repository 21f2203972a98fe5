"""Write the sample sub-district: the messy files of its systems, their mappings, the ledger of the dirt, the truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.model.progress import Progress, silent

from . import tables
from .dirt import Entry, spoil
from .district import build
from .draws import stream
from .exports import exports
from .files import write
from .town import Size
from .truth import truth

SEED = 20211101


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written: data rows by file (dirt included), ledger entries by fate, and the counts of the truth."""

    folder: Path
    size: Size
    seed: int
    rows: Mapping[str, int]
    dirt: Mapping[str, int]
    counts: Mapping[str, int]


def write_sample(folder: Path, size: Size, seed: int = SEED, *, progress: Progress = silent) -> SampleSummary:
    """Write the sample into `folder` (made if missing); the same size and seed give the same bytes.

    `small` has about 20,000 people in five committees, `full` 83,000 in twenty. Raises `OSError` of the disk only.
    """
    district = build(seed, size, progress)
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    ledger: list[Entry] = []
    files = exports(district)
    for done, clean in enumerate(files):
        progress("files", done, len(files))
        file, entries = spoil(stream(seed, f"dirt {clean.name}"), clean)
        write(folder, file)
        ledger += entries
        rows[file.name] = sum(len(part.sheet) for part in file.parts)
    progress("files", len(files), len(files))
    for name, text in tables.mappings():
        (folder / "mappings" / name).write_text(text, encoding="utf-8")
    facts = truth(district)
    _write_json(folder / "ledger.json", [entry.to_json() for entry in ledger])
    _write_json(folder / "truth.json", {"seed": seed, "size": size, **facts})
    fates = sorted({entry.fate for entry in ledger})
    dirt: dict[str, int] = {fate: sum(entry.fate == fate for entry in ledger) for fate in fates}
    return SampleSummary(folder, size, seed, rows, dirt, facts["counts"])


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
