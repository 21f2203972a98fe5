"""TOML data → `SourceMapping`: every key has its type, an unknown one is named with the nearest valid one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from graph.model.errors import MappingInvalid, UnknownName
from graph.model.relationships import SCHEMA
from graph.model.text import Text

from .mapping import Column, EdgeMapping, ForeignKey, NodeMapping, Only, SourceMapping

_T = TypeVar("_T")
_KEY = Text("映射键", "mapping key")
_DELIVERIES = ("full", "changes")


class Section:
    """One TOML table: hands out its keys by type, and refuses what nobody asked for."""

    def __init__(self, data: Any, where: str) -> None:
        self.where = where
        if not isinstance(data, Mapping):
            raise MappingInvalid(where, Text("应为 TOML 表", "a TOML table is expected"))
        self.data = data
        self._asked: set[str] = set()

    def take(self, name: str, kind: type[_T], default: _T | None = None) -> _T:
        """Return the value of a key; without a default the key is required."""
        self._asked.add(name)
        if name not in self.data:
            if default is None:
                raise MappingInvalid(self.where, Text(f"缺少 {name}", f"{name} is missing"))
            return default
        value = self.data[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise MappingInvalid(
                self.where, Text(f"{name} 的类型应为 {kind.__name__}", f"{name} must be of type {kind.__name__}")
            )
        return value

    def text(self, name: str) -> str | None:
        """Return an optional text; numbers and booleans are taken as written."""
        self._asked.add(name)
        value = self.data.get(name)
        if isinstance(value, list | dict):
            raise MappingInvalid(self.where, Text(f"{name} 应为文字", f"{name} must be a text"))
        return None if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return an optional list of texts; a single text is a list of one."""
        self._asked.add(name)
        value = self.data.get(name, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise MappingInvalid(self.where, Text(f"{name} 应为文字列表", f"{name} must be a list of texts"))
        return tuple(value)

    def sections(self, name: str) -> list[Section]:
        """Return an optional array of tables."""
        return [Section(x, f"{self.where} [[{name}]] {i}") for i, x in enumerate(self.take(name, list, []), 1)]

    def end(self) -> None:
        """Raise `UnknownName` for a key that was not asked for."""
        for name in self.data:
            if name not in self._asked:
                error = UnknownName(_KEY, name, self._asked)
                error.facts["where"] = self.where
                error.text = Text(f"{self.where}：{error.text.zh}", f"{self.where}: {error.text.en}")
                error.args = (f"{error.text.en}. {error.hint.en}".strip(),)
                raise error


def build(data: Any, *, text: str, where: str) -> SourceMapping:
    """Return the mapping of TOML data; names are checked later (`mapping_check`)."""
    top = Section(data, where)
    source = top.take("source", str)
    delivery = top.take("delivery", str, "full")
    if delivery not in _DELIVERIES:
        raise UnknownName(Text("交付方式", "delivery"), delivery, _DELIVERIES)
    mapping = SourceMapping(
        source=source,
        title=_title(top, source),
        files=top.texts("files"),
        as_of=_day(top),
        columns={n: _column(n, c, where) for n, c in top.take("columns", dict).items()},
        sheets=top.texts("sheets"),
        delivery="changes" if delivery == "changes" else "full",
        observed=top.text("observed"),
        trust=top.take("trust", int, 50),
        key=top.texts("key"),
        only=tuple(map(_only, top.sections("only"))),
        nodes=(nodes := tuple(map(_node, top.sections("nodes")))),
        edges=tuple(_edge(s, {n.name: n.label for n in nodes}) for s in top.sections("edges")),
        text=text,
    )
    top.end()
    if not mapping.files:
        raise MappingInvalid(where, Text("缺少 files", "files is missing"))
    return mapping


def _day(top: Section) -> dt.date:
    day = top.take("as_of", dt.date)
    return day.date() if isinstance(day, dt.datetime) else day


def _title(top: Section, source: str) -> Text:
    title = top.take("title", object, source)
    if isinstance(title, str):
        return Text(title, title)
    section = Section(title, f"{top.where} title")
    zh, en = section.take("zh", str), section.take("en", str, source)
    section.end()
    return Text(zh, en)


def _column(name: str, data: Any, where: str) -> Column:
    section = Section(data, f"{where} [columns.{name}]")
    column = Column(
        name=name,
        headers=section.texts("headers"),
        parse=section.take("parse", str, "text"),
        codes=section.text("codes"),
        split=section.texts("split"),
        default=section.text("default"),
        constant=section.text("constant"),
        required=section.take("required", bool, False),
    )
    section.end()
    if not column.headers and column.constant is None:
        raise MappingInvalid(section.where, Text("需要 headers 或 constant", "headers or a constant is needed"))
    return column


def _only(section: Section) -> Only:
    column, inside, outside = section.take("column", str), section.texts("in"), section.texts("not_in")
    section.end()
    if bool(inside) == bool(outside):
        raise MappingInvalid(section.where, Text("in 与 not_in 选一", "give either in or not_in"))
    return Only(column, inside or outside, bool(inside))


def _node(section: Section) -> NodeMapping:
    label = section.take("label", str)
    node = NodeMapping(
        name=section.take("name", str, label),
        label=label,
        keys=tuple(_key(k, section.where) for k in section.take("keys", list)),
        skip_if_empty=section.take("skip_if_empty", bool, False),
        properties=_properties(section),
    )
    section.end()
    if not node.keys:
        raise MappingInvalid(section.where, Text("keys 为空", "keys is empty"))
    return node


def _key(data: Any, where: str) -> tuple[str, ...]:
    if not isinstance(data, list) or not data or not all(isinstance(x, str) for x in data):
        raise MappingInvalid(where, Text("keys 应为列名列表的列表", "keys must be a list of lists of column names"))
    return tuple(data)


def _properties(section: Section) -> dict[str, str]:
    found = section.take("properties", dict, {})
    if not all(isinstance(v, str) for v in found.values()):
        raise MappingInvalid(section.where, Text("properties 的值应为列名", "properties must name columns"))
    return dict(found)


def _edge(section: Section, labels: Mapping[str, str]) -> EdgeMapping:
    kind = section.take("type", str)
    start, end = _end(section, "from"), _end(section, "to")
    required, properties = section.take("required", bool, False), _properties(section)
    section.end()
    ends = [_label(e, labels, section.where) for e in (start, end)]
    found = next(SCHEMA.between(ends[0], kind, ends[1]), None)
    if found is None:
        known = [r.name for r in SCHEMA.relationships]
        raise UnknownName(Text("关系", "relationship"), f"{ends[0]}-{kind}-{ends[1]}", known)
    return EdgeMapping(kind, start, end, found.name, required, properties)


def _end(section: Section, name: str) -> str | ForeignKey:
    value = section.take(name, object)
    if isinstance(value, str):
        return value
    inner = Section(value, f"{section.where} {name}")
    key = ForeignKey(inner.take("label", str), inner.take("by", str, "id"), inner.take("column", str))
    inner.end()
    return key


def _label(end: str | ForeignKey, labels: Mapping[str, str], where: str) -> str:
    if isinstance(end, ForeignKey):
        return end.label
    if end not in labels:
        why = Text(f"[[nodes]] 里没有“{end}”", f"[[nodes]] has no “{end}”")
        raise MappingInvalid(where, why)
    return labels[end]
