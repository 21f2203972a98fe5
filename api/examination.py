"""What `linli doctor` looks at: the packages, the engine, the store, and every byte of the snapshot in force."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass

from api import distributions
from api.home import Home
from api.settings import Settings
from graph.model.errors import LinliError, StoreEmpty
from graph.model.receipt import code_version
from graph.model.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: Text
    well: bool
    says: Text


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; a fault of one thing does not hide the others."""
    home = Home(settings.home)
    looks: list[tuple[Text, Callable[[], Text]]] = [
        (Text("程序", "program"), _program),
        (Text("包名", "package names"), _packages),
        (Text("数据文件夹", "home"), lambda: _home(home)),
        (Text("图数据库", "graph store"), lambda: _store(home, settings)),
        (Text("快照", "snapshot"), lambda: _snapshot(home)),
    ]
    return [_look(what, look) for what, look in looks]


def _look(what: Text, look: Callable[[], Text]) -> Finding:
    try:
        return Finding(what, True, look())
    except StoreEmpty as empty:
        return Finding(what, True, empty.text + Text("；", "; ") + empty.hint)
    except LinliError as error:
        return Finding(what, False, error.text + Text("；", "; ") + error.hint)


def _program() -> Text:
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    libc = " ".join(platform.libc_ver()) if sys.platform == "linux" else ""
    said = f"linli {code_version()}, {machine} {libc}".strip()
    return Text(said, said)


def _packages() -> Text:
    distributions.check_ours(distributions.installed())
    names = ", ".join(distributions.PACKAGES)
    return Text(f"{names} 都属于 linli", f"{names} belong to linli")


def _home(home: Home) -> Text:
    if not home.folder.is_dir():
        raise StoreEmpty(home.folder)
    mode = home.folder.stat().st_mode & 0o077
    if mode and sys.platform != "win32":
        return Text(
            f"{home.folder}：他人可读，建议 chmod 700", f"{home.folder}: others may read it; chmod 700 is better"
        )
    return Text(f"{home.folder}", f"{home.folder}")


def _store(home: Home, settings: Settings) -> Text:
    from api.stores import reading
    from graph.stores.open import unfinished_load
    from graph.stores.store import Limits

    with reading(home, settings) as store:
        found = store.read("MATCH (r:Resident) RETURN count(r) AS n", {}, Limits(1, 60)).rows[0][0]
        torn = unfinished_load(store)
    said = Text(f"{settings.store}：{found} 位居民", f"{settings.store}: {found} residents")
    if torn:
        said += Text(f"；一次装载未完成（{torn[1]}），请重新装载", f"; a load has not ended ({torn[1]}); load again")
    return said


def _snapshot(home: Home) -> Text:
    shot = home.snapshot()
    for damage in home.published.verify(shot.digest):
        raise damage
    count = len(home.published.digests())
    said = shot.digest[:16]
    return Text(f"{said} 逐字节完好，共保留 {count} 个", f"{said} is whole, byte by byte; {count} kept")
