from __future__ import annotations

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from search import writing
from search.writing import plain


@given(st.text(max_size=80))
def test_levelled_text_is_a_fixed_point(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text("的老人党员汾西路岭南临区号弄室楼栋亿丰后台里面干发复", max_size=20))
def test_simplified_text_never_loads_the_converter(text: str) -> None:
    with mock.patch.object(writing, "_converter", side_effect=AssertionError):
        assert plain(text) == text


def test_widths_cases_scripts_and_controls() -> None:
    assert plain("　７０歲以上\t獨居老人\0ＡＢＣ ") == "70岁以上 独居老人 abc"
    assert plain("臨汾路街道嶺南路") == "临汾路街道岭南路"
