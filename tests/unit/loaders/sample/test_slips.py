from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from graph.model import address
from loaders import dates, identifiers
from loaders.cells import Bad
from loaders.sample import slips
from loaders.sample.names import check_digit

days = st.dates(min_value=dt.date(1920, 1, 1), max_value=dt.date(2021, 10, 31))
addresses = st.builds(
    "汾西路{}弄{}号{}0{}室".format, st.integers(1, 2000), st.integers(1, 99), st.integers(1, 9), st.integers(1, 4)
)
ids = st.builds(lambda d, n: (h := f"999999{d:%Y%m%d}{n:03d}") + check_digit(h), days, st.integers(0, 999))


@given(days)
def test_every_way_to_write_a_date_is_the_same_day(day: dt.date) -> None:
    text = day.isoformat()
    for slip in (slips.slashes, slips.with_characters, slips.compact, slips.with_time):
        assert slip(text) != text
        assert dates.date(slip(text)) == day
    assert dates.date_or_serial(slips.serial(text)) == day


@given(addresses)
def test_every_way_to_write_an_address_is_the_same_dwelling(text: str) -> None:
    key = address.parse(text).dwelling
    assert key is not None
    for slip in (slips.wide, slips.chinese_lane, slips.traditional, slips.dashed, slips.full_address):
        written = slip(text)
        assert written != text
        assert address.parse(str(written)).dwelling == key, written


@given(ids)
def test_harmless_and_harmful_slips_of_an_id_number(number: str) -> None:
    assert identifiers.id_number(slips.wide(number)) == number
    assert identifiers.id_number(slips.small_x(number)) == number
    for harmful in (slips.wrong_check, slips.one_short):
        assert isinstance(identifiers.id_number(harmful(number)), Bad)
    floated = slips.as_float(number)
    assert floated == number or isinstance(identifiers.id_number(floated), Bad)


@given(st.integers(0, 10**8 - 1))
def test_a_country_code_is_no_other_phone(number: int) -> None:
    phone = f"100{number:08d}"
    assert identifiers.phone(slips.country_code(phone)) == phone


@given(st.one_of(st.none(), st.integers(), st.just("")))
def test_slips_of_text_leave_other_cells_alone(cell: int | str | None) -> None:
    for slip in (slips.wide, slips.padded, slips.chinese_lane, slips.slashes, slips.country_code):
        assert slip(cell) == cell
