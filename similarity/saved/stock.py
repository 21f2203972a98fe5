"""A feature table as facts and one array, and back; every bit of every value comes back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from graph.model.errors import ModelUnusable
from graph.model.text import Text
from similarity.features import FIXED, Barred, Feature, FeatureKind, Features, Floats, Form, Observed


def described(features: Features) -> dict[str, Any]:
    """Return everything of a table but its values as a JSON value."""
    return {
        "ids": list(features.ids),
        "columns": [_column(c) for c in features.columns],
        "barred": [{"name": b.name, "why": _text(b.why)} for b in features.barred],
        "notes": [_text(n) for n in features.notes],
    }


def matrix(features: Features) -> Floats:
    """Return the values of a table; shape (columns, rows), NaN where nothing is known."""
    return np.array([c.values for c in features.columns], np.float64).reshape(len(features.columns), len(features))


def table(facts: dict[str, Any], values: Floats) -> Features:
    """Return the table again; raises `ModelUnusable` when facts and values do not belong together."""
    try:
        if values.shape != (len(facts["columns"]), len(facts["ids"])):
            raise ModelUnusable(UNLIKE)
        columns = tuple(_feature(c, v) for c, v in zip(facts["columns"], values, strict=True))
        barred = tuple(Barred(b["name"], _read(b["why"])) for b in facts["barred"])
        return Features(tuple(facts["ids"]), columns, barred, tuple(map(_read, facts["notes"])))
    except (KeyError, TypeError, ValueError):
        raise ModelUnusable(UNLIKE) from None


UNLIKE = Text("说明与数值不符", "its facts and its values do not belong together")


def _column(column: Feature) -> dict[str, Any]:
    seen = column.observed
    words: dict[str, Any] = {"title": _text(column.title), "unit": _text(column.unit)}
    words["level_titles"] = [_text(t) for t in column.level_titles]
    kinds: dict[str, Any] = {"kind": column.kind.value, "form": column.form.value, "levels": list(column.levels)}
    kinds["level_titles"] = [_text(t) for t in column.level_titles]
    observed = seen.isoformat() if isinstance(seen, dt.date) else seen
    return {"name": column.name, "group": column.group, "observed": observed, **kinds, **words}


def _feature(facts: dict[str, Any], values: Floats) -> Feature:
    seen: Observed = facts["observed"]
    if seen not in (FIXED, None):
        seen = dt.date.fromisoformat(str(seen))
    return Feature(
        facts["name"],
        _read(facts["title"]),
        FeatureKind(facts["kind"]),
        np.array(values, np.float64),
        tuple(facts["levels"]),
        seen,
        facts["group"],
        Form(facts["form"]),
        _read(facts["unit"]),
        tuple(map(_read, facts["level_titles"])),
    )


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _read(facts: dict[str, str]) -> Text:
    return Text(facts["zh"], facts["en"])
