"""A small made-up neighbourhood of two committees: every question finds something in it, and nobody in it is real."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema

Rows = list[dict[str, Any]]

EAST, WEST = "900000000001", "900000000002"
STREET = "900000000000"
DAY = dt.date(2021, 11, 1)
TAGS = ("独居老人", "高龄独居老人", "行动不便", "门诊大病", "会急救", "疫苗未接种", "应急疏散需协助", "爱唱歌")


class Neighbourhood:
    """Rows of every label and relationship, drawn with a fixed seed."""

    def __init__(self, seed: int = 7) -> None:
        self.nodes: dict[str, Rows] = {}
        self.edges: dict[str, Rows] = {}
        self._draw = np.random.default_rng(seed)
        self._places()
        self._dictionaries()
        for dwelling in self.nodes["Dwelling"]:
            self._household(dwelling)
        self._volunteers()
        self._organisations()
        self._work()

    def records(self) -> Records:
        """Return the neighbourhood as a store takes it."""
        nodes = {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in self.nodes.items()}
        edges = {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in self.edges.items()}
        return Records.of(nodes, edges)

    def _node(self, label: str, id: str, **values: Any) -> str:
        self.nodes.setdefault(label, []).append({"id": id, **values})
        return id

    def _edge(self, name: str, start: str, end: str, **values: Any) -> None:
        self.edges.setdefault(name, []).append({"start": start, "end": end, **values})

    def _chance(self, share: float) -> bool:
        return bool(self._draw.random() < share)

    def _day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=int(self._draw.integers((last - first).days + 1)))

    def _places(self) -> None:
        self._node("Area", STREET, name="试验街道", level="subdistrict")
        for area, name, lon in ((EAST, "东一居委会", 121.46), (WEST, "西一居委会", 121.44)):
            self._node("Area", area, name=name, level="committee", lon=lon, lat=31.31)
            self._edge("Area-PART_OF-Area", area, STREET)
            for number in (1, 2):
                self._estate(area, name[0] + f"风路{number}弄", lon, number)

    def _estate(self, area: str, key: str, lon: float, number: int) -> None:
        estate = self._node("Estate", f"e:{key}", area=area, name=key, address=key, address_key=key)
        self._edge("Estate-IN-Area", estate, area)
        for house in (1, 2):
            address = f"{key}{house}号"
            at = {"lon": lon + house * 0.0007, "lat": 31.31 + number * 0.0009}
            building = self._node("Building", f"b:{address}", area=area, address=address, address_key=address, floors=6)
            self._edge("Building-IN-Estate", building, estate)
            unit = self._node(
                "Unit", f"u:{address}", area=area, address=address, address_key=address, floors=6, built_year=1980 + house,
                dwellings=12, has_lift=house == 2, gas_pipe_outside=house == 1, ground_shops=self._chance(0.5), **at,
            )  # fmt: skip
            self._edge("Unit-IN-Building", unit, building)
            for room in range(18):
                self._dwelling(unit, area, f"{address}{room // 3 + 1}0{room % 3 + 1}室", room // 3 + 1)

    def _dwelling(self, unit: str, area: str, key: str, floor: int) -> None:
        dwelling = self._node(
            "Dwelling", key, area=area, address=key, address_key=key, floor=floor,
            floor_area=float(self._draw.choice([18.0, 45.5, 62.0, 88.25])),
            use=str(self._draw.choice(["owner", "rented", "vacant"], p=[0.7, 0.2, 0.1])),
        )  # fmt: skip
        self._edge("Dwelling-IN-Unit", dwelling, unit)

    def _dictionaries(self) -> None:
        for number, name in enumerate(TAGS):
            self._node("Tag", f"t{number}", name=name)
        self._node("Skill", "s1", name="理发", synonyms=["剪头发", "美发"])
        self._node("Skill", "s2", name="急救", synonyms=["心肺复苏"])
        items = (
            ("i1", "路灯报修", "小区门口和道路路灯故障报修", ["路灯坏了", "修路灯"]),
            ("i2", "上门理发", "志愿者上门理发", ["剪头发"]),
            ("i3", "陪诊服务", "陪同就医", None),
        )
        for item, name, description, synonyms in items:
            self._node("ServiceItem", item, name=name, description=description, synonyms=synonyms)
        self._node("Programme", "g1", name="老人免费体检", kind="screening")
        self._node("Programme", "g2", name="疫苗接种", kind="vaccination")
        for number in range(6):
            area, kind = (EAST, "culture") if number % 2 else (WEST, "health")
            self._node(
                "Activity", f"a{number}", area=area, name=f"活动{number}", kind=kind, held_on=dt.date(2021, 10, 20 + number),
                capacity=40, predicted=30, attended=20 + number,
            )  # fmt: skip

    def _household(self, dwelling: dict[str, Any]) -> None:
        key, area = dwelling["id"], dwelling["area"]
        household = self._node("Household", f"h:{key}", area=area, kind="family")
        self._edge("Household-LIVES_IN-Dwelling", household, key)
        old = self._chance(0.35)
        for number in range(int(self._draw.choice([1, 2, 3, 4, 6], p=[0.2, 0.3, 0.25, 0.15, 0.1]))):
            years = (1928, 1955) if old else (1950, 2020)
            born = self._day(dt.date(years[0], 1, 1), dt.date(years[1], 12, 31))
            self._resident(f"p:{key}:{number}", area, key, born)

    def _resident(self, id: str, area: str, dwelling: str, born: dt.date) -> None:
        self._node(
            "Resident", id, area=area, name=f"居民{len(self.nodes.get('Resident', []))}", sex=str(self._draw.choice(["1", "2"])),
            birth_date=None if self._chance(0.02) else born, address=dwelling,
            phone="10000000000" if self._chance(0.8) else None, verified=self._chance(0.9), no_dwelling=False,
            residence=str(self._draw.choice(["both", "apart", "living", "registered"], p=[0.7, 0.1, 0.15, 0.05])),
        )  # fmt: skip
        self._edge("Resident-LIVES_IN-Dwelling", id, dwelling, since=dt.date(2001, 1, 1), until=self._until())
        if self._chance(0.6):
            self._edge("Resident-REGISTERED_AT-Dwelling", id, dwelling)
        for number in np.flatnonzero(self._draw.random(len(TAGS)) < 0.28):
            self._edge("Resident-HAS_TAG-Tag", id, f"t{number}", since=dt.date(2020, 6, 1), until=self._until())
        self._duty(id)

    def _until(self) -> dt.date | None:
        return self._day(dt.date(2021, 1, 1), dt.date(2022, 12, 31)) if self._chance(0.1) else None

    def _duty(self, resident: str) -> None:
        """Enrolments, contacts and activities of one resident."""
        for programme in ("g1", "g2"):
            if self._chance(0.4):
                status = str(self._draw.choice(["served", "booked", "refused", "waiting"]))
                at = self._day(dt.date(2021, 1, 1), dt.date(2021, 12, 31))
                self._edge("Resident-ENROLLED_IN-Programme", resident, programme, at=at, status=status)
            if self._chance(0.4):
                self._edge(
                    "Resident-CONTACTED-Programme", resident, programme, at=self._day(dt.date(2020, 1, 1), DAY),
                    channel=str(self._draw.choice(["phone", "visit"])),
                    outcome=str(self._draw.choice(["reached", "no_answer", "refused", "moved"])),
                )  # fmt: skip
        for number in np.flatnonzero(self._draw.random(6) < 0.25):
            role = str(self._draw.choice(["participant", "organiser"], p=[0.8, 0.2]))
            at = dt.date(2021, 10, 20 + int(number))
            self._edge("Resident-TOOK_PART_IN-Activity", resident, f"a{number}", at=at, role=role)

    def _volunteers(self) -> None:
        for number, resident in enumerate(self.nodes["Resident"][::12]):
            area, lon = resident["area"], 121.46 if resident["area"] == EAST else 121.44
            volunteer = self._node(
                "Volunteer", f"v{number:03}", area=area, name=f"志愿者{number}", weekly_hours=float(number % 5),
                availability=["1 09:00-11:30"], lon=lon + number * 1e-4, lat=31.31,
            )  # fmt: skip
            self._edge("Volunteer-IS-Resident", volunteer, resident["id"])
            if number % 3:
                self._edge("Volunteer-HAS_SKILL-Skill", volunteer, f"s{number % 3}", level=number % 5 + 1)
        self._edge("Resident-LEADS-Unit", self.nodes["Resident"][0]["id"], self.nodes["Unit"][0]["id"])

    def _organisations(self) -> None:
        for number, area in ((1, EAST), (2, WEST)):
            lon = 121.46 if area == EAST else 121.44
            organisation = self._node(
                "Organisation", f"o{number}", area=area, name=f"甲{number}公司", kind="company", phone="02100000000",
                address="东风路9号", lon=lon, lat=31.312,
            )  # fmt: skip
            for item in ("i1", "i2"):
                self._edge("Organisation-OFFERS-ServiceItem", organisation, item, capacity=10 * number)
            venue = self._node(
                "Venue", f"x{number}", area=area, name=f"活动室{number}", kind="activity_room", capacity=20 + 10 * number,
                step_free=number == 1, opening_hours=["1 09:00-17:00"], last_used_on=dt.date(2021, 10, 1), lon=lon, lat=31.311,
            )  # fmt: skip
            self._edge("Venue-OWNED_BY-Organisation", venue, organisation)
            for kind in ("canteen", "nursery"):
                for status in ("existing", "candidate"):
                    self._node(
                        "ServicePoint", f"{kind}-{status}-{number}", area=area, name=f"{kind}{number}", kind=kind,
                        status=status, capacity=5 * number, lon=lon + 0.001 * number, lat=31.311,
                    )  # fmt: skip

    def _work(self) -> None:
        """Needs of every state, and agreed and refused lifts."""
        states = ("open", "open", "in_progress", "done")
        for number, status in enumerate(states * 2):
            area, owner = (EAST, "o1") if number % 2 else (WEST, "o2")
            kind = "hiring" if number in (0, 1) else "service"
            need = self._node(
                "Need", f"n{number}", area=area, name="招理货员" if kind == "hiring" else f"需求{number}", kind=kind, status=status,
                raised_on=dt.date(2021, 9, 1 + number), due_on=dt.date(2021, 10, 28 + number % 4), people=number, lon=121.45, lat=31.31,
            )  # fmt: skip
            self._edge("Organisation-ASKS-Need", owner, need)
            self._edge("Need-WANTS-ServiceItem", need, f"i{number % 3 + 1}")
            self._edge("Need-WANTS-Skill", need, f"s{number % 2 + 1}", level=2)
        for number, unit in enumerate(self.nodes["Unit"]):
            outcome = "agreed" if number % 3 else "refused"
            lift = self._node("Installation", f"l{number}", area=unit["area"], wave=1, outcome=outcome)
            self._edge("Installation-OF-Unit", lift, unit["id"])
