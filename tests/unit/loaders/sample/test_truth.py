from __future__ import annotations

from loaders.sample.district import District
from loaders.sample.truth import truth


def test_only_the_projection_picks_the_east(full: District) -> None:
    east = {"sp_k1", "sp_k2"}
    found = truth(full)["canteens"]["candidates"]
    today = max(found, key=lambda c: found[c]["today"])
    later = max(found, key=lambda c: found[c]["in_ten_years"])
    assert today not in east
    assert later in east
    assert found[later]["in_ten_years"] > 1.3 * found[today]["in_ten_years"]


def test_nursery_places_are_enough_with_those_beyond_the_border(full: District) -> None:
    points = full.resources.points
    kind, status, capacity = (points.column(h) for h in ("类型", "状态", "容量"))
    places = {
        s: sum(r[capacity] for r in points.rows if r[kind] == "托育点" and r[status] == s) for s in ("现有", "界外可用")
    }
    wanted = truth(full)["two_year_olds"]["count"]
    assert places["现有"] < wanted <= places["现有"] + places["界外可用"]


def test_canteens_stand_in_the_centre_and_the_west(full: District) -> None:
    zones = {c.name: c.zone for c in full.town.place.committees}
    points = full.resources.points
    kind, status, where = (points.column(h) for h in ("类型", "状态", "所在居委"))
    existing = [zones[r[where]] for r in points.rows if r[kind] == "社区食堂" and r[status] == "现有"]
    assert len(existing) == 3
    assert set(existing) == {"centre", "west"}


def test_truth_names_every_planted_fact(small: District) -> None:
    facts = truth(small)
    assert facts["silent"]["count"] == 36 == len(set(facts["silent"]["id_numbers"]))
    assert [len(w) for w in facts["lifts"]["waves"]] == [10, 9]
    assert set(facts["lifts"]["leaks"]) == {"lift_fund_opened", "power_upgraded"}
    assert facts["counts"]["residents"] == 20_000
