"""Which pairs may happen, and why a pair is left out: every failed rule with the least change that would admit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.text import Text
from matching.problem import Ints, Mask
from matching.rules.change import Change, applied
from matching.rules.crossing import Crossing
from matching.rules.fitness import FITNESS
from matching.rules.presence import PRESENCE
from matching.rules.purpose import PURPOSE
from matching.rules.rule import Rule
from matching.rules.tables import taken

RULES: tuple[Rule, ...] = (*FITNESS, PURPOSE, *PRESENCE)
"""Every hard rule; a pair is eligible when all of them hold."""
Bits = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that keeps a pair out, the sentence, and the least change (None where nothing would help)."""

    rule: str
    text: Text
    least_change: Change | None

    def to_json(self) -> dict[str, Any]:
        """Return the exclusion as a JSON value."""
        change = self.least_change.to_json() if self.least_change else None
        return {"rule": self.rule, "zh": self.text.zh, "en": self.text.en, "least_change": change}


def failed(crossing: Crossing) -> Bits:
    """Return for each pair the rules that fail, as bits in the order of `RULES`; 0 is eligible."""
    bits = np.zeros(crossing.shape, np.uint16)
    for at, rule in enumerate(RULES):
        bits |= np.where(rule.holds(crossing), np.uint16(0), np.uint16(1 << at))
    return bits


def part_of(crossing: Crossing, needs: Ints, resources: Ints) -> Crossing:
    """Return the crossing of some needs with some resources."""
    return replace(crossing, needs=taken(crossing.needs, needs), resources=taken(crossing.resources, resources))


def pair_of(crossing: Crossing, need: int, resource: int) -> Crossing:
    """Return the crossing of one need with one resource."""
    return part_of(crossing, np.array([need], np.int64), np.array([resource], np.int64))


def exclusions(pair: Crossing, bits: int | None = None) -> tuple[Exclusion, ...]:
    """Return why a pair is left out (empty for an eligible one), in the order of the rules.

    Applying all changes admits the pair: a rule that only fails once another is met (a room that is open longer, but
    booked) is found by applying the changes one after the other and looking again. `bits` are the failed rules of the
    pair where they are known already.
    """
    found: list[Exclusion] = []
    told: set[tuple[str, str]] = set()
    while True:
        before, fresh = pair, False
        for rule in failing(int(failed(before)[0, 0]) if bits is None else bits):
            change = rule.change(before)
            field = f"{change.subject}.{change.field}" if change else ""
            if (rule.name, field) not in told:
                fresh = True
                told.add((rule.name, field))
                found.append(Exclusion(rule.name, rule.says(before), change))
                pair = applied(change, pair) if change else pair
        bits = None
        if not fresh:
            return tuple(found)


def failing(bits: int) -> list[Rule]:
    """Return the rules whose bits are set, in their order."""
    return [rule for at, rule in enumerate(RULES) if bits >> at & 1]


def counts(bits: Bits) -> list[tuple[Rule, int, int]]:
    """Return for each rule how many pairs it keeps out, and how many it alone keeps out; rules that keep out none go."""
    told = []
    for at, rule in enumerate(RULES):
        bit = np.uint16(1 << at)
        out, alone = int(np.count_nonzero(bits & bit)), int(np.count_nonzero(bits == bit))
        if out:
            told.append((rule, out, alone))
    return sorted(told, key=lambda one: -one[1])


def missed(bits: Bits) -> Ints:
    """Return how many rules each pair fails; same shape."""
    return np.bitwise_count(bits).astype(np.int64)


def eligible(bits: Bits) -> Mask:
    """Return which pairs may happen; same shape."""
    return np.asarray(bits == 0)
