from __future__ import annotations

import json
from pathlib import Path

from loaders.mapping_file import read_folder
from loaders.sample.write import SampleSummary, write_sample


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, "small")
    first = {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    again = {p.relative_to(tmp_path): p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()}
    assert list(first) == list(again)
    assert [p for p in first if first[p] != again[p]] == []


def test_every_file_has_a_mapping_and_every_mapping_a_file(written: SampleSummary) -> None:
    files = set(written.rows)
    wanted = [m.files for m in read_folder(written.folder / "mappings")]
    matched = {f for f in files if any(Path(f).match(g) for globs in wanted for g in globs)}
    assert matched == files
    assert len(files) >= 11
    assert all(any(Path(f).match(g) for f in files for g in globs) for globs in wanted)


def test_the_formats_of_real_systems(folder: Path) -> None:
    assert {p.suffix for p in folder.iterdir() if p.is_file()} == {".xlsx", ".csv", ".parquet", ".json"}
    text = (folder / "户籍人口.csv").read_bytes()
    assert "公民身份号码" in text[:300].decode("gb18030")
    assert (folder / "行政区划.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_summary_counts_the_ledger(written: SampleSummary) -> None:
    ledger = json.loads((written.folder / "ledger.json").read_text(encoding="utf-8"))
    assert sum(written.dirt.values()) == len(ledger)
    assert set(written.dirt) == {"accepted", "duplicate", "left_out", "merged", "passed_over", "rejected"}
