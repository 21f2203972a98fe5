"""Places in a request: committees, estates, roads, lanes and addresses down to a room.

Places that touch narrow each other and the last one counts (静安区临汾路街道汾西路261弄); places apart add up.
A lane that a committee is named after means the committee, unless a house number or 小区 follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model.address import parse
from graph.model.numerals import arabic
from graph.model.text import Text
from search.gazetteer import OFFICE, Gazetteer
from search.numerals import NUMERAL
from search.slots import Place, Slot

_N = f"(?:{NUMERAL})"
_LANE = rf"{_N}弄(?:{_N}支弄)?"
_HOUSE = rf"{_N}[甲乙丙丁]?(?:号楼?|栋|幢)[甲乙丙丁]?(?:{_N}单元)?(?:-?\d{{3,4}}(?![岁人\d])室?|-?{_N}室)?|{_N}-\d{{3,4}}(?![岁人\d])室?"
_ABOVE = r"(?:(?:中国|(?:上海|北京|天津|重庆|成都)市?|[\u4e00-\u9fff]{2,3}省)+(?=.))?"
_AFTER = rf"(?P<after>{OFFICE}|小区|社区)?"
_STRANGE = r"[^\W\d_在住去到找的和与从离是、]{2,3}路"
"""A road that the data do not know; it is a place all the same, one where nothing is."""
_NEAR_ROAD = re.compile(r"([\u4e00-\u9fff]{2,5}路)(?=\d|[零〇一二两三四五六七八九十百千]+[弄号])")


def places(text: str, names: Gazetteer) -> Iterator[Slot]:
    """Yield the places of a masked text, left to right."""
    written, corrected = _mended(text, names)
    known = names.road.pattern
    strange = rf"(?!\w{{1,2}}(?:{known})){_STRANGE}"
    pattern = re.compile(
        rf"{_ABOVE}(?:(?P<code>\d{{12}}|\d{{9}})|(?P<head>(?P<road>{known}|{strange})?(?P<lane>{_LANE})|"
        rf"(?P<name>{names.named.pattern})|(?P<street>{known}|{strange}(?={_N}号)))(?P<house>{_HOUSE})?{_AFTER})"
    )
    found = [(m, place) for m in pattern.finditer(written) if (place := _place(m, names))]
    starts = {m.start() for m, _ in found}
    for m, place in found:
        if m.end() not in starts:
            start = _chain_start(m, found)
            yield Slot(start, m.end(), text[start : m.end()], place, _says(place, corrected, m=m))


def _chain_start(last: re.Match[str], found: list[tuple[re.Match[str], Place]]) -> int:
    """Return where the run of touching places that `last` ends begins."""
    start = last.start()
    for m, _ in reversed(found):
        if m.end() == start:
            start = m.start()
    return start


def _place(m: re.Match[str], names: Gazetteer) -> Place | None:
    if m["code"]:
        return _area(m["code"], names)
    if m["name"]:
        return _named(m["name"], m["house"] or "", names=names)
    if m["lane"] and not m["road"]:
        return _bare_lane(m, names)
    key = parse(m["head"] + (m["house"] or "")).key
    if key and not m["house"] and m["after"] != "小区" and key in names.committees:
        return _area(key, names)
    return Place(key, keys=(key,)) if key else None


def _area(name: str, names: Gazetteer) -> Place | None:
    codes = names.committees.get(name) or names.areas.get(name)
    if not codes:
        return None
    return Place("、".join(names.titles[c] for c in codes) if name in names.committees else name, areas=codes)


def _named(name: str, house: str, *, names: Gazetteer) -> Place | None:
    estates = names.estates.get(name, ())
    if not house:
        return Place(name, estates=estates) if estates else _area(name, names)
    known = {names.keys.get(estate, name) for estate in estates} | {name}
    keys = {key for one in known if (key := parse(one + house).key)}
    return Place(name + house, keys=tuple(sorted(keys)))


def _bare_lane(m: re.Match[str], names: Gazetteer) -> Place:
    """Read 261弄 without a road: the committees named so, else every lane of that number (of none: nothing is there)."""
    lane, deeper = str(arabic(m["lane"], before="弄")).split("弄", 1)
    lanes = names.lanes.get(lane + "弄", ())
    if not m["house"] and m["after"] != "小区":
        codes = sorted({c for known in lanes for c in names.committees.get(known, ())})
        if codes:
            return Place("、".join(names.titles[c] for c in codes), areas=tuple(codes))
    keys = [key for known in lanes if (key := parse(known + deeper + (m["house"] or "")).key)]
    return Place("、".join(keys) or lane + "弄", keys=tuple(keys))


def _mended(text: str, names: Gazetteer) -> tuple[str, dict[int, str]]:
    """Replace roads that differ from exactly one known road by one character; numbers are never guessed."""
    corrected: dict[int, str] = {}
    for m in _NEAR_ROAD.finditer(text):
        for length in sorted({len(r) for r in names.roads}, reverse=True):
            typed = m[1][-length:]
            alike = [r for r in names.roads if len(r) == length and _differ(r, typed) <= 1]
            if typed in alike:
                break
            if length > 2 and len(typed) == length and len(alike) == 1:
                at = m.end() - length
                text, corrected[at] = text[:at] + alike[0] + text[m.end() :], typed
                break
    return text, corrected


def _differ(left: str, right: str) -> int:
    return sum(a != b for a, b in zip(left, right, strict=False)) + abs(len(left) - len(right))


def _says(place: Place, corrected: dict[int, str], *, m: re.Match[str]) -> Text:
    said = Text(f"在{place.name}", f"in {place.name}")
    typed = [word for at, word in corrected.items() if m.start() <= at < m.end()]
    return said + Text(f"（写作{typed[0]}）", f" (written {typed[0]})") if typed else said
