"""The command `linli`: one function a command, each in the file of its subject."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from api.cli import (
    association,
    bundle,
    consent,
    demo,
    gap,
    keep,
    load,
    look,
    lookalike,
    match,
    matched,
    portrait,
    query,
    rank,
    readiness,
    replay,
    search,
    similar,
    site,
    structure,
    turnout,
)
from api.cli.cold_start import without_pandas
from api.cli.output import INTERRUPTED, last_door
from graph.model.errors import LinliError
from graph.model.receipt import code_version
from graph.model.text import Text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="邻里：人在哪里、需求在哪里、资源在哪里 | linli: where the people, the needs and the resources are",
)
mapping = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="映射文件 | mapping files")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"linli {code_version()}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 | version")
    ] = False,
) -> None:
    del version


for command in (
    demo.demo,
    load.sample,
    load.load,
    search.search,
    lookalike.lookalike,
    rank.rank,
    similar.similar,
    portrait.portrait,
    association.associate,
    structure.link,
    structure.ego,
    structure.central,
    structure.groups,
    match.match,
    matched.why,
    bundle.bundle,
    site.site,
    gap.gap,
    readiness.ready,
    consent.consent,
    turnout.turnout,
    turnout.attendance,
    turnout.triangulate,
    query.query,
    replay.replay,
    look.doctor,
    keep.backup,
    keep.restore,
    keep.reset,
):
    app.command()(command)
app.add_typer(mapping, name="mapping")
mapping.command()(load.draft)


def main() -> None:
    """Run the command line; an error of ours becomes one sentence, a hint and a documented exit code."""
    without_pandas()
    try:
        app()
    except LinliError as error:
        sys.exit(last_door().fail(error))
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as end:
        if end.code != INTERRUPTED:  # what typer makes of Ctrl-C
            raise
        _interrupted()


def _interrupted() -> NoReturn:
    sys.stderr.write(Text("已中断；数据未变\n", "Interrupted; the data are as before\n").of(last_door().lang))
    sys.stderr.flush()
    os._exit(INTERRUPTED)  # a solver that is still at work in its thread is not waited for


if __name__ == "__main__":
    main()
