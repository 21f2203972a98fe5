"""nodeSimilarity and knn of Neo4j's Graph Data Science: `python gds_neighbours.py ADDRESS TAGS.npz VECTORS.npy ANSWER.npz`.

The server holds nothing but what this writes (nodes Rival, RivalTag) and is left empty of it. nodeSimilarity (Jaccard,
top 10) runs on three sizes, two threads, and its own computeMillis counts, the better of two; knn runs with its
defaults (Euclidean, k = 10, two threads), twice. Processor seconds are those of the whole server meanwhile.
"""

from __future__ import annotations

import sys
from typing import Any

import neo4j
import numpy as np
from spent import tell

address, tags_path, vectors_path, answer = sys.argv[1:]
SIZES = (1300, 2600, 5200)
driver = neo4j.GraphDatabase.driver(address, auth=None)


def run(text: str, **values: Any) -> list[neo4j.Record]:
    with driver.session() as session:
        return list(session.run(text, **values))


def processor() -> float:
    """Return the processor seconds of the server so far."""
    beans = run("CALL dbms.queryJmx('java.lang:type=OperatingSystem') YIELD attributes RETURN attributes")
    return beans[0]["attributes"]["ProcessCpuTime"]["value"] / 1e9


def timed(text: str, **values: Any) -> tuple[float, float]:
    """Run a procedure that yields computeMillis; return those as seconds, and processor seconds."""
    before = processor()
    seconds = run(text, **values)[0]["computeMillis"] / 1e3
    return seconds, processor() - before


def clear() -> None:
    run("MATCH (n) WHERE n:Rival OR n:RivalTag CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")


def in_batches(text: str, rows: list[Any], size: int = 10_000) -> None:
    for start in range(0, len(rows), size):
        run(text, rows=rows[start : start + size])


def node_similarity(size: int) -> tuple[float, float]:
    file = np.load(tags_path)
    indptr, indices = file["indptr"], file["indices"]
    clear()
    in_batches("UNWIND $rows AS i CREATE (:Rival {i: i})", list(range(size)))
    in_batches("UNWIND $rows AS i CREATE (:RivalTag {i: i})", list(range(int(indices.max()) + 1)))
    edges = [[i, int(t)] for i in range(size) for t in indices[indptr[i] : indptr[i + 1]]]
    in_batches("UNWIND $rows AS e MATCH (p:Rival {i: e[0]}), (t:RivalTag {i: e[1]}) CREATE (p)-[:HAS]->(t)", edges)
    run("CALL gds.graph.project('rivals', ['Rival', 'RivalTag'], 'HAS')")
    asked = "CALL gds.nodeSimilarity.stats('rivals', {topK: 10, concurrency: 2}) YIELD computeMillis"
    spent = [timed(asked) for _ in range(2)]
    run("CALL gds.graph.drop('rivals') YIELD graphName")
    return min(spent)


def knn() -> tuple[list[tuple[float, float]], list[np.ndarray]]:
    vectors = np.load(vectors_path)
    clear()
    in_batches("UNWIND $rows AS r CREATE (:Rival {i: r[0], v: r[1]})", [[i, v] for i, v in enumerate(vectors.tolist())])
    run("CALL gds.graph.project('rivals', {Rival: {properties: ['v', 'i']}}, '*')")
    spent, answers = [], []
    for name in ("FIRST", "SECOND"):
        asked = (
            "CALL gds.knn.mutate('rivals', {nodeProperties: {v: 'EUCLIDEAN'}, topK: 10, concurrency: 2, "
            "mutateRelationshipType: $name, mutateProperty: 'score'}) YIELD computeMillis"
        )
        spent.append(timed(asked, name=name))
        stream = (
            "CALL gds.graph.relationships.stream('rivals', [$name]) YIELD sourceNodeId AS a, targetNodeId AS b "
            "WITH gds.util.asNode(a).i AS a, gds.util.asNode(b).i AS b RETURN a, collect(b) AS b ORDER BY a"
        )
        answers.append(np.array([(row["b"] + [-1] * 10)[:10] for row in run(stream, name=name)]))
    run("CALL gds.graph.drop('rivals') YIELD graphName")
    return spent, answers


run("CREATE INDEX rival IF NOT EXISTS FOR (n:Rival) ON (n.i)")
run("CREATE INDEX rival_tag IF NOT EXISTS FOR (n:RivalTag) ON (n.i)")
run("CALL gds.graph.drop('rivals', false) YIELD graphName")
similarity = [node_similarity(size) for size in SIZES]
seconds, found = knn()
clear()
np.savez(answer, first=found[0], second=found[1])
tell({"sizes": SIZES, "similarity": similarity, "knn": seconds})
