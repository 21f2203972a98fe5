"""One kernel of `similarity.neighbours` in a process of its own: `python -m tests.bench.neighbour_work WORK INPUT ANSWER`.

WORK is jaccard, weighted, overlap or euclidean, or "product": the plain matrix product of that shape, in tiles of the
same size, on as many threads. INPUT is as the peers read it; prints what they print.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from similarity.neighbours.nearest import Neighbours, Rows, Selection, in_threads
from similarity.neighbours.tag_sets import SetMeasure, TagSets, nearest_sets
from similarity.neighbours.vectors import HEIGHT, TILE, VectorMeasure, nearest_vectors
from tests.bench.peers.spent import best_of, tell

THREADS, RUNS, TAGS = 2, 2, 240


def residents(rows: int = 83_000, *, carried: float = 24.0, seed: int = 1) -> tuple[Rows, Rows]:
    """Draw indptr and indices of tags: a few carried by most, most by few (popularity ~ rank^-0.7), 2,000,000 in all."""
    rng = np.random.default_rng(seed)
    popularity = np.arange(1, TAGS + 1) ** -0.7
    for _ in range(20):
        popularity = np.minimum(popularity * carried / popularity.sum(), 0.6)
    busy = np.exp(rng.normal(0, 0.3, (rows, 1)))
    indptr, tags = [0], []
    for start in range(0, rows, 10_000):
        part = busy[start : start + 10_000]
        has = rng.random((len(part), TAGS)) < popularity * part
        indptr += (has.sum(axis=1).cumsum() + indptr[-1]).tolist()
        tags.append(np.nonzero(has)[1])
    return np.array(indptr), np.concatenate(tags)


def plain_product(vectors: np.ndarray) -> None:
    """Multiply all rows with all rows in float32, tile by tile, and keep nothing: the limit of any exact kernel."""
    points = vectors.astype(np.float32)
    across = np.ascontiguousarray(points.T)

    def work(start: int) -> None:
        block, out = points[start : start + HEIGHT], np.empty((HEIGHT, TILE), np.float32)
        for column in range(0, len(points), TILE):
            part = across[:, column : column + TILE]
            np.matmul(block, part, out=out[: len(block), : part.shape[1]])

    in_threads(work, range(0, len(points), HEIGHT), threads=THREADS)


def work_on(name: str, path: Path) -> Neighbours | None:
    """Do one piece of work."""
    if name == "product":
        return plain_product(np.load(path))
    if name == "euclidean":
        return nearest_vectors(np.load(path), VectorMeasure.EUCLIDEAN, Selection(10, threads=THREADS))
    file = np.load(path)
    sets = TagSets(file["indptr"], file["indices"], TAGS)
    if name == "weighted":
        sets = TagSets(sets.indptr, sets.indices, TAGS, sets.information())
    measure = SetMeasure.OVERLAP if name == "overlap" else SetMeasure.JACCARD
    return nearest_sets(sets, measure, Selection(10, threads=THREADS))


def main(name: str, path: str, answer: str) -> None:
    """Time one piece of work and save what it found."""
    work_on("overlap", _small(Path(path)))  # imports and first calls are not part of the time
    spent, found = best_of(lambda: work_on(name, Path(path)), runs=RUNS)
    if found is not None:
        np.savez(answer, targets=found.targets, scores=found.scores)
    tell(spent)


def _small(path: Path) -> Path:
    indptr, tags = residents(200)
    small = path.parent / "small.npz"
    np.savez(small, indptr=indptr, indices=tags)
    return small


if __name__ == "__main__":
    main(*sys.argv[1:])
