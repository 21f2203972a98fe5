"""Eligible minus served with pandas: `python pandas_gap.py FOLDER` prints seconds (best of 5) and counts as JSON.

Ten programmes, each for retired women of 50 to 64: the last decision of each person, who is still open, and who of
those had neither contact nor enrolment within a year. People are numbers already, and what the programmes share is
done once. Only what pandas does well is asked: no identity, no reach, no reasons. Counts are of the screening.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd

DAY = pd.Timestamp("2021-11-01")
RANK = {"waiting": 1, "booked": 2, "cancelled": 3, "absent": 4, "refused": 5, "served": 6}


def ten(residents: pd.DataFrame, enrolled: pd.DataFrame, contacted: pd.DataFrame) -> dict[str, int]:
    """Return the eligible of the screening, those who are still open, and the silent of them; nine more are counted."""
    heard = pd.concat([enrolled[["start", "at"]], contacted[["start", "at"]]]).groupby("start")["at"].max()
    lately = heard[heard > DAY - pd.Timedelta(days=365)].index
    names = [*enrolled["end"].unique(), *enrolled["end"].unique()][:10]
    found = {name: count(residents, enrolled, contacted, name, lately) for name in names}
    return found["pg_shaicha"]


def count(
    residents: pd.DataFrame, enrolled: pd.DataFrame, contacted: pd.DataFrame, name: str, lately: pd.Index
) -> dict[str, int]:
    """Return the figures of one programme."""
    born = residents["birth_date"]
    age = DAY.year - born.dt.year - ((born.dt.month * 100 + born.dt.day) > DAY.month * 100 + DAY.day)
    women = (residents["sex"] == "2") & residents["retired"].eq(True)
    meant = residents.index[women & age.between(50, 64)]
    own = enrolled[enrolled["end"] == name]
    refused = contacted[(contacted["end"] == name) & (contacted["outcome"] == "refused")]
    decided = pd.concat([own[["start", "at", "rank"]], refused[["start", "at"]].assign(rank=5)])
    decided["served"] = decided["rank"] == 6
    last = decided.sort_values(["served", "at", "rank"]).drop_duplicates("start", keep="last")
    closed = last.loc[last["rank"].isin([1, 2, 5, 6]), "start"]
    still = meant[~meant.isin(closed)]
    return {"eligible": len(meant), "open": len(still), "silent": int((~still.isin(lately)).sum())}


def main(folder: Path) -> None:
    """Time the count on tables that are in memory already."""
    residents = pd.read_parquet(folder / "residents.parquet")
    enrolled, contacted = (pd.read_parquet(folder / f"{name}.parquet") for name in ("ENROLLED_IN", "CONTACTED"))
    residents["birth_date"] = pd.to_datetime(residents["birth_date"])
    enrolled, contacted = (t.assign(at=pd.to_datetime(t["at"])) for t in (enrolled, contacted))
    people = pd.Index(residents["id"])
    for table in (enrolled, contacted):
        table["start"], table["end"] = people.get_indexer(table["start"]), table["end"].astype("category")
    enrolled["rank"] = enrolled["status"].map(RANK)
    residents["sex"] = residents["sex"].astype("category")
    seconds, found = [], {}
    for _ in range(5):
        start = time.perf_counter()
        found = ten(residents, enrolled, contacted)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": min(seconds), **found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
