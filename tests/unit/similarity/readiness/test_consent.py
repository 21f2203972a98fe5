"""The gates: exact at the boundary, and what is missing is the least that closes them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import SettingInvalid
from similarity.readiness.consent import Choice, Gate, Home, Rules, fraction, gates, least_count, need
from tests.unit.similarity.readiness import ballots
from tests.unit.similarity.readiness.ballots import home


def by_name(found: tuple[Gate, ...]) -> dict[str, Gate]:
    return {f"{g.measure} {g.by}": g for g in found}


def test_two_thirds_by_area_are_met_and_a_hundredth_less_is_not() -> None:
    whole = [home("a", 4000, Choice.AGREED), home("b", 2000)]
    assert by_name(gates(whole, Rules()))["participation area"].met
    for less in (1, 100):  # a hundredth of a square metre, a whole one
        short = by_name(gates([home("a", 4000 - less, Choice.AGREED), home("b", 2000 + less)], Rules()))
        assert not short["participation area"].met
        assert short["participation area"].missing == less


@pytest.mark.parametrize(("agreed", "met"), [(9, True), (8, False)])
def test_three_quarters_of_those_who_vote(agreed: int, met: bool) -> None:
    own = [home(f"h{i:02d}", 5000, Choice.AGREED if i < agreed else Choice.REFUSED) for i in range(12)]
    found = by_name(gates(own, Rules()))
    assert (found["agreement heads"].met, found["agreement area"].met) == (met, met)
    assert found["agreement heads"].have == agreed
    assert found["participation heads"].met


def test_who_abstains_takes_part_and_does_not_agree() -> None:
    found = by_name(gates([home("a", 100, Choice.AGREED), home("b", 100, Choice.ABSTAINED)], Rules()))
    assert found["participation heads"].have == 2
    assert (found["agreement heads"].have, found["agreement heads"].of) == (1, 2)


def test_agreement_of_everybody_cannot_be_reached_against_a_no() -> None:
    found = by_name(gates([home("a", 100, Choice.REFUSED), home("b", 100)], Rules(agreement=Fraction(1))))
    assert found["agreement heads"].missing is None
    assert need(tuple(found.values())).heads is None


@given(
    st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), ballots.fractions, st.sampled_from(["heads", "area"])
)
def test_what_is_missing_meets_the_gate_and_one_less_does_not(
    yes: int, no: int, silent: int, share: Fraction, by: str
) -> None:
    taking_part = Gate("participation", by, yes + no, yes + no + silent, share)  # type: ignore[arg-type]
    agreeing = Gate("agreement", by, yes, yes + no, share)  # type: ignore[arg-type]
    for gate in (taking_part, agreeing):
        if gate.of == 0 and gate.measure == "participation":
            continue
        more = gate.missing
        if more is None:
            assert share == 1
            assert no > 0
            continue
        grown = 0 if gate is taking_part else 1
        assert replace(gate, have=gate.have + more, of=gate.of + grown * more).met
        if more:
            assert not replace(gate, have=gate.have + more - 1, of=gate.of + grown * (more - 1)).met


@given(ballots.homes(), ballots.rules)
def test_the_least_count_is_found_by_the_largest_homes(own: list[Home], rules: Rules) -> None:
    still_open = sorted((h for h in own if h.open), key=lambda h: -h.area)
    count = least_count(still_open, need(gates(own, rules)))
    for k in range(len(still_open) + 1):
        asked = {h.id for h in still_open[:k]}
        after = [replace(h, choice=Choice.AGREED) if h.id in asked else h for h in own]
        assert all(g.met for g in gates(after, rules)) == (count is not None and k >= count)


@pytest.mark.parametrize("written", ["0", "-1/2", "4/3", "1/0", "", "two thirds", "150%", "1e400", "nan"])
def test_fractions_outside_the_range_are_refused(written: str) -> None:
    with pytest.raises(SettingInvalid):
        fraction("--agreement", written)


@given(st.fractions(min_value=Fraction(1, 1000), max_value=1, max_denominator=10**6))
def test_fractions_are_read_exactly(value: Fraction) -> None:
    assert fraction("--agreement", str(value)) == value
