"""One named question: what its file says, as data, and the reading of that file.

A file is a head of comments and one Cypher statement:

    // title.zh: 独居老人
    // title.en: older people who live alone
    // purpose.zh: …
    // purpose.en: …
    // area: risk_warning
    // audience: cadre, staff
    // param: day date 统计日期|on this day
    // param: age integer 最小年龄|least age = 70
    // limits: rows 2000, seconds 30
    MATCH …

`limits` may be absent, and so may any `param`. A parameter with `= value` is optional (`= null`: absent unless given). `$areas`, the committee codes
that the reader may see, is bound by the console and never declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from graph.model.errors import QuestionInvalid
from graph.model.text import Text
from graph.model.viewer import Role
from graph.stores.store import Limits, Value

from .areas import AREAS
from .arguments import Parameter, ParameterKind, parsed
from .guard import check
from .tokens import TokenKind, tokens

SCOPE = "areas"
"""The parameter that carries the reader's committees; null means every area."""

_LINE = re.compile(r"//\s*(?P<key>[a-z.]+):\s*(?P<value>.*\S)\s*")
_PARAM = re.compile(r"(?P<name>[a-z_]+) (?P<kind>[a-z]+) (?P<zh>[^|]+)\|(?P<en>[^|=]+?)(?:\s*=\s*(?P<default>.+))?")
_LIMITS = re.compile(r"rows (?P<rows>\d+), seconds (?P<seconds>\d+)")
_ONCE = ("title.zh", "title.en", "purpose.zh", "purpose.en", "area", "audience")


@dataclass(frozen=True, slots=True)
class Query:
    """A named question, ready to be asked (`cypher.console.ask`)."""

    name: str
    title: Text
    purpose: Text
    area: str
    audience: tuple[Role, ...]
    parameters: tuple[Parameter, ...]
    limits: Limits
    text: str

    @property
    def scoped(self) -> bool:
        """Whether the question is bound to the committees of its reader."""
        return SCOPE in parameters_used(self.text)


def parameters_used(text: str) -> set[str]:
    """Return the names of the parameters in a statement.

    >>> sorted(parameters_used("RETURN $a AS a, '$b' AS b"))
    ['a']
    """
    return {token.text for token in tokens(text) if token.kind is TokenKind.PARAMETER}


def read_question(name: str, written: str) -> Query:
    """Read a question's file; raises `QuestionInvalid` on whatever is missing, unknown or inconsistent."""
    head, parameters, text = _split(name, written)
    limits = _limits(name, head.get("limits"))
    query = Query(
        name=name,
        title=Text(head["title.zh"], head["title.en"]),
        purpose=Text(head["purpose.zh"], head["purpose.en"]),
        area=_area(name, head["area"]),
        audience=tuple(_audience(name, head["audience"])),
        parameters=parameters,
        limits=limits,
        text=text,
    )
    check(query.text)
    _check_parameters(query)
    return query


def _split(name: str, written: str) -> tuple[Mapping[str, str], tuple[Parameter, ...], str]:
    lines = written.splitlines()
    length = next((at for at, line in enumerate(lines) if not line.startswith("//")), len(lines))
    head: dict[str, str] = {}
    parameters: list[Parameter] = []
    for line in lines[:length]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise QuestionInvalid(name, Text(f"读不懂的一行：{line}", f"a line that cannot be read: {line}"))
        key, value = match["key"], match["value"]
        if key == "param":
            parameters.append(_parameter(name, value))
        elif key in (*_ONCE, "limits") and key not in head:
            head[key] = value
        else:
            raise QuestionInvalid(name, Text(f"多余的 {key}", f"{key} is unknown or said twice"))
    missing = [key for key in _ONCE if key not in head]
    if missing:
        raise QuestionInvalid(name, Text(f"缺少 {missing[0]}", f"{missing[0]} is missing"))
    return head, tuple(parameters), "\n".join(lines[length:]).strip()


def _parameter(name: str, value: str) -> Parameter:
    match = _PARAM.fullmatch(value)
    if match is None or match["kind"] not in list(ParameterKind):
        raise QuestionInvalid(name, Text(f"参数写法有误：{value}", f"a parameter that cannot be read: {value}"))
    bare = Parameter(match["name"], ParameterKind(match["kind"]), Text(match["zh"].strip(), match["en"].strip()))
    if match["default"] is None:
        return bare
    default: Value = None if match["default"] == "null" else parsed(bare, match["default"])
    return Parameter(bare.name, bare.kind, bare.title, required=False, default=default)


def _limits(name: str, value: str | None) -> Limits:
    if value is None:
        return Limits()
    match = _LIMITS.fullmatch(value)
    if match is None:
        raise QuestionInvalid(name, Text(f"限制写法有误：{value}", f"limits that cannot be read: {value}"))
    return Limits(rows=int(match["rows"]), seconds=float(match["seconds"]))


def _area(name: str, value: str) -> str:
    if value not in AREAS:
        raise QuestionInvalid(name, Text(f"没有领域 {value}", f"there is no area of work {value}"))
    return value


def _audience(name: str, value: str) -> Iterator[Role]:
    roles: dict[str, Role] = {role: role for role in get_args(Role)}
    for word in value.split(","):
        if word.strip() not in roles:
            raise QuestionInvalid(name, Text(f"没有角色 {word.strip()}", f"there is no role {word.strip()}"))
        yield roles[word.strip()]


def _check_parameters(query: Query) -> None:
    declared = [p.name for p in query.parameters]
    used = parameters_used(query.text) - {SCOPE}
    if len(set(declared)) < len(declared) or SCOPE in declared:
        raise QuestionInvalid(query.name, Text("参数重复声明", "a parameter is declared twice, or is $areas"))
    for odd in sorted(used ^ set(declared)):
        raise QuestionInvalid(query.name, Text(f"参数 {odd} 未声明或未使用", f"${odd} is undeclared or unused"))
