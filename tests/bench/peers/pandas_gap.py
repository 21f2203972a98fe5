"""Eligible minus served with pandas: `python pandas_gap.py FOLDER` prints seconds (best of 5) and counts as JSON.

The screening of retired women of 50 to 64: the last decision of each person, who is still open, and who of those had
neither contact nor enrolment within a year. Only what pandas does well is asked: no identity, no reach, no reasons.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd

DAY = pd.Timestamp("2021-11-01")
RANK = {"waiting": 1, "booked": 2, "cancelled": 3, "absent": 4, "refused": 5, "served": 6}


def count(residents: pd.DataFrame, enrolled: pd.DataFrame, contacted: pd.DataFrame) -> dict[str, int]:
    """Return the eligible, those who are still open, and the silent of them."""
    born = residents["birth_date"]
    age = DAY.year - born.dt.year - ((born.dt.month * 100 + born.dt.day) > DAY.month * 100 + DAY.day)
    meant = residents.loc[(residents["sex"] == "2") & residents["retired"].eq(True) & age.between(50, 64), "id"]
    own = enrolled[enrolled["end"] == "pg_shaicha"].assign(rank=lambda e: e["status"].map(RANK))
    refused = contacted[(contacted["end"] == "pg_shaicha") & (contacted["outcome"] == "refused")].assign(rank=5)
    decided = pd.concat([own[["start", "at", "rank"]], refused[["start", "at", "rank"]]])
    decided["served"] = decided["rank"] == 6
    last = decided.sort_values(["served", "at", "rank"]).drop_duplicates("start", keep="last")
    closed = last.loc[last["rank"].isin([1, 2, 5, 6]), "start"]
    still = meant[~meant.isin(closed)]
    heard = pd.concat([enrolled[["start", "at"]], contacted[["start", "at"]]]).groupby("start")["at"].max()
    lately = heard[heard > DAY - pd.Timedelta(days=365)].index
    return {"eligible": len(meant), "open": len(still), "silent": int((~still.isin(lately)).sum())}


def main(folder: Path) -> None:
    """Time the count on tables that are in memory already."""
    residents = pd.read_parquet(folder / "residents.parquet")
    enrolled, contacted = (pd.read_parquet(folder / f"{name}.parquet") for name in ("ENROLLED_IN", "CONTACTED"))
    residents["birth_date"] = pd.to_datetime(residents["birth_date"])
    enrolled, contacted = (t.assign(at=pd.to_datetime(t["at"])) for t in (enrolled, contacted))
    seconds, found = [], {}
    for _ in range(5):
        start = time.perf_counter()
        found = count(residents, enrolled, contacted)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": min(seconds), **found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
