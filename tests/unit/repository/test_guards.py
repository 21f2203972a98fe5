"""The guards of the house, each shown once to fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api import distributions
from graph.model.errors import Foreign

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


def run(*command: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the sources, to be broken."""
    for name in (*distributions.PACKAGES, "tests/unit/repository"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("graph/model/text.py", "import loaders.tagging", "floors"),
        ("loaders/tagging.py", "import similarity", "floors"),
        ("graph/model/text.py", "import graph.snapshot.columns", "inside graph"),
        ("search/__init__.py", "import graph.stores.store", "pure in the middle"),
        ("loaders/tagging.py", "import rich", "only the doors draw"),
    ],
)
def test_an_import_across_the_floors_breaks_its_contract(house: Path, file: str, line: str, contract: str) -> None:
    path = house / file
    text = path.read_text(encoding="utf-8")
    marker = "from __future__ import annotations\n"
    broken = text.replace(marker, marker + line + "\n", 1) if marker in text else text + "\n" + line + "\n"
    path.write_text(broken, encoding="utf-8")
    result = run(BIN / "lint-imports", "--no-cache", folder=house)
    assert result.returncode != 0
    broken_contracts = [row for row in result.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken_contracts), result.stdout


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("loaders/tagging.py", "import neo4j"),
        ("graph/snapshot/parts.py", "import arcadedb_embedded"),
        ("graph/model/text.py", "import pickle"),
        ("loaders/tagging.py", "import os\n\nHOME = os.environ['HOME']"),
        ("graph/model/text.py", "import datetime\n\nTODAY = datetime.date.today()"),
    ],
)
def test_a_banned_call_is_found(house: Path, file: str, code: str) -> None:
    path = house / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + code + "\n", encoding="utf-8")
    result = run(BIN / "ruff", "check", "--no-cache", "--select", "TID251", path, folder=house)
    assert "TID251" in result.stdout


def test_our_package_names_are_ours() -> None:
    distributions.check_ours(distributions.installed())


@pytest.mark.parametrize("package", distributions.PACKAGES)
def test_a_foreign_owner_of_our_name_is_refused(package: str) -> None:
    with pytest.raises(Foreign, match=f"{package} belongs to stranger"):
        distributions.check_ours({package: ["linli", "stranger"]})


def test_only_permissive_licences_are_installed() -> None:
    assert distributions.restrictive(distributions.licences()) == {}


@pytest.mark.parametrize(
    "said",
    ["GPL-3.0-or-later", "GNU Affero General Public License v3", "LGPL", "SSPL-1.0", "GNU GENERAL PUBLIC LICENSE"],
)
def test_a_restrictive_licence_is_found(said: str) -> None:
    assert distributions.restrictive({"x": said}) == {"x": said}


@pytest.mark.parametrize("said", ["MIT", "Apache-2.0", "BSD-3-Clause", "PSF-2.0", "MPL-2.0", "GPL-2.0 OR MIT", ""])
def test_a_permissive_licence_passes(said: str) -> None:
    assert distributions.restrictive({"x": said}) == {}


def test_documents_are_what_their_commands_print() -> None:
    for module, document in (
        ("api.settings", "docs/settings.md"),
        ("graph.model.dictionary", "docs/data-dictionary.md"),
        ("cypher.handbook", "docs/questions.md"),
    ):
        printed = run(sys.executable, "-m", module).stdout
        assert (ROOT / document).read_text(encoding="utf-8") == printed, f"python -m {module} > {document}"


def test_lock_files_name_no_host() -> None:
    for name in ("requirements.lock", "lint/package-lock.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "http" not in text.replace("https://opencollective", "").replace("https://github.com/sponsors", "")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert all("--hash=sha256:" in block for block in lock.split("\n\n") if "==" in block)
