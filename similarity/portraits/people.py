"""What kind of people live in a stairwell group: age, sex, education, marriage, politics, households, residence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graph.model.text import Text
from graph.snapshot.evaluate import LATEST, whole_days
from similarity.features import Feature, Floats, Ints, Mask
from similarity.portraits.crowd import Crowd, Head, held_before
from similarity.portraits.edge_kinds import only

AGE_BANDS = (0, 3, 6, 12, 15, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 200)
CHILD, OLD, VERY_OLD = 18, 60, 80
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
    counts = crowd.counts(_stage(crowd, AGE_BANDS[1:-1], unknown=-1), len(AGE_BANDS) - 1)
    total = counts.sum(0)
    found: list[Feature] = []
    for row, low, high in zip(counts, AGE_BANDS[:-1], (b - 1 for b in AGE_BANDS[1:]), strict=True):
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
        found.append(crowd.share(Head(name, _of(title), "age"), counts[AGE_BANDS.index(low) :].sum(0), of=total))
    years = np.where(crowd.age >= 0, crowd.age, np.nan)
    found.append(crowd.mean(Head("age_mean", Text("平均年龄", "mean age"), "age"), years, unit=YEARS))
    return found


def _stage(crowd: Crowd, starts: Sequence[int], *, unknown: int) -> Ints:
    """Return how many of the ages `starts` each resident has reached; `unknown` where the age is."""
    reached = np.searchsorted(starts, np.arange(AGE_BANDS[-1]), "right")
    return np.append(reached, unknown).astype(np.int8).take(crowd.age)


def sexes(crowd: Crowd) -> list[Feature]:
    """Return the shares of women, among all and among the old."""
    codes, values = crowd.snapshot.nodes("Resident").codes("sex")
    sex = np.array([*(("2", "1").index(v) if v in ("2", "1") else -1 for v in values), -1], np.int8).take(codes)
    young_women, old_women, young_men, old_men = crowd.counts(only(sex >= 0, 2 * sex + (crowd.age >= OLD)), 4)
    found: list[Feature] = []
    for name, women, men, title in (
        ("women", young_women + old_women, young_men + old_men, Text("女性", "women")),
        ("women_old", old_women, old_men, Text("老年人中女性", "women among the old")),
    ):
        found.append(crowd.share(Head(name, _of(title), "sex"), women, of=women + men))
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
    known = whole_days(people.column(f"{name}_on"), unknown=LATEST) < crowd.day
    kind = only(known, np.array([*kinds, -1], np.int16).take(codes))
    counts = crowd.counts(kind, len(titles) + 1)
    total = counts.sum(0)
    return [
        crowd.share(Head(f"{name}_{code}", _of(title), name), row, of=total)
        for (code, title), row in zip(titles.items(), counts, strict=False)
    ]


def retirement(crowd: Crowd) -> list[Feature]:
    """Return the share of people retired before the day."""
    people = crowd.snapshot.nodes("Resident")
    before = whole_days(people.column("retired_on"), unknown=LATEST) < crowd.day
    retired = (people.numbers("retired") == 1) & before
    return [crowd.share(Head("retired", Text("退休人员占比", "share of the retired"), "work"), crowd.count(retired))]


def residence(crowd: Crowd) -> list[Feature]:
    """Return how long people have lived here, newcomers, and people registered elsewhere."""
    years = (crowd.day - crowd.since) / YEAR
    reached = (years >= 2).view(np.int8) + (years > 10).view(np.int8) + (years > 20).view(np.int8)
    counts = crowd.counts(only(~np.isnan(years), reached), 4)
    dated = counts.sum(0)
    found: list[Feature] = [
        crowd.mean(Head("years_here", Text("平均居住年数", "mean years of residence"), "residence"), years, unit=YEARS)
    ]
    for name, chosen, title in (
        ("years_here_under_2", counts[0], Text("入住不满两年者", "people here for under two years")),
        ("years_here_over_10", counts[2] + counts[3], Text("入住超过十年者", "people here for over ten years")),
        ("years_here_over_20", counts[3], Text("入住超过二十年者", "people here for over twenty years")),
    ):
        found.append(crowd.share(Head(name, _of(title), "residence"), chosen, of=dated))
    return found + _registration(crowd)


def _registration(crowd: Crowd) -> list[Feature]:
    edges = crowd.snapshot.edges("Resident-REGISTERED_AT-Dwelling")
    at = np.flatnonzero(held_before(edges, crowd.day))
    person = edges.starts.take(at)
    here = np.zeros(len(crowd.unit), bool)
    here[person] = crowd.dwelling.take(person) == edges.indices.take(at)
    title = Text("户籍在本户的居民", "people registered where they live")
    return [crowd.share(Head("registered_here", _of(title), "residence"), crowd.count(here))]


def households(crowd: Crowd) -> list[Feature]:
    """Return what the dwellings of a unit hold: people living alone, old couples, families, three generations."""
    stages, unit = _by_dwelling(crowd), np.add(crowd.home, 1, dtype=np.intp)
    people = stages.sum(0)

    def homes(chosen: Mask) -> Floats:
        return np.bincount(unit, chosen, len(crowd.residents) + 1)[1:].astype(np.float64, copy=False)

    occupied, every = homes(people > 0), homes(people >= 0)
    found: list[Feature] = [
        crowd.share(Head(name, _of(title), "household"), homes(chosen), of=occupied)
        for name, (chosen, title) in _home_kinds(*stages).items()
    ]
    per_home = np.where(occupied > 0, crowd.residents / np.maximum(occupied, 1), np.nan)
    found.append(crowd.number(Head("home_people", Text("户均人数", "people a home"), "household"), per_home))
    title = _of(Text("有人居住的房屋", "dwellings that are lived in"))
    return [*found, crowd.share(Head("homes_lived_in", title, "household"), occupied, of=every), *_upstairs(crowd)]


def _by_dwelling(crowd: Crowd) -> Ints:
    """Return how many children, grown people, old and very old people live in each dwelling; shape (4, dwellings)."""
    stage = _stage(crowd, (CHILD, OLD, VERY_OLD), unknown=1)
    homes = len(crowd.home) + 1  # column 0 is for people without a dwelling
    cells = np.multiply(stage, homes, dtype=np.intp)
    cells += crowd.dwelling + 1
    return np.bincount(cells, minlength=4 * homes).reshape(4, homes)[:, 1:]


def _home_kinds(young: Ints, grown: Ints, old: Ints, very_old: Ints) -> dict[str, tuple[Mask, Text]]:
    """Return which dwellings are of each kind, from the number of residents of each stage of life in it."""
    aged = old + very_old
    people = young + grown + aged
    return {
        "home_alone": (people == 1, Text("独居户", "homes of one person")),
        "home_old_alone": ((people == 1) & (aged == 1), Text("独居老人户", "homes of one old person")),
        "home_old_only": ((people >= 2) & (aged == people), Text("纯老户（两人以上）", "homes of old people only")),
        "home_very_old": (very_old > 0, Text("有 80 岁以上老人的户", "homes with somebody aged 80 or over")),
        "home_children": (young > 0, Text("有未成年人的户", "homes with children")),
        "home_generations": ((young > 0) & (grown > 0) & (aged > 0), Text("三代同住户", "homes of three generations")),
        "home_crowded": (people >= 5, Text("五人以上户", "homes of five or more")),
    }


def _upstairs(crowd: Crowd) -> list[Feature]:
    """Return the shares of people, old people and small children who live on the fourth storey or above."""
    floor = np.append(crowd.snapshot.nodes("Dwelling").numbers("floor"), np.nan)
    place = np.where(floor >= 4, 1, np.where(floor <= 2, 2, 0)).astype(np.int8).take(crowd.dwelling)
    kind = np.array([-1, -1, -1, -1, 0, 1, 2, 3, -1, -1, 4, 4], np.int8)  # place by stage of life
    small, high, old, very_old, low_old = crowd.counts(kind.take(4 * place + _stage(crowd, (6, OLD, 75), unknown=1)), 5)
    kinds = {
        "upstairs": (small + high + old + very_old, Text("四楼及以上居民", "people on the fourth floor or above")),
        "upstairs_old": (old + very_old, Text("四楼及以上的老人", "old people on the fourth floor or above")),
        "upstairs_very_old": (very_old, Text("四楼及以上 75 岁以上者", "people over 75 on the fourth floor or above")),
        "upstairs_small": (small, Text("四楼及以上的幼儿", "small children on the fourth floor or above")),
        "low_old": (low_old, Text("一二楼的老人", "old people on the first two floors")),
    }
    return [crowd.share(Head(name, _of(title), "upstairs"), counts) for name, (counts, title) in kinds.items()]
