"""The named questions of linli: every `queries/<area>/<name>.cypher`, read once and found by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.model.errors import QuestionInvalid, UnknownName
from graph.model.text import Text

from .question import Query, read_question
from .scope import scope_faults

FOLDER = Path(__file__).with_name("queries")


@dataclass(frozen=True, slots=True)
class Catalog:
    """The questions by name, sorted by area of work and name."""

    queries: Mapping[str, Query]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Catalog:
        """Return the questions of a folder, read once a process; raises `QuestionInvalid`."""
        return _load(folder)

    def __len__(self) -> int:
        return len(self.queries)

    def __iter__(self) -> Iterator[Query]:
        return iter(self.queries.values())

    def find(self, name: str) -> Query:
        """Return the question of that name; raises `UnknownName` with the nearest ones."""
        if name not in self.queries:
            raise UnknownName(Text("问题", "question"), name, self.queries)
        return self.queries[name]

    def of_area(self, area: str) -> tuple[Query, ...]:
        """Return the questions of one area of work, by name."""
        return tuple(query for query in self if query.area == area)


@cache
def _load(folder: Path) -> Catalog:
    queries: dict[str, Query] = {}
    for path in sorted(folder.glob("*/*.cypher"), key=lambda p: (p.parent.name, p.stem)):
        query = read_question(path.stem, path.read_text(encoding="utf-8"))
        _check_place(query, path)
        if query.name in queries:
            raise QuestionInvalid(query.name, Text("名称重复", "the name is used twice"))
        queries[query.name] = query
    return Catalog(queries)


def _check_place(query: Query, path: Path) -> None:
    """Refuse a question in the folder of another area, or one that shows people of a foreign committee."""
    if path.parent.name != query.area:
        raise QuestionInvalid(query.name, Text("文件夹与 area 不符", "its folder is not its area"))
    for fault in scope_faults(query.text):
        raise QuestionInvalid(query.name, fault)
