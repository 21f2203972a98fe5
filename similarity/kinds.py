"""What the columns of a foreign table are: numbers, dates, yes and no, categories, or nothing that can be compared.

A spreadsheet seldom says so itself. The rules look at the values: 95 % of the known ones must agree. Whatever is left
out or lumped together is said in a note.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.model.text import Text
from similarity.features import FIXED, Feature, FeatureKind, Floats, Form

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "—", "/", "?", "未知", "不详"})
YES = frozenset({"1", "1.0", "true", "t", "yes", "y", "是", "有", "√", "✓"})
NO = frozenset({"0", "0.0", "false", "f", "no", "n", "否", "无", "×", "✗"})
AGREE = 0.95  # this share of the known values must be of one kind
LONG = 1000  # characters; a longer cell makes the column free text
LEVELS, RARE, RARE_SHARE = 30, 3, 0.005  # most levels of a category; fewer rows than this are lumped together
VARIED = 20  # a column with more distinct texts than this, most of them unique, is free text
OTHER = "其他/other"
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d{1,3})?%?")
_CODE = re.compile(r"0\d+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:.*)?")

Found = tuple[Feature | None, Text | None]
"""The feature (None: left out) and a note for the reader (None: nothing to say)."""


def recognise(name: str, column: pa.ChunkedArray) -> Found:
    """Read one column as a feature titled by its name."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if column.null_count == len(column):
        return None, _note(name, "全空，未用", "empty, left out")
    if pa.types.is_boolean(kind):
        return _feature(name, FeatureKind.BOOLEAN, _floats(column)), None
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(name, _floats(column), whole=pa.types.is_integer(kind))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _feature(
            name, FeatureKind.NUMERIC, _floats(column.cast(pa.date32(), safe=False).cast(pa.int32())), Form.DAY
        ), None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _texts(name, column)
    return None, _note(name, "类型无法比较，未用", "of a type that cannot be compared, left out")


def _note(name: str, zh: str, en: str) -> Text:
    return Text(f"列 {name}：{zh}", f"column {name}: {en}")


def _floats(column: pa.ChunkedArray) -> Floats:
    values = pc.cast(column, pa.float64(), safe=False).to_numpy()
    return np.where(np.isfinite(values), values, np.nan)


def _feature(name: str, kind: FeatureKind, values: Floats, form: Form = Form.PLAIN) -> Feature:
    return Feature(name, Text(name, name), kind, values, observed=FIXED, form=form)


def _numbers(name: str, values: Floats, *, whole: bool) -> Found:
    steps = np.diff(values)
    if whole and len(values) > 10 and np.all(steps == 1) and values[0] in (0, 1):
        return None, _note(name, "是行号，未用", "a row number, left out")
    form = Form.YEAR if whole and 1000 <= np.nanmin(values) <= np.nanmax(values) <= 2999 else Form.PLAIN
    return _feature(name, FeatureKind.NUMERIC, values, form), None


def _texts(name: str, column: pa.ChunkedArray) -> Found:
    """Read a column of texts; the work is done once a distinct text."""
    if pc.max(pc.utf8_length(column)).as_py() > LONG:
        return None, _note(
            name, f"有超过 {LONG} 字的单元格，是长文本，未用", f"a cell over {LONG} characters, left out"
        )
    coded = column.combine_chunks().cast(pa.string()).dictionary_encode()
    texts = [unicodedata.normalize("NFKC", t).strip() for t in coded.dictionary.to_pylist()]
    at = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    known = np.array([t.casefold() not in MISSING for t in texts] + [False])
    if not known[at].any():
        return None, _note(name, "全空，未用", "empty, left out")
    low = {t.casefold() for t, is_known in zip(texts, known, strict=False) if is_known}
    if low <= YES | NO:
        values = np.array([_flag(t) for t in texts] + [np.nan])[at]
        return _feature(name, FeatureKind.BOOLEAN, values), None
    for read, form in ((_day, Form.DAY), (_number, Form.PLAIN)):
        values, share = _parsed(texts, at, known=known, read=read)
        if share >= AGREE:
            stray = round((1 - share) * known[at].sum())
            note = _note(name, f"{stray} 格读不出，按空处理", f"{stray} cells unreadable, taken as unknown")
            return _feature(name, FeatureKind.NUMERIC, values, form), note if stray else None
    return _categories(name, np.array([*texts, ""], dtype=object)[at], known[at])


def _flag(text: str) -> float:
    low = text.casefold()
    return 1.0 if low in YES else 0.0 if low in NO else float("nan")


def _parsed(texts: list[str], at: Floats, *, known: Floats, read: Callable[[str], float]) -> tuple[Floats, float]:
    """Return the values read from distinct texts, spread over the rows, and the share of known rows that were read."""
    if read is _number and any(_CODE.fullmatch(t) for t in texts):
        return np.empty(0), 0.0  # 007 is a code, not a number
    distinct = np.array([read(t) if is_known else np.nan for t, is_known in zip(texts, known, strict=False)] + [np.nan])
    values = distinct[at]
    return values, float((~np.isnan(values)).sum() / known[at].sum())


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        return float("nan")
    value = float(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)
    return value if np.isfinite(value) else float("nan")


def _day(text: str) -> float:
    found = _DATE.fullmatch(text)
    if not found:
        return float("nan")
    try:
        return float((dt.date(*map(int, found.groups())) - EPOCH).days)
    except ValueError:  # 2021-02-30
        return float("nan")


def _categories(name: str, texts: Floats, known: Floats) -> Found:
    levels, at, counts = np.unique(texts[known].astype(str), return_inverse=True, return_counts=True)
    if len(levels) > VARIED and len(levels) > known.sum() / 2:
        return None, _note(
            name,
            f"有 {len(levels)} 个不同的值，是自由文本，未用",
            f"{len(levels)} different values, free text, left out",
        )
    codes = np.full(len(texts), np.nan)
    order = np.lexsort((levels, -counts))
    common = (np.arange(len(order)) < LEVELS) & (counts[order] >= max(RARE, RARE_SHARE * len(texts)))
    if (~common).sum() < 2:
        codes[known] = at
        return _categorical(name, codes, levels=levels.tolist()), None
    kept, rare = order[common], int(counts[order[~common]].sum())
    position = np.full(len(levels), len(kept))
    position[kept] = np.arange(len(kept))
    codes[known] = position[at]
    return _categorical(name, codes, levels=[*levels[kept], OTHER]), _lumped(name, len(levels) - len(kept), rows=rare)


def _lumped(name: str, values: int, *, rows: int) -> Text:
    return _note(
        name,
        f"{values} 个少见的值合并为“其他”（{rows} 行）",
        f"{values} rare values were lumped into “other” ({rows} rows)",
    )


def _categorical(name: str, codes: Floats, *, levels: list[str]) -> Feature:
    return Feature(name, Text(name, name), FeatureKind.CATEGORICAL, codes, tuple(map(str, levels)), FIXED)
