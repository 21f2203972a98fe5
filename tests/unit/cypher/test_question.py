from __future__ import annotations

import pytest

from cypher.arguments import ParameterKind
from cypher.question import read_question
from graph.model.errors import QueryRefused, QuestionInvalid
from graph.model.text import Text
from graph.stores.store import Limits

WHOLE = """// title.zh: 标签
// title.en: tags
// purpose.zh: 看
// purpose.en: look
// area: group_portrait
// audience: cadre, staff
// param: name text 名称|name
// param: least integer 至少|least = 3
// param: tags texts 标签|tags = 甲,乙
// limits: rows 20, seconds 5
MATCH (t:Tag) WHERE t.name = $name OR t.name IN $tags
RETURN t.id AS id, $least AS least ORDER BY id
"""


def test_a_whole_file_is_read() -> None:
    query = read_question("tags", WHOLE)
    assert (query.name, query.title, query.purpose) == ("tags", Text("标签", "tags"), Text("看", "look"))
    assert (query.area, query.audience, query.limits) == ("group_portrait", ("cadre", "staff"), Limits(20, 5.0))
    assert [(p.name, p.kind, p.required, p.default) for p in query.parameters] == [
        ("name", ParameterKind.TEXT, True, None),
        ("least", ParameterKind.INTEGER, False, 3),
        ("tags", ParameterKind.TEXTS, False, ["甲", "乙"]),
    ]
    assert query.text.startswith("MATCH")
    assert not query.scoped


def test_a_default_may_be_absent() -> None:
    query = read_question("tags", WHOLE.replace("least = 3", "least = null"))
    assert (query.parameters[1].required, query.parameters[1].default) == (False, None)


def test_limits_have_a_default() -> None:
    assert read_question("tags", WHOLE.replace("// limits: rows 20, seconds 5\n", "")).limits == Limits()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// title.zh: 标签\n", ""),
        ("// purpose.en: look\n", ""),
        ("// area: group_portrait\n", ""),
        ("area: group_portrait", "area: portraits"),
        ("cadre, staff", "cadre, mayor"),
        ("// title.en: tags\n", "// title.en: tags\n// title.en: again\n"),
        ("// title.en: tags\n", "// title.en: tags\n// colour: red\n"),
        ("// title.en: tags\n", "// title.en: tags\n// just a remark\n"),
        ("name text 名称|name", "name words 名称|name"),
        ("name text 名称|name", "name text 名称"),
        ("rows 20, seconds 5", "rows twenty"),
        ("// param: name text 名称|name\n", ""),
        ("// param: name text 名称|name\n", "// param: name text 名称|name\n// param: name text 名称|name\n"),
        ("// param: name text 名称|name\n", "// param: name text 名称|name\n// param: idle text 闲|idle\n"),
        ("// param: name text 名称|name\n", "// param: name text 名称|name\n// param: areas texts 居委|areas\n"),
    ],
)
def test_whatever_is_wrong_is_said(old: str, new: str) -> None:
    assert old in WHOLE
    with pytest.raises(QuestionInvalid) as wrong:
        read_question("tags", WHOLE.replace(old, new))
    assert "tags" in wrong.value.text.en


def test_a_question_only_reads() -> None:
    with pytest.raises(QueryRefused):
        read_question("tags", WHOLE.replace("RETURN", "SET t.x = 1 RETURN"))
