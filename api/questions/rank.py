"""Rank the rows of any table by their likeness to the rows marked as positives; needs no graph."""

from __future__ import annotations

from pathlib import Path

from api.answers import Answer, Desk, Parameters, answered
from graph.model.errors import SnapshotMissing


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:  # noqa: ARG001
    """Rank the rows of a table.

    Parameters: `file`, `id`, `positives`, `exclude`, `backtest`, `top`, and `method` ("auto" unless given).
    """
    from loaders.table import file_digest, read_table
    from similarity.backtest.plan import Plan
    from similarity.backtest.trials import splits
    from similarity.lookalike.estimator import AUTO, LookAlike
    from similarity.lookalike.ranking import rank
    from similarity.tabular import read_task

    path = Path(parameters["file"])
    data = file_digest(path)
    if snapshot not in (None, data):
        raise SnapshotMissing(str(snapshot))
    columns = {name: parameters[name] for name in ("id", "positives", "exclude")}
    task = read_task(read_table(path), **columns)
    model = LookAlike(method=parameters.get("method", AUTO))
    ranking = rank(task.features, task.positives, model=model)
    body = ranking.to_json(top=parameters["top"])
    card = splits(task.features, task.positives, plan=Plan(model=model)) if parameters["backtest"] else None
    if card is not None:
        body["backtest"] = card.to_json()
    return answered(body, "rank", parameters, data=data, source=(ranking, card))
