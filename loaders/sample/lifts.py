"""Lifts added to walk-up stairwells: two dated waves drawn from known propensities, and votes that failed.

The log odds of a stairwell are a sum of a few standardised features (`COEFFICIENTS`); each wave draws its units one
after the other with these odds, so the best possible ranking is known and its expected hits are the ceiling of any
model. Most other features of a unit are irrelevant; the form of the stairs misleads, because the pilot of the first
wave favoured outer corridors and the second did not; two undated properties leak the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .activities import Activities
from .draws import Bools, Floats, Ints, Words, choose, pick, stream
from .people import AS_OF, Days
from .place import Place
from .sheet import Sheet, dates, sheet
from .town import Town
from .traits import by_unit

WAVES = {"full": (40, 37), "small": (10, 9)}
REFUSED = {"full": 64, "small": 16}
DECIDED = (np.datetime64("2019-11-01"), np.datetime64("2020-11-01"))  # votes follow; what explains a wave ends before
STARTS = (np.datetime64("2020-06-01"), np.datetime64("2021-06-01"))  # the first installation of a wave
ENDS = (np.datetime64("2021-05-20"), np.datetime64("2021-10-25"))
COEFFICIENTS = {
    "elders_upstairs": 0.95,  # share of the unit's residents who are 60 or over and live on the 4th floor or above
    "participation": 0.8,  # visits to activities a resident before the votes of the wave began
    "party_share": 0.45,  # share of party members
    "renting_share": -0.7,
    "clear_width": 0.6,  # metres in front of the stairwell
    "gas_pipe_outside": -0.6,  # 1 or 0
    "ground_shops": -0.5,  # 1 or 0
}
MISLEADING = ("外廊式", 1.6, -0.4)  # stairs, its log odds in the first and in the second wave
LEAKS = {"lift_fund_opened": (0.93, 0.03), "power_upgraded": (0.86, 0.06)}  # chance with and without a lift
REASONS = {
    "一楼住户认为影响采光": 10.0,
    "费用分摊谈不拢": 9.0,
    "低层住户补偿未达成": 7.0,
    "燃气管移位费用高": 3.0,
    "担心噪音和占用绿地": 5.0,
    "出租户多，业主联系不上": 4.0,
}
REDRAWS = 400
VOTE_TO_LIFT = (120, 205)  # days from the vote to the lift, at least and below
LENGTHS = (37, 100, 180)
TENTH = 0.1  # of those who could still be given a lift: the length at which a list is judged


@dataclass(frozen=True, slots=True)
class Lifts:
    """`waves` are unit indices by wave; `leaks` the two undated properties; the ledger is a sheet."""

    waves: tuple[Ints, Ints]
    refused: Ints
    leaks: dict[str, Bools]
    ledger: Sheet
    scales: dict[str, tuple[float, float]]
    ceiling: dict[str, dict[str, float]]

    def has_lift(self, place: Place) -> Bools:
        """Which units have a lift on AS_OF."""
        lift = ~place.units.walk_up
        lift[np.concatenate(self.waves)] = True
        return lift


def build(town: Town, activities: Activities) -> Lifts:
    """Draw the waves and the failed votes, and find the ceiling of any ranking for the second wave."""
    rng, place = stream(town.seed, "lifts"), town.place
    free = place.units.walk_up.copy()
    waves: list[Ints] = []
    for wave, day in enumerate(DECIDED):
        table = features(town, activities, before=day)
        odds = np.where(free, np.exp(log_odds(table, place, wave)), 0.0)
        waves.append(pick(rng, odds, WAVES[town.size][wave]))
        free[waves[wave]] = False
    ceiling = _ceiling(stream(town.seed, "ceiling"), odds, waves[1])
    refused = pick(rng, np.where(free, np.exp(-0.4 * log_odds(table, place, 1)), 0.0), REFUSED[town.size])
    lifted = np.zeros(len(free), bool)
    lifted[np.concatenate(waves)] = True
    leaks = {name: rng.random(len(free)) < np.where(lifted, high, low) for name, (high, low) in LEAKS.items()}
    scales = {name: (float(v.mean()), float(v.std())) for name, v in _walk_ups(table, place).items()}
    ledger = _ledger(rng, place, waves=waves, refused=refused)
    return Lifts((waves[0], waves[1]), refused, leaks, ledger, scales, ceiling)


def features(town: Town, activities: Activities, *, before: np.datetime64) -> dict[str, Floats]:
    """Return the features of `COEFFICIENTS`, one value a unit, from what was known before the day."""
    place, people = town.place, town.people
    living = np.maximum(by_unit(place, people, people.living), 1.0)
    upstairs = people.living & (place.dwellings.floor[people.home()] >= 4) & (people.age >= 60)
    visits = np.bincount(activities.person[activities.on < before], minlength=len(people))
    return {
        "elders_upstairs": by_unit(place, people, upstairs) / living,
        "participation": by_unit(place, people, visits) / living,
        "party_share": by_unit(place, people, town.traits.member) / living,
        "renting_share": by_unit(place, people, people.renting) / living,
        "clear_width": place.units.clear_width,
        "gas_pipe_outside": place.units.gas_pipe_outside.astype(float),
        "ground_shops": place.units.ground_shops.astype(float),
    }


def _walk_ups(table: dict[str, Floats], place: Place) -> dict[str, Floats]:
    return {name: values[place.units.walk_up] for name, values in table.items()}


def log_odds(table: dict[str, Floats], place: Place, wave: int) -> Floats:
    """Return the log odds of each unit in a wave (0 or 1), up to a constant."""
    total = np.zeros(len(place.units.estate))
    for name, own in _walk_ups(table, place).items():
        total += COEFFICIENTS[name] * np.clip((table[name] - own.mean()) / own.std(), -3, 3)
    return total + np.where(place.units.stairs == MISLEADING[0], MISLEADING[1 + wave], 0.0)


def _ceiling(rng: np.random.Generator, odds: Floats, drawn: Ints) -> dict[str, dict[str, float]]:
    """Return for some list lengths the hits of the ranking by true odds: in this draw, in the mean, and by chance."""
    order = np.argsort(-odds, kind="stable")
    again = [pick(rng, odds, len(drawn)) for _ in range(REDRAWS)]
    pool = int((odds > 0).sum())
    lengths = sorted({*LENGTHS, round(TENTH * pool)})
    return {
        str(k): {
            "drawn": float(np.isin(drawn, order[:k]).sum()),
            "expected": round(float(np.mean([np.isin(one, order[:k]).sum() for one in again])), 2),
            "chance": round(len(drawn) * k / pool, 2),
        }
        for k in lengths
    }


def _ledger(rng: np.random.Generator, place: Place, *, waves: list[Ints], refused: Ints) -> Sheet:
    unit = np.concatenate([*waves, refused])
    wave = np.repeat([1, 2, 0], [len(waves[0]), len(waves[1]), len(refused)])
    installed = np.concatenate([_days(rng, w, len(u)) for w, u in enumerate(waves)])
    voted = installed - rng.integers(*VOTE_TO_LIFT, len(installed))
    failed = AS_OF - rng.integers(10, 700, len(refused))
    blank = [None] * len(refused)
    return sheet(
        {
            "台账编号": [f"JT{i + 1:03d}" for i in range(len(unit))],
            "楼组地址": place.units.address[unit],
            "批次": [w or None for w in wave.tolist()],
            "表决日期": dates(np.concatenate([voted, failed])),
            "建成日期": [*dates(installed), *blank],
            "结果": np.where(wave > 0, "同意", "未通过").astype(object),
            "原因": _reasons(rng, wave),
        }
    )


def _days(rng: np.random.Generator, wave: int, count: int) -> Days:
    span = int((ENDS[wave] - STARTS[wave]).astype(int))
    return np.asarray(np.sort(STARTS[wave] + rng.integers(0, span + 1, count)))


def _reasons(rng: np.random.Generator, wave: Ints) -> Words:
    return np.where(wave > 0, "", choose(rng, REASONS, len(wave)))
