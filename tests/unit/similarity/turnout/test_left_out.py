"""Groups left out: a planted one is named, an even list names nobody, small cells are not shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph.model.cells import ANALYST_CELL, PUBLISHED_CELL
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.turnout.left_out import FOUR_FIFTHS, TENTH, judge, left_out
from similarity.turnout.likely import Likely


def _by(likely: Likely, keep_first: np.ndarray) -> Likely:
    """Put the people of a mask (over rows of the history) first."""
    order = np.argsort(~keep_first[likely.people], kind="stable")
    return replace(likely, people=likely.people[order], scores=likely.scores[order], chances=likely.chances[order])


def test_men_kept_behind_are_named(snapshot: Snapshot, likely: Likely) -> None:
    everywhere = replace(likely, occasion=replace(likely.occasion, committee=""))  # one committee is too small to tell
    found = left_out(snapshot, _by(everywhere, likely.history.people.sex == 1))
    men = next(g for g in found.groups if g.title.en == "man")
    assert men.people == int((likely.history.people.sex == 0).sum())
    assert men.likely == 0
    assert men.high < FOUR_FIFTHS
    assert found.likely == found.people // TENTH
    assert "woman" not in [g.title.en for g in found.groups]


def test_a_committee_kept_behind_is_named_where_all_are_invited(snapshot: Snapshot, likely: Likely) -> None:
    everywhere = replace(likely, occasion=replace(likely.occasion, committee=""))
    found = left_out(snapshot, _by(everywhere, likely.history.people.committee != 1))
    assert "committee c2" in [g.title.en for g in found.groups]


def test_the_circle_is_the_holding_committee_where_it_is_large_enough(snapshot: Snapshot, likely: Likely) -> None:
    own = likely.history.people.committee == likely.history.committees.index("c3")
    assert left_out(snapshot, likely).people == int(own.sum())


def test_a_list_in_random_order_names_nobody(snapshot: Snapshot, likely: Likely) -> None:
    named = 0
    for seed in range(20):
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(likely))
        found = left_out(snapshot, replace(likely, people=likely.people[order]))
        assert found.looked_at > 10
        named += bool(found.groups)
    assert named <= 3  # one list in twenty or fewer


@pytest.mark.parametrize(("sensitive", "least"), [(False, ANALYST_CELL), (True, PUBLISHED_CELL)])
def test_a_small_cell_is_withheld_and_reckoned_as_the_most_it_can_be(sensitive: bool, least: int) -> None:
    people, rate = 400, 0.1
    chosen = np.arange(2000) < 2000 * rate
    reached = np.zeros(2000, bool)
    for hits in (0, 1, least - 1, least):
        members = np.zeros(2000, bool)
        members[:hits] = True
        members[-(people - hits) :] = True
        reached[:] = members
        reached[hits:] = False  # those who came are those in the first tenth
        found = judge((Text("组", "group"), members, sensitive), chosen=chosen, reached=reached, z=2.0)
        shown = None if 0 < hits < least else hits
        assert (found.people, found.likely, found.reached) == (people, shown, shown)
        most = least - 1 if shown is None else hits
        assert found.ratio == pytest.approx(most / people / rate)
        assert found.missing == pytest.approx(people * rate - most)
        assert found.low <= found.ratio <= found.high


def test_too_few_people_are_not_judged(snapshot: Snapshot, likely: Likely) -> None:
    few = replace(likely, people=likely.people[:99], scores=likely.scores[:99], chances=likely.chances[:99])
    found = left_out(snapshot, few)
    assert found.groups == ()
    assert found.note is not None
