"""How the command line speaks: language, JSON or text, tables, progress bars, errors and exit codes.

Exit codes, the only place that knows them:

    0    done
    1    done, and the answer is no: `doctor` found something, `replay` got other bytes
    2    the input cannot be used (also: wrong usage)
    3    no node with that id
    4    the graph store: down, locked, newer, or another load is under way
    5    the snapshot: missing or damaged
    6    another distribution owns one of our package names
    130  interrupted by the user; nothing is lost
"""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.settings import Settings, fallback, read_settings
from graph.model.errors import (
    BadInput,
    Foreign,
    LinliError,
    LoadUnderWay,
    NotFound,
    OptionInvalid,
    SnapshotError,
    StoreError,
)
from graph.model.progress import Progress, silent
from graph.model.text import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console

    from api.cli.bars import Bars

EXIT_CODES: tuple[tuple[type[LinliError], int], ...] = (
    (BadInput, 2),
    (NotFound, 3),
    (StoreError, 4),
    (LoadUnderWay, 4),
    (SnapshotError, 5),
    (Foreign, 6),
)
NO, INTERRUPTED = 1, 130


JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON | print JSON")]
LangOption = Annotated[str | None, typer.Option("--lang", help="zh 或 en | zh or en")]


@dataclass(frozen=True, slots=True)
class Door:
    """One call of the command line: its settings, its language, and whether it prints JSON."""

    settings: Settings
    lang: Lang
    json: bool

    def say(self, text: Text) -> None:
        """Print one sentence (nothing when the answer is JSON)."""
        if not self.json:
            self.console().print(text.of(self.lang), markup=False, highlight=False)

    def answer(self, value: Any) -> None:
        """Print the answer as JSON."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")

    def console(self) -> Console:
        """Return the terminal to write on."""
        from rich.console import Console

        return Console(highlight=False)

    def table(self, title: Text, columns: Sequence[Text], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; numbers stand right, unknown values are a dash."""
        from rich.table import Table

        shown = Table(title=title.of(self.lang), title_justify="left", title_style="bold", box=_box(), expand=False)
        for at, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[at], int | float) or row[at] is None for row in rows)
            shown.add_column(column.of(self.lang), justify="right" if numeric else "left", overflow="fold")
        digits = [_digits([row[at] for row in rows]) for at in range(len(columns))]
        for row in rows:
            shown.add_row(*(_cell(value, self.lang, digits=d) for value, d in zip(row, digits, strict=True)))
        self.console().print(shown)

    @contextmanager
    def progress(self, *, passing: bool = False) -> Iterator[Progress]:
        """Draw a bar for each step of long work on the error stream (none for JSON answers).

        `passing` bars leave when the work is done. What draws them is loaded at the first report: short work has none.
        """
        if self.json:
            yield silent
            return
        with ExitStack() as stack:
            drawn: list[Bars] = []

            def report(step: str, done: int, total: int | None) -> None:
                if not drawn:
                    from api.cli.bars import Bars

                    drawn.append(stack.enter_context(Bars(self.lang, passing=passing)))
                drawn[0].report(step, done, total)

            yield report

    def fail(self, error: LinliError) -> int:
        """Print an error and return its exit code."""
        if self.json:
            shown = {"code": error.code, "text": error.text.of(self.lang), "hint": error.hint.of(self.lang)}
            sys.stdout.write(json.dumps({"error": shown}, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(error.text.of(self.lang) + "\n")
            if error.hint.of(self.lang):
                sys.stderr.write("→ " + error.hint.of(self.lang) + "\n")
        return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


_open: list[Door] = []


def open_door(*, json: bool = False, lang: str | None = None) -> Door:
    """Begin a command: read the settings and remember how to speak, also for errors that come later."""
    settings = read_settings()
    if lang not in (None, "zh", "en"):
        raise OptionInvalid("--lang", str(lang), Text("应为 zh 或 en", "it must be zh or en"))
    door = Door(settings, lang or settings.lang, json)  # type: ignore[arg-type]
    _open[:] = [door]
    return door


def day(text: str | None) -> str | None:
    """Check the day that `--as-of` names; raises `OptionInvalid`."""
    try:
        return text if text is None else dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise OptionInvalid("--as-of", str(text), Text("应写作 2021-11-01", "write it as 2021-11-01")) from None


def last_door() -> Door:
    """Return the door of the command at work, or a plain one when even the settings could not be read."""
    if _open:
        return _open[0]
    plain = fallback()
    said: dict[str, Lang] = {"zh": "zh", "en": "en"}
    named = [lang for lang in said if f"--lang={lang}" in sys.argv or ["--lang", lang] in map(list, pairwise(sys.argv))]
    return Door(plain, said[named[-1]] if named else plain.lang, "--json" in sys.argv)


def _digits(values: Sequence[object]) -> int | None:
    """Return how many decimals the numbers of a column need, at most three: all of them show as many."""
    known = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    return max((len(_plain(value).partition(".")[2]) for value in known), default=None)


def _plain(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _cell(value: object, lang: Lang, *, digits: int | None = None) -> str:
    if value is None:
        return "-"
    if isinstance(value, Text):
        return value.of(lang)
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no").of(lang)
    if isinstance(value, float):
        shown = _plain(value) if digits is None else f"{value:.{digits}f}"
        return shown if math.isfinite(value) else "-"
    if isinstance(value, list | tuple):
        return "、".join(_cell(v, lang) for v in value)
    from rich.markup import escape

    return escape(str(value))


def _box() -> Any:
    from rich import box

    return box.SIMPLE_HEAD
