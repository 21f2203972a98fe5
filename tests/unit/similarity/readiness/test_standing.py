"""Votes read from a snapshot: the plan in force, last answers, who may be asked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from graph.model.errors import NotFound
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.readiness.consent import Choice, Rules
from similarity.readiness.standing import ENDED, REPLACED, Standing, standing, under_way
from similarity.readiness.votes import Votes
from tests.unit.similarity.readiness.stairwells import AS_OF, A, B, dwelling, records

SNAPSHOT = Snapshot.of(records())
UNITS = SNAPSHOT.nodes("Unit")


def of(unit: str, *, plan: str | None = None, as_of: dt.date = AS_OF) -> Standing | None:
    return standing(Votes(SNAPSHOT, as_of), UNITS.row(unit), rules=Rules(), plan=plan)


def test_the_newest_plan_of_the_day_is_in_force() -> None:
    names = SNAPSHOT.nodes("Plan")
    found = [names.id_of(row) for row in Votes(SNAPSHOT, AS_OF).plans()[UNITS.row(A)]]
    assert found == ["old", "new"]  # the one of December is not there yet
    assert {v.ballot.plan for v in [of(A)] if v} == {"new"}
    assert of(A, as_of=dt.date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "force"), [("2020-12-31", None), ("2021-01-01", "old"), ("2021-08-31", "old"), ("2021-09-01", "new")]
)
def test_a_plan_is_in_force_from_its_own_day(day: str, force: str | None) -> None:
    vote = of(A, as_of=dt.date.fromisoformat(day))
    assert (vote and vote.ballot.plan) == force


@pytest.mark.parametrize(("day", "asked"), [("2021-10-31", True), ("2021-11-01", False)])
def test_votes_are_taken_through_the_last_day(day: str, asked: bool) -> None:
    vote = of(B, as_of=dt.date.fromisoformat(day))
    assert vote is not None
    assert (vote.shortfall is not None) == asked


@pytest.mark.parametrize(("day", "choice"), [("2021-10-09", Choice.UNREACHED), ("2021-10-10", Choice.AGREED)])
def test_an_answer_counts_from_its_own_day(day: str, choice: Choice) -> None:
    vote = of(A, as_of=dt.date.fromisoformat(day))
    assert vote is not None
    assert {h.id: h.choice for h in vote.ballot.homes}[dwelling(A, 3)] is choice


def test_of_two_plans_of_one_day_the_later_version_is_in_force() -> None:
    world = records()
    day = dt.date(2021, 9, 1)
    rows = [{**row, "proposed_on": day, "closes_on": None} for row in world.nodes["Plan"].to_pylist()]
    plans_of_one_day = pa.Table.from_pylist(rows, world.nodes["Plan"].schema)
    twins = Snapshot.of(Records.of({**world.nodes, "Plan": plans_of_one_day}, world.edges))
    newest, replaced = (standing(Votes(twins, day), UNITS.row(A), rules=Rules(), plan=p) for p in (None, "new"))
    assert newest is not None
    assert replaced is not None
    assert newest.ballot.plan == "later"  # version 3
    assert newest.shortfall is not None
    assert (replaced.shortfall, replaced.notes[0]) == (None, REPLACED)  # though its period is open


def test_the_last_answer_by_the_day_counts() -> None:
    vote = of(A)
    assert vote is not None
    said = {h.id: h.choice for h in vote.ballot.homes}
    expected = [Choice.UNDECIDED, Choice.UNREACHED, Choice.AGREED, Choice.AGREED, Choice.UNREACHED, Choice.UNREACHED]
    assert [said[dwelling(A, f)] for f in range(1, 7)] == expected
    earlier = of(A, as_of=dt.date(2021, 9, 30))
    assert earlier is not None
    assert {h.id: h.choice for h in earlier.ballot.homes}[dwelling(A, 3)] is Choice.UNREACHED


def test_a_no_bars_under_its_own_plan_only() -> None:
    vote = of(A)
    assert vote is not None
    assert vote.shortfall is not None
    assert dwelling(A, 1) not in {i for s in vote.shortfall.sets for i in s.homes}  # refused this plan
    assert {h.id for h in vote.ballot.homes if h.open} == {dwelling(A, f) for f in (2, 5, 6)}  # 2 refused the old one
    assert vote.again == {dwelling(A, 1), dwelling(A, 2)}


def test_what_is_left_out_is_said() -> None:
    vote = of(A)
    assert vote is not None
    assert vote.ballot.strangers == 1
    assert vote.ballot.unmeasured == (dwelling(A, 6),)
    assert len(vote.notes) == 2
    assert {g.of for g in vote.gates if g.measure == "participation"} == {6, 5 * 5005}


def test_a_plan_that_is_over_asks_nobody() -> None:
    replaced, ended = of(A, plan="old"), of(B)
    assert replaced is not None
    assert ended is not None
    assert (replaced.shortfall, replaced.notes[0]) == (None, REPLACED)
    assert (ended.shortfall, ended.notes) == (None, (ENDED,))


@pytest.mark.parametrize("name", ["later", "other", "none"])
def test_a_plan_of_another_unit_or_day_is_unknown(name: str) -> None:
    with pytest.raises(NotFound):
        of(A, plan=name)


def test_votes_under_way_are_those_in_the_mask() -> None:
    def listed(inside: np.ndarray, as_of: dt.date = AS_OF) -> list[str]:
        return [v.ballot.plan for v in under_way(Votes(SNAPSHOT, as_of), inside, rules=Rules())]

    everywhere = np.ones(2, bool)
    assert listed(everywhere) == ["new"]
    assert set(listed(everywhere, dt.date(2021, 10, 1))) == {"new", "other"}
    assert listed(UNITS.inside(("900000000002",)), dt.date(2021, 10, 1)) == ["other"]


def test_snapshots_without_votes_have_none() -> None:
    world = records()
    bare = Snapshot.of(Records.of({k: t for k, t in world.nodes.items() if k != "Plan"}, {}))
    assert standing(Votes(bare, AS_OF), 0, rules=Rules()) is None
    assert under_way(Votes(bare, AS_OF), np.ones(2, bool), rules=Rules()) == []
