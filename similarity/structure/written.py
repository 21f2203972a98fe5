"""A node as somebody writes it: `LABEL:ID`, a bare id that is unique, a unit's address or a public name."""

from __future__ import annotations

from itertools import islice

import pyarrow.compute as pc

from graph.model.address import parse as parse_address
from graph.model.codes import spelling
from graph.model.errors import ArgumentInvalid, NotFound, UnknownName
from graph.model.relationships import SCHEMA
from graph.model.schema import Sensitivity
from graph.model.text import Text
from similarity.structure.seen import Node, Seen

MOST_NAMED = 5
MOST_COMPARED = 5_000
"""Ids among which the nearest are looked for: comparing 80,000 takes seconds."""


def label_written(written: str) -> str:
    """Return the label that a word names, in either language and any case; raises `UnknownName`.

    >>> label_written("楼组"), label_written("resident")
    ('Unit', 'Resident')
    """
    found = _labels().get(spelling(written))
    if found is None:
        known = [name for x in SCHEMA.labels for name in (x.name, x.title.zh)]
        raise UnknownName(Text("对象类别", "label"), written, known)
    return found


def node_written(seen: Seen, written: str) -> Node:
    """Return the node that is meant; what is not seen is as unknown as what does not exist.

    Raises `NotFound` with the nearest ids that are seen, `ArgumentInvalid` when several nodes are meant.
    """
    head, colon, tail = written.strip().replace("：", ":").partition(":")
    label = _labels().get(spelling(head)) if colon else None
    labels, name = ([label], tail.strip()) if label else (list(SCHEMA.label), written.strip())
    by_id = [node for one in labels for node in _with_id(seen, one, id=name)]
    found = by_id or [node for one in labels for node in _called(seen, one, written=name)]
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(f"{node.label}:{seen.id_of(node)}" for node in found[:MOST_NAMED])
        raise ArgumentInvalid("LABEL:ID", written, Text(f"可指多个：{named}", f"it may mean any of: {named}"))
    raise NotFound(label or "node", name, _alike(seen, labels, id=name))


def _labels() -> dict[str, str]:
    return {spelling(name): x.name for x in SCHEMA.labels for name in (x.title.en, x.title.zh, x.name)}


def _with_id(seen: Seen, label: str, *, id: str) -> list[Node]:
    row = int(seen.snapshot.nodes(label).rows([id])[0])
    return [Node(label, row)] if row >= 0 and seen.nodes(label)[row] else []


def _called(seen: Seen, label: str, *, written: str) -> list[Node]:
    """Return the nodes with that address (units) or that name, where names are public."""
    nodes = seen.snapshot.nodes(label)
    known = nodes.label.by_name
    if label == "Unit":
        column, value = "address_key", parse_address(written).unit
    elif "name" in known and known["name"].sensitivity is Sensitivity.PUBLIC:
        column, value = "name", written
    else:
        return []
    if not value:
        return []
    same = pc.fill_null(pc.equal(nodes.column(column), value), False).to_numpy(zero_copy_only=False)
    return [Node(label, int(row)) for row in (same & seen.nodes(label)).nonzero()[0]]


def _alike(seen: Seen, labels: list[str], *, id: str) -> list[str]:
    """Return ids to compare an unknown one with: those that begin alike, fewer letters when too few do."""
    for length in range(min(len(id), 8), 0, -1):
        found = [one for label in labels for one in _beginning(seen, label, prefix=id[:length])]
        if found:
            return found[:MOST_COMPARED]
    return []


def _beginning(seen: Seen, label: str, *, prefix: str) -> list[str]:
    nodes = seen.snapshot.nodes(label)
    begins = pc.starts_with(nodes.ids, prefix).to_numpy(zero_copy_only=False)
    rows = (begins & seen.nodes(label)).nonzero()[0]
    return [nodes.id_of(int(row)) for row in islice(rows, MOST_COMPARED)]
