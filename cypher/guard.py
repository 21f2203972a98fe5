r"""Whether a statement only reads: a check of its tokens that refuses whatever is not plainly reading.

The guard gives the early, readable refusal. It is not the border: engines open the graph for reading only, and
analysts never reach the system of record.

What passes is one statement that starts with a reading clause, holds no writing word where a keyword can stand, calls
no procedure outside `PROCEDURES` and no function of a library. Because some engines turn `\uXXXX` into a character
before they split the text and others after, every reading of such escapes must pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from graph.model.errors import QueryRefused
from graph.model.text import Text

from .tokens import Token, TokenKind, tokens

LONGEST = 20_000
"""Characters of a statement; the longest catalog question has under 3,000."""

DEEPEST = 60
"""Brackets inside brackets; parsers recurse, and some engines die of a few thousand."""

OPENERS = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"})
WRITERS = frozenset({"CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH", "INSERT", "DROP"})
PROCEDURES = frozenset({"db.labels", "db.relationshipTypes", "db.propertyKeys"})
LIBRARIES = frozenset({"date", "datetime", "localdatetime", "time", "localtime", "duration", "point"})

_NAMES = (TokenKind.WORD, TokenKind.NAME)
_SOLE = Text("一次只能执行一条语句", "one statement at a time")
_EMPTY = Text("没有语句", "there is no statement")
_LONG = Text("语句超过 {most} 个字符", "it is longer than {most} characters").fill(most=LONGEST)
_DEEP = Text("括号嵌套超过 {most} 层", "brackets are nested deeper than {most}").fill(most=DEEPEST)
_OPENER = Text("不能以 {word} 开头", "it may not begin with {word}")
_WRITER = Text("{word} 会改动数据", "{word} changes data")
_LOAD = Text("不能读取文件或网址（LOAD CSV）", "files and addresses may not be read (LOAD CSV)")
_USE = Text("不能切换数据库（USE）", "another database may not be used (USE)")
_BATCHES = Text("不能分批提交（IN TRANSACTIONS）", "batches of transactions are not for reading (IN TRANSACTIONS)")
_PROCEDURE = Text("不能调用过程 {name}", "the procedure {name} may not be called")
_FUNCTION = Text("不能调用函数 {name}", "the function {name} may not be called")


def check(text: str) -> None:
    """Return when the statement only reads; raises `QueryRefused` with the reason otherwise.

    >>> check("MATCH (n:Skill) WHERE n.name CONTAINS 'DELETE' RETURN n.name AS name")
    >>> check("MATCH (n:Skill) DELETE n")
    Traceback (most recent call last):
    graph.model.errors.QueryRefused: This statement may not run: DELETE changes data. Only reading is allowed here: MATCH … RETURN
    """
    if len(text) > LONGEST:
        raise QueryRefused(_LONG)
    for reading in _readings(text):
        _check_tokens(_one_statement(tokens(reading)))


def statement(text: str) -> str:
    """Return the checked statement without a closing semicolon, as engines want it.

    >>> statement("RETURN 1 AS one; // done")
    'RETURN 1 AS one'
    """
    check(text)
    return text[: _one_statement(tokens(text))[-1].end]


def _readings(text: str) -> set[str]:
    r"""Return the text as written, with every `\\uXXXX` decoded, and with those after an odd number of `\\` decoded."""
    if "\\u" not in text:
        return {text}

    def character(match: re.Match[str]) -> str:
        return chr(int(match["code"], 16)) if match["code"] else match[0]

    every = re.sub(r"\\u+(?P<code>[0-9a-fA-F]{4})", character, text)
    paired = re.sub(r"\\u+(?P<code>[0-9a-fA-F]{4})|\\.", character, text, flags=re.DOTALL)
    return {text, every, paired}


def _one_statement(found: tuple[Token, ...]) -> tuple[Token, ...]:
    """Drop closing semicolons; raises `QueryRefused` when nothing or more than one statement is left."""
    last = len(found)
    while last and _is(found[last - 1], ";"):
        last -= 1
    if not last:
        raise QueryRefused(_EMPTY)
    if any(_is(token, ";") for token in found[:last]):
        raise QueryRefused(_SOLE)
    return found[:last]


def _check_tokens(found: Sequence[Token]) -> None:
    if found[0].keyword not in OPENERS:
        raise QueryRefused(_OPENER.fill(word=found[0].text[:40]))
    _check_depth(found)
    for at, token in enumerate(found):
        if token.keyword and not names_something(found, at):
            _check_keyword(found, at)
    for name in _called_functions(found):
        if "." in name and name.split(".")[0].casefold() not in LIBRARIES:
            raise QueryRefused(_FUNCTION.fill(name=name))


def _check_depth(found: Sequence[Token]) -> None:
    depth = 0
    for token in found:
        if token.kind is TokenKind.SYMBOL:
            depth += (token.text in "([{") - (token.text in ")]}")
        if depth > DEEPEST:
            raise QueryRefused(_DEEP)


def names_something(found: Sequence[Token], at: int) -> bool:
    """Return whether the word at `at` stands where only a name can stand: `n.set`, `:Set`, `{set: 1}`.

    Deliberately narrow: a bare variable called `set` counts as the keyword and wants backticks.
    """
    before = found[at - 1] if at else None
    after = found[at + 1] if at + 1 < len(found) else None
    if before is None or before.kind is not TokenKind.SYMBOL:
        return False
    if before.text == ".":
        owner = found[at - 2] if at > 1 else None
        return owner is not None and (owner.kind in (*_NAMES, TokenKind.PARAMETER) or owner.text in (")", "]", "}"))
    return before.text == ":" or (before.text in ("{", ",") and after is not None and _is(after, ":"))


def _check_keyword(found: Sequence[Token], at: int) -> None:
    word = found[at].keyword
    after = found[at + 1].keyword if at + 1 < len(found) else ""
    if word in WRITERS:
        raise QueryRefused(_WRITER.fill(word=word))
    refusals: dict[str, tuple[Callable[[], bool], Text]] = {
        "LOAD": (lambda: after == "CSV", _LOAD),
        "USE": (lambda: not _is_alias(found, at), _USE),
        "TRANSACTIONS": (lambda: True, _BATCHES),
    }
    applies, why = refusals.get(word, (lambda: False, _EMPTY))
    if applies():
        raise QueryRefused(why)
    if word == "CALL":
        _check_call(found, at + 1)


def _is_alias(found: Sequence[Token], at: int) -> bool:
    """Return whether the word at `at` is the name behind a true AS (`u.use AS use`)."""
    if not at or found[at - 1].keyword != "AS" or names_something(found, at - 1):
        return False
    return at < 2 or found[at - 2].keyword != "AS"


def _check_call(found: Sequence[Token], at: int) -> None:
    """Let `CALL {`, `CALL (x) {` and the listed procedures pass."""
    if at < len(found) and found[at].kind is TokenKind.SYMBOL and found[at].text in ("{", "("):
        return
    name = _dotted(found, at)
    if name not in PROCEDURES:
        raise QueryRefused(_PROCEDURE.fill(name=name or "?"))


def _dotted(found: Sequence[Token], at: int) -> str:
    """Return the dotted name that starts at `at`, empty when none does."""
    parts: list[str] = []
    while at < len(found) and found[at].kind in _NAMES:
        parts.append(found[at].text)
        if at + 1 >= len(found) or not _is(found[at + 1], "."):
            break
        at += 2
    return ".".join(parts)


def _called_functions(found: Sequence[Token]) -> Iterator[str]:
    """Yield every dotted name that is followed by an opening bracket, procedures after CALL left out."""
    for at, token in enumerate(found):
        starts = token.kind in _NAMES and not (at and (_is(found[at - 1], ".") or found[at - 1].keyword == "CALL"))
        if starts:
            name = _dotted(found, at)
            end = at + 2 * name.count(".") + 1
            if end < len(found) and _is(found[end], "("):
                yield name


def _is(token: Token, symbol: str) -> bool:
    return token.kind is TokenKind.SYMBOL and token.text == symbol
