"""Commands that ask for one of several things: one at a time, and no option that would be passed over in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import typer

from graph.model.errors import OptionInvalid
from graph.model.text import Text

CALLED = {"areas": "as-area", "count": "p"}
"""Parameters whose option has another name."""


def check_way(context: typer.Context, ways: Mapping[str, str], goes_with: Mapping[str, Collection[str]]) -> None:
    """Raise `OptionInvalid` unless one thing is asked for, with options that go with it.

    `ways` holds the parameters that each ask for something of their own, as they are called; `goes_with` the ways that
    an option belongs to (all of them where it is not named).
    """
    named = [name for name in context.params if _said(context, name)]
    chosen = [name for name in ways if name in named]
    if len(chosen) != 1:
        why = Text("请从中选一样：", "choose one of ") + _listed(ways.values())
        raise OptionInvalid(next(iter(ways.values())), " ".join(ways[way] for way in chosen), why)
    for name in named:
        if chosen[0] not in goes_with.get(name, ways):
            why = Text("只与这些同用：", "it goes with ") + _listed([ways[way] for way in goes_with[name]])
            raise OptionInvalid("--" + CALLED.get(name, name).replace("_", "-"), str(context.params[name]), why)


def _listed(names: Collection[str]) -> Text:
    return Text("、".join(names), ", ".join(names))


def _said(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"
