"""What a command leaves unloaded, in a process of its own: pyarrow's first look decides for the whole process."""

from __future__ import annotations

import subprocess
import sys

WORK = """
import sys
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
{first}
numbers = pa.array(np.arange(3)), pa.chunked_array([[1, None]]), pa.array([None, "a"], pa.string())
filled = pc.fill_null(numbers[1], -1).to_numpy().tolist()
text = numbers[2].to_numpy(zero_copy_only=False).tolist()
assert (numbers[0].to_pylist(), filled, text) == ([0, 1, 2], [1, -1], [None, "a"])
print("pandas" in sys.modules, len(sys.meta_path))
"""
LEFT_OUT = "from api.cli.cold_start import without_pandas; before = len(sys.meta_path); without_pandas()"


def _run(text: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.split()


def test_pyarrow_would_load_pandas_and_does_not_after_it_was_told() -> None:
    loaded, finders = _run(WORK.format(first=""))
    assert loaded == "True"
    assert _run(WORK.format(first=LEFT_OUT)) == ["False", finders]


def test_pandas_can_still_be_imported_and_is_left_alone_where_it_is() -> None:
    after = f"{LEFT_OUT}; import pandas; print(pandas.DataFrame({{'a': [1]}}).shape)"
    assert "".join(_run("import sys; " + after)) == "(1,1)"
    there = f"import pandas; {LEFT_OUT}; print(pandas.Series([1, 2]).sum())"
    assert _run("import sys; " + there) == ["3"]
