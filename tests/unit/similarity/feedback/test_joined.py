from __future__ import annotations

import datetime as dt

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.model.receipt import canonical
from similarity.feedback.joined import Joined, joined
from similarity.feedback.table import read_outcomes
from tests.unit.similarity.tables import relaxed

UNITS = ("u1", "u2", "u3", "u4")
AS_OF = dt.date(2021, 11, 1)
BUILT = {"u1": dt.date(2020, 5, 1)}

row = st.tuples(
    st.sampled_from(UNITS),
    st.integers(1, 12),
    st.sampled_from(["同意", "不同意", "待定"]),
    st.sampled_from(["钱", "挡光", ""]),
)


def join(*rows: tuple[str, str, str, str], refused: tuple[str, ...] = ()) -> Joined:
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    table = pa.table(
        {n: pa.array(list(c), pa.string()) for n, c in zip(("楼组", "日期", "结果", "原因"), columns, strict=True)}
    )
    return joined(read_outcomes(table, known=UNITS), BUILT, as_of=AS_OF, refused=refused)


@relaxed
@given(st.lists(row, max_size=12), st.randoms())
def test_every_unit_is_in_one_place_whatever_the_order_of_the_rows(rows, random) -> None:
    written = [(u, f"2021-{m:02d}-05", said, why) for u, m, said, why in rows]
    first = join(*written, refused=("u4",))
    random.shuffle(written)
    again = join(*written, refused=("u4",))
    assert (first.dates, first.refused_all, first.open) == (again.dates, again.refused_all, again.open)
    assert set(BUILT) <= set(first.dates)
    assert all(first.dates[u] == BUILT[u] for u in BUILT)
    assert not set(first.dates) & set(first.refused_all)
    assert len({*first.agreed, *first.refused, *first.open}) == len(first.agreed + first.refused + first.open)
    assert set(first.agreed) <= set(first.dates)
    assert set(first.refused) <= set(first.refused_all)
    assert sum(first.reasons.values()) == len(first.refused)
    assert all(day <= AS_OF for day in first.dates.values())
    assert canonical(first.to_json())


@relaxed
@given(st.lists(row, min_size=1, max_size=8))
def test_an_agreement_later_than_everything_makes_a_positive(rows) -> None:
    written = [(u, f"2021-{min(m, 9):02d}-05", said, why) for u, m, said, why in rows]
    after = join(*written, ("u2", "2021-10-20", "同意", ""))
    assert "u2" in after.dates
    assert "u2" not in after.refused_all


def test_agreed_is_a_positive_from_its_first_day_and_refused_is_no_candidate() -> None:
    after = join(
        ("u2", "2021-03-01", "不同意", "挡光"),
        ("u2", "2021-05-01", "同意", ""),
        ("u2", "2021-06-01", "同意", ""),
        ("u3", "2021-04-01", "不同意", "底层补偿"),
    )
    assert after.dates == {**BUILT, "u2": dt.date(2021, 5, 1)}
    assert after.refused_all == ("u3",)
    assert after.reasons == {"底层补偿": 1}
    assert after.share is not None
    assert after.share.value == 0.5
    assert after.share_of(["u2"]).value == 1.0  # type: ignore[union-attr]
    assert after.share_of(["u4"]) is None
    assert "1 units agreed, 1 refused" in after.sentences()[0].en


def test_an_agreement_overrides_a_refusal_on_record() -> None:
    assert join(refused=("u4",)).refused_all == ("u4",)
    assert join(("u4", "2021-09-01", "agreed", ""), refused=("u4",)).refused_all == ()


def test_rows_that_contradict_each_other_are_listed_and_not_used() -> None:
    after = join(("u2", "2021-03-01", "不同意", ""), ("u3", "2021-03-01", "同意", ""), ("u2", "2021-03-01", "同意", ""))
    assert "u2" not in after.dates
    assert "u2" not in after.refused_all
    assert any("rows 1、3" in n.en and "neither" in n.en for n in after.notes)


def test_the_record_is_stronger_than_a_word_and_a_withdrawal_is_listed() -> None:
    after = join(
        ("u1", "2021-09-01", "不同意", ""), ("u3", "2021-03-01", "同意", ""), ("u3", "2021-04-01", "不同意", "钱")
    )
    assert after.dates == BUILT
    assert after.refused_all == ("u3",)
    assert any("the record holds" in n.en for n in after.notes)
    assert any("the later counts" in n.en for n in after.notes)


def test_what_is_later_than_the_question_waits() -> None:
    after = join(("u2", "2021-12-01", "同意", ""))
    assert after.dates == BUILT
    assert any("later than 2021-11-01" in n.en for n in after.notes)
    assert after.share is None
