"""A draft of each of the sample's own files reads back as a mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import mapping_file
from loaders.draft import draft
from loaders.rows import SUFFIXES
from loaders.sample.write import write_sample


@pytest.mark.slow
def test_a_draft_of_every_file_reads_back(tmp_path: Path) -> None:
    write_sample(tmp_path, "small")
    files = [p for p in sorted(tmp_path.iterdir()) if p.suffix in SUFFIXES]
    assert len(files) >= 11
    for path in files:
        assert mapping_file.parse(draft(path), where=path.name).nodes
