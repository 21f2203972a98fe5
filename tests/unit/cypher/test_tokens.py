from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cypher.tokens import TokenKind, tokens
from graph.model.errors import QueryRefused


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.text) for token in tokens(text)]


def test_comments_and_blanks_are_no_tokens() -> None:
    assert kinds("a // b 'c\n/* d */ e") == [("word", "a"), ("word", "e")]


def test_strings_keep_their_quotes_and_names_lose_their_backticks() -> None:
    assert kinds("'it\\'s' `a``b` \"x\"") == [("string", "'it\\'s'"), ("name", "a`b"), ("string", '"x"')]


def test_parameters_are_bare_names() -> None:
    assert kinds("$day + $`a b` + $0") == [
        ("parameter", "day"),
        ("symbol", "+"),
        ("parameter", "a b"),
        ("symbol", "+"),
        ("parameter", "0"),
    ]


@pytest.mark.parametrize("number", ["0", "12", "1_000", "1.5", "2e10", "2.5E-3", "0x1F", "0o17"])
def test_numbers_are_one_token(number: str) -> None:
    assert kinds(f"[{number}]") == [("symbol", "["), ("number", number), ("symbol", "]")]


def test_a_range_is_no_decimal() -> None:
    assert [text for _, text in kinds("[1..2]")] == ["[", "1", "..", "2", "]"]


def test_keywords_fold_letters_that_become_ascii() -> None:
    assert [token.keyword for token in tokens("\u017fet \u212a `set`")] == ["SET", "K", ""]


@given(st.text(max_size=80))
def test_tokens_lie_in_order_inside_the_text(text: str) -> None:
    try:
        found = tokens(text)
    except QueryRefused:
        return
    at = 0
    for token in found:
        assert at <= token.start < token.end <= len(text)
        if token.kind in (TokenKind.WORD, TokenKind.STRING, TokenKind.NUMBER, TokenKind.SYMBOL):
            assert text[token.start : token.end] == token.text
        at = token.end
