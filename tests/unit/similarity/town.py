"""A town of any size as records: units, homes, people and dated facts, drawn at random; one wave of lifts is planted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from graph.model.records import Records

AS_OF = dt.date(2021, 6, 1)
DAY = (AS_OF - dt.date(1970, 1, 1)).days


def dated(rng: np.random.Generator, count: int, *, back: int = 3000, ahead: int = 300) -> pa.Array:
    """Draw days around AS_OF: most before it, some after."""
    return pa.array((DAY + rng.integers(-back, ahead, count)).astype(np.int32), pa.int32()).cast(pa.date32())


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{i:06d}" for i in range(count)]


def some(rng: np.random.Generator, values: list[str], count: int) -> list[str]:
    return [values[i] for i in rng.integers(len(values), size=count)]


def town(units: int = 60, people: int = 900, *, tags: int = 12, seed: int = 0) -> Records:
    """Draw a town; two in three units are walk-ups, and one in six of these was given a lift."""
    rng = np.random.Generator(np.random.PCG64(seed))
    homes = people // 2
    where = {
        "unit": names("u", units),
        "home": names("d", homes),
        "person": names("r", people),
        "tag": names("t", tags),
        "building": names("b", max(units // 3, 1)),
        "estate": names("e", max(units // 20, 1)),
    }
    nodes = _places(rng, where) | _people(rng, where) | _occasions(rng, where)
    edges = _lines(rng, where)
    lifts = [f"u{i:06d}" for i in range(0, units, 6)]
    nodes["Installation"] = pa.table(
        {
            "id": [f"i_{u}" for u in lifts],
            "voted_on": dated(rng, len(lifts), back=900, ahead=-500),
            "installed_on": dated(rng, len(lifts), back=400, ahead=100),
            "outcome": ["refused" if j % 5 == 4 else "agreed" for j in range(len(lifts))],
        }
    )
    edges["Installation-OF-Unit"] = pa.table({"start": [f"i_{u}" for u in lifts], "end": lifts})
    return Records.of(nodes, edges)


def _places(rng: np.random.Generator, where: dict[str, list[str]]) -> dict[str, pa.Table]:
    n, m, e = (len(where[k]) for k in ("unit", "home", "estate"))
    return {
        "Estate": pa.table({"id": where["estate"], "name": where["estate"], "kind": some(rng, ["mall", "new"], e)}),
        "Building": pa.table({"id": where["building"]}),
        "Unit": pa.table(
            {
                "id": where["unit"],
                "built_year": pa.array([1960 + int(x) if x < 45 else None for x in rng.integers(0, 50, n)], pa.int64()),
                "floors": rng.integers(4, 7, n),
                "structure": some(rng, ["brick", "frame", "mixed"], n),
                "gas_pipe_outside": rng.random(n) < 0.4,
                "clear_width": rng.normal(6, 2, n),
                "has_lift": rng.random(n) < 0.1,
                "power_upgraded": rng.random(n) < 0.1,
                "lon": 121.45 + rng.normal(0, 0.008, n),
                "lat": 31.31 + rng.normal(0, 0.006, n),
            }
        ),
        "Dwelling": pa.table(
            {
                "id": where["home"],
                "floor": rng.integers(1, 7, m),
                "floor_area": rng.normal(60, 15, m),
                **_uses(np.random.Generator(np.random.PCG64(m)), m),
            }
        ),
        "ServicePoint": pa.table(
            {
                "id": names("s", 6),
                "name": names("s", 6),
                "kind": ["canteen", "nursery"] * 3,
                "opened_on": dated(rng, 6),
                "lon": 121.45 + rng.normal(0, 0.008, 6),
                "lat": 31.31 + rng.normal(0, 0.006, 6),
            }
        ),
    }


def _uses(rng: np.random.Generator, homes: int) -> dict[str, object]:
    return {
        "use": some(rng, ["owner", "rented", "vacant"], homes),
        "use_on": dated(rng, homes),
        "tenure": some(rng, ["private", "public"], homes),
        "tenure_on": dated(rng, homes),
    }


def _people(rng: np.random.Generator, where: dict[str, list[str]]) -> dict[str, pa.Table]:
    n = len(where["person"])
    born = (DAY - rng.integers(0, 95 * 365, n)).astype(np.int32)
    tags = where["tag"]
    return {
        "Resident": pa.table(
            {
                "id": where["person"],
                "sex": some(rng, ["1", "2"], n),
                "birth_date": pa.array(born, pa.int32()).cast(pa.date32()),
                "education": some(rng, ["10", "20", "30", "61", "71", "81", "90"], n),
                "education_on": dated(rng, n),
                "marital": some(rng, ["10", "20", "30", "40"], n),
                "marital_on": dated(rng, n),
                "politics": some(rng, ["01", "03", "13", "13", "13", "05"], n),
                "politics_on": dated(rng, n),
                "retired": rng.random(n) < 0.3,
                "retired_on": dated(rng, n),
            }
        ),
        "Tag": pa.table(
            {
                "id": tags,
                "name": tags,
                "sensitivity": ["sensitive" if j % 6 == 5 else "public" for j in range(len(tags))],
            }
        ),
        "TagGroup": pa.table({"id": ["g1", "g2"], "name": ["健康", "参与"]}),
        "Volunteer": pa.table(
            {"id": names("v", n // 20), "name": names("v", n // 20), "joined_on": dated(rng, n // 20)}
        ),
    }


def _occasions(rng: np.random.Generator, where: dict[str, list[str]]) -> dict[str, pa.Table]:
    needs = len(where["person"]) // 30
    return {
        "Activity": pa.table(
            {"id": names("a", 40), "name": names("a", 40), "kind": some(rng, ["culture", "sports", "party"], 40)}
        ),
        "Programme": pa.table({"id": names("p", 5), "name": names("p", 5)}),
        "Need": pa.table(
            {
                "id": names("n", needs),
                "name": names("n", needs),
                "kind": some(rng, ["repair", "care"], needs),
                "raised_on": dated(rng, needs),
            }
        ),
    }


def _lines(rng: np.random.Generator, where: dict[str, list[str]]) -> dict[str, pa.Table]:
    person, unit, home = where["person"], where["unit"], where["home"]
    many = 10 * len(person)
    tagged = _pairs(rng, person, where["tag"], 8 * len(person))
    visits = _pairs(rng, person, names("a", 40), many)
    lines = {
        "Building-IN-Estate": _each(where["building"], some(rng, where["estate"], len(where["building"]))),
        "Unit-IN-Building": _each(unit, some(rng, where["building"], len(unit))),
        "Dwelling-IN-Unit": _each(home, some(rng, unit, len(home))),
        "Resident-LIVES_IN-Dwelling": _each(person, some(rng, home, len(person))).append_column(
            "since", dated(rng, len(person), ahead=30)
        ),
        "Resident-REGISTERED_AT-Dwelling": _each(person, some(rng, home, len(person))).append_column(
            "since", dated(rng, len(person))
        ),
        "Resident-HAS_TAG-Tag": tagged.append_column("since", dated(rng, len(tagged))),
        "Tag-IN_GROUP-TagGroup": _each(where["tag"], some(rng, ["g1", "g2"], len(where["tag"]))),
        "Resident-TOOK_PART_IN-Activity": visits.append_column("at", dated(rng, len(visits))).append_column(
            "role", pa.array(some(rng, ["participant", "organiser"], len(visits)))
        ),
        "Resident-LEADS-Unit": _each(person[: len(unit) // 2], unit[: len(unit) // 2]).append_column(
            "since", dated(rng, len(unit) // 2)
        ),
    }
    volunteers = names("v", len(person) // 20)
    lines["Volunteer-IS-Resident"] = _each(volunteers, person[: len(volunteers)])
    needs = names("n", len(person) // 30)
    lines["Resident-ASKS-Need"] = _each(some(rng, person, len(needs)), needs)
    for kind in ("ENROLLED_IN", "CONTACTED"):
        pairs = _pairs(rng, person, names("p", 5), len(person))
        lines[f"Resident-{kind}-Programme"] = pairs.append_column("at", dated(rng, len(pairs)))
        if kind == "CONTACTED":
            lines[f"Resident-{kind}-Programme"] = lines[f"Resident-{kind}-Programme"].append_column(
                "channel", pa.array(["phone"] * len(pairs))
            )
    return lines


def _each(starts: list[str], ends: list[str]) -> pa.Table:
    return pa.table({"start": starts, "end": ends})


def _pairs(rng: np.random.Generator, starts: list[str], ends: list[str], count: int) -> pa.Table:
    """Draw distinct pairs."""
    cells = np.unique(rng.integers(len(starts) * len(ends), size=count))
    return _each([starts[c // len(ends)] for c in cells], [ends[c % len(ends)] for c in cells])
