"""Portraits of stairwell groups in pandas: `python pandas_portraits.py TABLES DAY ANSWERS THREADS RUNS`.

TABLES is a folder of Parquet files with whole numbers as keys (see `bench_portraits`), read into frames before the
clock starts. Flags are columns of one frame and summed in one groupby; facts of people are grouped by pairs. Writes the
raw shares and means to ANSWERS and prints seconds and memory. THREADS is not used: groupby runs on one.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

BANDS = (0, 3, 6, 12, 15, 18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 200)
CODES = {
    "education": ("1", "2", "3", "4", "6", "7", "8", "9"),
    "marital": ("1", "2", "3", "4"),
    "politics": ("01", "02", "03", "13"),
}
SPANS = {"1y": 365, "3y": 1095, "ever": 10**6}
Columns = dict[str, np.ndarray]


class Work:
    """The timed work; answers are raw shares and means, one array a feature."""

    def __init__(self, tables: Path, day: str) -> None:
        self.frames = {p.stem: pd.read_parquet(p) for p in sorted(tables.glob("*.parquet"))}
        for frame in self.frames.values():
            for name in frame.columns:
                if name in ("birth", "since", "until", "at", "joined", "raised_on") or name.endswith("_on"):
                    frame[name] = pd.to_datetime(frame[name])
        for name in ("sex", *CODES):
            self.frames["resident"][name] = self.frames["resident"][name].astype("category")
        self.day = pd.Timestamp(day)
        self.kinds = json.loads((tables / "kinds.json").read_text())
        self.units = pd.RangeIndex(self.kinds["unit"])

    def run(self) -> Columns:
        """Return every feature."""
        who = self.who()
        flags = self.flags(who)
        sums = pd.DataFrame(flags).groupby(who["u"].to_numpy()).sum().reindex(self.units, fill_value=0)
        count = {name: sums[name].to_numpy(float) for name in sums}
        people = count["residents"]
        raw = {n: over(count[n], count[OF.get(n, "residents")]) for n in count if n not in INNER}
        raw["women"] = over(count["women"], count["women"] + count["men"])
        raw["women_old"] = over(count["women_old"], count["women_old"] + count["men_old"])
        raw["age_mean"] = over(count["age_sum"], count["aged"])
        raw["years_here"] = over(count["years_sum"], count["dated"])
        return raw | self.homes(who, people) | self.deeds(who, people)

    def who(self) -> pd.DataFrame:
        """Return a row for each person who lived somewhere on the eve, with unit and age."""
        lives, day = self.frames["lives"], self.day
        eve = day - pd.Timedelta(days=1)
        held = lives[
            (lives["since"].isna() | (lives["since"] < day)) & (lives["until"].isna() | (lives["until"] >= eve))
        ]
        held = held.merge(self.frames["resident"], on="r")
        held = held[held["birth"].isna() | (held["birth"] < day)]
        if held["r"].duplicated().any():
            held = held.sort_values(["r", "since", "d"], ascending=[True, True, False], na_position="first")
            held = held.drop_duplicates("r", keep="last")
        who = held.merge(self.frames["home"], on="d")
        born = who["birth"].dt
        months = (eve.year - born.year) * 12 + eve.month - born.month - (born.day > eve.day)
        return who.assign(age=(months // 12).to_numpy(float))

    def flags(self, who: pd.DataFrame) -> Columns:
        """Return the columns that are summed over the people of a unit."""
        day, age, floor = self.day, who["age"].to_numpy(), who["floor"].to_numpy()
        years = ((day - who["since"]).dt.days / 365.25).to_numpy()
        sex = who["sex"]
        registered = self.frames["registered"]
        registered = registered[registered["since"] < day].groupby("r")["d"].max()
        old, women, men = age >= 60, (sex == "2").to_numpy(), (sex == "1").to_numpy()
        found = {
            "residents": np.ones(len(who)),
            "aged": ~np.isnan(age),
            "age_sum": np.nan_to_num(age),
            "age_60_up": old,
            "age_80_up": age >= 80,
            "women": women,
            "men": men,
            "women_old": women & old,
            "men_old": men & old,
            "retired": (who["retired"].fillna(False).astype(bool) & (who["retired_on"] < day)).to_numpy(),
            "dated": ~np.isnan(years),
            "years_sum": np.nan_to_num(years),
            "years_here_under_2": years < 2,
            "years_here_over_10": years > 10,
            "years_here_over_20": years > 20,
            "registered_here": (who["r"].map(registered) == who["d"]).to_numpy(),
            "upstairs": floor >= 4,
            "upstairs_old": (floor >= 4) & old,
            "upstairs_very_old": (floor >= 4) & (age >= 75),
            "upstairs_small": (floor >= 4) & (age < 6),
            "low_old": (floor <= 2) & old,
        }
        found |= {f"age_{low}": (age >= low) & (age < high) for low, high in pairwise(BANDS)}
        for name, starts in CODES.items():
            observed = (who[f"{name}_on"] < day).to_numpy()
            values = who[name].cat
            found[f"{name}_known"] = observed & (values.codes >= 0).to_numpy()
            for start in starts:
                matching = np.array([*(c.startswith(start) for c in values.categories), False])
                found[f"{name}_{start}"] = observed & matching[values.codes]
        return found

    def homes(self, who: pd.DataFrame, people: np.ndarray) -> Columns:
        """Return the features of households."""
        age = who["age"]
        parts = pd.DataFrame({"people": 1, "old": age >= 60, "very_old": age >= 80, "young": age < 18})
        home = self.frames["home"].set_index("d")
        by = parts.groupby(who["d"].to_numpy()).sum().reindex(home.index, fill_value=0)
        grown = by["people"] - by["old"] - by["young"]
        flags = pd.DataFrame(
            {
                "homes": 1,
                "occupied": by["people"] > 0,
                "home_alone": by["people"] == 1,
                "home_old_alone": (by["people"] == 1) & (by["old"] == 1),
                "home_old_only": (by["people"] >= 2) & (by["old"] == by["people"]),
                "home_very_old": by["very_old"] > 0,
                "home_children": by["young"] > 0,
                "home_generations": (by["young"] > 0) & (by["old"] > 0) & (grown > 0),
                "home_crowded": by["people"] >= 5,
            }
        )
        sums = flags.groupby(home["u"].to_numpy()).sum().reindex(self.units, fill_value=0)
        count = {name: sums[name].to_numpy(float) for name in sums}
        raw = {n: over(c, count["occupied"]) for n, c in count.items() if n not in ("homes", "occupied")}
        raw["home_people"] = over(people, count["occupied"])
        raw["homes_lived_in"] = over(count["occupied"], count["homes"])
        return raw

    def deeds(self, who: pd.DataFrame, people: np.ndarray) -> Columns:
        """Return the features of tags, activities, programmes, volunteers and needs."""
        frames, day, unit = self.frames, self.day, who.set_index("r")["u"]
        eve = day - pd.Timedelta(days=1)
        tagged = frames["has_tag"]
        tagged = tagged[(tagged["since"] < day) & (tagged["until"].isna() | (tagged["until"] >= eve))]
        tag = frames["tag"].set_index("t")
        took = frames["took"]
        took = took[took["at"] < day]
        kind = took["a"].map(frames["activity"].set_index("a")["kind"])
        enrolled, contacted = (frames[n][frames[n]["at"] < day] for n in ("enrolled", "contacted"))
        need = frames["need"][frames["need"]["raised_on"] < day]
        grouped = tagged.assign(g=tagged["t"].map(tag["g"].where(~tag["secret"], -1)))
        grouped = grouped[grouped["g"] >= 0].drop_duplicates(["r", "g"])
        distinct = {
            "tag": tagged[["r", "t"]],
            "tag_group": grouped[["r", "g"]],
            "activity": took.assign(k=kind)[["r", "k"]].drop_duplicates(),
            "activity_role": took[["r", "role"]].drop_duplicates(),
            "programme": enrolled[["r", "p"]].drop_duplicates(),
            "contacted": contacted[["r", "p"]].drop_duplicates(),
            "need": need[["r", "kind"]].drop_duplicates(),
        }
        raw: Columns = {}
        for prefix, pairs in distinct.items():
            raw |= self.pairs(prefix, pairs, unit, people=people)
        for name, frame in (("programme_any", enrolled), ("contacted_any", contacted), ("need_any", need)):
            raw[name] = over(self.count(frame["r"].drop_duplicates(), unit), people)
        return raw | self.visits(took, unit, people) | self.volunteers(who, unit, people)

    def count(self, people: pd.Series, unit: pd.Series) -> np.ndarray:
        """Return how many of some people live in each unit."""
        return people.map(unit).value_counts().reindex(self.units, fill_value=0).to_numpy(float)

    def pairs(self, prefix: str, pairs: pd.DataFrame, unit: pd.Series, *, people: np.ndarray) -> Columns:
        """Return the share of the people of each unit with each kind."""
        names = self.kinds[prefix]
        at = pairs.iloc[:, 0].map(unit)
        size = pairs.iloc[:, 1].groupby([at.to_numpy(), pairs.iloc[:, 1].to_numpy()]).size()
        table = np.zeros((len(names), len(self.units)))
        table[size.index.get_level_values(1).astype(int), size.index.get_level_values(0).astype(int)] = size.to_numpy()
        return {f"{prefix}:{name}": over(row, people) for name, row in zip(names, table, strict=True)}

    def visits(self, took: pd.DataFrame, unit: pd.Series, people: np.ndarray) -> Columns:
        """Return who came how often within each span."""
        raw: Columns = {}
        for span, back in SPANS.items():
            recent = took if span == "ever" else took[took["at"] >= self.day - pd.Timedelta(days=back)]
            times = recent.groupby("r").size()
            at = times.index.map(unit)
            frame = pd.DataFrame({"visits": times.to_numpy(), "any": 1, "often": times.to_numpy() >= 3})
            sums = frame.groupby(np.asarray(at)).sum().reindex(self.units, fill_value=0)
            raw |= {f"activity_{name}_{span}": over(sums[name].to_numpy(float), people) for name in sums}
        return raw

    def volunteers(self, who: pd.DataFrame, unit: pd.Series, people: np.ndarray) -> Columns:
        """Return the shares of volunteers."""
        joined = self.frames["volunteer"]
        joined = joined[joined["joined"] < self.day]
        age = who.set_index("r")["age"]
        old = joined[joined["r"].map(age) >= 60]
        long = joined[(self.day - joined["joined"]).dt.days / 365.25 >= 3]
        named = {"volunteer": joined, "volunteer_old": old, "volunteer_long": long}
        return {n: over(self.count(f["r"].drop_duplicates(), unit), people) for n, f in named.items()}


OF = {
    **dict.fromkeys(["age_60_up", "age_80_up", *(f"age_{low}" for low in BANDS[:-1])], "aged"),
    **dict.fromkeys(["years_here_under_2", "years_here_over_10", "years_here_over_20"], "dated"),
    **{f"{name}_{c}": f"{name}_known" for name, codes in CODES.items() for c in codes},
}
INNER = ("aged", "men", "men_old", "dated", "residents", "age_sum", "years_sum", *(f"{c}_known" for c in CODES))


def over(counts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return counts over their total, NaN for nothing over nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(of > 0, counts / of, np.nan)


def main(tables: str, day: str, answers: str, threads: str, runs: str) -> None:
    """Time the work and write its answers."""
    work, spent = Work(Path(tables), day), []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(int(runs)):
        begun = time.perf_counter()
        raw = work.run()
        spent.append(time.perf_counter() - begun)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    np.savez(answers, **raw)
    print(json.dumps({"seconds": min(spent), "megabytes": grown, "features": len(raw), "version": pd.__version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
