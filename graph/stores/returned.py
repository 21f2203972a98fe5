"""What the text of a query tells before it runs: the names of its columns, and whether it reaches outside.

Engines do not name the columns of an empty answer (over Bolt, Neo4j does; the embedded engine does not), so they are
taken from the last RETURN of the query itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from graph.model.errors import QueryRefused
from graph.model.text import Text

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`)"""
    r"""|(?P<word>\w+)|(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_OPEN, _CLOSE = "([{", ")]}"
_AFTER_RETURN = {"ORDER", "SKIP", "LIMIT", "UNION", "OFFSET"}

Token = tuple[str, int, int]


def tokens(query: str) -> Iterator[Token]:
    """Yield (text, start, end) of the words, quoted texts and signs of a query, comments left out."""
    for found in _TOKEN.finditer(query):
        if found.lastgroup != "skip":
            yield found.group(), found.start(), found.end()


def refuse_files(query: str) -> None:
    """Raise `QueryRefused` for LOAD CSV: a reading statement that reaches files and networks outside the graph."""
    words = [text.upper() for text, _, _ in tokens(query)]
    if any(pair == ("LOAD", "CSV") for pair in pairwise(words)):
        raise QueryRefused(Text("LOAD CSV 会读取图以外的文件", "LOAD CSV reads files outside the graph"))


def returned_columns(query: str) -> tuple[str, ...]:
    """Return the column names of the first top-level RETURN (all branches of a UNION have the same), or nothing.

    `RETURN *` names no columns and gives an empty tuple, as a query without RETURN does.

    >>> returned_columns("MATCH (n) RETURN n.id AS id, count(*), [x IN n.l | x] AS `l l` ORDER BY id")
    ('id', 'count(*)', 'l l')
    """
    names: list[str] = []
    for item in _items(query):
        if item[0][0] == "*":
            return ()
        aliased = len(item) > 2 and item[-2][0].upper() == "AS"
        names.append(_plain(item[-1][0]) if aliased else _plain(query[item[0][1] : item[-1][2]]))
    return tuple(names)


def columns_of(query: str, named: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns in the query's order; those of the engine (`named`) where the query writes them otherwise."""
    written = returned_columns(query)
    return written if named is None or set(written) == set(named) else tuple(named)


def _plain(name: str) -> str:
    whole = name.startswith("`") and name.endswith("`") and name.count("`") == 2
    return name[1:-1] if whole else name


def _items(query: str) -> list[list[Token]]:
    """Return the tokens of each item of the RETURN, DISTINCT left out."""
    items: list[list[Token]] = []
    depth, inside = 0, False
    for token in tokens(query):
        text = token[0]
        if depth == 0 and inside and (text.upper() in _AFTER_RETURN or text == ";"):
            break
        if depth == 0 and text.upper() == "RETURN":
            items, inside = [[]], True
        elif depth == 0 and inside and text == ",":
            items.append([])
        elif inside and not (items == [[]] and text.upper() == "DISTINCT"):
            items[-1].append(token)
        depth += (text in _OPEN) - (text in _CLOSE)
    return [item for item in items if item]
