"""A whole load: figures add up, order does not matter, a second load changes nothing, what goes away retires."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import openpyxl
import pytest

from graph.model.errors import NothingToLoad, SheetMismatch, UnknownName
from loaders import mapping_file
from loaders.draft import draft
from loaders.identifiers import check_character
from loaders.load import LoadRequest, Prepared, prepare
from loaders.rejects import write_rejects

SECRET = b"a private key"

AREAS = """
source = "areas"
files = ["areas.csv"]
as_of = 2021-11-01
[columns.code]
headers = ["代码"]
[columns.name]
headers = ["名称"]
[columns.level]
headers = ["层级"]
codes = "area_level"
[[nodes]]
label = "Area"
keys = [["code"]]
properties = { name = "name", level = "level" }
"""
TAGS = """
source = "dictionary"
files = ["dictionary.csv"]
as_of = 2021-11-01
[columns.id]
headers = ["编号"]
[columns.name]
headers = ["名称"]
[[nodes]]
label = "Tag"
keys = [["id"]]
properties = { name = "name" }
"""
POPULATION = """
source = "population"
files = ["population*.csv"]
as_of = 2021-11-01
trust = 60
key = ["number"]
[[only]]
column = "status"
not_in = ["注销"]
[columns.number]
headers = ["编号"]
required = true
[columns.name]
headers = ["姓名"]
parse = "name"
[columns.birth]
headers = ["出生日期"]
parse = "date"
[columns.id_number]
headers = ["证件号"]
parse = "id_number"
[columns.phone]
headers = ["电话"]
parse = "phone"
[columns.address]
headers = ["地址"]
parse = "address"
[columns.committee]
headers = ["居委"]
parse = "committee"
[columns.status]
headers = ["状态"]
[[nodes]]
label = "Resident"
keys = [["id_number"], ["name", "birth", "phone"]]
properties = { name = "name", birth_date = "birth", phone = "phone", area = "committee" }
[[nodes]]
label = "Dwelling"
keys = [["address.dwelling"]]
skip_if_empty = true
properties = { address = "address", area = "committee" }
[[edges]]
type = "LIVES_IN"
from = "Resident"
to = "Dwelling"
"""
CARE = """
source = "care"
files = ["care.csv"]
as_of = 2021-10-01
trust = 20
[columns.name]
headers = ["姓名"]
parse = "name"
[columns.birth]
headers = ["生日"]
parse = "date"
[columns.phone]
headers = ["手机"]
parse = "phone"
[columns.tags]
headers = ["标签"]
split = "、"
[[nodes]]
label = "Resident"
keys = [["name", "birth", "phone"]]
properties = { name = "name", birth_date = "birth", phone = "phone" }
[[edges]]
type = "HAS_TAG"
from = "Resident"
to = { label = "Tag", by = "name", column = "tags" }
required = true
"""
MAPPINGS = {m.source: m for m in (mapping_file.parse(t, where="test") for t in (AREAS, TAGS, POPULATION, CARE))}


def number(sequence: int) -> str:
    digits = f"99999919500101{sequence:03d}"
    return digits + check_character(digits)


def write(path: Path, *rows: list[str]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)


HEADER = ["编号", "姓名", "出生日期", "证件号", "电话", "地址", "居委", "状态"]
ADDRESS = "汾西路二六一弄１２号502"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "exports"
    where.mkdir()
    write(where / "areas.csv", ["代码", "名称", "层级"], ["310106021010", "汾西路二六一弄居委会", "居委会"])
    write(where / "dictionary.csv", ["编号", "名称"], ["t_alone", "独居老人"], ["t_party", "党员"])
    write(
        where / "population.csv",
        ["实有人口登记表"],
        HEADER,
        ["1", "王强", "1950-01-01", number(1), "10000000001", ADDRESS, "汾西路261弄", ""],
        ["2", "李芳", "1950年1月1日", number(2), "10000000002", ADDRESS, "310106021010", ""],
        ["2", "李芳", "1950年1月1日", number(2), "10000000002", ADDRESS, "310106021010", ""],
        ["3", "张伟", "1950-02-30", number(3), "10000000003", ADDRESS, "汾西路261弄", ""],
        ["4", "刘洋", "1950-01-01", number(4)[:-1] + "?", "10000000004", ADDRESS, "汾西路261弄", ""],
        ["5", "陈静", "1950-01-01", number(5), "10000000005", ADDRESS, "不存在居委会", ""],
        ["6", "杨军", "1950-01-01", number(6), "10000000006", ADDRESS, "汾西路261弄", "注销"],
        ["7", "赵敏", "1950-01-01", number(7)],
        ["合计", "7", "", "", "", "", "", ""],
    )
    write(
        where / "care.csv",
        ["姓名", "生日", "手机", "标签"],
        ["王強", "1950/1/1", "100-0000-0001", "独居老人、党员"],
        ["李芳", "1950-01-01", "10000000002", "独居老仁"],
    )
    return where


def load(folder: Path, lake: Path, *sources: str) -> Prepared:
    chosen = tuple(MAPPINGS[s] for s in sources or MAPPINGS)
    return prepare(LoadRequest(lake, SECRET, folder, chosen))


def test_every_row_has_its_fate(folder: Path, tmp_path: Path) -> None:
    report = load(folder, tmp_path / "lake").report
    for source in report.sources:
        assert source.read == source.accepted + source.rejected + source.duplicates
        assert sum(source.rejects.values()) == source.rejected
    people = next(s for s in report.sources if s.source == "population")
    assert (people.read, people.accepted, people.duplicates, people.left_out, people.passed_over) == (7, 2, 1, 1, 1)
    places = {(e.file, e.row, e.code) for e in report.errors}
    assert places == {
        ("population.csv", 6, "date_impossible"),
        ("population.csv", 7, "id_length"),
        ("population.csv", 8, "unknown_committee"),
        ("population.csv", 10, "ragged"),
        ("care.csv", 3, "unknown_reference"),
    }
    assert "独居老人" in next(e.hint.zh for e in report.errors if e.code == "unknown_reference")
    assert not any(number(i) in str(report.to_json()) for i in range(1, 8))


def test_sources_meet_in_one_resident(folder: Path, tmp_path: Path) -> None:
    records = load(folder, tmp_path / "lake").records
    people = records.node_table("Resident").to_pylist()
    wang = next(p for p in people if p["name"] == "王强")
    assert len(people) == 2
    assert wang["area"] == "310106021010"
    assert (wang["residence"], wang["no_dwelling"], wang["id_last4"]) == ("living", False, number(1)[-4:])
    tags = [e["end"] for e in records.edge_table("Resident-HAS_TAG-Tag").to_pylist() if e["start"] == wang["id"]]
    assert tags == ["t_alone", "t_party"]
    assert records.node_table("Dwelling")["id"].to_pylist() == ["汾西路261弄12号502室"]


def test_the_order_of_loads_does_not_matter(folder: Path, tmp_path: Path) -> None:
    expected = load(folder, tmp_path / "all").records
    for at, order in enumerate(itertools.permutations(MAPPINGS)):
        for source in order:
            prepared = load(folder, tmp_path / str(at), source)
            prepared.commit()
        found = prepared.records
        assert {n: t.to_pylist() for n, t in found.nodes.items()} == {
            n: t.to_pylist() for n, t in expected.nodes.items()
        }
        assert {n: t.to_pylist() for n, t in found.edges.items()} == {
            n: t.to_pylist() for n, t in expected.edges.items()
        }


def test_nothing_is_in_force_before_commit_and_a_second_load_changes_nothing(folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    first = load(folder, lake)
    with pytest.raises(NothingToLoad):
        prepare(LoadRequest(lake, SECRET))
    first.commit()
    before = {p.name for p in lake.rglob("*.*")}
    second = load(folder, lake)
    second.commit()
    assert {p.name for p in lake.rglob("*.*")} == before
    assert second.records.nodes == first.records.nodes
    assert prepare(LoadRequest(lake, SECRET)).records.edges == first.records.edges


def test_what_left_a_full_export_retires(folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    load(folder, lake).commit()
    write(folder / "population.csv", HEADER, ["1", "王强", "1950-01-01", number(1), "10000000001", "", "", ""])
    records = load(folder, lake, "population").records
    assert records.node_table("Resident")["name"].to_pylist() == ["王强"]
    assert records.node_table("Dwelling").num_rows == 0


def test_changes_add_by_key(folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    changes = mapping_file.parse('delivery = "changes"\n' + POPULATION, where="test")
    prepare(LoadRequest(lake, SECRET, folder, (MAPPINGS["areas"], changes))).commit()
    write(folder / "population.csv", HEADER, ["1", "王强", "1950-01-01", number(1), "10000000009", "", "", ""])
    people = prepare(LoadRequest(lake, SECRET, folder, (changes,))).records.node_table("Resident").to_pylist()
    assert {p["name"]: p["phone"] for p in people} == {"王强": "10000000009", "李芳": "10000000002"}


def test_the_lake_keeps_no_id_number(folder: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    load(folder, tmp_path / "lake").commit()
    for path in (tmp_path / "lake").rglob("*.parquet"):
        text = str(pq.read_table(path).to_pydict())
        assert not any(number(i) in text for i in range(1, 8))
        assert path.stat().st_mode & 0o077 == 0


def test_a_file_without_the_headers_says_what_it_lacks(folder: Path, tmp_path: Path) -> None:
    write(folder / "care.csv", ["姓名", "生日"], ["王强", "1950-01-01"])
    with pytest.raises(SheetMismatch, match="手机"):
        load(folder, tmp_path / "lake")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sorce = 1\n" + AREAS, "source"),
        (AREAS.replace('codes = "area_level"', 'codes = "area_levels"'), "area_level"),
        (AREAS.replace('name = "name"', 'nam = "name"'), "name"),
        (AREAS.replace('label = "Area"', 'label = "Aera"'), "Area"),
        (POPULATION.replace('parse = "phone"', 'parse = "phones"'), "phone"),
        (POPULATION.replace('"address.dwelling"', '"address.dweling"'), "address.dwelling"),
    ],
)
def test_an_unknown_name_in_a_mapping_names_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(UnknownName) as caught:
        mapping_file.parse(wrong, where="test")
    assert right in caught.value.facts["nearest"]  # type: ignore[operator]


def test_the_reject_workbook_runs_nothing(folder: Path, tmp_path: Path) -> None:
    report = load(folder, tmp_path / "lake").report
    assert write_rejects(report, tmp_path / "rejects.xlsx") == len(report.errors)
    sheet = openpyxl.load_workbook(tmp_path / "rejects.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(report.errors) + 1
    assert not any(isinstance(c, str) and c.startswith(("=", "+", "-", "@")) for row in rows for c in row)


def test_a_draft_reads_back(folder: Path) -> None:
    found = mapping_file.parse(draft(folder / "population.csv", as_of=dt.date(2021, 11, 1)), where="draft")
    assert found.nodes[0].label == "Resident"
    assert ("id_number",) in found.nodes[0].keys
    assert {"name", "birth_date", "phone", "address"} <= set(found.nodes[0].properties)
