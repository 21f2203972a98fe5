"""From trials to a card: every rule ranks in every trial, and what it found is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from similarity import metrics
from similarity.backtest.ablation import Cost, cost
from similarity.backtest.card import BackTest
from similarity.backtest.curve import Curve, curve
from similarity.backtest.figure import Figure
from similarity.backtest.found import Found, Trial, find
from similarity.backtest.plan import Plan
from similarity.backtest.rules import CENTROID, LOOKALIKE, Outcome, centroid_scores, chance, model_scores
from similarity.features import Features, Floats
from similarity.lookalike.design import Design
from similarity.lookalike.estimator import LookAlike

FEW = 10  # below so many tested positives an interval is wider than anything that it could tell apart


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """One rule after all trials."""

    found: Found
    curve: Curve
    outcome: Outcome


def judge(features: Features, trials: Sequence[Trial], *, plan: Plan, title: Text) -> BackTest:
    """Return the card of the look-alike, the naive rules and chance over the same trials."""
    design, model = Design(features), LookAlike() if plan.model is None else plan.model
    scores, methods = model_scores(model, design, trials, threads=plan.threads)
    found = find(trials, scores)
    lengths = plan.counted(hidden=found.hidden, rows=int(found.candidates))
    others = ((rule, find(trials, given)) for rule, given in _others(design, trials, plan))
    rules = [_judged(rule, at, lengths=lengths, seed=plan.seed) for rule, at in ((LOOKALIKE, found), *others)]
    return BackTest(
        title,
        lengths[0],
        found.candidates,
        found.hidden,
        found.positives,
        (*(r.outcome for r in rules), chance(found, lengths, seed=plan.seed)),
        found,
        tuple(r.curve for r in rules),
        costs=_costs(features, trials, plan=plan, whole=found),
        methods=dict(sorted(methods.items())),
        warnings=_few(found.positives),
        notes=features.notes + design.notes + _cut_short(plan, found),
    )


def _others(design: Design, trials: Sequence[Trial], plan: Plan) -> Iterable[tuple[Text, Iterable[Floats]]]:
    for rule, given in plan.rankings.items():
        yield rule, [np.where(np.isnan(given), -np.inf, given)] * len(trials)  # rows without a value stand last
    yield CENTROID, centroid_scores(design, trials)


def _judged(rule: Text, found: Found, *, lengths: Sequence[int], seed: int) -> _Judged:
    line = curve(rule, found)
    outcome = Outcome(
        rule,
        tuple(line.at(k) for k in lengths),
        _mean(found.by_positive(found.placement), seed=seed),
        _mean(found.by_positive(found.precision), seed=seed),
    )
    return _Judged(found, line, outcome)


def _mean(values: Floats, *, seed: int) -> Figure:
    return Figure(float(values.mean()), *metrics.bootstrap_mean(values, seed=seed))


def _costs(features: Features, trials: Sequence[Trial], *, plan: Plan, whole: Found) -> tuple[Cost, ...]:
    """Rank once more without each switched-off group; a group that is not there costs nothing and is not listed."""
    model = LookAlike() if plan.model is None else plan.model
    lengths = plan.counted(hidden=whole.hidden, rows=int(whole.candidates))
    there = {*features.names, *features.groups}
    costs = []
    for title, names in plan.switches.items():
        off: Collection[str] = [n for n in names if n in there]
        if off:
            smaller = Design(features.without(off))
            scores, _ = model_scores(model, smaller, trials, threads=plan.threads)
            costs.append(cost(title, whole, without=find(trials, scores), lengths=lengths))
    return tuple(costs)


def _few(positives: int) -> tuple[Text, ...]:
    if positives >= FEW:
        return ()
    return (
        Text(
            f"只有 {positives} 个样本可检验，区间仅供参考",
            f"only {positives} positives could be tested: take the intervals as a hint",
        ),
    )


def _cut_short(plan: Plan, found: Found) -> tuple[Text, ...]:
    rows = int(found.candidates)
    if plan.k is None or plan.k <= rows:
        return ()
    return (
        Text(f"名单只有 {rows} 行，短于所要的 {plan.k} 行", f"the list has {rows} rows, not the {plan.k} asked for"),
    )
