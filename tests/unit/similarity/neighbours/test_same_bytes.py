"""The answer does not depend on the processor: other BLAS kernels add in another order and fuse otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

WORK = """
import hashlib
import numpy as np
from similarity.neighbours.nearest import Selection
from similarity.neighbours.tag_sets import SetMeasure, TagSets, nearest_sets
from similarity.neighbours.vectors import VectorMeasure, nearest_vectors
rng = np.random.default_rng(0)
carried = rng.random((1500, 80)) < 0.15
sets = TagSets(np.r_[0, carried.sum(axis=1).cumsum()], np.nonzero(carried)[1], 80, rng.exponential(1, 80))
rows = rng.normal(size=(1500, 9)).round(1)
found = [nearest_sets(sets, measure, Selection(8)) for measure in SetMeasure]
found += [nearest_vectors(rows, measure, Selection(8)) for measure in VectorMeasure]
print(hashlib.sha256(b"".join(f.targets.tobytes() + f.scores.tobytes() for f in found)).hexdigest())
"""


def digest(kernels: str | None) -> str:
    around = dict(os.environ) | ({"OPENBLAS_CORETYPE": kernels} if kernels else {})
    ran = subprocess.run([sys.executable, "-c", WORK], capture_output=True, text=True, check=True, env=around)
    return ran.stdout.strip()


def test_other_kernels_give_the_same_bytes() -> None:
    assert digest(None) == digest("Haswell") == digest("Nehalem")
