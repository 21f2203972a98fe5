from __future__ import annotations

import numpy as np
import pytest

from loaders.sample.draws import stream
from loaders.sample.households import Templates, draw, templates
from loaders.sample.tables import settings


@pytest.fixture(scope="module")
def source() -> Templates:
    return templates(stream(7, "households"))


def test_weights_meet_the_census_in_every_band(source: Templates) -> None:
    facts = settings("census")
    starts = np.array(facts["bands"])
    for sex, name in ((1, "male"), (2, "female")):
        share = np.zeros(len(starts))
        for weight, people in zip(source.weight, source.members, strict=True):
            for _, s, age in people:
                if s == sex:
                    share[np.searchsorted(starts, age, side="right") - 1] += weight
        wanted = np.array(facts[name]) / (sum(facts["male"]) + sum(facts["female"]))
        size = sum(w * len(p) for w, p in zip(source.weight, source.members, strict=True))
        assert np.abs(share / size - wanted).max() < 0.002


def test_household_size_and_people_alone(source: Templates) -> None:
    drawn = draw(stream(8, "draw"), source, 20_000)
    sizes = np.array([len(source.members[t]) for t in drawn.template.tolist()])
    assert abs(sizes.mean() - 2.34) < 0.02
    assert abs((sizes == 1).mean() - 0.2613) < 0.005


def test_families_make_sense(source: Templates) -> None:
    for people in source.members:
        roles = [role for role, _, _ in people]
        assert roles.count("02") == 1
        assert all(0 <= age <= settings("census")["oldest"] for _, _, age in people)
        head = next(age for role, _, age in people if role == "02")
        for role, _, age in people:
            if role in ("51", "52"):
                assert age - head >= 20
            if role in ("20", "30"):
                assert head - age >= 17


def test_sharers_rent(source: Templates) -> None:
    drawn = draw(stream(9, "rent"), source, 20_000)
    kind = np.array(source.kinds)[drawn.template]
    assert drawn.renting[kind == "sharers"].mean() > 0.9
    assert drawn.renting[kind == "couple_old"].mean() < 0.12
