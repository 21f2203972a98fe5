"""The ledger and the planted facts, through the real loaders: file → rows → identity → records → snapshot."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.model.condition_json import parse
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import ages, mask, tagged
from loaders.identifiers import keyed_hash
from loaders.load import LoadRequest, Prepared, prepare
from loaders.mapping_file import read_folder
from loaders.tagging import with_rule_tags

AS_OF = dt.date(2021, 11, 1)
SECRET = b"s" * 32


@pytest.fixture(scope="module")
def ledger(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "ledger.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def prepared(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    lake = tmp_path_factory.mktemp("lake")
    return prepare(LoadRequest(lake=lake, secret=SECRET, folder=folder, mappings=read_folder(folder / "mappings")))


@pytest.fixture(scope="module")
def snapshot(prepared: Prepared) -> Snapshot:
    return Snapshot.of(with_rule_tags(prepared.records, AS_OF))


def test_exactly_the_rows_of_the_ledger_are_rejected(prepared: Prepared, ledger: list[dict[str, Any]]) -> None:
    expected = Counter((e["file"], e["sheet"], e["row"], e["code"]) for e in ledger if e["fate"] == "rejected")
    found = Counter((e.file, e.sheet, e.row, e.code) for e in prepared.report.errors)
    assert found == expected
    assert prepared.report.rejected == sum(expected.values())
    assert len(prepared.report.rejects) >= 10


def test_duplicates_and_rows_left_out_are_those_of_the_ledger(prepared: Prepared, ledger: list[dict[str, Any]]) -> None:
    fates = Counter(e["fate"] for e in ledger)
    report = prepared.report
    assert report.duplicates == fates["duplicate"]
    assert sum(s.left_out for s in report.sources) == fates["left_out"]
    older = sum(e["kind"] == "older_row" for e in ledger)
    assert sum(s.superseded for s in report.sources) == older
    assert report.read == report.accepted + report.rejected + report.duplicates


def test_nothing_dangles_and_no_file_is_forgotten(prepared: Prepared) -> None:
    report = prepared.report
    assert (report.unresolved, report.ambiguous, report.unmapped, report.absent) == ((), (), (), ())


def test_rows_without_an_id_number_join_their_person(prepared: Prepared, truth: dict[str, Any]) -> None:
    counts = truth["counts"]
    nodes = prepared.report.nodes
    wanted = {
        "Resident": "residents",
        "Household": "households",
        "Dwelling": "dwellings",
        "Unit": "units",
        "Building": "buildings",
        "Estate": "estates",
        "Tag": "tags",
        "Volunteer": "volunteers",
        "Need": "needs",
        "Activity": "activities",
    }
    assert {label: nodes[label] for label in wanted} == {label: counts[name] for label, name in wanted.items()}
    edges = prepared.report.edges
    assert edges["Resident-LIVES_IN-Dwelling"] == counts["living_here"]
    assert edges["Resident-REGISTERED_AT-Dwelling"] == counts["registered_here"]


def test_sources_disagree_only_where_a_clerk_slipped(prepared: Prepared, ledger: list[dict[str, Any]]) -> None:
    phones = sum(e["kind"] == "other_phone" for e in ledger)
    assert 0 < prepared.report.conflicts["Resident.phone"] <= phones
    assert prepared.report.conflicts.get("Resident.name", 0) == 0
    assert prepared.report.conflicts.get("Resident.birth_date", 0) == 0


def test_the_silent_few_are_found_exactly(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    programmes, residents = snapshot.nodes("Programme"), snapshot.nodes("Resident")
    row = programmes.row(truth["silent"]["programme"])
    rule = parse(json.loads(programmes.column("eligibility")[row].as_py()))
    eligible = mask(snapshot, "Resident", rule, AS_OF)
    assert eligible.sum() == truth["eligible"][truth["silent"]["programme"]]
    contacted = np.zeros(len(residents), bool)
    contacted[snapshot.edges("Resident-CONTACTED-Programme").starts_of(row)] = True
    found = residents.column("id_hash").take(np.flatnonzero(eligible & ~contacted)).to_pylist()
    assert set(found) == {keyed_hash(SECRET, "id", n) for n in truth["silent"]["id_numbers"]}
    assert len(found) == 36


def test_every_programme_means_the_people_that_the_sample_meant(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    programmes = snapshot.nodes("Programme")
    for programme, count in truth["eligible"].items():
        rule = parse(json.loads(programmes.column("eligibility")[programmes.row(programme)].as_py()))
        assert mask(snapshot, "Resident", rule, AS_OF).sum() == count, programme


def test_two_year_olds_who_live_here(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    residents, home = snapshot.nodes("Resident"), snapshot.edges("Resident-LIVES_IN-Dwelling")
    two = ages(residents, AS_OF) == 2
    assert (two & (np.diff(home.indptr) > 0)).sum() == truth["two_year_olds"]["count"]


def test_eight_to_fifteen_tags_a_resident(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    tags = np.diff(snapshot.edges("Resident-HAS_TAG-Tag").indptr)
    assert tags.sum() == truth["counts"]["tags_carried"]
    assert (tags.min(), tags.max()) >= (8, 8)
    assert tags.max() <= 15


def test_people_who_live_alone_carry_the_rule_tag(snapshot: Snapshot) -> None:
    alone = parse({"all": [{"age": {"at_least": 60}}, {"lives_alone": True}]})
    expected = mask(snapshot, "Resident", alone, AS_OF)
    assert expected.any()
    assert np.array_equal(tagged(snapshot, "t_dujulaoren", AS_OF), expected)


def test_votes_are_those_of_the_sample(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    answers = sorted(snapshot.edge_rows("Dwelling-VOTED-Plan").to_pylist(), key=lambda row: row["at"])
    last = {(row["end"], row["start"]): row["choice"] for row in answers}
    assert snapshot.nodes("Plan").ids.to_pylist() == sorted(truth["votes"])
    for plan, counts in truth["votes"].items():
        said = Counter(choice for (end, _), choice in last.items() if end == plan)
        decided = {"agreed": "同意", "refused": "反对", "abstained": "弃权", "undecided": "未定"}
        assert {choice: said[choice] for choice in decided} == {c: counts[zh] for c, zh in decided.items()}, plan


def test_waves_by_unit(snapshot: Snapshot, truth: dict[str, Any]) -> None:
    installations, of = snapshot.nodes("Installation"), snapshot.edges("Installation-OF-Unit")
    wave = installations.numbers("wave")
    units, first = snapshot.nodes("Unit").ids.to_pylist(), of.first()
    for number, expected in enumerate(truth["lifts"]["waves"], 1):
        assert sorted(units[first[i]] for i in np.flatnonzero(wave == number)) == expected
