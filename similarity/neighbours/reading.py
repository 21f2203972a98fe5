"""Traits read from a snapshot: only from rows, neighbours and edges that the viewer may see, in force on a day.

Whatever is fitted (spreads, centres, the information of tags) is fitted on the rows of the stock, so nothing outside
the scope moves a figure inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.codes import title
from graph.model.records import EPOCH
from graph.model.schema import Kind, Property
from graph.model.text import Text
from graph.snapshot.columns import Edges, Nodes, Snapshot
from graph.snapshot.evaluate import ages, in_force
from similarity.features import Feature, FeatureKind, Floats, Form, Ints, Mask
from similarity.neighbours.members import Sets, Shown, sets_of
from similarity.neighbours.traits import Category, Number, Place, Trait

YES_NO = (Text("否", "no"), Text("是", "yes"))
UNITS = {
    "metre": Text(" 米", "m"),
    "person": Text("人", ""),
    "hour": Text("小时", ""),
}
BRIEF = {
    "residence": Text("人户状态", "residence"),
    "status": Text("状态", "status"),
    "dwellings": Text("户数", "homes"),
    "structure": Text("结构", "structure"),
    "stairs": Text("楼梯形式", "stairs"),
    "gas_pipe_outside": Text("外墙燃气管", "gas pipe outside"),
    "ground_shops": Text("底层商铺", "shops below"),
    "clear_width": Text("楼前净宽", "clear width"),
    "lift_fund_opened": Text("已开加梯专户", "lift account open"),
    "power_upgraded": Text("已增容", "power upgraded"),
    "has_lift": Text("已有电梯", "lift"),
    "opening_hours": Text("开放时间", "opening hours"),
    "step_free": Text("无障碍", "step-free"),
    "availability": Text("可服务时段", "times offered"),
    "weekly_hours": Text("每周可服务", "hours a week"),
    "slots": Text("时段", "times wanted"),
    "people": Text("人数", "people"),
    "owner_kind": Text("提出方", "raised by"),
}
"""Titles that are shorter than in the schema: a sentence compares two values in one line."""
DAY_MINUTES, QUARTER, WEEK_QUARTERS = 1440, 15, 672


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """The nodes that are compared: rows of one label (ascending), seen by somebody in `areas` on the day `as_of`."""

    snapshot: Snapshot
    label: str
    rows: Ints
    areas: tuple[str, ...] | None
    as_of: dt.date

    @classmethod
    def of(cls, snapshot: Snapshot, label: str, *, areas: tuple[str, ...] | None, as_of: dt.date) -> Stock:
        """Return the nodes of `label` that may be seen."""
        rows = np.flatnonzero(snapshot.nodes(label).inside(areas)).astype(np.int32)
        return cls(snapshot, label, rows, areas, as_of)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def nodes(self) -> Nodes:
        """All nodes of the label."""
        return self.snapshot.nodes(self.label)

    @property
    def ids(self) -> pa.Array:
        """The ids, in the order of the rows."""
        return self.nodes.ids.take(pa.array(self.rows))

    def seen(self, label: str) -> Mask:
        """Return which nodes of another label may be seen."""
        return self.snapshot.nodes(label).inside(self.areas)

    def links(self, name: str, ends: Mask | None = None) -> tuple[Ints, Ints, Ints]:
        """Return (position in the stock, end row, edge) of the edges that hold on the day and end in plain sight.

        `ends` asks for some end nodes only.
        """
        edges = self.snapshot.edges(name)
        seen = self.seen(edges.relationship.end)
        position, at = self._edges(edges)
        kept = (seen if ends is None else seen & ends)[edges.indices if at is None else edges.indices[at]]
        kept &= in_force(edges, self.as_of, at=at)
        found = np.flatnonzero(kept) if at is None else at[kept]
        return position[kept], edges.indices[found], found

    def _edges(self, edges: Edges) -> tuple[Ints, npt.NDArray[np.intp] | None]:
        """Return (position, edge) of all edges of the stock; None for the edges of every node, in their order."""
        if len(self) == len(self.nodes):
            return edges.starts, None
        first, each = edges.indptr[self.rows], np.diff(edges.indptr)[self.rows]
        before = np.cumsum(each) - each
        return np.repeat(np.arange(len(self)), each), np.arange(each.sum()) + np.repeat(first - before, each)

    def first(self, name: str) -> Ints:
        """Return the first such end of each position, -1 where there is none."""
        position, end, _ = self.links(name)
        found = np.full(len(self), -1, np.int32)
        found[position[::-1]] = end[::-1]
        return found


def own(stock: Stock, name: str) -> Trait:
    """Read a property of the nodes themselves; a value observed after the day is not known yet."""
    known = _property(stock, name)
    match known.kind:
        case Kind.CODE:
            return _code(stock, known)
        case Kind.BOOLEAN:
            flags = np.nan_to_num(_numbers(stock, known), nan=-1).astype(np.int32)
            return Category(name, known.title, flags, YES_NO)
        case Kind.TEXTS:
            return _texts(stock, known)
        case _:
            form = Form.DAY if known.kind is Kind.DATE else Form.YEAR if name.endswith("_year") else Form.PLAIN
            unit = UNITS.get(known.unit or "", Text("", ""))
            values = _numbers(stock, known)
            return Number.of(Feature(name, known.title, FeatureKind.NUMERIC, values, form=form, unit=unit))


def _property(stock: Stock, name: str) -> Property:
    known = stock.nodes.label.by_name[name]
    return replace(known, title=BRIEF.get(name, known.title))


def secret(stock: Stock, name: str) -> Trait:
    """Read a sensitive code: sentences say whether two are the same, never what they are."""
    found = _code(stock, _property(stock, name))
    return Category(found.name, found.title, found.codes, found.levels, secret=True)


def _code(stock: Stock, known: Property) -> Category:
    codes, values = stock.nodes.codes(known.name)
    chosen = np.where(_later(stock, known), -1, codes[stock.rows])
    return Category(known.name, known.title, chosen, tuple(title(known.codes, value) for value in values))


def _numbers(stock: Stock, known: Property) -> Floats:
    return np.where(_later(stock, known), np.nan, stock.nodes.numbers(known.name)[stock.rows])


def _later(stock: Stock, known: Property) -> Mask:
    """Return whose value was observed only after the day."""
    if known.observed not in stock.nodes.label.by_name:
        return np.zeros(len(stock), bool)
    return np.asarray(stock.nodes.numbers(str(known.observed))[stock.rows] > (stock.as_of - EPOCH).days)


def _texts(stock: Stock, known: Property) -> Sets:
    """Read a list of texts as a set; weekly slots become quarters of an hour."""
    column = stock.nodes.column(known.name).take(pa.array(stock.rows))
    position = pc.list_parent_indices(column).to_numpy()
    written = column.flatten().dictionary_encode()
    names, member = written.dictionary.to_pylist(), pc.fill_null(written.indices, 0).to_numpy()
    if not known.name.endswith(("slots", "availability", "hours")):
        order = np.argsort(np.array(names, dtype=object), kind="stable") if names else np.zeros(0, np.int64)
        rank = np.argsort(order)
        texts = [Text(name, name) for name in sorted(names)]
        return sets(known.name, known.title, (position, rank[member]), rows=len(stock), names=texts)
    spans = [quarters(slot) for slot in names]
    each = np.array([len(spans[i]) for i in member], np.int64)
    covered = np.concatenate([spans[i] for i in member]) if len(member) else np.zeros(0, np.int64)
    pairs, hours = (np.repeat(position, each), covered), [Text("", "")] * WEEK_QUARTERS
    return sets(known.name, known.title, pairs, rows=len(stock), names=hours, shown=Shown.HOURS)


def quarters(slot: str) -> Ints:
    """Return the quarters of the week (0 to 671, from Monday 0:00) that a slot touches; past midnight it runs on.

    >>> quarters("1 09:00-09:40").tolist(), quarters("7 23:45-00:15").tolist()
    ([36, 37, 38], [671, 0])
    """
    day, _, span = slot.partition(" ")
    (begin, end) = (int(hour) * 60 + int(minute) for hour, _, minute in (t.partition(":") for t in span.split("-")))
    end += DAY_MINUTES if end <= begin else 0
    start = (int(day) - 1) * DAY_MINUTES
    return np.arange((start + begin) // QUARTER, -(-(start + end) // QUARTER)) % WEEK_QUARTERS


def sets(
    name: str,
    title: Text,
    pairs: tuple[Ints, Ints],
    *,
    rows: int,
    names: Sequence[Text],
    stems: Ints | None = None,
    shown: Shown = Shown.NAMES,
) -> Sets:
    """Return a trait of sets from pairs (position, member)."""
    indptr, indices, weights = sets_of(pairs, rows=rows, kinds=len(names))
    return Sets(name, title, indptr, indices, tuple(names), weights, stems, shown)


def linked(stock: Stock, edge: str, *, name: str, chosen: Mask | None = None, shown: Shown = Shown.NAMES) -> Sets:
    """Read the nodes at the other end as a set; `chosen` picks some of them."""
    position, end, _ = stock.links(edge, chosen)
    ends = stock.snapshot.nodes(stock.snapshot.edges(edge).relationship.end)
    return sets(name, _TITLES[name], (position, end), rows=len(stock), names=_names(ends), shown=shown)


def levelled(stock: Stock, edge: str, *, name: str) -> Sets:
    """Read skills with their levels: level 3 holds the steps 1, 2 and 3, so that Jaccard is sum of least / greatest."""
    position, end, at = stock.links(edge)
    edges = stock.snapshot.edges(edge)
    level = pc.fill_null(edges.property("level").take(pa.array(at)), 1).to_numpy().astype(np.int64)
    level = np.maximum(level, 1)
    most = int(level.max()) if len(level) else 1
    step = np.arange(level.sum()) - np.repeat(np.cumsum(level) - level, level)
    member = np.repeat(end.astype(np.int64), level) * most + step
    skills = _names(stock.snapshot.nodes(edges.relationship.end))
    names = [
        skill if n == 0 else skill + Text(f"{n + 1}级", f" level {n + 1}") for skill in skills for n in range(most)
    ]
    stems = np.arange(len(names)) // most
    pairs = (np.repeat(position, level), member)
    return sets(name, _TITLES[name], pairs, rows=len(stock), names=names, stems=stems)


def _names(nodes: Nodes) -> list[Text]:
    return [Text(name, name) for name in map(str, nodes.column("name").to_pylist())]


_TITLES = {
    "tags": Text("标签", "tags"),
    "sensitive_tags": Text("敏感标签", "sensitive tags"),
    "political_tags": Text("政治类标签", "political tags"),
    "skills": Text("技能", "skills"),
    "services": Text("所需服务", "services wanted"),
    "offers": Text("提供服务", "services offered"),
}


def age(stock: Stock) -> Number:
    """Read completed years of age on the day."""
    years = ages(stock.nodes, stock.as_of)[stock.rows].astype(np.float64)
    known, title = np.where(years < 0, np.nan, years), Text("年龄", "age")
    feature = Feature("age", title, FeatureKind.NUMERIC, known, unit=Text("岁", ""))
    return Number.of(feature)


def neighbour(stock: Stock, edge: str, *, name: str, title: Text) -> Category:
    """Read which node stands at the other end (the first of several), as a category."""
    nodes = stock.snapshot.nodes(stock.snapshot.edges(edge).relationship.end)
    return Category(name, title, stock.first(edge), tuple(_names(nodes)))


def household(stock: Stock) -> Category:
    """Read the kind of household of residents."""
    codes, values = stock.snapshot.nodes("Household").codes("kind")
    found = np.append(codes, -1)[stock.first("Resident-MEMBER_OF-Household")]
    return Category("household", Text("户类别", "household"), found, tuple(title("household", v) for v in values))


def activities(stock: Stock) -> Sets:
    """Read the kinds of activity that residents took part in up to the day."""
    codes, values = stock.snapshot.nodes("Activity").codes("kind")
    position, end, _ = stock.links("Resident-TOOK_PART_IN-Activity")
    kind = codes[end]
    names = [title("activity", value) for value in values]
    pairs = (position[kind >= 0], kind[kind >= 0])
    return sets("activities", Text("参加过的活动", "activities"), pairs, rows=len(stock), names=names)


def place(stock: Stock) -> Place:
    """Read where nodes are; a resident is at the stairwell group."""
    nodes, rows = stock.nodes, stock.rows
    if stock.label == "Resident":
        unit = np.append(stock.snapshot.edges("Dwelling-IN-Unit").first(), -1)
        nodes, rows = stock.snapshot.nodes("Unit"), unit[stock.first("Resident-LIVES_IN-Dwelling")]
        rows = np.where(np.append(stock.seen("Unit"), False)[rows], rows, -1)
    lon, lat = (np.append(nodes.numbers(side), np.nan)[rows] for side in ("lon", "lat"))
    return Place.of("place", Text("位置", "place"), lon=lon, lat=lat)
