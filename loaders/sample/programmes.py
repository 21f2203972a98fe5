"""Programmes: who is eligible, who enrolled in two years, who was contacted, and the silent few."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import numpy as np

from graph.model.condition_json import parse

from .crowd import Crowd
from .draws import Bools, Ints, choose, pick, stream
from .people import AS_OF, Days, People
from .sheet import Cell, Sheet, dates, sheet, sheet_of
from .tables import Row, rows

SILENT = 36
SCREENING = "pg_shaicha"
STATUSES = (
    {"已服务": 88.0, "未到": 6.0, "已取消": 4.0, "拒绝": 2.0},
    {"已预约": 40.0, "已服务": 48.0, "候补": 6.0, "已取消": 4.0, "拒绝": 2.0},
)
CHANNELS = {"电话": 30.0, "智能外呼": 22.0, "上门": 12.0, "短信": 16.0, "微信": 14.0, "现场": 6.0}
OUTCOMES = {"已联系上": 66.0, "无人接听": 18.0, "拒绝": 7.0, "稍后再联系": 6.0, "号码有误": 3.0}


@dataclass(frozen=True, slots=True)
class Programmes:
    """The sheets; `silent` are the people who are eligible for the screening and of whom nothing was heard."""

    plan: Sheet
    enrolled: Sheet
    contacted: Sheet
    silent: Ints
    eligible: dict[str, int]


@dataclass(slots=True)
class _Rows:
    """Rows gathered over the programmes."""

    programme: list[str]
    person: list[Ints]
    on: list[Days]
    words: list[tuple[np.ndarray, ...]]

    def add(self, programme: str, person: Ints, on: Days, *words: np.ndarray) -> None:
        self.programme.extend([programme] * len(person))
        self.person.append(person)
        self.on.append(on)
        self.words.append(words)


def build(seed: int, crowd: Crowd) -> Programmes:
    """Run every programme for two years."""
    enrolled, contacted = _Rows([], [], [], []), _Rows([], [], [], [])
    silent = _silent(stream(seed, "silent"), crowd)
    eligible = {}
    for row in rows("programmes"):
        rng = stream(seed, f"programme {row['id']}")
        meant = crowd.where(parse(json.loads(row["eligibility"])))
        eligible[row["id"]] = int(meant.sum())
        meant[silent] = False
        _run(rng, row, meant, enrolled=enrolled, contacted=contacted)
    return Programmes(
        _plan(), _enrolments(crowd.people, enrolled), _contacts(crowd.people, contacted), silent, eligible
    )


def _silent(rng: np.random.Generator, crowd: Crowd) -> Ints:
    """Choose the silent few, mostly people who do not live where they are registered."""
    row = next(r for r in rows("programmes") if r["id"] == SCREENING)
    meant = crowd.where(parse(json.loads(row["eligibility"])))
    away = np.isin(crowd.codes["residence"], ["registered", "apart"])
    return pick(rng, np.where(meant, np.where(away, 8.0, 1.0), 0.0), SILENT)


def _run(rng: np.random.Generator, row: Row, meant: Bools, *, enrolled: _Rows, contacted: _Rows) -> None:
    people = np.flatnonzero(meant)
    joined = np.zeros(len(people), bool)
    for year, share in ((2020, float(row["first"])), (2021, float(row["second"]))):
        now = rng.random(len(people)) < share
        joined |= now
        on = _season(rng, row, year=year, count=int(now.sum()))
        enrolled.add(row["name"], people[now], on, choose(rng, STATUSES[year - 2020], int(now.sum())))
    # Whoever enrolled in the screening was spoken to as well, so "never contacted" has one meaning.
    all_told = row["id"] == SCREENING
    asked = (all_told | (rng.random(len(people)) < float(row["reach"]))) & (~joined | all_told)
    told = people[asked]
    on = _season(rng, row, year=2021, count=len(told))
    outcome = np.where(joined[asked], "已联系上", choose(rng, OUTCOMES, len(told)))
    contacted.add(row["name"], told, on, choose(rng, CHANNELS, len(told)), outcome)


def _season(rng: np.random.Generator, row: Row, *, year: int, count: int) -> Days:
    """Draw days of the yearly season: up to ninety days from the month in which the programme opens."""
    start = np.datetime64(f"{year}-{row['opens_on'][5:7]}-01")
    days = min(90, int((AS_OF - start).astype(int)))
    return np.asarray(start + rng.integers(0, days, count))


def _plan() -> Sheet:
    listed: list[list[Cell]] = [
        [
            row["id"],
            row["name"],
            row["kind"],
            row["description"],
            row["eligibility"],
            dt.date.fromisoformat(row["opens_on"]),
            dt.date.fromisoformat(row["closes_on"]),
        ]
        for row in rows("programmes")
    ]
    return sheet_of(("项目编号", "项目名称", "项目类型", "说明", "资格条件", "开始日期", "结束日期"), listed)


def _enrolments(people: People, gathered: _Rows) -> Sheet:
    who = np.concatenate(gathered.person)
    return sheet(
        {
            "项目名称": gathered.programme,
            "姓名": people.name[who],
            "身份证号": people.id_number[who],
            "报名日期": dates(np.concatenate(gathered.on)),
            "状态": np.concatenate([w[0] for w in gathered.words]),
        }
    )


def _contacts(people: People, gathered: _Rows) -> Sheet:
    who = np.concatenate(gathered.person)
    return sheet(
        {
            "项目名称": gathered.programme,
            "联系对象": people.name[who],
            "身份证号": people.id_number[who],
            "联系日期": dates(np.concatenate(gathered.on)),
            "联系方式": np.concatenate([w[0] for w in gathered.words]),
            "联系结果": np.concatenate([w[1] for w in gathered.words]),
        }
    )
