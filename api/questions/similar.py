"""The nodes most like one node, with the parts of each score: what the two share, and what keeps them apart.

Both sides lie in the viewer's scope, and so does everything that the comparison is fitted on and that a condition on
the targets may look at. Of a person only that is shown which a search shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Desk, Parameters
from graph.model.condition import AllOf, AnyOf, Condition, Is, Not, Related, sentence, tags_of
from graph.model.condition_json import parse
from graph.model.errors import ArgumentInvalid, NotFound
from graph.model.relationships import SCHEMA
from graph.model.schema import Sensitivity
from graph.model.text import Text

if TYPE_CHECKING:
    from search.scope import Asked
    from similarity.neighbours.reading import Stock
    from similarity.neighbours.similar import Alike, Neighbour, Wanted

MOST_NAMESAKES = 5
UNDECLARED = Text(
    "{n} 个标签没有登记敏感级别，按敏感标签对待（要用请加 sensitive_tags 的权重）",
    "{n} tags carry no class of sensitivity and are held to be sensitive (to use them give sensitive_tags a weight)",
)
UNIT_FACTS = ("built_year", "floors", "dwellings", "has_lift", "address")


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Compare a node; parameters: `label`, `id`, `top`, `cutoff`, `measure`, `weights`, `only`, `as_of`, `areas`.

    `weights` maps features to numbers (those not named keep their standard weight), `only` is a condition as JSON on
    the nodes compared with, or None.
    """
    from search.scope import Asked
    from similarity.neighbours.gower import weighed
    from similarity.neighbours.reading import Stock
    from similarity.neighbours.similar import Wanted, similar
    from similarity.neighbours.subjects import label_named, standard_weights

    case = desk.case("similar", parameters, snapshot=snapshot)
    label = label_named(parameters["label"])
    stock = Stock.of(case.snapshot, label, areas=case.viewer.areas, as_of=case.as_of)
    row = row_of(stock, parameters["id"])
    only = None if parameters["only"] is None else parse(parameters["only"], label=label)
    weights = weighed(standard_weights(label), parameters["weights"])
    chosen = None if only is None else _chosen(stock, only)
    wanted = Wanted(weights, parameters["measure"], parameters["top"], parameters["cutoff"], chosen)
    alike, asked = similar(stock, row, wanted), Asked(case.snapshot, case.viewer, case.as_of)
    body = _question(asked, stock, row, wanted=wanted, only=only) | _found(asked, stock, alike)
    return case.answer(body, alike)


def row_of(stock: Stock, written: str) -> int:
    """Return the row of a node by its id, by the address of a unit, or by a public name that only one node has.

    What lies outside the scope is as unknown as what does not exist: `NotFound`, the nearest ids inside named.
    """
    row = int(stock.nodes.rows([written])[0])
    if row >= 0 and row in stock.rows:
        return row
    found = _called(stock, written)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(stock.nodes.id_of(one) for one in found[:MOST_NAMESAKES])
        raise ArgumentInvalid("ID", written, Text(f"同名的有：{ids}", f"several have that name: {ids}"))
    raise NotFound(stock.label, written, stock.ids.to_pylist())


def _called(stock: Stock, written: str) -> list[int]:
    """Return the rows of the stock with that address (units) or that name, where names are public."""
    import pyarrow.compute as pc

    from graph.model.address import parse as parse_address

    known = stock.nodes.label.by_name
    if stock.label == "Unit":
        column, value = "address_key", parse_address(written).unit
    elif "name" in known and known["name"].sensitivity is Sensitivity.PUBLIC:
        column, value = "name", written
    else:
        return []
    same = pc.fill_null(pc.equal(stock.nodes.column(column), value), False).to_numpy(zero_copy_only=False)
    return [int(row) for row in stock.rows[same[stock.rows]]] if value else []


def _chosen(stock: Stock, only: Condition) -> np.ndarray[Any, np.dtype[np.bool_]]:
    from graph.snapshot.evaluate import mask

    seen = within(only, stock.areas)
    return mask(stock.snapshot, stock.label, seen, stock.as_of)[stock.rows]


def within(condition: Condition, areas: tuple[str, ...] | None) -> Condition:
    """Return the condition as somebody sees it who sees only `areas`: a node elsewhere is related to nobody."""
    if areas is None:
        return condition
    match condition:
        case AllOf(of):
            return AllOf(tuple(within(c, areas) for c in of))
        case AnyOf(of):
            return AnyOf(tuple(within(c, areas) for c in of))
        case Not(of):
            return Not(within(of, areas))
        case Related(type, to, where):
            seen = (Is("area", areas),) if SCHEMA.label[to].scoped else ()
            return Related(type, to, AllOf((*seen, within(where, areas))))
        case _:
            return condition


def _question(asked: Asked, stock: Stock, row: int, *, wanted: Wanted, only: Condition | None) -> dict[str, Any]:
    """Return how the question was understood."""
    from similarity.neighbours.gower import MIXED, TITLE
    from similarity.neighbours.measures import named
    from similarity.neighbours.subjects import sensitive, standard_weights

    title = TITLE if wanted.measure == MIXED else named(wanted.measure).title
    return {
        "as_of": asked.as_of.isoformat(),
        "label": stock.label,
        "id": stock.nodes.id_of(row),
        "title": _title(stock, row),
        "facts": _facts(asked, stock, row),
        "measure": {"name": wanted.measure, **_both(title)},
        "weights": dict(wanted.weights),
        "unused": [name for name in standard_weights(stock.label) if name not in wanted.weights],
        "sensitive": sensitive(stock.label, wanted.weights),
        "only": _both(_said(stock, only)) if only else None,
        "among": _others(stock, row, wanted),
        "notes": [_both(note) for note in _notes(stock, wanted)],
    }


def _others(stock: Stock, row: int, wanted: Wanted) -> int:
    """Return how many nodes it was compared with, itself left out."""
    among = np.ones(len(stock), bool) if wanted.targets is None else wanted.targets
    return int((among & (stock.rows != row)).sum())


def _notes(stock: Stock, wanted: Wanted) -> list[Text]:
    """Say which tags were held back because nobody declared what they are."""
    from similarity.neighbours.subjects import undeclared

    if "tags" not in wanted.weights or "sensitive_tags" in wanted.weights:
        return []
    count = int(undeclared(stock.snapshot).sum())
    return [UNDECLARED.fill(n=count)] if count else []


def _said(stock: Stock, only: Condition) -> Text:
    tags = stock.snapshot.nodes("Tag")
    known = [tag for tag in sorted(tags_of(only)) if tags.rows([tag])[0] >= 0]
    names = {tag: str(tags.column("name")[tags.row(tag)].as_py()) for tag in known}
    return sentence(only, label=stock.label, names=names)


def _found(asked: Asked, stock: Stock, alike: Alike) -> dict[str, Any]:
    return {
        "compared": list(alike.compared),
        "rows": [_row(asked, stock, one, rank=rank) for rank, one in enumerate(alike.neighbours, 1)],
        "total": alike.total,
        "truncated": len(alike.neighbours) < alike.total,
        "note": _both(alike.note) if alike.note else None,
    }


def _row(asked: Asked, stock: Stock, one: Neighbour, *, rank: int) -> dict[str, Any]:
    return {
        "rank": rank,
        "id": stock.nodes.id_of(one.row),
        "title": _title(stock, one.row),
        "score": one.score,
        "parts": [part.to_json() for part in one.parts],
        "facts": _facts(asked, stock, one.row),
    }


def _title(stock: Stock, row: int) -> str:
    name = "name" if "name" in stock.nodes.label.by_name else "address"
    return str(stock.nodes.column(name)[row].as_py() or "")


def _facts(asked: Asked, stock: Stock, row: int) -> dict[str, Any]:
    """Return what is shown of a row: of a person what a search shows, nothing more."""
    from search.facts import facts

    if stock.label == "Unit":
        record = stock.nodes.record(row)
        return {name: record[name] for name in UNIT_FACTS if name in record}
    return dict(facts(asked, stock.label, row=row))


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
