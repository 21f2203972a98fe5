from __future__ import annotations

import numpy as np

from graph.model.condition import tags_of
from loaders.sample.district import District
from loaders.sample.tables import rows
from loaders.sample.tags import FEWEST, LEADER, MOST, dictionary


def test_the_dictionary() -> None:
    tags = dictionary()
    assert len(tags) == 240
    assert len({t.id for t in tags}) == len({t.name for t in tags}) == 240
    assert all(t.id.isascii() and t.id.startswith("t_") for t in tags)
    assert len({t.group for t in tags}) >= 12
    assert sum(t.rule is not None for t in tags) >= 20
    known = {t.id for t in tags}
    assert all(tags_of(t.rule) <= known for t in tags if t.rule is not None)


def test_eight_to_fifteen_tags_a_resident(small: District) -> None:
    total = small.tags.total
    assert total.min() >= FEWEST
    assert total.max() <= MOST
    assert 10 < total.mean() < 12


def test_tags_fit_age_and_sex(small: District) -> None:
    people = small.town.people
    for i, row in enumerate(rows("tags")):
        own = small.tags.carried[i]
        if row["rate"] and row["id"] != LEADER and own.any():
            assert people.age[own].min() >= int(row["low"] or 0), row["name"]
            assert people.age[own].max() <= int(row["high"] or 200), row["name"]
            assert not row["sex"] or set(people.sex[own].tolist()) == {int(row["sex"])}, row["name"]


def test_rule_tags_are_left_to_the_loader(small: District) -> None:
    by_rule = [i for i, t in enumerate(small.tags.dictionary) if t.rule is not None]
    assert not small.tags.carried[by_rule].any()


def test_leaders_carry_their_tag(small: District) -> None:
    chosen = small.leaders[small.leaders >= 0]
    assert np.array_equal(np.flatnonzero(small.tags.of(LEADER)), np.sort(chosen))
    unit = small.town.home_unit()[chosen]
    assert np.array_equal(unit, np.flatnonzero(small.leaders >= 0))
