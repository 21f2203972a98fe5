from __future__ import annotations

import numpy as np
import pytest

from loaders.sample.district import District
from loaders.sample.people import AS_OF
from loaders.sample.votes import DELIBERATING, UNREACHED


@pytest.mark.parametrize("size", ["small", "full"])
def test_walk_ups_without_a_lift_deliberate(size: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(size)
    place, plans = district.town.place, district.votes.plans
    unit = {address: i for i, address in enumerate(place.units.address.tolist())}
    asked = [unit[str(row[1])] for row in plans.rows]
    assert len(set(asked)) == DELIBERATING[size]
    assert place.units.walk_up[asked].all()
    assert not set(asked) & set(np.concatenate(district.lifts.waves).tolist())


def test_the_last_plan_of_a_stairwell_is_open_and_earlier_ones_are_closed(full: District) -> None:
    by_unit: dict[str, list[list[object]]] = {}
    for row in full.votes.plans.rows:
        by_unit.setdefault(str(row[1]), []).append(row)
    assert {len(rows) for rows in by_unit.values()} == {1, 2}
    for rows in by_unit.values():
        assert [row[4] for row in rows] == list(range(1, len(rows) + 1))
        assert all(str(row[5]) < str(row[6]) for row in rows)
        assert str(rows[-1][6]) > str(AS_OF) > str(rows[-1][5])
        assert all(str(row[6]) < str(rows[-1][5]) for row in rows[:-1])


def test_the_counts_are_those_of_the_last_answers(full: District) -> None:
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for plan, home, choice, at in full.votes.answers.rows:
        key = str(plan), str(home)
        last[key] = max(last.get(key, ("", "")), (str(at), str(choice)))
    for plan, counts in full.votes.counts.items():
        said = [choice for (number, _), (_, choice) in last.items() if number == plan]
        for choice, count in counts.items():
            found = said.count(choice)
            assert found <= count if choice == UNREACHED else found == count  # not every vain visit is written down


def test_answers_fall_between_the_proposal_and_the_end(full: District) -> None:
    period = {row[0]: (row[5], min(row[6], AS_OF.item())) for row in full.votes.plans.rows}
    for plan, _, _, at in full.votes.answers.rows:
        first, end = period[plan]
        assert first < at <= end
