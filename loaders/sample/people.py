"""The residents: who lives in which dwelling with whom, born when, registered where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .draws import Bools, Floats, Ints, Words, choose, pick, stream
from .households import Drawn, Templates, draw, templates
from .names import given_names, id_numbers, phones, surnames
from .place import Place
from .settle import Settled, occupied, settle, zone_of

Days = NDArray[np.datetime64]
AS_OF = np.datetime64("2021-11-01")
PEOPLE = {"full": 83_000, "small": 20_000}
TWO_YEAR_OLDS = 227  # in the account of the sub-district; scaled with the number of people
Columns = dict[str, NDArray[Any]]
ELSEWHERE = {
    "上海市虹口区": 9.0,
    "上海市宝山区": 14.0,
    "上海市普陀区": 7.0,
    "上海市静安区彭浦镇": 12.0,
    "江苏省盐城市": 8.0,
    "江苏省南通市": 6.0,
    "安徽省六安市": 9.0,
    "安徽省安庆市": 7.0,
    "浙江省宁波市": 4.0,
    "河南省信阳市": 6.0,
    "江西省上饶市": 5.0,
    "四川省达州市": 3.0,
    "山东省临沂市": 3.0,
    "湖北省黄冈市": 3.0,
}


@dataclass(frozen=True, slots=True)
class People:
    """Residents in columns: those who live here first, then those who are only registered here.

    `household` and `dwelling` are -1 for the latter; `registered` is the dwelling of registration or -1 for
    elsewhere, `elsewhere` then names the place. Sexes and roles are GB/T codes; `age` is in completed years on AS_OF.
    """

    household: Ints
    dwelling: Ints
    registered: Ints
    elsewhere: Words
    role: Words
    sex: Ints
    age: Ints
    born: Days
    name: Words
    id_number: Words
    phone: Words
    renting: Bools
    moved_in: Days
    kind: Words  # the kind of household, "" for those who are only registered

    def __len__(self) -> int:
        return len(self.sex)

    @property
    def living(self) -> Bools:
        """Which of them live here."""
        return np.asarray(self.dwelling >= 0)

    def home(self) -> Ints:
        """Return the dwelling by which each is known here: lived in, else registered at."""
        return np.where(self.dwelling >= 0, self.dwelling, self.registered)


def build(seed: int, size: str, place: Place) -> tuple[People, Settled]:
    """People the place; exactly `PEOPLE[size]` of them."""
    rng = stream(seed, "households")
    source = templates(rng)
    homes = occupied(rng, place)
    drawn = draw(rng, source, len(homes))
    settled = settle(rng, place, homes=homes, drawn=drawn)
    living = _living(source, drawn)
    living["dwelling"] = settled.dwelling[living["household"]]
    living["age"] = _toddlers(
        stream(seed, "toddlers"), living["age"], zone=zone_of(place, living["dwelling"]), size=size
    )
    absent = _registered_only(stream(seed, "registered only"), living, PEOPLE[size] - len(living["age"]))
    columns = {name: np.concatenate([living[name], absent[name]]) for name in living}
    return _complete(seed, place, columns), settled


def _living(source: Templates, drawn: Drawn) -> Columns:
    members = [source.members[t] for t in drawn.template.tolist()]
    household = np.repeat(np.arange(len(members)), [len(m) for m in members])
    flat = [m for people in members for m in people]
    return {
        "household": household,
        "role": np.array([m[0] for m in flat], object),
        "sex": np.array([m[1] for m in flat]),
        "age": np.array([m[2] for m in flat]),
        "renting": drawn.renting[household],
        "kind": np.array([source.kinds[t] for t in drawn.template], object)[household],
    }


def _toddlers(rng: np.random.Generator, age: Ints, *, zone: Words, size: str) -> Ints:
    """Make exactly the planted number of children two years old, three times as likely in the north."""
    wanted = round(TWO_YEAR_OLDS * PEOPLE[size] / PEOPLE["full"])
    small = np.flatnonzero(age < 5)
    two = small[pick(rng, np.where(zone[small] == "north", 3.0, 1.0), wanted)]
    age = age.copy()
    age[small] = rng.choice(np.array([0, 1, 3, 4]), len(small))
    age[two] = 2
    return age


def _registered_only(rng: np.random.Generator, living: Columns, count: int) -> Columns:
    """Draw people who are registered with an owner's household but live elsewhere: adults, mostly of working age."""
    ages = np.asarray(living["age"]).astype(int)
    adults = ages[(ages >= 18) & (ages < 75)]
    return {
        "household": np.full(count, -1),
        "role": np.full(count, "97", object),
        "sex": rng.integers(1, 3, count),
        "age": rng.choice(adults, count),
        "renting": np.zeros(count, bool),
        "kind": np.full(count, "", object),
        "dwelling": np.full(count, -1),
    }


def _complete(seed: int, place: Place, columns: Columns) -> People:
    rng = stream(seed, "people")
    c = {name: np.asarray(values) for name, values in columns.items()}
    born = AS_OF - _days_old(rng, c["age"])
    year = born.astype("datetime64[Y]").astype(int) + 1970
    registered, elsewhere = _registration(rng, c)
    return People(
        c["household"],
        c["dwelling"],
        registered,
        elsewhere,
        c["role"],
        c["sex"],
        c["age"],
        born,
        _family_names(rng, c) + given_names(rng, c["sex"], year),
        id_numbers(c["sex"], born.astype(str).astype(object)),
        np.where((c["age"] < 12) | (rng.random(len(born)) < 0.04), "", phones(rng, len(born))),
        c["renting"],
        _moved_in(rng, place, c=c, born=born),
        c["kind"],
    )


def _days_old(rng: np.random.Generator, age: Ints) -> NDArray[np.timedelta64]:
    """Draw days since birth so that exactly `age` birthdays have passed on AS_OF."""
    this_year = AS_OF.astype("datetime64[Y]").astype(int)
    latest = _on_day(this_year - age)
    earliest = _on_day(this_year - age - 1) + np.timedelta64(1, "D")
    span = (latest - earliest).astype(int) + 1
    born = earliest + np.floor(rng.random(len(age)) * span).astype(int)
    return np.asarray(AS_OF - born)


def _on_day(years_since_1970: Ints) -> Days:
    start = years_since_1970.astype("datetime64[Y]")
    return np.asarray((start.astype("datetime64[M]") + 10).astype("datetime64[D]"))  # the first of November


def _family_names(rng: np.random.Generator, c: Columns) -> Words:
    """Give a household its name through men, sons, daughters and grandchildren; women who married in keep theirs."""
    own = surnames(rng, len(c["sex"]))
    households = int(np.max(c["household"])) + 1
    family = surnames(rng, households)
    heirs = (c["sex"] == 1) | np.isin(c["role"], ["20", "30", "40"]) | (rng.random(len(own)) < 0.02)
    kept = heirs & (c["household"] >= 0) & (c["kind"] != "sharers")
    return np.where(kept, family[np.maximum(c["household"].astype(int), 0)], own)


def _registration(rng: np.random.Generator, c: Columns) -> tuple[Ints, Words]:
    """Return (dwelling of registration or -1, the place elsewhere): 人户分离 within and across the border."""
    n = len(c["sex"])
    chance = rng.random(n)
    owned = np.unique(c["dwelling"][~c["renting"].astype(bool) & (c["dwelling"] >= 0)])
    other = rng.choice(owned, n)
    absent = c["dwelling"] < 0
    here = np.where(c["renting"], -1, c["dwelling"])
    shares: tuple[Floats, Floats] = (np.where(c["renting"], 0.0, 0.86), np.where(c["renting"], 0.08, 0.94))
    registered = np.where(chance < shares[0], here, np.where(chance < shares[1], other, -1))
    registered = np.where(absent, other, registered)
    return registered.astype(np.int64), np.where(registered < 0, choose(rng, ELSEWHERE, n), "")


def _moved_in(rng: np.random.Generator, place: Place, *, c: Columns, born: Days) -> Days:
    """Draw when each household came: renters of late, owners any time since the house was built."""
    household = np.maximum(c["household"].astype(int), 0)
    built = place.units.built[place.dwellings.unit[np.maximum(c["dwelling"].astype(int), 0)]]
    first = (built - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    first = np.where(c["renting"], np.datetime64("2015-03-01"), first)
    share = rng.random(int(household.max()) + 1)[household]
    came = first + np.floor((AS_OF - first).astype(int) * share).astype(int)
    return np.asarray(np.maximum(came, born))
