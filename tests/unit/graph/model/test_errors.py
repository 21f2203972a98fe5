"""The error tree: facts in, a sentence and a next step out, in both languages."""

from __future__ import annotations

import copy
import inspect
import re

import pytest

from graph.model import errors
from graph.model.errors import LinliError, MappingInvalid, NotFound, UnknownName
from graph.model.text import Text

EVERY = [e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, LinliError)]


def _example(kind: type[LinliError]) -> LinliError:
    parameters = inspect.signature(kind.__init__).parameters
    made: dict[str, object] = {}
    for name, p in list(parameters.items())[1:]:
        if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            continue
        kinds = {"Text": Text("因", "why"), "int": 3, "float": 2.5, "Sequence[str]": ["abc"], "Iterable[str]": ["abc"]}
        made[name] = kinds.get(str(p.annotation), "abd")
    return kind(**made)


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_speaks_both_languages_and_names_a_next_step(kind: type[LinliError]) -> None:
    error = _example(kind)
    assert re.search(r"[一-鿿]", error.text.zh)
    assert error.text.en.isascii() or "“" in error.text.en
    assert "{" not in error.text.en + error.text.zh + error.hint.en + error.hint.zh
    if kind.__init__ is not LinliError.__init__:
        assert error.hint.zh or kind.code == "not_found"


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_survives_a_process_border(kind: type[LinliError]) -> None:
    error = _example(kind)
    again = copy.copy(error)
    assert type(again) is kind
    assert (again.text, again.hint, again.facts, str(again)) == (error.text, error.hint, error.facts, str(error))


def test_codes_are_unique() -> None:
    codes = [e.code for e in EVERY]
    assert len(codes) == len(set(codes))


def test_the_docstring_shows_the_whole_tree() -> None:
    assert errors.__doc__ is not None
    shown = set(re.findall(r"\b[A-Z][A-Za-z]+", errors.__doc__))
    assert {e.__name__ for e in EVERY} <= shown


def test_facts_with_braces_are_not_templates() -> None:
    assert "{x}" in MappingInvalid("a.toml", Text("键 {x}", "key {x}")).text.en


def test_nearest_names_are_offered() -> None:
    error = UnknownName(Text("设置", "setting"), "LINLI_HOM", ["LINLI_HOME", "LINLI_STORE"])
    assert "LINLI_HOME" in error.hint.zh
    part = UnknownName(Text("项目", "programme"), "筛查", ["退休妇女两病筛查", "流感疫苗免费接种"])
    assert part.facts["nearest"] == ["退休妇女两病筛查"]
    few = UnknownName(Text("项目", "programme"), "xyz", ["甲", "乙"])
    assert (few.hint.en, few.facts["nearest"]) == ("There are: 甲, 乙", [])
    assert UnknownName(Text("项目", "programme"), "xyz", [f"甲{i}" for i in range(50)]).hint.en == ""
    assert NotFound("Unit", "汾西路261弄12", ["汾西路261弄12号"]).facts["nearest"] == ["汾西路261弄12号"]
