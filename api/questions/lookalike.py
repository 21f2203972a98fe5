"""The units without a lift that are most like those that were given one."""

from __future__ import annotations

from api.answers import Answer, Desk, Parameters


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Rank the units without a lift; parameters: `as_of`, `top`, `without`, `force`, `areas`."""
    from api.lifts import rank_units

    case = desk.case("lookalike", parameters, snapshot=snapshot)
    result = rank_units(
        case.snapshot, case.as_of, without=tuple(parameters["without"]), force=tuple(parameters["force"])
    )
    ranking, card, warnings = result
    body = {"as_of": case.as_of.isoformat(), **ranking.to_json(top=parameters["top"]), "backtest": card.to_json()}
    body["warnings"] = [{"zh": w.zh, "en": w.en} for w in warnings]
    return case.answer(body, result)
