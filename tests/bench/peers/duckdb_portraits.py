"""Portraits of stairwell groups in DuckDB: `python duckdb_portraits.py TABLES DAY ANSWERS THREADS RUNS`.

TABLES is a folder of Parquet files with whole numbers as keys (see `bench_portraits`). They are brought into DuckDB's
own format before the clock starts; the timed part is plain SQL, one scan for each kind of fact, long answers fetched as
numpy columns and put into a dense table. Writes the raw shares and means to ANSWERS and prints seconds and memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np

BANDS = (0, 3, 6, 12, 15, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 200)
WHO = """
CREATE OR REPLACE TEMP TABLE who AS
WITH held AS (
  SELECT r, arg_max(d, (coalesce(since, DATE '0001-01-01'), -d)) AS d,
         arg_max(since, (coalesce(since, DATE '0001-01-01'), -d)) AS since
  FROM lives JOIN resident USING (r)
  WHERE (since IS NULL OR since < $day) AND (until IS NULL OR until >= $day - 1) AND (birth IS NULL OR birth < $day)
  GROUP BY r)
SELECT resident.*, held.d, held.since, u, floor,
  CASE WHEN birth < $day THEN ((year($day - 1) - year(birth)) * 12 + month($day - 1) - month(birth)
    - (day(birth) > day($day - 1))::INT) // 12 END AS age
FROM resident JOIN held USING (r) JOIN home USING (d)
"""
HOMES = """
WITH by_home AS (
  SELECT d, count(*) AS people, count(*) FILTER (age >= 60) AS old, count(*) FILTER (age >= 80) AS very_old,
         count(*) FILTER (age < 18) AS young
  FROM who GROUP BY d)
SELECT home.u AS u, count(*) AS homes, count(people) AS occupied,
  count(*) FILTER (people = 1) AS home_alone, count(*) FILTER (people = 1 AND old = 1) AS home_old_alone,
  count(*) FILTER (people >= 2 AND old = people) AS home_old_only, count(*) FILTER (very_old > 0) AS home_very_old,
  count(*) FILTER (young > 0) AS home_children,
  count(*) FILTER (young > 0 AND old > 0 AND people - old - young > 0) AS home_generations,
  count(*) FILTER (people >= 5) AS home_crowded
FROM home LEFT JOIN by_home USING (d) GROUP BY home.u
"""
PAIRS = {
    "tag": "SELECT u, t AS k, count(*) AS n FROM has_tag JOIN who USING (r) WHERE has_tag.since < $day "
    "AND (until IS NULL OR until >= $day - 1) GROUP BY u, t",
    "tag_group": "SELECT u, k, count(*) AS n FROM (SELECT DISTINCT r, g AS k FROM has_tag JOIN tag USING (t) "
    "WHERE NOT secret AND g >= 0 AND since < $day AND (until IS NULL OR until >= $day - 1)) JOIN who USING (r) "
    "GROUP BY u, k",
    "programme": 'SELECT u, k, count(*) AS n FROM (SELECT DISTINCT r, p AS k FROM enrolled WHERE "at" < $day) '
    "JOIN who USING (r) GROUP BY u, k",
    "contacted": 'SELECT u, k, count(*) AS n FROM (SELECT DISTINCT r, p AS k FROM contacted WHERE "at" < $day) '
    "JOIN who USING (r) GROUP BY u, k",
    "need": "SELECT u, k, count(*) AS n FROM (SELECT DISTINCT r, kind AS k FROM need WHERE raised_on < $day) "
    "JOIN who USING (r) GROUP BY u, k",
}
ANY = {
    "programme_any": 'SELECT u, count(*) AS n FROM who SEMI JOIN (FROM enrolled WHERE "at" < $day) USING (r) GROUP BY u',
    "contacted_any": 'SELECT u, count(*) AS n FROM who SEMI JOIN (FROM contacted WHERE "at" < $day) USING (r) GROUP BY u',
    "need_any": "SELECT u, count(*) AS n FROM who SEMI JOIN (FROM need WHERE raised_on < $day) USING (r) GROUP BY u",
}
VOLUNTEERS = """
SELECT u, count(DISTINCT r) AS volunteer, count(DISTINCT r) FILTER (age >= 60) AS volunteer_old,
  count(DISTINCT r) FILTER (date_diff('day', joined, $day) / 365.25 >= 3) AS volunteer_long
FROM volunteer JOIN who USING (r) WHERE joined < $day GROUP BY u
"""


def visits_sql(kinds: list[str], roles: list[str]) -> str:
    """Return the one scan over visits: first a row a person, then a row a unit."""
    held = {f"activity:{name}": f"kind = {k}" for k, name in enumerate(kinds)}
    held |= {f"activity_role:{name}": f"role = {k}" for k, name in enumerate(roles)}
    any_of = ", ".join(f'bool_or({condition}) AS "{name}"' for name, condition in held.items())
    spans = {"1y": '"at" >= $day - 365', "3y": '"at" >= $day - 1095', "ever": "TRUE"}
    visits = ", ".join(f"count(*) FILTER ({condition}) AS v{span}" for span, condition in spans.items())
    sums = [f'count(*) FILTER ("{name}") AS "{name}"' for name in held]
    for span in spans:
        sums += [f"sum(v{span}) AS activity_visits_{span}", f"count(*) FILTER (v{span} > 0) AS activity_any_{span}"]
        sums.append(f"count(*) FILTER (v{span} >= 3) AS activity_often_{span}")
    return (
        f"SELECT u, {', '.join(sums)} FROM (SELECT r, {any_of}, {visits} FROM took JOIN activity USING (a) "
        'WHERE "at" < $day GROUP BY r) JOIN who USING (r) GROUP BY u'
    )


def people_sql() -> str:
    """Return the one scan over people: a filtered count for each figure."""
    counts = {
        "residents": "TRUE",
        "aged": "age IS NOT NULL",
        "age_60_up": "age >= 60",
        "age_80_up": "age >= 80",
        "women": "sex = '2'",
        "men": "sex = '1'",
        "women_old": "sex = '2' AND age >= 60",
        "men_old": "sex = '1' AND age >= 60",
        "retired": "retired AND retired_on < $day",
        "dated": "since IS NOT NULL",
        "years_here_under_2": "date_diff('day', since, $day) / 365.25 < 2",
        "years_here_over_10": "date_diff('day', since, $day) / 365.25 > 10",
        "years_here_over_20": "date_diff('day', since, $day) / 365.25 > 20",
        "registered_here": "d = registered",
        "upstairs": "floor >= 4",
        "upstairs_old": "floor >= 4 AND age >= 60",
        "upstairs_very_old": "floor >= 4 AND age >= 75",
        "upstairs_small": "floor >= 4 AND age < 6",
        "low_old": "floor <= 2 AND age >= 60",
    }
    counts |= {f"age_{low}": f"age >= {low} AND age < {high}" for low, high in pairwise(BANDS)}
    for name, codes in CODES.items():
        counts[f"{name}_known"] = f"{name} IS NOT NULL AND {name}_on < $day"
        counts |= {f"{name}_{c}": f"{name}_on < $day AND starts_with({name}, '{c}')" for c in codes}
    filtered = ", ".join(f"count(*) FILTER ({condition}) AS {name}" for name, condition in counts.items())
    return (
        f"SELECT u, {filtered}, sum(age) AS age_sum, sum(date_diff('day', since, $day) / 365.25) AS years_sum "
        "FROM who LEFT JOIN (SELECT r, arg_max(d, d) AS registered FROM registered WHERE since < $day GROUP BY r) "
        "USING (r) GROUP BY u"
    )


CODES = {
    "education": ("1", "2", "3", "4", "6", "7", "8", "9"),
    "marital": ("1", "2", "3", "4"),
    "politics": ("01", "02", "03", "13"),
}
OF = {
    **dict.fromkeys(["age_60_up", "age_80_up", *(f"age_{low}" for low in BANDS[:-1])], "aged"),
    **dict.fromkeys(["years_here_under_2", "years_here_over_10", "years_here_over_20"], "dated"),
    **{f"{name}_{c}": f"{name}_known" for name, codes in CODES.items() for c in codes},
}
INNER = ("aged", "men", "men_old", "dated", "residents", "u", "age_sum", "years_sum", *(f"{c}_known" for c in CODES))


class Work:
    """The timed work on one connection; answers are raw shares and means, one array a feature."""

    def __init__(self, tables: Path, day: str, threads: int) -> None:
        self.con = duckdb.connect(config={"threads": threads})
        for path in sorted(tables.glob("*.parquet")):
            self.con.execute(f"CREATE TABLE {path.stem} AS FROM read_parquet('{path}')")
        self.day = day
        self.kinds = json.loads((tables / "kinds.json").read_text())
        self.size = self.kinds["unit"]

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        """Run a query for the day; return its columns."""
        return self.con.execute(sql.replace("$day", f"DATE '{self.day}'")).fetchnumpy()

    def dense(self, found: dict[str, np.ndarray], name: str) -> np.ndarray:
        """Return a column over all units, zero where there is none."""
        values = np.zeros(self.size)
        values[found["u"]] = np.ma.filled(found[name], 0)
        return values

    def run(self) -> dict[str, np.ndarray]:
        """Return every feature."""
        self.ask(WHO)
        found = self.ask(people_sql())
        count = {name: self.dense(found, name) for name in found if name != "u"}
        people = count["residents"]
        raw = {n: over(count[n], count[OF.get(n, "residents")]) for n in count if n not in INNER}
        raw["women"] = over(count["women"], count["women"] + count["men"])
        raw["women_old"] = over(count["women_old"], count["women_old"] + count["men_old"])
        raw["age_mean"] = over(count["age_sum"], count["aged"])
        raw["years_here"] = over(count["years_sum"], count["dated"])
        return raw | self.homes(people) | self.deeds(people)

    def homes(self, people: np.ndarray) -> dict[str, np.ndarray]:
        """Return the features of households."""
        found = self.ask(HOMES)
        count = {name: self.dense(found, name) for name in found if name != "u"}
        raw = {n: over(c, count["occupied"]) for n, c in count.items() if n not in ("homes", "occupied")}
        raw["home_people"] = over(people, count["occupied"])
        raw["homes_lived_in"] = over(count["occupied"], count["homes"])
        return raw

    def deeds(self, people: np.ndarray) -> dict[str, np.ndarray]:
        """Return the features of tags, activities, programmes, volunteers and needs."""
        raw = {}
        for prefix, sql in PAIRS.items():
            found, names = self.ask(sql), self.kinds[prefix]
            table = np.zeros((len(names), self.size))
            table[found["k"], found["u"]] = found["n"]
            raw |= {f"{prefix}:{name}": over(row, people) for name, row in zip(names, table, strict=True)}
        for name, sql in ANY.items():
            raw[name] = over(self.dense(self.ask(sql), "n"), people)
        for sql in (visits_sql(self.kinds["activity"], self.kinds["activity_role"]), VOLUNTEERS):
            found = self.ask(sql)
            raw |= {n: over(self.dense(found, n), people) for n in found if n != "u"}
        return raw


def over(counts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return counts over their total, NaN for nothing over nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(of > 0, counts / of, np.nan)


def main(tables: str, day: str, answers: str, threads: str, runs: str) -> None:
    """Time the work and write its answers."""
    work, spent = Work(Path(tables), day, int(threads)), []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(int(runs)):
        begun = time.perf_counter()
        raw = work.run()
        spent.append(time.perf_counter() - begun)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    np.savez(answers, **raw)
    print(json.dumps({"seconds": min(spent), "megabytes": grown, "features": len(raw), "version": duckdb.__version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
