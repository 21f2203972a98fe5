from __future__ import annotations

import csv
import inspect
import itertools
import re
from pathlib import Path

import pytest

from cypher.areas import AREAS
from cypher.catalog import Catalog
from cypher.handbook import document
from cypher.question import Query
from cypher.tokens import TokenKind, tokens
from graph.model.errors import QuestionInvalid, UnknownName
from graph.model.relationships import SCHEMA
from tests.unit.cypher.test_question import WHOLE

CATALOG = Catalog.load()
ROOT = Path(inspect.getfile(Catalog)).parents[1]
named = pytest.mark.parametrize("query", list(CATALOG), ids=lambda q: q.name)


def write(folder: Path, place: str, text: str) -> Path:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(text, encoding="utf-8")
    return folder


def test_every_area_of_work_has_questions() -> None:
    assert len(AREAS) == 9
    assert len(CATALOG) >= 25
    assert all(CATALOG.of_area(area) for area in AREAS)


def test_questions_are_found_by_name() -> None:
    assert CATALOG.find("living_alone").area == "risk_warning"
    with pytest.raises(UnknownName) as unknown:
        CATALOG.find("live_alone")
    assert "living_alone" in str(unknown.value.facts["nearest"])


def test_the_catalog_is_read_once() -> None:
    assert Catalog.load() is Catalog.load()


def test_a_name_is_used_once(tmp_path: Path) -> None:
    write(tmp_path, "group_portrait/tags.cypher", WHOLE)
    other = WHOLE.replace("area: group_portrait", "area: emergency")
    with pytest.raises(QuestionInvalid):
        Catalog.load(write(tmp_path, "emergency/tags.cypher", other))


def test_the_folder_is_the_area(tmp_path: Path) -> None:
    with pytest.raises(QuestionInvalid):
        Catalog.load(write(tmp_path, "emergency/tags.cypher", WHOLE))


def test_an_open_question_is_not_loaded(tmp_path: Path) -> None:
    opened = WHOLE.replace("(t:Tag)", "(t:Tag)<-[:HAS_TAG]-(r:Resident)")
    with pytest.raises(QuestionInvalid):
        Catalog.load(write(tmp_path, "group_portrait/tags.cypher", opened))


def test_the_document_is_true() -> None:
    written = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    assert written == document(), "write it anew: python -m cypher.handbook > docs/questions.md"


@named
def test_titles_are_in_both_languages(query: Query) -> None:
    for text in (query.title, query.purpose, *(p.title for p in query.parameters)):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert not re.search(r"[\u4e00-\u9fff]", text.en)


@named
def test_every_column_has_an_alias_and_rows_an_order(query: Query) -> None:
    """The portable form: `RETURN … AS x, …` and ORDER BY that names columns of the answer."""
    returned, order = query.text[query.text.rindex("RETURN") :].split("ORDER BY")
    items = re.split(r",\s*(?![^(\[{]*[)\]}])", returned.removeprefix("RETURN").removeprefix(" DISTINCT"))
    columns = [re.fullmatch(r".* AS (\w+)", item.strip(), re.DOTALL) for item in items]
    assert all(columns), items
    names = [match[1] for match in columns if match]
    assert len(names) == len(set(names))
    assert {part.split()[0] for part in order.strip().split(",")} <= set(names)


@named
def test_only_names_of_the_schema_and_codes_of_its_tables(query: Query) -> None:
    found = tokens(query.text)
    labels = {
        token.text
        for before, token in itertools.pairwise(found)
        if before.text == ":" and token.text[0].isupper() and token.text != "CASE"
    }
    assert labels <= {*SCHEMA.label, *(r.type for r in SCHEMA.relationships)}
    for name, value in coded(query):
        tables = {p.codes for label in SCHEMA.labels for p in label.properties if p.name == name and p.codes}
        tables |= {p.codes for r in SCHEMA.relationships for p in r.properties if p.name == name and p.codes}
        assert value in {code for table in tables for code in codes(table)}, (name, value)


def coded(query: Query) -> list[tuple[str, str]]:
    """The (property, code) pairs that a statement compares: `x.status = 'open'`, `kind: 'hiring'`, `x.s IN ['a']`."""
    pairs = []
    found = tokens(query.text)
    for at, token in enumerate(found):
        if token.kind is TokenKind.STRING and len(token.text) > 2:
            start = at - 1
            while found[start].kind is TokenKind.STRING or found[start].text in (",", "["):
                start -= 1
            owner = found[start - 1]
            if found[start].text in ("=", "<>", ":") or found[start].keyword == "IN":
                dotted = found[start - 2].text == "." or found[start].text == ":"
                if dotted and owner.kind is TokenKind.WORD and found[start - 3].text not in ("cell", "found"):
                    pairs.append((owner.text, token.text[1:-1]))
    return pairs


def codes(table: str) -> set[str]:
    lines = (ROOT / "graph" / "model" / "code_tables" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return {line.split(",")[0] for line in lines[1:]}


def test_default_tags_are_in_the_sample_dictionary() -> None:
    """A question whose default tags nobody can carry would answer nothing for ever."""
    with (ROOT / "loaders" / "sample" / "data" / "tags.csv").open(encoding="utf-8", newline="") as file:
        known = {row["name"] for row in csv.DictReader(file)}
    defaults = [p.default for query in CATALOG for p in query.parameters if p.name in ("tag", "tags", "signals")]
    given = {tag for value in defaults if value for tag in (value if isinstance(value, list) else [value])}
    assert len(given) > 5
    assert given <= known


def test_default_kinds_are_codes() -> None:
    kinds = [p.default for query in CATALOG for p in query.parameters if p.name == "kind"]
    assert kinds
    assert set(kinds) <= codes("service_point")


def test_codes_are_compared_somewhere() -> None:
    assert len({pair for query in CATALOG for pair in coded(query)}) > 10
