"""Benchmarks of readiness: how long "not reachable" takes, whether every answer reaches its band, votes of towers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from graph.model.text import Text
from similarity.features import Features, from_matrix
from similarity.lookalike.ranking import Ranking, rank
from similarity.readiness.actions import Action, Effect, changed
from similarity.readiness.changes import Row, smallest
from similarity.readiness.closing import shortfall
from similarity.readiness.consent import Choice, Home, Rules
from tests.bench.figures import HEAD, Figure, machine, stopwatch
from tests.unit.similarity.readiness.test_closing import by_brute_force

UNITS, FEATURES, POSITIVES = 1800, 350, 40
VOTES = 300
CHOICES = (Choice.AGREED, Choice.AGREED, Choice.REFUSED, Choice.UNDECIDED, Choice.UNDECIDED, Choice.UNREACHED)


def listed() -> Ranking:
    """Rank a stock in which the positives have something in common."""
    draw = np.random.default_rng(7)
    matrix = draw.normal(size=(UNITS, FEATURES))
    matrix[:POSITIVES, :20] += 0.7
    stock = from_matrix(matrix)
    columns = tuple(replace(c, observed=None, group="activity") for c in stock.columns)
    return rank(Features(stock.ids, columns), [str(i) for i in range(POSITIVES)])


def actions(count: int) -> list[Action]:
    """Return actions that move one to three features each."""
    draw = random.Random(count)
    names = [f"x{j}" for j in range(60)]
    return [
        Action(
            f"a{i:02d}",
            Text("", ""),
            float(draw.randint(1, 9)),
            tuple(Effect(n, add=draw.choice([0.3, 0.6, 1.0])) for n in draw.sample(names, draw.randint(1, 3))),
        )
        for i in range(count)
    ]


def unreachable(ranking: Ranking) -> Iterator[Figure]:
    """Time the proof that nothing reaches the top, from the end of the list."""
    row = Row(ranking.model.design_.features, int(ranking.rows[-1]), ranking.model.decision_function)
    for count in (6, 12):
        spent: list[float] = []
        for _ in range(3):
            with stopwatch(spent):
                found = smallest(row, actions(count), cut=1e9)
        assert not found.reachable
        assert found.exact
        bar = 2.0 if count == 6 else None
        yield Figure(f"“not reachable” proven, {count} actions, {UNITS:,} x {FEATURES}", min(spent), "s", bar)


def reached(ranking: Ranking) -> Figure:
    """Make the changes of every answer for every ninth unit and score the whole table anew."""
    features, model, own = ranking.model.design_.features, ranking.model, actions(6)
    cut = float(ranking.scores[len(ranking) // 4])
    done = there = 0
    for place in range(len(ranking) // 4, len(ranking), 9):
        row = int(ranking.rows[place])
        for one in smallest(Row(features, row, model.decision_function), own, cut=cut).sets:
            new = changed(features, row, by=[a for a in own if a.id in one.actions])
            at = np.arange(len(features)) == row
            columns = tuple(
                replace(c, values=np.where(at, new[c.name], c.values)) if c.name in new else c for c in features.columns
            )
            done += 1
            there += bool(model.decision_function(Features(features.ids, columns))[row] >= cut)
    return Figure(
        f"answers that reach the band when done ({done} answers)", 100 * there / max(done, 1), "%", 100, at_most=False
    )


def homes(count: int, seed: int) -> list[Home]:
    """Draw the homes of a vote."""
    draw = random.Random(seed)
    chosen = [(f"h{i:03d}", draw.randint(2400, 18000), draw.choice(CHOICES)) for i in range(count)]
    return [Home(name, area, choice, choice is Choice.REFUSED) for name, area, choice in chosen]


def votes() -> Iterator[Figure]:
    """Compare small votes with brute force, and time towers."""
    same = 0
    for seed in range(VOTES):
        own = homes(4 + seed % 9, seed)
        same += list(shortfall(own, Rules(), most=3).sets) == [c for c in by_brute_force(own, Rules())[:3] if c.homes]
    yield Figure(
        f"votes of 4 to 12 homes whose smallest sets are those of brute force, of {VOTES}",
        same,
        "",
        VOTES,
        at_most=False,
    )
    for count in (18, 60, 120):
        spent: list[float] = []
        for seed in range(9):
            with stopwatch(spent):
                found = shortfall(homes(count, seed), Rules())
            assert found.exact
        yield Figure(f"smallest sets of a vote of {count} homes, exact (slowest of 9)", 1e3 * max(spent), "ms")


def figures() -> Iterator[Figure]:
    """Yield every figure of readiness."""
    ranking = listed()
    yield from unreachable(ranking)
    yield reached(ranking)
    yield from votes()


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
