from __future__ import annotations

import json

import numpy as np
import pytest

from graph.model.condition_json import parse
from loaders.sample.crowd import Crowd, codes
from loaders.sample.district import District
from loaders.sample.programmes import SCREENING, SILENT
from loaders.sample.sheet import Sheet
from loaders.sample.tables import rows


def _numbers(sheet: Sheet, programme: str | None = None) -> set[str]:
    who, what = sheet.column("身份证号"), sheet.column("项目名称")
    return {str(r[who]) for r in sheet.rows if programme in (None, r[what])}


@pytest.mark.parametrize("size", ["small", "full"])
def test_the_silent_few_are_exactly_the_eligible_without_any_record(size: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(size)
    people = district.town.people
    row = next(r for r in rows("programmes") if r["id"] == SCREENING)
    crowd = Crowd(people, codes(people, district.town.traits), district.tags.by_id())
    eligible = set(people.id_number[crowd.where(parse(json.loads(row["eligibility"])))].tolist())
    silent = set(people.id_number[district.programmes.silent].tolist())
    assert len(silent) == SILENT
    assert eligible - _numbers(district.programmes.contacted, row["name"]) == silent
    assert not silent & (_numbers(district.programmes.contacted) | _numbers(district.programmes.enrolled))


def test_only_the_eligible_enrol(small: District) -> None:
    people = small.town.people
    crowd = Crowd(people, codes(people, small.town.traits), small.tags.by_id())
    for row in rows("programmes"):
        meant = set(people.id_number[crowd.where(parse(json.loads(row["eligibility"])))].tolist())
        assert _numbers(small.programmes.enrolled, row["name"]) <= meant, row["name"]
        assert small.programmes.eligible[row["id"]] == len(meant)


def test_two_years_of_enrolment(small: District) -> None:
    at = small.programmes.enrolled.column("报名日期")
    years = np.array([r[at].year for r in small.programmes.enrolled.rows])
    assert set(years.tolist()) == {2020, 2021}
