"""The smallest sets, against every subset of up to twelve homes."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings

from similarity.readiness import closing
from similarity.readiness.closing import Closing, shortfall
from similarity.readiness.consent import Choice, Home, Rules, gates, need
from tests.unit.similarity.readiness import ballots
from tests.unit.similarity.readiness.ballots import home


def closes(own: list[Home], asked: set[str], rules: Rules) -> bool:
    after = [replace(h, choice=Choice.AGREED) if h.id in asked else h for h in own]
    return all(gate.met for gate in gates(after, rules))


def by_brute_force(own: list[Home], rules: Rules) -> list[Closing]:
    """Return all smallest sets of open homes that close the gates, by area, then by ids."""
    still_open = sorted(h.id for h in own if h.open)
    area = {h.id: h.area for h in own}
    for size in range(len(still_open) + 1):
        found = [s for s in combinations(still_open, size) if closes(own, set(s), rules)]
        if found:
            return sorted((Closing(s, sum(area[i] for i in s)) for s in found), key=lambda c: (c.area, c.homes))
    return []


@settings(max_examples=150, deadline=None)
@given(ballots.homes(), ballots.rules)
def test_the_sets_are_those_of_brute_force(own: list[Home], rules: Rules) -> None:
    expected = by_brute_force(own, rules)
    found = shortfall(own, rules, most=4)
    assert found.count == (len(expected[0].homes) if expected else None)
    if not found.count:
        return
    assert list(found.sets) == expected[:4]
    assert found.more == (len(expected) > 4)
    assert found.always == tuple(sorted(set.intersection(*(set(c.homes) for c in expected))))


@settings(max_examples=60, deadline=None)
@given(ballots.homes(), ballots.rules)
def test_who_said_no_is_never_listed(own: list[Home], rules: Rules) -> None:
    barred = {h.id for h in own if h.refused or h.choice.votes}
    listed = {i for c in shortfall(own, rules, most=50).sets for i in c.homes}
    assert not barred & listed


def big(count: int, seed: int) -> list[Home]:
    draw = random.Random(seed)
    choices = [Choice.AGREED, Choice.AGREED, Choice.REFUSED, Choice.UNDECIDED, Choice.UNDECIDED, Choice.UNREACHED]
    return [home(f"h{i:03d}", draw.randint(2400, 18000), draw.choice(choices)) for i in range(count)]


@pytest.mark.parametrize("count", [60, 120])
def test_a_tower_is_exact(count: int) -> None:
    own = big(count, seed=count)
    found = shortfall(own, Rules())
    assert found.exact
    wanted = need(gates(own, Rules()))
    for each in found.sets:
        assert closes(own, set(each.homes), Rules())
        assert wanted.area is not None
        assert each.area >= wanted.area == found.bound
    assert [c.area for c in found.sets] == sorted(c.area for c in found.sets)


def test_too_many_homes_say_so_and_still_close(monkeypatch: pytest.MonkeyPatch) -> None:
    own = big(60, seed=3)
    exact = shortfall(own, Rules())
    monkeypatch.setattr(closing, "BITS", 100)
    near = shortfall(own, Rules())
    assert not near.exact
    assert near.count == exact.count
    assert near.always == exact.always
    assert len(near.sets) == 1
    assert closes(own, set(near.sets[0].homes), Rules())
    assert near.sets[0].area >= exact.sets[0].area >= near.bound


def test_nothing_is_wanted_of_a_closed_vote() -> None:
    assert shortfall([home("a", 100, Choice.AGREED)], Rules()).count == 0


def test_out_of_reach_is_an_answer() -> None:
    assert shortfall([home("a", 100, Choice.REFUSED), home("b", 100)], Rules()).count is None
    assert shortfall([], Rules()).count is None
