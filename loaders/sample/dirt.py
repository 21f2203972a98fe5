"""The dirt of real exports, put in on purpose and written down: the ledger says for each spoilt row what must become of it.

Rows that must be rejected are further entries beside the right ones (a clerk typed them wrong and then again), so the
planted facts stay exact. Harmless slips change rows where they stand, and must be cleaned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from . import slips
from .files import File, Part
from .sheet import Cell, Sheet
from .slips import Slip, constant

Fate = Literal["rejected", "duplicate", "merged", "accepted", "left_out", "passed_over"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of dirt: which columns slip how, and the fate. `added` faults are further rows, others change one."""

    kind: str
    fate: Fate
    slips: Mapping[str, Slip]
    code: str = ""
    added: bool = True
    count: int = 3
    width: int = 0  # cells to cut from the end of the row (a ragged line)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger; `row` is counted as a person sees it in the file (Parquet: data rows from 1)."""

    file: str
    sheet: str
    row: int
    kind: str
    fate: Fate
    code: str
    column: str

    def to_json(self) -> dict[str, Any]:
        """Return the entry as a JSON value."""
        return {name: getattr(self, name) for name in self.__slots__}


def _rejected(code: str, column: str, slip: Slip, *, kind: str = "", **more: Any) -> Fault:
    return Fault(kind or code, "rejected", {column: slip}, code, **more)


def _cleaned(kind: str, column: str, slip: Slip, *, count: int = 12) -> Fault:
    return Fault(kind, "accepted", {column: slip}, added=False, count=count)


_AGAIN = Fault("duplicate_row", "duplicate", {})
_BLANK = Fault("empty_row", "passed_over", {"*": constant(None)}, count=2)

FAULTS: Mapping[tuple[str, str], tuple[Fault, ...]] = {  # by the beginning of the file name and the sheet
    ("实有人口", "实有人口"): (
        _rejected("id_checksum", "证件号码", slips.wrong_check),
        _rejected("precision_lost", "证件号码", slips.as_float, kind="id_as_float"),
        _rejected("id_length", "证件号码", slips.one_short),
        _rejected("date_impossible", "出生日期", constant("1985-02-30")),
        _rejected("unknown_code", "文化程度", constant("自学成材")),
        _rejected("missing_value", "姓名", constant("")),
        _rejected("phone_unreadable", "联系电话", constant("问楼组长")),
        _rejected("formula_error", "居住地址", constant("#REF!")),
        _AGAIN,
        _BLANK,
        Fault("older_row", "duplicate", {"更新日期": constant("2015-05-05"), "联系电话": constant("10000000000")}),
        Fault("cancelled", "left_out", {"状态": constant("注销")}),
        Fault("without_id", "merged", {"证件号码": constant(""), "人口编号": slips.another}),
        _cleaned("wide_id", "证件号码", slips.wide),
        _cleaned("wide_address", "居住地址", slips.wide, count=20),
        _cleaned("chinese_numerals", "居住地址", slips.chinese_lane, count=60),
        _cleaned("traditional_characters", "居住地址", slips.traditional, count=20),
        _cleaned("dashed_address", "居住地址", slips.dashed, count=30),
        _cleaned("full_address", "居住地址", slips.full_address, count=60),
        _cleaned("name_with_blanks", "姓名", slips.padded, count=20),
        _cleaned("parted_name", "姓名", slips.parted, count=20),
        _cleaned("date_with_slashes", "出生日期", slips.slashes, count=60),
        _cleaned("date_in_characters", "出生日期", slips.with_characters, count=30),
        _cleaned("date_with_time", "出生日期", slips.with_time, count=20),
        _cleaned("date_as_serial", "入住日期", slips.serial, count=60),
        _cleaned("phone_with_country_code", "联系电话", slips.country_code, count=30),
    ),
    ("户籍人口", ""): (
        _rejected("id_checksum", "公民身份号码", slips.wrong_check),
        _rejected("date_impossible", "出生日期", constant("19830431")),
        _rejected("unknown_code", "民族", constant("外星族")),
        Fault("ragged_line", "rejected", {}, "ragged", width=2),
        _AGAIN,
        _cleaned("small_x", "公民身份号码", slips.small_x, count=40),
        _cleaned("traditional_characters", "户籍地址", slips.traditional, count=20),
        _cleaned("chinese_numerals", "户籍地址", slips.chinese_lane, count=60),
        _cleaned("full_address", "户籍地址", slips.full_address, count=60),
        _cleaned("other_phone", "联系电话", slips.next_digit, count=25),
    ),
    ("房屋", ""): (
        _rejected("unknown_reference", "房屋地址", slips.no_such_lane, kind="unknown_unit"),
        _rejected("missing_value", "房屋地址", constant(None), kind="missing_address"),
        _rejected("unknown_code", "使用情况", constant("看情况")),
        _rejected("date_impossible", "登记日期", constant("2019-02-30")),
        _cleaned("chinese_numerals", "房屋地址", slips.chinese_lane, count=40),
        _cleaned("date_with_slashes", "登记日期", slips.slashes, count=60),
        _cleaned("date_in_characters", "登记日期", slips.with_characters, count=30),
        _cleaned("not_dated", "登记日期", constant(None), count=80),
    ),
    ("居民标签", ""): (
        _rejected("unknown_reference", "标签", constant(["独居老仁"]), kind="unknown_tag"),
        _rejected("id_checksum", "证件号码", slips.wrong_check),
        _AGAIN,
    ),
    ("社保退休人员", ""): (_rejected("id_checksum", "身份证号", slips.wrong_check), _AGAIN),
    ("志愿者时间银行", ""): (
        Fault(
            "unknown_committee",
            "rejected",
            {"所属居委": constant("临汾路九九九弄居委会"), "志愿者编号": slips.another},
            "unknown_committee",
        ),
        _rejected("slots_unreadable", "可服务时段", constant("有空就来")),
        _rejected("number_unreadable", "每周可服务小时", constant("若干")),
        _AGAIN,
        _cleaned("date_with_slashes", "注册日期", lambda c: str(c).replace("-", "/")),
    ),
    ("场地", "场地"): (
        _rejected("number_unreadable", "容纳人数", constant("约五六十人"), count=2),
        _rejected("unknown_code", "类型", constant("神秘空间"), count=1),
        _cleaned("wide_address", "地址", slips.wide, count=4),
    ),
    ("需求清单", ""): (
        _rejected("unknown_code", "类型", constant("许愿"), count=2),
        _rejected("date_impossible", "提出日期", constant("2021-09-31"), count=2),
        _rejected("formula", "标题", constant("=VLOOKUP(A2,标题!A:B,2,0)"), count=1),
    ),
    ("活动签到", ""): (
        _rejected("date_impossible", "签到日期", constant("2021-13-05")),
        _rejected("unknown_reference", "活动编号", constant("A9999"), kind="unknown_activity"),
        _AGAIN,
    ),
    ("项目报名", ""): (
        _rejected("unknown_reference", "项目名称", constant("免费修仙班"), kind="unknown_programme"),
        _rejected("unknown_code", "状态", constant("薛定谔")),
        _AGAIN,
    ),
    ("联系记录", ""): (
        _rejected("unknown_code", "联系方式", constant("飞鸽传书")),
        _rejected("missing_value", "联系日期", constant(None), kind="missing_date"),
        _AGAIN,
    ),
    ("加梯台账", "加梯"): (
        Fault(
            "unknown_unit",
            "rejected",
            {"楼组地址": slips.no_such_lane, "台账编号": slips.another},
            "unknown_reference",
            count=2,
        ),
    ),
    ("加梯征询", "征询记录"): (
        _rejected("unknown_code", "意向", constant("再说吧")),
        _rejected("unknown_reference", "房屋地址", slips.no_such_lane, kind="unknown_dwelling"),
        _rejected("date_impossible", "登记日期", constant("2021-09-31"), count=2),
        _AGAIN,
        _cleaned("chinese_numerals", "房屋地址", slips.chinese_lane),
        _cleaned("wide_address", "房屋地址", slips.wide, count=6),
        _cleaned("date_with_slashes", "登记日期", lambda c: str(c).replace("-", "/")),
    ),
}


def spoil(rng: np.random.Generator, file: File) -> tuple[File, list[Entry]]:
    """Put the dirt into a file; returns the spoilt file and its part of the ledger."""
    parts, entries = [], []
    for part in file.parts:
        faults = next(
            (f for (name, sheet), f in FAULTS.items() if file.name.startswith(name) and sheet == part.name), ()
        )
        sheet, marks = _spoil_sheet(rng, part.sheet, faults)
        parts.append(replace(part, sheet=sheet))
        first = file.first_row(part)
        entries += [_entry(file, part, row=first + at, fault=fault) for at, fault in marks]
    return replace(file, parts=tuple(parts)), entries


def _entry(file: File, part: Part, *, row: int, fault: Fault) -> Entry:
    column = next(iter(fault.slips), "")
    return Entry(file.name, part.name, row, fault.kind, fault.fate, fault.code, column)


def _spoil_sheet(
    rng: np.random.Generator, sheet: Sheet, faults: tuple[Fault, ...]
) -> tuple[Sheet, list[tuple[int, Fault]]]:
    """Return the spoilt rows and (position, fault) of each one."""
    rows = list(sheet.rows)
    order = iter(rng.permutation(len(rows)).tolist())
    marked: dict[int, Fault] = {}
    inserted: dict[int, list[list[Cell]]] = {}
    kept: list[list[Cell]] = []  # holds the new rows, so that their identities stay theirs
    for fault in faults:
        for _ in range(fault.count):
            found = _next(sheet, rows, order=order, fault=fault)
            if found is None:
                break
            at, spoilt = found
            kept.append(spoilt)
            marked[id(spoilt)] = fault
            if fault.added:
                inserted.setdefault(int(rng.integers(at, len(rows))), []).append(spoilt)
            else:
                rows[at] = spoilt
    final = [row for i, own in enumerate(rows) for row in (own, *inserted.get(i, ()))]
    return replace(sheet, rows=final), [(i, marked[id(row)]) for i, row in enumerate(final) if id(row) in marked]


def _next(sheet: Sheet, rows: list[list[Cell]], *, order: Iterator[int], fault: Fault) -> tuple[int, list[Cell]] | None:
    """Return the next unused row to which the fault can happen, spoilt."""
    for at in order:
        spoilt = _spoilt(sheet, rows[at], fault)
        if spoilt is not None:
            return at, spoilt
    return None


def _spoilt(sheet: Sheet, row: list[Cell], fault: Fault) -> list[Cell] | None:
    if "*" in fault.slips:
        return [None] * len(row)
    new = list(row)
    for header, slip in fault.slips.items():
        at = sheet.column(header)
        if row[at] in (None, "") or slip(row[at]) == row[at]:
            return None
        new[at] = slip(row[at])
    return new[: len(new) - fault.width]
