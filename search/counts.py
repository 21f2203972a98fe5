"""Head counts in a request (20人左右, 二十来个人, 30位老人), and the question how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model.numerals import number
from graph.model.text import Text
from search.numerals import NUMERAL
from search.slots import HeadCount, Question, Slot

MOST = 100_000
"""A larger head count than any sub-district has is not one."""

_COUNT = re.compile(
    rf"(?P<least>至少|不少于|最少)?(?P<n>{NUMERAL})(?:(?:-|~|至|到)(?P<high>{NUMERAL}))?(?P<about>多|来|余|几)?"
    r"(?:(?:个|名|位|口)?人(?!住|生活|户)|位|名|个(?=\0|老|独|志愿|党员|居民|女|男|孩|儿|小朋友|骨干|参与者))"
    r"(?P<end>左右|上下|以内|以下|以上)?"
)
_QUESTION = re.compile(
    r"(?:有|住了?|住着|共有?|一共有?)*(?:多少|几)(?:个|位|名|口)?(?:人|居民|住户|老人)(?:口)?(?:住)?"
)


def counts(text: str) -> Iterator[Slot]:
    """Yield the head counts of a masked text, and the question how many people."""
    for m in _QUESTION.finditer(text):
        yield Slot(m.start(), m.end(), m[0], Question(), Text("问人数", "how many people"))
    for m in _COUNT.finditer(text):
        count = _read(m)
        if count and 0 < count.at_least <= count.at_most <= MOST:
            yield Slot(m.start(), m.end(), m[0], count, _says(count))


def _read(m: re.Match[str]) -> HeadCount | None:
    """Read the two ends; 左右 keeps the number itself, because a room must hold it."""
    n, high = number(m["n"]), number(m["high"] or m["n"])
    if n is None or high is None:
        return None
    if m["high"]:
        return HeadCount(*sorted((n, high)))
    if m["end"] in ("以内", "以下"):
        return HeadCount(1, n)
    if m["least"] or m["end"] == "以上":
        return HeadCount(n, MOST)
    if m["about"]:
        return HeadCount(n, n + _step(n) - 1)
    return HeadCount(n, n)


def _step(n: int) -> int:
    """Return the room that 多 and 来 leave: 二十来个 ends before thirty, 一百多 before two hundred."""
    step = 1
    while n % (step * 10) == 0:
        step *= 10
    return step


def _says(count: HeadCount) -> Text:
    low, high = count.at_least, count.at_most
    if high == MOST:
        return Text(f"至少{low}人", f"at least {low} people")
    if low == high:
        return Text(f"{low}人", f"{low} people")
    return Text(f"{low}至{high}人", f"{low} to {high} people")
