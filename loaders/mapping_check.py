"""A mapping against the schema, the parsers and the code tables: every name exists and every kind fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graph.model import codes
from graph.model.errors import MappingInvalid, UnknownName
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Property
from graph.model.text import Text

from .facets import ADVICE, FITS, PARSERS, facets, full_name
from .mapping import EdgeMapping, ForeignKey, NodeMapping, SourceMapping

_COLUMN, _PROPERTY = Text("列", "column"), Text("属性", "property")
_AREAS = ("area", "registered_area")


def check(mapping: SourceMapping, *, where: str) -> None:
    """Raise `UnknownName` or `MappingInvalid` for the first thing that cannot be."""
    kinds = _check_columns(mapping, where)
    for name in (*mapping.key, *(o.column for o in mapping.only), *filter(None, [mapping.observed])):
        _known(_COLUMN, name, kinds)
    if mapping.observed and kinds[mapping.observed] is not Kind.DATE:
        raise MappingInvalid(where, Text("observed 应指日期列", "observed must name a date column"))
    names = [n.name for n in mapping.nodes]
    if len(set(names)) < len(names):
        raise MappingInvalid(where, Text("[[nodes]] 的 name 重复", "two [[nodes]] share a name: give one a name"))
    for node in mapping.nodes:
        _check_node(node, mapping, kinds, f"{where} [[nodes]] {node.name}")
    for edge in mapping.edges:
        _check_edge(edge, mapping, kinds, f"{where} [[edges]] {edge.type}")


def _check_columns(mapping: SourceMapping, where: str) -> dict[str, Kind]:
    """Check every column; return the kind of each facet by its full name."""
    kinds: dict[str, Kind] = {}
    for name, column in mapping.columns.items():
        at = f"{where} [columns.{name}]"
        _known(Text("解析器", "parser"), column.parse, PARSERS)
        if "." in name:
            raise MappingInvalid(at, Text("列名不能含点", "a column name cannot hold a dot"))
        if column.default is not None:
            _known(_COLUMN, column.default, mapping.columns)
        if column.codes is not None:
            codes.table(column.codes)
        if (column.codes or column.split) and column.parse != "text":
            raise MappingInvalid(at, Text("codes、split 只用于 text", "codes and split go with text only"))
        if column.codes and column.constant is not None and codes.table(column.codes).code(column.constant) is None:
            raise UnknownName(Text("代码", "code"), column.constant, codes.table(column.codes).names())
        kinds |= {full_name(name, facet): kind for facet, kind in facets(column).items()}
    return kinds


def _known(kind: Text, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UnknownName(kind, name, known)


def _check_node(node: NodeMapping, mapping: SourceMapping, kinds: Mapping[str, Kind], where: str) -> None:
    _known(Text("标签", "label"), node.label, SCHEMA.label)
    for name in (name for key in node.keys for name in key):
        _known(_COLUMN, name, kinds)
        if kinds[name] is Kind.TEXTS:
            raise MappingInvalid(where, Text(f"列表列“{name}”不能作键", f"the list “{name}” cannot be a key"))
    if node.label != "Resident" and len(node.keys) > 1:
        raise MappingInvalid(where, Text("只有居民可有多个键", "alternative keys are for residents only"))
    known = {p.name: p for p in SCHEMA.label[node.label].properties if p.name != "id"}
    for name, column in node.properties.items():
        _known(_PROPERTY, name, known)
        _fits(known[name], column, mapping, kinds=kinds, where=where)
        if name in _AREAS and mapping.columns[column.partition(".")[0]].parse != "committee":
            raise MappingInvalid(
                where, Text(f'{name} 的列应为 parse = "committee"', f'{name} wants parse = "committee"')
            )


def _check_edge(edge: EdgeMapping, mapping: SourceMapping, kinds: Mapping[str, Kind], where: str) -> None:
    for key in _foreign_keys(edge):
        _known(_COLUMN, key.column, kinds)
        _known(_PROPERTY, key.by, SCHEMA.label[key.label].by_name)
    known = SCHEMA.relationship[edge.relationship].by_name
    for name, column in edge.properties.items():
        _known(_PROPERTY, name, known)
        _fits(known[name], column, mapping, kinds=kinds, where=where)
    for name in SCHEMA.relationship[edge.relationship].key:
        if name not in edge.properties:
            raise MappingInvalid(where, Text(f"缺少属性 {name}", f"the property {name} is missing"))


def _foreign_keys(edge: EdgeMapping) -> Iterator[ForeignKey]:
    return (end for end in (edge.start, edge.end) if isinstance(end, ForeignKey))


def _fits(property: Property, name: str, mapping: SourceMapping, *, kinds: Mapping[str, Kind], where: str) -> None:
    _known(_COLUMN, name, kinds)
    if kinds[name] not in FITS[property.kind]:
        advice = ADVICE.get(property.kind, "text")
        why = Text(
            f'{property.name} 需要 parse = "{advice}" 的列', f'{property.name} wants a column with parse = "{advice}"'
        )
        raise MappingInvalid(where, why)
    column = mapping.columns[name.partition(".")[0]]
    by_parser = column.parse == "sex_from_id" and property.codes == "gbt2261.1"
    if property.codes and column.codes != property.codes and not by_parser:
        why = Text(f'列 {name} 需要 codes = "{property.codes}"', f'the column {name} wants codes = "{property.codes}"')
        raise MappingInvalid(where, why)
