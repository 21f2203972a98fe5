"""`linli match --problem`: a folder of tables in, a plan that can really happen out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from graph.model.errors import OptionInvalid

NEEDS = "id,size,priority,group\na,1,1,x\nb,1,1,x\nc,2,2,y\n"
RESOURCES = "id,capacity,group\nr,2,rooms\ns,1,rooms\n"
PAIRS = "need,resource,cost\na,r,4\na,s,1\nb,r,2\nb,s,3\nc,r,5\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    for name, text in (("needs", NEEDS), ("resources", RESOURCES), ("pairs", PAIRS)):
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["match", *arguments, "--lang", "en"], catch_exceptions=True)


def test_a_plan_with_its_proof_and_what_blocks_the_rest(folder: Path) -> None:
    out = folder / "plan.csv"
    result = _run("--problem", str(folder), "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    body = json.loads(result.output)
    assert (body["objective"], body["bound"], body["gap"], body["proven"]) == (6, 6, 0, True)
    assert [(b["need"], b["rule"], b["change"]) for b in body["blocked"]] == [("b", "full", {"r": 1.0})]
    table = pacsv.read_csv(out)
    assert table.column_names == ["need", "resource", "share", "cost"]
    assert table.to_pylist() == [
        {"need": "a", "resource": "s", "share": 1, "cost": 1},
        {"need": "c", "resource": "r", "share": 1, "cost": 5},
    ]


def test_a_terminal_shows_figures_and_reasons(folder: Path) -> None:
    result = _run("--problem", str(folder), "--dial")
    assert result.exit_code == 0, result.output
    for said in ("objective 6", "bound 6", "gap 0", "integer programming (exact)", "unmet needs: 1", "r +1", "50%"):
        assert said in " ".join(result.output.split())


def test_a_floor_moves_the_plan(folder: Path) -> None:
    body = json.loads(_run("--problem", str(folder), "--floor", "0.5", "--json").output)
    assert {p["need"] for p in body["plan"]} == {"a", "c"}
    dial = json.loads(_run("--problem", str(folder), "--dial", "--json").output)["dial"]
    assert [(step["floor"], step["worst"]["share"]) for step in dial["steps"]] == [(0, 0.5)]
    assert dial["end"]["en"] == "no plan reaches a floor above 50%"


def test_groups_limit_what_their_tables_name(folder: Path) -> None:
    (folder / "groups.csv").write_text("group,quota,floor\nrooms,2,\nx,,0.5\n")
    body = json.loads(_run("--problem", str(folder), "--json").output)
    assert {p["need"] for p in body["plan"]} == {"a", "b"}
    (folder / "groups.csv").write_text("group,quota\nroom,2\n")
    refused = _run("--problem", str(folder))
    assert refused.exit_code != 0
    assert "rooms" in str(refused.exception.hint.en)  # type: ignore[union-attr]


def test_a_former_plan_is_kept_unless_a_change_is_worth_it(folder: Path) -> None:
    former = folder / "former.csv"
    former.write_text("need,resource\na,r\nb,s\n")
    (folder / "needs.csv").write_text("id\na\nb\n")
    (folder / "pairs.csv").write_text("need,resource,cost\na,r,4\na,s,1\nb,r,2\nb,s,3\n")
    stay, move = (
        json.loads(_run("--problem", str(folder), "--previous", str(former), "--worth", worth, "--json").output)
        for worth in ("3", "1")
    )
    assert (stay["objective"], stay["kept"]) == (7, {"before": 2, "changes": 0, "price": 4})
    assert (move["objective"], move["kept"]) == (3, {"before": 2, "changes": 2, "price": 0})
    said = _run("--problem", str(folder), "--previous", str(former), "--worth", "3").output
    assert "0 of 2 needs change" in " ".join(said.split())


def test_an_option_that_would_be_passed_over_is_refused(folder: Path) -> None:
    for arguments in (
        ["--plan", "--split"],
        ["--problem", str(folder), "--load", "1"],
        ["--plan", "--all"],
        ["--dial"],
    ):
        assert isinstance(_run(*arguments).exception, OptionInvalid)
    for arguments in (["canteen", "--p", "2"], ["--problem", str(folder), "--years", "5"], []):
        assert isinstance(CliRunner().invoke(app, ["site", *arguments]).exception, OptionInvalid)


def test_a_plan_that_cannot_be_written_leaves_no_half_of_it(folder: Path) -> None:
    old = folder / "plan.csv"
    old.write_text("as it was")
    folder.chmod(0o555)
    try:
        writable = os.access(folder, os.W_OK)  # root may write anywhere
        refused = _run("--problem", str(folder), "--out", str(folder / "none" / "plan.csv"))
    finally:
        folder.chmod(0o755)
    assert isinstance(refused.exception, OptionInvalid)
    assert writable or old.read_text() == "as it was"
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def test_replay_gives_the_same_bytes(folder: Path) -> None:
    saved = folder / "answer.json"
    saved.write_text(_run("--problem", str(folder), "--json").output)
    again = CliRunner().invoke(app, ["replay", str(saved), "--lang", "en"])
    assert again.exit_code == 0, again.output
    assert "same bytes" in again.output


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("pairs", "need,resource,cost\naa,r,1\n", "aa"),
        ("pairs", "need,resource,cost,score\na,r,1,1\n", "not both"),
        ("pairs", "need,resource\na,r\n", "cost"),
        ("pairs", "need,resource,cost\na,r,x\n", "row 2"),
        ("pairs", "need,resource,cost\na,r,1\na,r,2\n", "twice"),
        ("needs", "id\na\na\nb\nc\n", "twice"),
        ("needs", "id,priority\na,0\nb,1\nc,1\n", "above zero"),
        ("resources", "id,capacity\nr,-1\ns,1\n", "capacity"),
        ("resources", "id,capacity\nr,\ns,1\n", "row 2"),
    ],
)
def test_bad_tables_are_named(folder: Path, table: str, text: str, said: str) -> None:
    (folder / f"{table}.csv").write_text(text)
    result = _run("--problem", str(folder), "--json")
    assert said in str(result.output) + str(result.exception)
    assert result.exception is not None


def test_a_site_is_opened_where_it_pays(folder: Path) -> None:
    """A capacitated location problem small enough to write here, solved by hand: one site opened, one closed."""
    rows = "".join(f"n{i},r,{i}\nn{i},s,{10 - i}\n" for i in range(4))
    (folder / "needs.csv").write_text("id\n" + "".join(f"n{i}\n" for i in range(4)))
    (folder / "resources.csv").write_text("id,capacity,fixed_cost\nr,4,5\ns,4,1\n")
    (folder / "pairs.csv").write_text("need,resource,cost\n" + rows)
    body = json.loads(_run("--problem", str(folder), "--json", "--split").output)
    assert body["objective"] == np.array([0, 1, 2, 3]).sum() + 5
    assert body["proven"]


def test_ids_and_headers_as_a_spreadsheet_wrote_them(folder: Path) -> None:
    """Leading zeros stay, headers are Chinese, the file is GB 18030 with Windows line ends and an empty last row."""
    (folder / "needs.csv").write_bytes("编号,优先级\r\n007,1\r\n7,1\r\n,\r\n".encode("gb18030"))
    (folder / "resources.csv").write_text(" ID ,Capacity\n01,1\nX1,1\n")
    (folder / "pairs.csv").write_text(
        "\ufeffneed,resource,cost,note\n007,01,1,\n7,01,2,\n007,X1,3,\n", encoding="utf-8"
    )
    out = folder / "plan.csv"
    body = json.loads(_run("--problem", str(folder), "--out", str(out), "--json").output)
    assert [(p["need"], p["resource"]) for p in body["plan"]] == [("007", "X1"), ("7", "01")]
    assert "007" in out.read_text()


DEMAND = "id,weight,lon,lat\nd1,10,121.44,31.30\nd2,20,121.45,31.30\nd3,5,121.46,31.31\n"
SITES = "id,fixed,lon,lat\ns1,0,121.44,31.30\ns2,0,121.45,31.30\ns3,是,121.46,31.31\n"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    (tmp_path / "demand.csv").write_text(DEMAND)
    (tmp_path / "sites.csv").write_text(SITES)
    return tmp_path


def _site(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["site", *arguments, "--lang", "en"], catch_exceptions=True)


def test_sites_by_walking_and_by_reach(town: Path) -> None:
    out = town / "chosen.csv"
    found = json.loads(_site("--problem", str(town), "--p", "2", "--out", str(out), "--json").output)
    assert [c["site"] for c in found["chosen"]] == ["s2", "s3"]
    assert found["gap"] == 0
    assert found["objective"] == pytest.approx(10 * 952.3 * 1.3, rel=2e-3)  # 0.01 degree of longitude at 31.3 north
    assert pacsv.read_csv(out).column_names == ["site", "covers", "cost"]
    reach = json.loads(
        _site("--problem", str(town), "--p", "2", "--objective", "coverage", "--radius", "100", "--json").output
    )
    assert (reach["objective"], reach["bound"], reach["left"]) == (25, 25, 10)
    few = _site("--problem", str(town), "--objective", "fewest", "--radius", "100")
    assert "3 sites chosen" in few.output


def test_listed_distances_count_and_missing_pairs_do_not(town: Path) -> None:
    (town / "distances.csv").write_text("demand,site,metres\nd1,s1,5\nd2,s2,7\nd2,s1,90\nd3,s3,1\n")
    found = json.loads(_site("--problem", str(town), "--p", "2", "--json").output)
    assert [c["site"] for c in found["chosen"]] == ["s1", "s3"]
    assert (found["objective"], found["left"]) == (10 * 5 + 20 * 90 + 5, 0)


def test_coverage_keeps_capacities(town: Path) -> None:
    (town / "sites.csv").write_text("id,capacity,lon,lat\ns1,5,121.44,31.30\ns2,3,121.45,31.30\ns3,,121.46,31.31\n")
    asked = ("--problem", str(town), "--objective", "coverage", "--radius", "100", "--json")
    found = json.loads(_site(*asked, "--p", "2").output)
    assert (found["objective"], found["bound"], found["left"]) == (10, 10, 25)
    assert [(c["site"], c["covers"]) for c in found["chosen"]] == [("s1", 5), ("s3", 5)]
    few = _site("--problem", str(town), "--objective", "fewest", "--radius", "100")
    assert "all sites together serve 13 of 35" in str(few.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--p", "9"), "9 sites are wanted"),
        (("--p", "0"), "above zero"),
        (("--p", "2", "--objective", "mean"), "median"),
        (("--p", "2", "--objective", "coverage"), "--radius"),
    ],
)
def test_bad_questions_are_named(town: Path, arguments: tuple[str, ...], said: str) -> None:
    result = _site("--problem", str(town), *arguments)
    assert said in str(result.exception)


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("sites", "id,lon,lat\ns1,31.30,121.44\n", "swapped"),
        ("sites", "id,x,y\ns1,1,2\n", "one kind"),
        ("sites", "id,fixed,lon,lat\ns1,perhaps,121.44,31.3\n", "neither yes nor no"),
        ("demand", "id,weight,lon,lat\nd1,0,121.44,31.30\n", "weights"),
        ("sites", "id,lon,lat\n", "no sites"),
        ("sites", "id,lon,lat\ns1,121.44,31.3\ns2,0,0\n", "s2 in row 3 of sites lies"),
        ("sites", "id,lon,lat\ns1,121.44,31.3\ns1,121.44,31.3\n", "rows 2 and 3"),
        ("sites", "id,capacity,lon,lat\ns1,-1,121.44,31.3\n", "row 2 of sites (-1)"),
        ("sites", "id\ns1\n", "sites has no coordinates"),
        ("distances", "demand,site,metres\nd1,s1,1\nd1,s1,2\n", "rows 2 and 3 of distances"),
        ("distances", "demand,site,metres\nd1,s1,-1\n", "row 2 of distances (-1)"),
    ],
)
def test_bad_places_are_named(town: Path, table: str, text: str, said: str) -> None:
    (town / f"{table}.csv").write_text(text)
    result = _site("--problem", str(town), "--p", "1")
    assert said in str(result.exception)


def test_ctrl_c_ends_a_solver_at_once_and_leaves_no_file(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="terminals of POSIX")
    rng = np.random.default_rng(3)
    need, resource = np.indices((200, 20)).reshape(2, -1)
    size = rng.integers(1, 100, 4000)
    rows = {"need": need, "resource": resource, "cost": 111 - size + rng.integers(-10, 11, 4000), "size": size}
    pacsv.write_csv(pa.table(rows), tmp_path / "pairs.csv")
    (tmp_path / "needs.csv").write_text("id\n" + "".join(f"{i}\n" for i in range(200)))
    room = int(0.8 * size.sum() / 20)
    (tmp_path / "resources.csv").write_text("id,capacity\n" + "".join(f"{j},{room // 20}\n" for j in range(20)))
    # a shell that began us in the background had the signal ignored, and a child inherits that
    start = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from api.cli.main import main; main()"
    )
    command = [sys.executable, "-c", start, "match", "--problem", str(tmp_path), "--seconds", "300"]
    terminal, ours = pty.openpty()
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "plan.csv"), "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=ours,
    ) as running:
        os.close(ours)
        seen = b""
        while b"gap" not in seen:  # the bar of a solver at work
            seen += os.read(terminal, 4096)
        begun = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
        assert time.monotonic() - begun < 20
    said = os.read(terminal, 65536)
    os.close(terminal)
    assert b"Interrupted; the data are as before" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["needs.csv", "pairs.csv", "resources.csv"]
