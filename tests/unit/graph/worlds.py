"""Small worlds of records, built by hand or drawn at random, shared by the tests of the graph's floors."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa

from graph.model.records import Records


def small_world() -> Records:
    """Four residents of two committees: an old couple, a widow who lives alone, and a child without a dwelling."""
    nodes = {
        "Area": pa.table({"id": ["c1", "c2"], "name": ["甲居委", "乙居委"], "level": ["committee", "committee"]}),
        "Dwelling": pa.table({"id": ["d1", "d2"], "area": ["c1", "c2"], "floor_area": [50.5, None]}),
        "Tag": pa.table({"id": ["t_alone", "t_party"], "name": ["独居", "党员"], "synonyms": [["孤老", "独住"], None]}),
        "Resident": pa.table(
            {
                "id": ["r1", "r2", "r3", "r4"],
                "area": ["c1", "c1", "c2", None],
                "name": ["甲", "乙", "丙", None],
                "sex": ["1", "2", "2", None],
                "birth_date": pa.array(
                    [dt.date(1940, 2, 29), dt.date(1945, 11, 2), dt.date(1950, 1, 1), dt.date(2019, 6, 1)]
                ),
                "retired": [True, True, None, False],
            }
        ),
    }
    edges = {
        "Resident-LIVES_IN-Dwelling": pa.table(
            {
                "start": ["r1", "r2", "r3"],
                "end": ["d1", "d1", "d2"],
                "since": pa.array([dt.date(1980, 1, 1), None, dt.date(2020, 1, 1)]),
                "until": pa.array([None, dt.date(2021, 6, 30), None], pa.date32()),
            }
        ),
        "Resident-HAS_TAG-Tag": pa.table(
            {
                "start": ["r1", "r3", "r3"],
                "end": ["t_party", "t_alone", "t_party"],
                "since": pa.array([None, dt.date(2021, 1, 1), dt.date(2022, 1, 1)]),
                "source": ["a", "b", "a"],
            }
        ),
    }
    return Records.of(nodes, edges)


def random_world(seed: int, people: int = 40) -> Records:
    """Draw a world in which every kind of value, known and unknown, occurs."""
    draw = random.Random(seed)

    def some(make: object) -> list[object]:
        return [make() if draw.random() < 0.8 else None for _ in range(people)]  # type: ignore[operator]

    ids = [f"人{i}" for i in draw.sample(range(10 * people), people)]
    nodes = {
        "Area": pa.table({"id": ["c1", "c2"], "name": ["甲", "乙"]}),
        "Tag": pa.table({"id": ["t1", "t2"], "name": ["标签", "t'\"\\"], "synonyms": [["一", ""], None]}),
        "Venue": pa.table(
            {
                "id": ids,
                "area": some(lambda: draw.choice(["c1", "c2"])),
                "name": [draw.choice(["堂", "😀", "a b"]) for _ in ids],
                "capacity": some(lambda: draw.choice([0, -1, 2**62, 7])),
                "lon": some(lambda: draw.choice([-0.0, 0.0, 121.45, 1e300])),
                "step_free": some(lambda: draw.random() < 0.5),
                "last_used_on": some(lambda: dt.date(1900, 1, 1) + dt.timedelta(draw.randrange(60_000))),
                "facilities": some(lambda: draw.sample(["屏幕", "钢琴", "x"], draw.randrange(1, 4))),
            }
        ),
    }
    kept = [i for i in ids if draw.random() < 0.7]
    edges = {
        "Venue-IN-Area": pa.table(
            {
                "start": pa.array(kept, pa.string()),
                "end": pa.array([draw.choice(["c1", "c2"]) for _ in kept], pa.string()),
            }
        )
    }
    return Records.of(nodes, edges)
