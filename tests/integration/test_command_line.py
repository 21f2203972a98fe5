"""The command line on a loaded home: every door, its JSON, its errors and exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.conftest import Ran, run_linli, run_process

Linli = Callable[..., Ran]


def test_a_search_answers_with_three_lists_and_a_receipt(linli: Linli, tmp_path: Path) -> None:
    ran = linli("search", "汾西路261弄 70岁以上独居老人", "--json")
    answer = json.loads(ran.out)
    assert ran.code == 0
    assert answer["people"]["total"] > 0
    assert {"people", "needs", "resources", "receipt"} <= answer.keys()
    assert all(row["facts"]["age"] >= 70 for row in answer["people"]["rows"])
    (tmp_path / "answer.json").write_text(ran.out, encoding="utf-8")
    assert linli("replay", tmp_path / "answer.json").code == 0


def test_a_changed_answer_is_not_replayed_as_the_same(linli: Linli, loaded: Path, tmp_path: Path) -> None:
    answer = json.loads(linli("search", "独居老人", "--json").out)
    answer["receipt"]["answer"] = "0" * 64
    (tmp_path / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    assert run_process(loaded, "replay", tmp_path / "answer.json").code == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_search_is_readable_in_both_languages(linli: Linli, lang: str) -> None:
    ran = linli("search", "汾西路261弄", "70岁以上独居老人", "--lang", lang)
    title = {"zh": "人在哪里", "en": "People"}[lang]
    assert ran.code == 0
    assert title in ran.out


def test_a_scope_shows_nobody_from_elsewhere(linli: Linli) -> None:
    code = "310106021008"
    answer = json.loads(linli("search", "70岁以上老人", "--as-area", code, "--limit", 1000, "--json").out)
    committees = {row["facts"]["committee"] for row in answer["people"]["rows"]}
    assert committees == {"汾西路二六一弄居委会"}


def test_lookalike_reasons_sum_to_the_score(linli: Linli) -> None:
    answer = json.loads(linli("lookalike", "--top", 20, "--json").out)
    for row in answer["rows"]:
        assert sum(r["contribution"] for r in row["reasons"]) == pytest.approx(row["score"], abs=1e-9)
    assert answer["backtest"]["k"] > 0


@pytest.mark.parametrize("leak", ["lift_fund_opened", "power_upgraded"])
def test_a_feature_that_knows_the_future_makes_the_run_fail(linli: Linli, leak: str) -> None:
    ran = linli("lookalike", "--force", leak)
    assert ran.code == 2
    assert leak in ran.error


def test_a_named_question_and_a_statement_of_ones_own(linli: Linli) -> None:
    table = json.loads(linli("query", "age_count_by_committee", "--json").out)
    assert "people" in table["columns"]
    counted = linli("query", "MATCH (r:Resident) RETURN count(r) AS people", "--csv")
    assert int(counted.out.splitlines()[1]) > 15_000
    assert linli("query", "how_many_live_here", "address=汾西路261弄36号102室", "--json").code in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("query", "age_count_by_comittee"), 2, "age_count_by_committee"),
        (("query", "MATCH (n) DETACH DELETE n"), 2, "MATCH … RETURN"),
        (("query", "MATCH (n RETURN n"), 2, ""),
        (("query", "MATCH (n:Unit) RETURN count(n) AS units", "--as-area", "310106021001"), 2, "named question"),
        (("search", ""), 2, "read"),
        (("search", "x" * 100_000), 2, "500"),
        (("search", "老人", "--lang", "fr"), 2, "zh"),
        (("search", "老人", "--as-of", "yesterday"), 2, "2021-11-01"),
        (("load", "no-such-folder"), 2, "no-such-folder"),
        (("rank", "no-such.csv", "--id", "a", "--positives", "b"), 2, "no-such.csv"),
        (("replay", "no-such.json"), 2, "no-such.json"),
        (("restore", "no-such.tar.gz"), 2, "no-such.tar.gz"),
        (("sample", "x", "--size", "huge"), 2, "small"),
        (("lookalike", "--as-of", "1999-01-01"), 2, "1999"),
        (("lookalike", "--without", "politic"), 2, "politics"),
    ],
)
def test_bad_input_is_one_clear_error(linli: Linli, arguments: tuple[str, ...], code: int, part: str) -> None:
    ran = linli(*arguments)
    assert ran.code == code
    assert part in ran.error
    assert "Traceback" not in ran.error
    assert len(ran.error.strip().splitlines()) <= 3


@pytest.mark.parametrize(
    ("arguments", "code", "out", "error"),
    [
        (("search", "独居老人", "--json"), 0, '"people"', ""),
        (("query", "MATCH (r:Resident) RETURN count(r) AS people", "--csv"), 0, "people", ""),
        (("search", "x" * 100_000), 2, "", "500"),
        (("consent", "汾西路261弄9999号"), 3, "", "Did you mean"),
        (("search", "", "--json"), 2, '"request_unfit"', ""),
    ],
)
def test_a_process_of_its_own_starts_answers_and_gives_its_exit_code(
    loaded: Path, arguments: tuple[str, ...], code: int, out: str, error: str
) -> None:
    ran = run_process(loaded, *arguments)
    assert ran.code == code
    assert out in ran.out
    assert error in ran.error
    assert "Traceback" not in ran.error
    assert len(ran.error.strip().splitlines()) <= 3


def test_an_error_is_json_when_json_was_asked_for(linli: Linli) -> None:
    ran = linli("search", "", "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["error"]["code"] == "request_unfit"


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    for command in (
        ("search", "老人"),
        ("lookalike",),
        ("query", "age_count_by_committee"),
        ("backup", tmp_path / "b"),
    ):
        ran = run_linli(tmp_path / "empty", *command)
        assert ran.code == 4
        assert "linli load" in ran.error


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    ran = run_linli(tmp_path, "search", "老人", LINLI_HOEM="/x")
    assert ran.code == 2
    assert "LINLI_HOME" in ran.error
    assert "There is no setting" in ran.error
    assert "没有设置" in run_linli(tmp_path, "search", "老人", "--lang", "zh", LINLI_HOEM="/x").error


def test_a_store_that_is_down_says_so(loaded: Path) -> None:
    ran = run_linli(loaded, "query", "age_count_by_committee", LINLI_STORE="bolt://127.0.0.1:1")
    assert ran.code == 4
    assert "127.0.0.1:1" in ran.error


def test_a_search_needs_no_store(loaded: Path) -> None:
    assert run_linli(loaded, "search", "独居老人", LINLI_STORE="bolt://127.0.0.1:1").code == 0


def test_doctor_finds_a_sound_home(linli: Linli) -> None:
    ran = linli("doctor")
    assert ran.code == 0, ran.out
    assert "byte by byte" in ran.out


def _write_table(path: Path, rows: list[dict[str, object]]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def _buildings(count: int = 60) -> list[dict[str, object]]:
    return [
        {
            "编号": f"b{i:03}",
            "层数": 6 if i < 20 else 3 + i % 3,
            "结构": "砖混" if i % 2 else "框架",
            "面积": "" if i % 7 == 0 else 50 + i % 11,
            "常数": 1,
            "已装": "是" if i < 8 else "否",
        }
        for i in range(count)
    ]


def test_rank_orders_a_spreadsheet(tmp_path: Path) -> None:
    table = _write_table(tmp_path / "楼.csv", _buildings())
    out = tmp_path / "out.csv"
    ran = run_linli(tmp_path, "rank", table, "--id", "编号", "--positives", "已装", "--backtest", "--out", out)
    assert ran.code == 0, ran.error
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 52
    assert {row["id"] for row in rows[:12]} == {f"b{i:03}" for i in range(8, 20)}
    assert [int(row["rank"]) for row in rows] == list(range(1, 53))
    assert "常数" in ran.out


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"已装": "否"}, ""),
        ({"已装": "是"}, ""),
        ({"编号": "same"}, ""),
        ({"已装": "也许"}, "也许"),
        ({"层数": 1, "结构": "a", "面积": 1}, ""),
    ],
)
def test_a_table_that_cannot_be_ranked_says_why(tmp_path: Path, change: dict[str, object], part: str) -> None:
    table = _write_table(tmp_path / "t.csv", [{**row, **change} for row in _buildings(12)])
    ran = run_linli(tmp_path, "rank", table, "--id", "编号", "--positives", "已装")
    assert ran.code == 2
    assert part in ran.error
    assert "Traceback" not in ran.error


def test_a_million_character_cell_is_survived(tmp_path: Path) -> None:
    rows = _buildings()
    rows[30]["备注"] = "长" * 1_000_000
    rows = [{"备注": "", **row} for row in rows]
    table = _write_table(tmp_path / "t.csv", rows)
    assert run_linli(tmp_path, "rank", table, "--id", "编号", "--positives", "已装").code == 0
