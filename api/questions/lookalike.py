"""The units without a lift that are most like those that were given one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Case, Desk, Parameters
from graph.model.errors import FileMissing, ModelUnusable
from graph.model.text import Text

if TYPE_CHECKING:
    from api.lifts import LiftList
    from graph.snapshot.columns import Snapshot
    from similarity.features import Barred, Features
    from similarity.feedback.table import Outcomes
    from similarity.lookalike.ranking import Ranking
    from similarity.readiness.bands import Bands
    from similarity.saved.model import SavedModel

REASONS = 6
ELSEWHERE = Text("与其他居委的样本的远近合计", "closeness to those of other committees together")
ALTERED = Text("模型文件已不是当时的那一个", "the model file is no longer the one that was asked")


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What stands behind an answer: the ranking of all candidates, and the fit (None: by a saved model)."""

    case: Case
    ranking: Ranking
    found: LiftList | None = None
    card: tuple[Text, ...] = ()

    def listed(self, top: int) -> dict[str, Any]:
        """Return the first rows that the viewer may see, as they stand in the body."""
        return _list(self.case, self.ranking, self.found.bands if self.found else None, top=top)


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Rank the units without a lift.

    Parameters: `as_of`, `top`, `without` and `force` (names of features or groups), `feedback` (rows of a table of
    outcomes, None: none), `model` (`file` and `digest` of a saved model that is used as it is, None: learn one),
    `areas`. The list is learned on the whole sub-district and is its publication; `areas` cuts the rows that are shown.
    """
    case = desk.case("lookalike", parameters, snapshot=snapshot)
    if parameters.get("model"):
        return _by_model(case)
    found = _found(case)
    drawn = Drawn(case, found.ranking, found)
    body = {"as_of": case.as_of.isoformat(), **drawn.listed(parameters["top"])}
    body |= {"bands": found.bands.to_json(), "backtest": found.card.to_json(), "barred": _barred(found)}
    if found.asked.feedback is not None:
        body["feedback"] = found.known.to_json()
    body["warnings"] = [_both(w) for w in found.card.warnings]
    return case.answer(body, drawn)


def _found(case: Case) -> LiftList:
    from api.lifts import Asked, rank_units

    given = case.parameters
    feedback = _outcomes(case.snapshot, given["feedback"]) if given.get("feedback") is not None else None
    return rank_units(case.snapshot, case.as_of, Asked(tuple(given["without"]), tuple(given["force"]), feedback))


def _outcomes(snapshot: Snapshot, rows: list[dict[str, Any]]) -> Outcomes:
    """Read the rows of a table of outcomes; units may be written as addresses."""
    import pyarrow as pa

    from graph.model.address import parse
    from similarity.feedback.table import HEADERS, read_outcomes

    known = frozenset(snapshot.nodes("Unit").ids.to_pylist())

    def named(header: str, cell: Any) -> Any:
        if header.casefold() not in HEADERS["unit"] or not isinstance(cell, str) or cell in known:
            return cell
        return parse(cell).unit or cell

    names = list(rows[0]) if rows else []
    return read_outcomes(pa.table({n: pa.array([named(n, row.get(n)) for row in rows]) for n in names}), known=known)


def _list(case: Case, ranking: Ranking, bands: Bands | None, *, top: int) -> dict[str, Any]:
    """Return the first rows of a ranking that the viewer may see; their rank is that among all candidates."""
    places = in_scope(case, ranking)
    facts = taken(ranking, places).to_json(top=top, most=REASONS)
    units = _units(case.snapshot, [ranking.ids[p] for p in places[: len(facts["rows"])]])
    for row, place, unit in zip(facts["rows"], places, units, strict=False):
        row |= {"rank": int(place) + 1, **unit}
        if bands is not None:
            row["band"] = bands.of(int(place) + 1).name.value
        if case.viewer.areas is not None:
            row["reasons"] = _without_others(case, row["reasons"])
    return facts | {"candidates": len(ranking), "in_scope": len(places)}


def in_scope(case: Case, ranking: Ranking) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return the places of the candidates that lie inside the viewer's committees, best first."""
    nodes = case.snapshot.nodes("Unit")
    return np.flatnonzero(nodes.inside(case.viewer.areas)[nodes.rows(ranking.ids)])


def taken(ranking: Ranking, places: np.ndarray[Any, np.dtype[np.intp]]) -> Ranking:
    """Return a ranking of some of its candidates only, in the same order, with the same scores and reasons."""
    ids = tuple(ranking.ids[p] for p in places)
    parts = {"contributions": ranking.contributions[places], "closeness": ranking.closeness[places]}
    return replace(ranking, ids=ids, scores=ranking.scores[places], rows=ranking.rows[places], **parts)


def _units(snapshot: Snapshot, ids: list[str]) -> list[dict[str, Any]]:
    nodes = snapshot.nodes("Unit")
    records = [nodes.record(int(row)) for row in nodes.rows(ids)]
    return [{"area": r.get("area"), "address": r.get("address")} for r in records]


def _without_others(case: Case, reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fold the reasons that name a unit outside the scope into one."""
    from similarity.lookalike.explained import POSITIVE
    from similarity.reasons import NANO, OTHERS

    nodes = case.snapshot.nodes("Unit")
    inside = nodes.inside(case.viewer.areas)
    names = [r["feature"].removeprefix(POSITIVE) if r["feature"].startswith(POSITIVE) else "" for r in reasons]
    rows = nodes.rows(names)
    hidden = [
        bool(name) and name != OTHERS and not (at >= 0 and inside[at]) for name, at in zip(names, rows, strict=True)
    ]
    if not any(hidden):
        return reasons
    total = sum(round(r["contribution"] * NANO) for r, out in zip(reasons, hidden, strict=True) if out) / NANO
    kept = [r for r, out in zip(reasons, hidden, strict=True) if not out]
    return [*kept, {"feature": POSITIVE + "elsewhere", "contribution": total, **_both(ELSEWHERE)}]


def _barred(found: LiftList) -> list[dict[str, str]]:
    """Return what was barred because it may hold the outcome (not what merely tells nothing)."""
    return [{"name": b.name, **_both(b.why)} for b in suspect(found.ranking.model.design_.features)]


def suspect(features: Features) -> list[Barred]:
    """Return the barred features of a table that may hold the outcome."""
    from similarity.portraits.reliability import quiet

    return [b for b in features.barred if not quiet(b)]


def _by_model(case: Case) -> Answer:
    """Rank by a saved model: on its own data the same list again, on others without learning from them."""
    from similarity.saved.card import card_sentences

    saved = opened(case.parameters["model"])
    drawn = Drawn(case, _ranking_of(saved, case), card=tuple(card_sentences(saved.card)))
    body = {"as_of": case.as_of.isoformat(), **drawn.listed(case.parameters["top"])}
    body |= {"card": saved.card, "code": saved.code}
    body["warnings"] = [
        _both(Text("由保存的模型排序，未重新学习", "ranked by a saved model: nothing was learned anew"))
    ]
    return case.answer(body, drawn)


def opened(model: Mapping[str, str]) -> SavedModel:
    """Read a saved model; raises `FileMissing`, and `ModelUnusable` for a file that is not what was asked for."""
    from hashlib import sha256

    from similarity.saved.model import load

    path = Path(model["file"])
    try:
        content = path.read_bytes()
    except OSError:
        raise FileMissing(path) from None
    if model["digest"] != sha256(content).hexdigest():
        raise ModelUnusable(ALTERED)
    return load(content)


def _ranking_of(saved: SavedModel, case: Case) -> Ranking:
    """Return the list of a saved model: of its own stock where the data are the same, else of the units of the day.

    Units that have a lift by now, and those that refused, are no candidates.
    """
    from similarity.portraits.units import SUBJECT, unit_features, unit_positives
    from similarity.saved.again import rank_again

    if (saved.card.get("data"), saved.card.get("as_of")) == (case.snapshot.digest, case.as_of.isoformat()):
        return rank_again(saved, subject=SUBJECT)
    record = unit_positives(case.snapshot, case.as_of)
    gone = {*record.built_in, *record.dates, *record.refused} - {*saved.positives}
    features = unit_features(case.snapshot, case.as_of).leaving_out(sorted(gone))
    return rank_again(saved, features, subject=SUBJECT)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
