"""The look-alike list as a door: planted lifts are found in time order, files and feedback do what they say."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.lifts import last_wave, rank_units
from api.settings import read_settings
from graph.model.errors import FileMissing, ModelUnusable, SettingInvalid, TableUnfit, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.features import FIXED
from similarity.portraits.units import unit_positives
from similarity.reasons import NANO
from tests.unit.similarity.town import AS_OF, town

UNITS, WEST = 400, "310106021001"
WAVES = (dt.date(2019, 2, 1), dt.date(2020, 3, 1))  # the first vote of each
LATE = "u000399"  # of the first wave, but it voted after the second one had begun


def on(days: list[dt.date]) -> pa.Array:
    return pa.array(days, pa.date32())


def lifted(*, shuffled: bool = False) -> Records:
    """A town where wide stairwells of few floors were given lifts, in two waves of 24, and 20 units refused."""
    records = town(units=UNITS, people=4000, tags=6, seed=5)
    rng = np.random.Generator(np.random.PCG64(9))
    units = records.node_table("Unit")
    at = units.column_names.index("has_lift")
    units = units.set_column(at, "has_lift", pa.array([False] * UNITS))
    area = [WEST if i < UNITS // 2 else "310106021002" for i in range(UNITS)]
    units = units.set_column(units.column_names.index("area"), "area", pa.array(area, units["area"].type))
    odds = np.array(units["clear_width"].to_pylist()) - 1.5 * np.array(units["floors"].to_pylist())
    order = rng.permutation(UNITS) if shuffled else np.argsort(-(odds + rng.gumbel(0, 0.7, UNITS)), kind="stable")
    order = [int(i) for i in order if f"u{i:06d}" != LATE]
    waves = [order[0:48:2], order[1:48:2]]
    rows = [
        (u, wave, first + dt.timedelta(7 * k)) for wave, first in enumerate(WAVES) for k, u in enumerate(waves[wave])
    ]
    rows.append((int(LATE[1:]), 0, WAVES[1] + dt.timedelta(10)))
    refused = order[-20:]
    names = [f"u{u:06d}" for u in (*(u for u, _, _ in rows), *refused)]
    voted = [day for _, _, day in rows] + [dt.date(2020, 5, 5)] * 20
    built = [day + dt.timedelta(150) for _, _, day in rows] + [None] * 20
    ledger = pa.table(
        {
            "id": [f"i_{n}" for n in names],
            "wave": pa.array([w + 1 for _, w, _ in rows] + [None] * 20, pa.int64()),
            "voted_on": on(voted),
            "installed_on": on(built),  # type: ignore[arg-type]
            "outcome": ["agreed"] * len(rows) + ["refused"] * 20,
        }
    )
    edges = dict(records.edges) | {"Installation-OF-Unit": pa.table({"start": ledger["id"], "end": names})}
    people = members(records, rng)
    return Records.of(dict(records.nodes) | {"Unit": units, "Installation": ledger, "Resident": people}, edges)


def members(records: Records, rng: np.random.Generator) -> pa.Table:
    """Half of the people of every third unit are party members, one in twenty elsewhere."""
    people = records.node_table("Resident")
    unit_of = {r["start"]: int(r["end"][1:]) for r in records.edge_table("Dwelling-IN-Unit").to_pylist()}
    lives = {r["start"]: unit_of[r["end"]] for r in records.edge_table("Resident-LIVES_IN-Dwelling").to_pylist()}
    share = [0.5 if lives[p] % 3 == 0 else 0.05 for p in people["id"].to_pylist()]
    politics = np.where(rng.random(len(people)) < share, "01", "13").tolist()
    return people.set_column(people.column_names.index("politics"), "politics", pa.array(politics))


RECORDS = lifted()
SNAPSHOT = Snapshot.of(RECORDS)
ASKED: dict[str, Any] = {"as_of": AS_OF.isoformat(), "top": 20, "without": [], "force": [], "areas": None}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = Home(tmp_path_factory.mktemp("lifts"))
    home.create()
    home.published.publish(home.published.stage(SNAPSHOT))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def ask(desk: Desk, **more: Any) -> Answer:
    return desk.ask("lookalike", {**ASKED, **more})


@pytest.fixture(scope="module")
def listed(desk: Desk) -> Answer:
    return ask(desk, top=UNITS)


def run(desk: Desk, *words: str) -> Result:
    around = {"LINLI_HOME": str(desk.home.folder), "LINLI_LANG": "en", "COLUMNS": "100"}
    return CliRunner().invoke(app, ["lookalike", *words, "--as-of", AS_OF.isoformat()], env=around)


def test_planted_lifts_are_found_in_time_order(listed: Answer) -> None:
    card = listed.body["backtest"]
    assert card["design"]["en"].startswith(f"learned before {WAVES[1]}")
    tenth = next(a for a in card["outcomes"][0]["lengths"] if a["k"] == round(0.1 * card["rows"]))
    value, low, _ = tenth["lift"]
    assert value >= 3
    assert low > 1


def test_shuffled_lifts_are_found_no_more_than_by_chance() -> None:
    card = rank_units(Snapshot.of(lifted(shuffled=True)), AS_OF).card
    tenth = card.outcomes[0].at(round(0.1 * card.rows))
    assert tenth.lift.low < 1 < tenth.lift.high


def test_nothing_later_than_the_first_vote_of_the_hidden_wave_enters_the_test(listed: Answer) -> None:
    found = listed.source.found
    known = {u: d for u, d in found.votes.items() if d < WAVES[1]}
    assert LATE in found.votes
    assert LATE not in known
    card = found.card
    assert card.hidden == 24
    assert card.rows == UNITS - len(known) - 1  # whoever agreed later and is not of the wave is not even a candidate
    cut = found.portraits.at_own_days(WAVES[1], known)
    assert all(c.observed == FIXED or c.observed < WAVES[1] for c in cut.columns)


def test_facts_from_the_cut_on_change_no_figure_of_the_test(listed: Answer) -> None:
    """All visits, tags and moves from the first vote of the last wave on are dropped: the card stays as it is."""
    edges = dict(RECORDS.edges)
    for name, day in (("TOOK_PART_IN-Activity", "at"), ("HAS_TAG-Tag", "since"), ("LIVES_IN-Dwelling", "since")):
        table = RECORDS.edge_table(f"Resident-{name}")
        edges[f"Resident-{name}"] = table.filter(pa.array([d < WAVES[1] for d in table[day].to_pylist()]))
    again = rank_units(Snapshot.of(Records.of(RECORDS.nodes, edges)), AS_OF).card
    assert again.to_json()["outcomes"] == listed.body["backtest"]["outcomes"]


def test_the_last_wave_is_that_of_the_ledger() -> None:
    record = unit_positives(SNAPSHOT, AS_OF)
    assert len(last_wave(SNAPSHOT, record)) == 24
    assert min(record.votes[u] for u in last_wave(SNAPSHOT, record)) == WAVES[1]
    early = unit_positives(SNAPSHOT, WAVES[1])
    assert last_wave(SNAPSHOT, early) == ()


def test_one_wave_is_tested_by_splits(desk: Desk) -> None:
    body = ask(desk, as_of=WAVES[1].isoformat()).body
    assert "hidden in turn" in body["backtest"]["design"]["en"]


@pytest.mark.parametrize("leak", ["lift_fund_opened", "power_upgraded", "has_lift"])
def test_each_leaking_feature_is_caught_by_name(desk: Desk, leak: str, listed: Answer) -> None:
    assert leak in {b["name"] for b in listed.body["barred"]}
    with pytest.raises(TableUnfit, match=leak):
        ask(desk, force=[leak])


def test_reasons_sum_and_refusals_and_lifts_are_no_candidates(listed: Answer) -> None:
    rows = listed.body["rows"]
    assert len(rows) == listed.body["candidates"] == UNITS - 49 - 20
    for row in rows:
        assert sum(round(r["contribution"] * NANO) for r in row["reasons"]) == round(row["score"] * NANO)
        assert row["band"] in {b["name"] for b in listed.body["bands"]["bands"]}
    record = unit_positives(SNAPSHOT, AS_OF)
    assert not {r["id"] for r in rows} & {*record.dates, *record.refused}


def test_both_lifts_stand_on_the_card_and_the_switch_is_one_word(desk: Desk, listed: Answer) -> None:
    cost = listed.body["backtest"]["costs"][0]
    assert cost["left_out"]["en"] == "party membership"
    assert all({"lift", "lift_without", "difference"} <= set(a) for a in cost["lengths"])
    without = ask(desk, without=["politics"])
    assert not {"politics", "political_tags"} & set(without.source.ranking.model.design_.features.groups)
    assert without.body["backtest"]["costs"] == []
    assert "does not use party membership" in run(desk, "--without", "politics").output


def test_a_scope_cuts_the_rows_and_not_the_list(desk: Desk, listed: Answer) -> None:
    body = ask(desk, top=UNITS, areas=[WEST]).body
    whole = {r["id"]: r for r in listed.body["rows"]}
    assert {r["area"] for r in body["rows"]} == {WEST}
    assert len(body["rows"]) == body["in_scope"] < body["candidates"] == listed.body["candidates"]
    inside = {
        n
        for n, a in zip(*(SNAPSHOT.nodes("Unit").column(c).to_pylist() for c in ("id", "area")), strict=True)
        if a == WEST
    }
    for row in body["rows"]:
        assert (row["rank"], row["score"]) == (whole[row["id"]]["rank"], whole[row["id"]]["score"])
        assert sum(round(r["contribution"] * NANO) for r in row["reasons"]) == round(row["score"] * NANO)
        named = {r["feature"].removeprefix("positive:") for r in row["reasons"] if r["feature"].startswith("positive:")}
        assert named <= inside | {"*", "elsewhere"}
    assert ask(desk, areas=["310106021099"]).body["rows"] == []


def test_a_receipt_gives_the_same_bytes(desk: Desk) -> None:
    for more in ({}, {"areas": [WEST]}, {"feedback": [{"unit": "u000001", "date": "2021-01-02", "outcome": "no"}]}):
        found = ask(desk, **more)
        assert same_bytes(found.receipt.to_json(), desk.again(found.receipt.to_json()))


def test_feedback_joins_the_next_fit(desk: Desk, listed: Answer) -> None:
    first, second, third = (listed.body["rows"][i]["id"] for i in (0, 1, 2))
    rows = [
        {"楼组": first, "日期": "2021-02-03", "结果": "同意", "原因": None},
        {"楼组": second, "日期": "2021-02-04", "结果": "不同意", "原因": "挡光"},
        {"楼组": third, "日期": "2022-02-04", "结果": "不同意", "原因": "挡光"},
    ]
    body = ask(desk, top=UNITS, feedback=rows).body
    ids = [r["id"] for r in body["rows"]]
    assert first not in ids
    assert second not in ids
    assert third in ids  # its row is later than the day of the question
    assert body["positives"] == listed.body["positives"] + 1
    assert body["feedback"]["agreed"] == [first]
    assert body["feedback"]["reasons"] == {"挡光": 1}


def test_a_saved_model_gives_its_list_again_and_ranks_other_data(desk: Desk, tmp_path: Path) -> None:
    file, again = tmp_path / "m.linli", tmp_path / "again.parquet"
    assert run(desk, "--save", str(file), "--out", str(tmp_path / "list.parquet")).exit_code == 0
    assert run(desk, "--model", str(file), "--out", str(again)).exit_code == 0
    columns = ["rank", "id", "score", "reasons"]
    first, second = (pq.read_table(f, columns=columns) for f in (tmp_path / "list.parquet", again))
    assert first.equals(second)
    from api.cli.lookalike import _model

    model = _model(file)
    later = ask(desk, as_of="2021-12-01", model=model)
    assert later.body["rows"][0]["score"] >= later.body["rows"][1]["score"]
    for row in later.body["rows"]:
        assert sum(round(r["contribution"] * NANO) for r in row["reasons"]) == round(row["score"] * NANO)
    assert same_bytes(later.receipt.to_json(), desk.again(later.receipt.to_json()))
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ModelUnusable):
        desk.again(later.receipt.to_json())
    file.unlink()
    with pytest.raises(FileMissing):
        desk.again(later.receipt.to_json())


def test_files_are_written_and_the_terminal_reads_well(desk: Desk, tmp_path: Path) -> None:
    svg, card, out = (tmp_path / name for name in ("l.svg", "c.json", "l.csv"))
    ran = run(desk, "--top", "3", "--svg", str(svg), "--card", str(card), "--out", str(out))
    assert ran.exit_code == 0, ran.output
    assert max(map(len, ran.output.splitlines())) <= 100
    for said in ("method chosen", "Back-test", "Without party membership", "barred", "ready", "How long a list"):
        assert said in ran.output
    assert svg.read_text(encoding="utf-8").startswith("<svg")
    facts = json.loads(card.read_text(encoding="utf-8"))
    assert {"features", "barred", "backtest", "bands", "method", "groups"} <= set(facts)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + UNITS - 49 - 20


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"without": ["politic"]}, UnknownName, "politics"),
        ({"force": ["no_such_feature"]}, UnknownName, "no_such"),
        ({"as_of": "1999-01-01"}, TableUnfit, "1999"),
        ({"feedback": [{"unit": "u000001", "date": "2021-01-01"}]}, TableUnfit, "outcome"),
        ({"feedback": [{"unit": "nowhere", "date": "2021-01-01", "outcome": "yes"}]}, TableUnfit, "nowhere"),
    ],
)
def test_bad_input_is_said(desk: Desk, more: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(desk, **more)


def test_a_saved_model_is_not_mixed_with_a_new_fit(desk: Desk, tmp_path: Path) -> None:
    for words in (("--without", "politics"), ("--svg", "x.svg")):
        ran = run(desk, "--model", str(tmp_path / "m"), *words)
        assert isinstance(ran.exception, SettingInvalid)
