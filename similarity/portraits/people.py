"""What kind of people live in a stairwell group: age, sex, education, marriage, politics, households, residence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, Floats, Ints, Mask
from similarity.portraits.crowd import Crowd, Head, held_before, only

AGE_BANDS = (0, 3, 6, 12, 15, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 200)
OLD, CHILD = 60, 18
YEAR = 365.25
YEARS, PEOPLE = Text(" 年", "years"), Text(" 人", "people")
EDUCATION = {  # GB/T 4658-2006, the first digit
    "1": Text("研究生", "postgraduate education"),
    "2": Text("大学本科", "university education"),
    "3": Text("大学专科", "college education"),
    "4": Text("中等职业", "vocational education"),
    "6": Text("普通高中", "senior secondary education"),
    "7": Text("初中", "junior secondary education"),
    "8": Text("小学", "primary education"),
    "9": Text("其他文化程度", "other education"),
}
MARITAL = {  # GB/T 2261.2-2003, the first digit
    "1": Text("未婚", "never married"),
    "2": Text("已婚", "married"),
    "3": Text("丧偶", "widowed"),
    "4": Text("离婚", "divorced"),
}
POLITICS = {  # GB/T 4762-1984
    "01": Text("中共党员", "Communist Party members"),
    "02": Text("预备党员", "probationary Party members"),
    "03": Text("共青团员", "Communist Youth League members"),
    "13": Text("群众", "people without party"),
}


def _of(title: Text) -> Text:
    return Text(title.zh + "占比", "share of " + title.en)


def ages(crowd: Crowd) -> list[Feature]:
    """Return the shares of age bands, of children, of the old and very old, and the mean age."""
    known = crowd.age >= 0
    total = crowd.count(known)
    bands = np.searchsorted(AGE_BANDS, np.arange(AGE_BANDS[-1]), "right") - 1
    band = only(known, bands.take(crowd.age))
    found: list[Feature] = []
    for row, low, high in zip(
        crowd.counts(band, len(AGE_BANDS) - 1), AGE_BANDS[:-1], (b - 1 for b in AGE_BANDS[1:]), strict=True
    ):
        to = (
            Text(f"{low}–{high} 岁", f"people aged {low} to {high}")
            if high < 199
            else Text("90 岁以上", "people over 90")
        )
        found.append(crowd.share(Head(f"age_{low}", _of(to), "age"), row, of=total))
    for name, low, title in (
        ("age_60_up", 60, Text("60 岁以上", "people aged 60 or over")),
        ("age_80_up", 80, Text("80 岁以上", "people aged 80 or over")),
    ):
        found.append(crowd.share(Head(name, _of(title), "age"), crowd.count(crowd.age >= low), of=total))
    years = np.where(known, crowd.age, np.nan)
    found.append(crowd.mean(Head("age_mean", Text("平均年龄", "mean age"), "age"), years, unit=YEARS))
    return found


def sexes(crowd: Crowd) -> list[Feature]:
    """Return the shares of women, among all and among the old."""
    people = crowd.snapshot.nodes("Resident")
    women, men = people.equals("sex", "2"), people.equals("sex", "1")
    found: list[Feature] = []
    for name, among, title in (
        ("women", np.ones_like(women), Text("女性", "women")),
        ("women_old", crowd.age >= OLD, Text("老年人中女性", "women among the old")),
    ):
        counts = crowd.count(women & among)
        found.append(crowd.share(Head(name, _of(title), "sex"), counts, of=counts + crowd.count(men & among)))
    return found


def education(crowd: Crowd) -> list[Feature]:
    """Return the shares of the levels of education that were registered before the day."""
    return _coded(crowd, "education", EDUCATION)


def marriage(crowd: Crowd) -> list[Feature]:
    """Return the shares of marital states that were registered before the day."""
    return _coded(crowd, "marital", MARITAL)


def politics(crowd: Crowd) -> list[Feature]:
    """Return the shares of political affiliations: one group, which a reader may leave out as a whole."""
    return _coded(crowd, "politics", POLITICS)


def _coded(crowd: Crowd, name: str, titles: Mapping[str, Text]) -> list[Feature]:
    """Return shares of the codes that begin with each key of `titles`, among the people whose code was known."""
    people = crowd.snapshot.nodes("Resident")
    codes, values = people.codes(name)
    kinds = [next((k for k, start in enumerate(titles) if v.startswith(start)), len(titles)) for v in values]
    kind = only(people.numbers(f"{name}_on") < crowd.day, np.array([*kinds, -1], np.int16).take(codes))
    counts = crowd.counts(kind, len(titles) + 1)
    total = counts.sum(0)
    return [
        crowd.share(Head(f"{name}_{code}", _of(title), name), row, of=total)
        for (code, title), row in zip(titles.items(), counts, strict=False)
    ]


def retirement(crowd: Crowd) -> list[Feature]:
    """Return the share of people retired before the day."""
    people = crowd.snapshot.nodes("Resident")
    retired = (people.numbers("retired") == 1) & (people.numbers("retired_on") < crowd.day)
    return [crowd.share(Head("retired", Text("退休人员占比", "share of the retired"), "work"), crowd.count(retired))]


def residence(crowd: Crowd) -> list[Feature]:
    """Return how long people have lived here, newcomers, and people registered elsewhere."""
    years = (crowd.day - crowd.since) / YEAR
    dated = crowd.count(~np.isnan(years))
    found: list[Feature] = [
        crowd.mean(Head("years_here", Text("平均居住年数", "mean years of residence"), "residence"), years, unit=YEARS)
    ]
    for name, chosen, title in (
        ("years_here_under_2", years < 2, Text("入住不满两年者", "people here for under two years")),
        ("years_here_over_10", years > 10, Text("入住超过十年者", "people here for over ten years")),
        ("years_here_over_20", years > 20, Text("入住超过二十年者", "people here for over twenty years")),
    ):
        found.append(crowd.share(Head(name, _of(title), "residence"), crowd.count(chosen), of=dated))
    return found + _registration(crowd)


def _registration(crowd: Crowd) -> list[Feature]:
    edges = crowd.snapshot.edges("Resident-REGISTERED_AT-Dwelling")
    held = held_before(edges, crowd.day)
    here = np.zeros(len(crowd.unit), bool)
    at = np.flatnonzero(held)
    here[edges.starts[at]] = crowd.dwelling[edges.starts[at]] == edges.indices[at]
    title = Text("户籍在本户的居民", "people registered where they live")
    return [crowd.share(Head("registered_here", _of(title), "residence"), crowd.count(here))]


def households(crowd: Crowd) -> list[Feature]:
    """Return what the dwellings of a unit hold: people living alone, old couples, families, three generations."""
    people = _by_dwelling(crowd, crowd.dwelling >= 0)
    occupied = _by_unit(crowd, people > 0)
    found: list[Feature] = [
        crowd.share(Head(name, _of(title), "household"), _by_unit(crowd, chosen), of=occupied)
        for name, (chosen, title) in _home_kinds(crowd, people).items()
    ]
    per_home = np.where(occupied > 0, crowd.residents / np.maximum(occupied, 1), np.nan)
    found.append(crowd.number(Head("home_people", Text("户均人数", "people a home"), "household"), per_home))
    title = _of(Text("有人居住的房屋", "dwellings that are lived in"))
    homes = _by_unit(crowd, people >= 0)
    return [*found, crowd.share(Head("homes_lived_in", title, "household"), occupied, of=homes), *_upstairs(crowd)]


def _home_kinds(crowd: Crowd, people: Ints) -> dict[str, tuple[Mask, Text]]:
    """Return which dwellings are of each kind; `people` is the number of residents in each."""
    housed = crowd.dwelling >= 0
    old = _by_dwelling(crowd, housed & (crowd.age >= OLD))
    very_old = _by_dwelling(crowd, housed & (crowd.age >= 80))
    young = _by_dwelling(crowd, housed & (crowd.age >= 0) & (crowd.age < CHILD))
    grown = people - old - young
    return {
        "home_alone": (people == 1, Text("独居户", "homes of one person")),
        "home_old_alone": ((people == 1) & (old == 1), Text("独居老人户", "homes of one old person")),
        "home_old_only": ((people >= 2) & (old == people), Text("纯老户（两人以上）", "homes of old people only")),
        "home_very_old": (very_old > 0, Text("有 80 岁以上老人的户", "homes with somebody aged 80 or over")),
        "home_children": (young > 0, Text("有未成年人的户", "homes with children")),
        "home_generations": ((young > 0) & (grown > 0) & (old > 0), Text("三代同住户", "homes of three generations")),
        "home_crowded": (people >= 5, Text("五人以上户", "homes of five or more")),
    }


def _by_dwelling(crowd: Crowd, people: Mask) -> Ints:
    return np.bincount(crowd.dwelling.take(np.flatnonzero(people)), minlength=len(crowd.home))


def _by_unit(crowd: Crowd, dwellings: Mask) -> Floats:
    home = crowd.home.take(np.flatnonzero(dwellings & (crowd.home >= 0)))
    return np.bincount(home, minlength=len(crowd.residents)).astype(np.float64)


def _upstairs(crowd: Crowd) -> list[Feature]:
    """Return the shares of people, old people and small children who live on the fourth storey or above."""
    floor = np.append(crowd.snapshot.nodes("Dwelling").numbers("floor"), np.nan)[crowd.dwelling]
    high = floor >= 4
    kinds = {
        "upstairs": (high, Text("四楼及以上居民", "people on the fourth floor or above")),
        "upstairs_old": (
            high & (crowd.age >= OLD),
            Text("四楼及以上的老人", "old people on the fourth floor or above"),
        ),
        "upstairs_very_old": (
            high & (crowd.age >= 75),
            Text("四楼及以上 75 岁以上者", "people over 75 on the fourth floor or above"),
        ),
        "upstairs_small": (
            high & (crowd.age >= 0) & (crowd.age < 6),
            Text("四楼及以上的幼儿", "small children on the fourth floor or above"),
        ),
        "low_old": ((floor <= 2) & (crowd.age >= OLD), Text("一二楼的老人", "old people on the first two floors")),
    }
    return [
        crowd.share(Head(name, _of(title), "upstairs"), crowd.count(chosen)) for name, (chosen, title) in kinds.items()
    ]
