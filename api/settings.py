"""The settings of linli: one table, read from the environment here and nowhere else.

`docs/settings.md` is written from this table (`python -m api.settings`), and a test keeps it true.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.model.errors import SettingInvalid, UnknownName
from graph.model.text import Lang, Text

PREFIX = "LINLI_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in the environment, its default as a reader sees it, and what it is for."""

    name: str
    default: str
    purpose: Text


TABLE: tuple[Setting, ...] = (
    Setting("LINLI_HOME", "~/.local/share/linli", Text("数据文件夹", "folder of the data")),
    Setting(
        "LINLI_STORE",
        "embedded",
        Text("图数据库：embedded，或 bolt://主机:端口", "graph store: embedded, or bolt://host:port"),
    ),
    Setting("LINLI_STORE_USER", "neo4j", Text("图数据库用户", "user of the graph store")),
    Setting("LINLI_STORE_PASSWORD", "", Text("图数据库口令；空则不认证", "password of the graph store; none without")),
    Setting("LINLI_LANG", "auto", Text("zh、en 或 auto（按系统）", "zh, en, or auto (that of the system)")),
    Setting("LINLI_KEEP_DAYS", "30", Text("旧快照保留天数", "days that an old snapshot is kept")),
    Setting(
        "LINLI_OPEN_DATA", "", Text("公开数据文件夹，仅测试用", "folder of open data, for tests and benchmarks only")
    ),
    Setting("LINLI_TEST_NEO4J", "", Text("测试用 Neo4j 地址", "address of a Neo4j for the tests")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    home: Path
    store: str
    store_user: str
    store_password: str
    lang: Lang
    keep_days: float

    @property
    def embedded(self) -> bool:
        """True when the store is the embedded engine."""
        return self.store == "embedded"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; an unknown `LINLI_*` is an error that names the nearest one."""
    found = os.environ if environment is None else environment  # noqa: TID251 the one place that reads it
    known = [s.name for s in TABLE]
    for name in sorted(found):
        if name.startswith(PREFIX) and name not in known:
            raise UnknownName(Text("设置", "setting"), name, known)
    given = {s.name: found.get(s.name) or s.default for s in TABLE}
    return Settings(
        home=Path(given["LINLI_HOME"]).expanduser(),
        store=_store(given["LINLI_STORE"]),
        store_user=given["LINLI_STORE_USER"],
        store_password=given["LINLI_STORE_PASSWORD"],
        lang=_lang(given["LINLI_LANG"], found),
        keep_days=_days(given["LINLI_KEEP_DAYS"]),
    )


def fallback() -> Settings:
    """Return the defaults in the system's language, for errors about settings that cannot be read."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}  # noqa: TID251
    lang = os.environ.get("LINLI_LANG", "")  # noqa: TID251
    return read_settings(found | ({"LINLI_LANG": lang} if lang in ("zh", "en") else {}))


def _store(value: str) -> str:
    schemes = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
    if value != "embedded" and not value.startswith(schemes):
        why = Text("应为 embedded 或 bolt://主机:端口", "it must be embedded, or bolt://host:port")
        raise SettingInvalid("LINLI_STORE", value, why)
    return value


def _lang(value: str, environment: Mapping[str, str]) -> Lang:
    if value == "auto":
        system = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
        return "zh" if system.lower().startswith("zh") else "en"
    if value not in ("zh", "en"):
        raise SettingInvalid("LINLI_LANG", value, Text("应为 zh、en 或 auto", "it must be zh, en or auto"))
    return cast("Lang", value)


def _days(value: str) -> float:
    try:
        days = float(value)
    except ValueError:
        days = -1.0
    if not 0 <= days <= 36_500:
        raise SettingInvalid("LINLI_KEEP_DAYS", value, Text("应为天数", "it must be a number of days"))
    return days


def document() -> str:
    """Return the text of `docs/settings.md`."""
    rows = "\n".join(f"| `{s.name}` | `{s.default}` | {s.purpose.zh} | {s.purpose.en} |" for s in TABLE)
    return (
        "# Settings 设置\n\n"
        "Written from the table in `api/settings.py` by `python -m api.settings > docs/settings.md`. All come from the\n"
        "environment; an unknown `LINLI_*` is an error.\n\n"
        f"| name | default | 用途 | purpose |\n|---|---|---|---|\n{rows}\n"
    )


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
