"""Cypher text as tokens: the part of the grammar that decides what is code, what is text and what is a comment.

The lexer is stricter than any engine's, on purpose. Where two engines could split the same characters differently
(`1e5DELETE`, a nested `/*`, a line separator inside a comment), the text is refused, so that what is judged here is
what an engine will run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from graph.model.errors import QueryRefused
from graph.model.text import Text


class TokenKind(StrEnum):
    """What a token is to the grammar; comments and blanks are no tokens."""

    WORD = "word"  # a keyword or a bare name
    NAME = "name"  # a name in backticks, never a keyword
    STRING = "string"
    NUMBER = "number"
    PARAMETER = "parameter"  # `$name`; its text is the bare name
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands in the text (`start` inclusive, `end` exclusive)."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """The word in the form in which keywords are compared, empty for every other kind.

        Folded so that letters which some case mapping turns into ASCII (ſ, ı, the Kelvin sign) count as ASCII.
        """
        return self.text.casefold().upper() if self.kind is TokenKind.WORD else ""


_PATTERN = re.compile(
    r"""
      (?P<blank>   [ \t\n\r]+ )
    | (?P<comment> //[^\n]* | /\*(?:(?!\*/|/\*).)*\*/ )
    | (?P<string>  '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<name>    `(?:[^`\\]|``)+` )
    | (?P<number>  (?:0[xX][0-9a-fA-F]+ | 0o[0-7]+ | [0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+)?) )
    | (?P<parameter> \$(?:\w+|`(?:[^`\\]|``)+`) )
    | (?P<word>    \w+ )
    | (?P<symbol>  \.\. | :: | <> | <= | >= | =~ | \+= | \|\| | [-+*/%^=<>()\[\]{},.;:|&!$?] )
    """,
    re.VERBOSE | re.DOTALL,
)
_UNCLOSED = {
    "'": Text("字符串没有结束", "a string is not closed"),
    '"': Text("字符串没有结束", "a string is not closed"),
    "`": Text("反引号没有结束，或其中有反斜杠", "a name in backticks is not closed or holds a backslash"),
    "/": Text("注释没有结束，或注释套注释", "a comment is not closed or holds another one"),
}
_GLUED = Text("数字后面紧跟着字母", "a number runs into a word")


def tokens(text: str) -> tuple[Token, ...]:
    """Split a statement; raises `QueryRefused` on a character, string or comment that engines may read differently.

    >>> [t.text for t in tokens("MATCH (n:`a b`) // all of them")]
    ['MATCH', '(', 'n', ':', 'a b', ')']
    """
    _refuse_controls(text)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None or (match.group() == "/" and text.startswith("/*", at)):
            raise QueryRefused(_unreadable(text, at))
        at = match.end()
        kind = match.lastgroup
        if kind in {"blank", "comment"} or kind is None:
            continue
        if kind == "number" and re.match(r"\w|\.[^\W\d]", text[at : at + 2]):
            raise QueryRefused(_GLUED)
        found.append(Token(TokenKind(kind), _bare(kind, match.group()), match.start(), at))
    return tuple(found)


def _bare(kind: str, written: str) -> str:
    if kind == "parameter":
        written = written[1:]
    if kind != "string" and written.startswith("`"):
        return written[1:-1].replace("``", "`")
    return written


def _refuse_controls(text: str) -> None:
    """Refuse what some engines take for the end of a line and others do not."""
    for place, character in enumerate(text):
        lone_return = character == "\r" and text[place + 1 : place + 2] != "\n"
        if lone_return or (character < " " and character not in "\t\n\r") or character in "\x7f\x85\u2028\u2029":
            why = Text("第 {at} 个字符是控制字符", "character {at} is a control character").fill(at=place + 1)
            raise QueryRefused(why)


def _unreadable(text: str, at: int) -> Text:
    character = text[at]
    other = Text("第 {at} 个字符“{character}”无法识别", "character {at}, “{character}”, is not part of Cypher")
    return _UNCLOSED.get(character, other.fill(at=at + 1, character=character))
