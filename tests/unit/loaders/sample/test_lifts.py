from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from loaders.sample.district import District
from loaders.sample.lifts import COEFFICIENTS, DECIDED, MISLEADING, STARTS, WAVES, features, log_odds


@pytest.mark.parametrize("size", ["small", "full"])
def test_waves_are_dated_walk_ups(size: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(size)
    own, units = district.lifts, district.town.place.units
    assert tuple(map(len, own.waves)) == WAVES[size]
    everyone = np.concatenate([*own.waves, own.refused])
    assert len(set(everyone.tolist())) == len(everyone)
    assert units.walk_up[everyone].all()
    ledger = own.ledger
    wave, voted, built = (ledger.column(h) for h in ("批次", "表决日期", "建成日期"))
    for row in ledger.rows:
        assert (row[wave] is None) == (row[built] is None)
        if row[built] is not None:
            assert DECIDED[row[wave] - 1].item() < row[voted] < row[built]
            assert (row[built] >= STARTS[1].item()) == (row[wave] == 2)


def test_features_know_nothing_of_what_comes_later(small: District) -> None:
    day = DECIDED[0]
    events = small.activities
    later = events.on >= day
    assert later.any()
    cut = replace(events, person=events.person[~later], activity=events.activity[~later], on=events.on[~later])
    now, then = (features(small.town, e, before=day) for e in (events, cut))
    assert all(np.array_equal(now[name], then[name]) for name in COEFFICIENTS)


def test_the_ceiling_beats_chance_and_bounds_the_truth(full: District) -> None:
    at_37 = full.lifts.ceiling["37"]
    assert at_37["expected"] > 8 * at_37["chance"]
    assert abs(at_37["drawn"] - at_37["expected"]) < 10
    assert at_37["expected"] < 37
    pool = round(len(full.lifts.waves[1]) * 37 / at_37["chance"])
    lengths = sorted(map(int, full.lifts.ceiling))
    assert any(abs(k - 0.1 * pool) <= 1 for k in lengths)  # the length at which a list is judged
    expected = [full.lifts.ceiling[str(k)]["expected"] for k in lengths]
    assert expected == sorted(expected)


def test_the_signal_is_in_the_features(full: District) -> None:
    table = features(full.town, full.activities, before=DECIDED[1])
    score = log_odds(table, full.town.place, 1)
    walk_up = full.town.place.units.walk_up
    lifted = np.zeros(len(score), bool)
    lifted[full.lifts.waves[1]] = True
    above = (score[lifted][:, None] > score[walk_up & ~lifted]).mean()
    assert above > 0.85  # the area under the curve of the true score


def test_one_feature_misleads(full: District) -> None:
    stairs = full.town.place.units.stairs == MISLEADING[0]
    first, second = (stairs[wave].mean() for wave in full.lifts.waves)
    assert first > 2 * stairs.mean()
    assert second < 1.3 * stairs.mean()


def test_two_undated_properties_leak(full: District) -> None:
    lifted = np.concatenate(full.lifts.waves)
    for own in full.lifts.leaks.values():
        assert own[lifted].mean() > 0.75
        assert np.delete(own, lifted).mean() < 0.1
