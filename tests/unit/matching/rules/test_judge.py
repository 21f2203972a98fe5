"""Rules: every exclusion names a failed rule and the changes admit the pair; parts sum; one pair is judged as in many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rules.change import Change, applied
from matching.rules.crossing import Crossing
from matching.rules.judge import RULES, counts, eligible, exclusions, failed, missed, pair_of
from matching.rules.score import SCORES, parts, reasons, total
from matching.rules.week import WEEK, minutes, open_week, slots_of
from tests.unit.matching.rules.stocks import crossings


def every_pair(crossing: Crossing) -> list[tuple[int, int]]:
    return [(int(i), int(j)) for i, j in np.ndindex(*crossing.shape)]


@settings(max_examples=60, deadline=None)
@given(crossings())
def test_whoever_is_left_out_fails_a_rule_and_its_changes_admit_the_pair(crossing: Crossing) -> None:
    bits = failed(crossing)
    for need, resource in every_pair(crossing):
        pair = pair_of(crossing, need, resource)
        out = exclusions(pair)
        assert bool(out) == (bits[need, resource] != 0)
        assert {rule.name for at, rule in enumerate(RULES) if bits[need, resource] >> at & 1} <= {e.rule for e in out}
        impossible = not pair.needs.items[0] and not (pair.resources.offer > 0).any()
        for exclusion in out:
            assert exclusion.text.zh
            assert exclusion.text.en
            assert exclusion.least_change or (impossible and exclusion.rule == "item")
            pair = applied(exclusion.least_change, pair) if exclusion.least_change else pair
        if all(e.least_change for e in out):
            assert not exclusions(pair)


@settings(max_examples=35, deadline=None)
@given(crossings())
def test_no_change_can_be_spared(crossing: Crossing) -> None:
    """A change undone leaves the pair out: each rule named is a rule that fails."""
    for need, resource in every_pair(crossing):
        whole = exclusions(pair_of(crossing, need, resource))
        for spared in whole:
            pair = pair_of(crossing, need, resource)
            for one in whole:
                if one is not spared and one.least_change:
                    pair = applied(one.least_change, pair)
            # A change of what is wanted may settle what an earlier one was for (another service, another audience).
            if spared.rule in ("status", "serves", "in_service", "step_free", "age", "consent", "conflict", "distance"):
                assert spared.rule in {e.rule for e in exclusions(pair)}


@settings(max_examples=60, deadline=None)
@given(crossings())
def test_a_smaller_change_would_not_do(crossing: Crossing) -> None:
    for need, resource in every_pair(crossing):
        pair = pair_of(crossing, need, resource)
        for out in exclusions(pair):
            change = out.least_change
            for less in smaller(change) if change else ():
                after = {e.rule for e in exclusions(applied(less, pair))}
                assert out.rule in after


def smaller(change: Change) -> list[Change]:
    """Return the changes that are one step short of a change."""
    match change.field, change.value:
        case "distance", [label, metres]:
            return [replace(change, value=[label, metres - 1])]
        case "people", people:
            return [replace(change, value=people + 1)]
        case "capacity" | "weekly_hours", amount:
            return [replace(change, value=amount - 0.25)]
        case "skill", [skill, level]:
            return [replace(change, value=[skill, level - 1])]
        case "hours", slots:
            halves = np.flatnonzero(open_week(slots))
            kept = [np.isin(np.arange(WEEK), np.delete(halves, at)).astype(np.float32) for at in range(len(halves))]
            return [replace(change, value=list(slots_of(bits))) for bits in kept]
        case _:
            return []


@settings(max_examples=35, deadline=None)
@given(crossings())
def test_a_pair_is_judged_and_scored_alone_as_among_many(crossing: Crossing) -> None:
    bits = failed(crossing)
    i, j = np.nonzero(eligible(bits))
    scores = total(parts(crossing, i, j))
    for need, resource, score in zip(i.tolist(), j.tolist(), scores.tolist(), strict=True):
        pair = pair_of(crossing, need, resource)
        assert failed(pair)[0, 0] == 0
        (why,) = reasons(pair, np.zeros(1, np.int64), np.zeros(1, np.int64))
        assert round(sum(r.contribution for r in why) * 1e9) == round(score * 1e9)
        assert abs(sum(r.contribution for r in why) - score) < 1e-9
        assert 0 <= score <= 1
        assert {r.feature for r in why} <= {s.name for s in SCORES}


@settings(max_examples=30, deadline=None)
@given(crossings())
def test_counts_are_those_of_the_pairs(crossing: Crossing) -> None:
    bits = failed(crossing)
    told = counts(bits)
    assert sum(out for _, out, _ in told) == missed(bits).sum()
    assert sum(alone for _, _, alone in told) == (missed(bits) == 1).sum()


@settings(max_examples=30, deadline=None)
@given(crossings())
def test_rules_by_hand(crossing: Crossing) -> None:
    """Some of the rules once more, pair by pair in plain Python."""
    by_name = {rule.name: np.broadcast_to(rule.holds(crossing), crossing.shape) for rule in RULES}
    n, r = crossing.needs, crossing.resources
    for i, j in every_pair(crossing):
        away = np.hypot(*(n.place[i] - r.place[j])) * 1.3
        assert by_name["distance"][i, j] == bool(away <= crossing.policy.distance[r.label[j]])
        assert by_name["consent"][i, j] == (n.ids[i] not in r.declined[j] and r.refusal[j] is None)
        kinds = [crossing.policy.purposes[key] for _, key in n.purposes[i]]
        suit = frozenset.intersection(*kinds) or frozenset.union(*kinds) if kinds else None
        assert by_name["purpose"][i, j] == (not suit or r.room[j] in (None, "idle") or r.room[j] in suit)
        assert by_name["conflict"][i, j] == (crossing.policy.own or not n.parties[i] & r.parties[j])
        if r.label[j] == "Venue":
            assert by_name["capacity"][i, j] == bool(r.capacity[j] >= n.people[i])
            assert by_name["step_free"][i, j] == (not n.step_free[i] or r.step_free[j])
            assert by_name["hours"][i, j] == (not n.slots[i] or any(inside(s, r.times[j][1] or ()) for s in n.slots[i]))


def inside(slot: str, hours: tuple[str, ...]) -> bool:
    """Say whether the hours cover the slot, in whole half hours, minute by minute."""
    free = {m for h in hours for m in range(*minutes(h))}
    halves = {m // 30 for m in range(*minutes(slot))}
    return all(all(m in free for m in range(30 * half, 30 * half + 30)) for half in halves)


@given(st.integers(0, len(RULES) - 1))
def test_every_rule_has_a_name_of_its_own(at: int) -> None:
    assert [rule.name for rule in RULES].count(RULES[at].name) == 1
    assert len(RULES) <= 16  # the bits of one number
