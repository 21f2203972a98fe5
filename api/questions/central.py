"""Which nodes of a label stand close to one node, or in the middle of everything: personalised PageRank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.structure import asked_of, both, network_of, number_of, question, shown
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.structure.central import Central
    from similarity.structure.network import Network

NOTHING = Text("沿所选关系到不了这类对象", "The chosen relationship types lead to none of them")


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Rank a label; parameters: `label`, `around` (or None), `top`, `damping`, `types`, `sensitive_tags`, `as_of`, `areas`."""
    from similarity.structure.central import central
    from similarity.structure.written import label_written

    case = desk.case("central", parameters, snapshot=snapshot)
    label, network = label_written(parameters["label"]), network_of(case)
    around = None if parameters["around"] is None else number_of(network, parameters["around"])
    found = central(network, label, around=around, top=parameters["top"], damping=parameters["damping"])
    rows = [_row(case, network, one, around=around) | {"rank": rank} for rank, one in enumerate(found.rows, 1)]
    body = question(case) | {
        "label": label,
        "around": None if around is None else shown(network.seen, asked_of(case), node=network.node(around)),
        "damping": parameters["damping"],
        "rows": rows,
        "total": found.total,
        "truncated": len(rows) < found.total,
        "note": None if rows else both(NOTHING),
    }
    return case.answer(body, found)


def _row(case: Case, network: Network, one: Central, *, around: int | None) -> dict[str, Any]:
    """Return a row; around a node with the most telling path between the two."""
    from similarity.structure.explanations import explain

    row = shown(network.seen, asked_of(case), node=network.node(one.number)) | {"score": one.score, "usual": one.usual}
    paths = [] if around is None else explain(network, around, goal=one.number, most=1)
    return row | {"because": both(paths[0].text) if paths else None}
