"""Ages and years of birth in a request, as conditions.

The ends follow the Civil Code, art. 1259: 以上, 以下, 以内 and 届满 include the number, 超过, 以外, 不满 and 未满 do not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping

from graph.model.condition import Age, Between, Condition, sentence
from graph.model.numerals import number
from graph.model.text import Text
from search.numerals import NUMERAL
from search.slots import Slot, Who

OLDEST = 150
AROUND = 2
"""Years on either side of “70岁左右”; chosen by hand, shown in the sentence so that it can be corrected."""

_N = NUMERAL
_YEARS = "周?岁"
_ONE = "[一二两三四五六七八九]"

Numbers = Mapping[str, int]
Reader = Callable[[Numbers], Condition]


def _between(n: Numbers) -> Condition:
    return Age(*sorted((n["low"], n["high"])))


def _decades(n: Numbers) -> Condition:
    """七八十岁 and 七十多岁: whole decades."""
    low, high = sorted((n["low"] // 10 * 10, n["high"] // 10 * 10))
    return Age(low, high + 9)


def _born(n: Numbers) -> Condition:
    """80后: born from 1980 to 1989; 00 to 29 belong to this century."""
    year = (2000 if n["decade"] < 3 else 1900) + n["decade"] * 10
    return Between("birth_date", dt.date(year, 1, 1), dt.date(year + 9, 12, 31))


_FORMS: tuple[tuple[str, Reader], ...] = (
    (rf"(?P<low>{_N})(?:{_YEARS})?(?:-|~|–|—|至|到)(?P<high>{_N}){_YEARS}(?:之间)?", _between),
    (rf"(?P<low>{_ONE})(?P<high>{_ONE})十(?:多|几|来)?{_YEARS}", lambda n: _decades({k: v * 10 for k, v in n.items()})),
    (rf"(?P<low>{_N})(?:多|几|来){_YEARS}", lambda n: _decades({"low": n["low"], "high": n["low"]})),
    (rf"(?<![一-九十百])(?P<low>{_ONE})(?P<high>{_ONE}){_YEARS}", _between),
    (rf"(?:不满|未满|不到|小于|低于)(?P<n>{_N}){_YEARS}", lambda n: Age(None, max(n["n"] - 1, 0))),
    (rf"(?:超过|大于|高于)(?P<n>{_N}){_YEARS}", lambda n: Age(n["n"] + 1, None)),
    (rf"(?:年?满|过了?|至少|不小于|不低于)(?P<n>{_N}){_YEARS}(?:及?以上|之上)?", lambda n: Age(n["n"], None)),
    (rf"(?P<n>{_N}){_YEARS}(?:及|或)?(?:以上|之上|往上|起)", lambda n: Age(n["n"], None)),
    (rf"(?P<n>{_N}){_YEARS}(?:及|或)?(?:以下|以内|之下)", lambda n: Age(None, n["n"])),
    (rf"(?P<n>{_N}){_YEARS}(?:左右|上下)", lambda n: Age(max(n["n"] - AROUND, 0), n["n"] + AROUND)),
    (rf"(?!百岁老)(?P<n>{_N}){_YEARS}", lambda n: Age(n["n"], n["n"])),
    (r"(?P<decade>\d|[零〇一二三四五六七八九])[0零〇]后", _born),
)
_PATTERNS = [(re.compile(form), read) for form, read in _FORMS]


def ages(text: str) -> Iterator[Slot]:
    """Yield the ages of a masked text; an age beyond 150 years is left unread."""
    for pattern, read in _PATTERNS:
        for m in pattern.finditer(text):
            numbers = {name: number(value) for name, value in m.groupdict().items()}
            if None not in numbers.values() and _possible(condition := read(numbers)):  # type: ignore[arg-type]
                yield Slot(m.start(), m.end(), m[0], Who(condition), _says(condition))
                text = text[: m.start()] + "\0" * len(m[0]) + text[m.end() :]


def _possible(condition: Condition) -> bool:
    return not isinstance(condition, Age) or max(condition.at_least or 0, condition.at_most or 0) <= OLDEST


def _says(condition: Condition) -> Text:
    if isinstance(condition, Age) and condition.at_least is not None and condition.at_least == condition.at_most:
        return Text(f"{condition.at_least}岁", f"{condition.at_least} years old")
    return sentence(condition)
