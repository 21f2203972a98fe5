"""Addresses as people write them → their parts and one canonical key for each level (a pure parser).

    汾西路261弄5支弄12号甲502室     road, lane, sub-lane, house, room
    彭浦新村3栋2单元502室           estate, building, unit, room

Two spellings of one place give the same key; a key is a spelling of itself. House numbers of a lane (12号) are the
stairwell group (楼组): building and unit then have the same key, unless a 单元 stands below.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from .numerals import arabic

MOST_CHARACTERS = 200
"""Longer texts are cut before they are read: no address is longer, and matching must stay linear."""

_TRADITIONAL = str.maketrans("號樓棟單區裡衖層鎮莊園灣廣場東門臺蘭嶺陽漢", "号楼栋单区里弄层镇庄园湾广场东门台兰岭阳汉")
_DASHES = re.compile("[‐-―－~～_/]")
_REMARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕")
_NUMERAL_BEFORE = "支弄|弄|号|栋|幢|座|单元|门|层|楼|室|房|村|坊|街坊|区|期|组|-|$"
_HAN = "一-鿿"
_PREFIXES = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:中国|中华人民共和国)",
        rf"^(?:[{_HAN}]{{2,3}}省)?(?:上海市?|北京市?|天津市?|重庆市?|[{_HAN}]{{2,3}}市(?=[{_HAN}]{{2,3}}[区县]))(?!路|[东南西北]路)(?=.)",
        rf"^[{_HAN}]{{2,3}}(?<![小社园片校厂])[区县](?=.)",
        rf"^[{_HAN}]{{2,6}}?(?:街道|镇|乡)(?!路|[东南西北中]路)(?=.)",
        rf"^(?:[{_HAN}]{{2,8}}?|[{_HAN}]{{2,5}}路\d+弄)(?:居民委员会|居委会|居民区|居委(?!会)|社区)(?=.)",
    )
)
_ROAD = re.compile(rf"([{_HAN}]{{1,12}}?(?:大道|公路|路|街(?![坊道])|巷))(?=.|$)")
_TOKEN = re.compile(
    r"(?P<basement>地下(?P<below>\d*)(?:室|层)?|(?<![A-Z\d])B(?P<b>\d)(?:层|室)?(?!\d))"
    r"|(?P<value>\d{1,5}|(?<![A-Z])[A-Z](?=座|栋|幢|楼|室|号|单元))(?P<mark>[甲乙丙丁戊己庚辛]|[A-Z](?![A-Z\d]))?"
    r"(?P<word>支弄|弄|号楼|号|#|栋|幢|座|单元|门|层|楼|室|房)?(?P<after>[甲乙丙丁戊己庚辛](?![一-鿿]))?"
)
_ROLE = {
    "支弄": "sublane", "弄": "lane", "号楼": "house", "号": "house", "#": "house", "栋": "block", "幢": "block",
    "座": "block", "单元": "unit", "门": "unit", "层": "floor", "楼": "floor", "室": "room", "房": "room",
}  # fmt: skip
_WORD = {"sublane": "支弄", "lane": "弄", "house": "号", "block": "栋", "unit": "单元", "room": "室"}
_NAME_NUMBER = re.compile(r"(?P<name>\D*\d+(?:村|坊|街坊|小区|区|期))")
_PLAIN = re.compile(rf"[{_HAN}]{{2,5}}(?<![路街巷道区县镇乡])路\d+弄(?:\d+支弄)?(?:\d+号(?:\d+室)?)?")
"""The usual form of a key, which reads as itself for sure."""

MOST_READINGS = 3
"""A key must read as itself; text that has not settled after so many readings is no address."""

_NO_NAME = frozenset(("", "无", "不详", "未知", "暂无", "没有", "空", "同上", "不明"))


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address as canonical texts; None where the writer gave none.

    `road` or `estate_name` names the place; `lane`, `sublane`, `house`, `block`, `unit_number`, `room` are numbers
    with their mark (`12甲`); `floor` is the storey (negative below ground), from the room number where not written.
    """

    road: str | None = None
    estate_name: str | None = None
    lane: str | None = None
    sublane: str | None = None
    house: str | None = None
    block: str | None = None
    unit_number: str | None = None
    room: str | None = None
    floor: int | None = None

    @property
    def estate(self) -> str | None:
        """The key of the lane or the named estate: 汾西路261弄."""
        if self.road and self.lane:
            return self.road + self.lane + "弄"
        return self.estate_name

    @property
    def building(self) -> str | None:
        """The key of the house: 汾西路261弄12号, 彭浦新村3栋."""
        place = self.estate or self.road
        parts = _joined({"sublane": self.sublane, "block": self.block, "house": self.house})
        return place + parts if place and (self.house or self.block) else None

    @property
    def unit(self) -> str | None:
        """The key of the stairwell group: the house, or the 单元 below it."""
        building = self.building
        return building + self.unit_number + "单元" if building and self.unit_number else building

    @property
    def dwelling(self) -> str | None:
        """The key of the dwelling: 汾西路261弄12号502室."""
        unit = self.unit
        return unit + self.room + "室" if unit and self.room else None

    @property
    def key(self) -> str | None:
        """The most specific of the keys, None for a text that is no address."""
        return self.dwelling or self.unit or self.estate or self.road

    @property
    def road_number(self) -> tuple[str, int] | None:
        """The road and its lane (or house) number: what two spellings of a committee's name share."""
        number = self.lane or self.house
        return (self.road, int(_leading(number))) if self.road and number else None


def parse(text: str) -> Address:
    """Read an address; a text that is none gives an `Address` without parts.

    >>> parse("上海市静安区临汾路街道汾西路二六一弄１２号５０２").key
    '汾西路261弄12号502室'
    >>> parse("彭浦新村3幢2单元502").unit, parse("岭南路七百弄").road_number
    ('彭浦新村3栋2单元', ('岭南路', 700))
    """
    address = _read(text)
    for _ in range(MOST_READINGS):
        key = address.key
        if key is None or _PLAIN.fullmatch(key):
            return address
        again = _read(key)
        if again.key == key:
            return address
        address = again
    return Address()


def _read(text: str) -> Address:
    plain = clean(text)
    road, rest = _road(plain)
    name, rest = _name(rest)
    parts = _parts(rest, road=road is not None)
    if road and (parts.get("lane") or not name):
        name = None  # the name of a lane's estate is said by the lane already
    if name and not parts.get("lane") and name not in _NO_NAME:
        road = None
    elif not road:
        return Address(estate_name=name if name and name not in _NO_NAME else None)
    return Address(
        road=road,
        estate_name=name,
        lane=parts.get("lane"),
        sublane=parts.get("sublane"),
        house=parts.get("house"),
        block=parts.get("block"),
        unit_number=parts.get("unit"),
        room=parts.get("room"),
        floor=_floor(parts),
    )


def clean(text: str) -> str:
    """Return the text in one script and width, without blanks, remarks and the names of city and district.

    >>> clean("上海市静安区临汾路街道 汾西路二六一弄（近场中路）")
    '汾西路261弄'
    """
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).translate(_TRADITIONAL).upper()
    plain = _DASHES.sub("-", "".join(plain.split()))
    plain = _REMARKS.sub("", plain).rstrip("-,.;:。、")
    plain = arabic(plain, before=_NUMERAL_BEFORE)
    for prefix in _PREFIXES:
        plain = prefix.sub("", plain, count=1)
    return plain


def _road(plain: str) -> tuple[str | None, str]:
    found = _ROAD.match(plain)
    return (found[1], plain[found.end() :]) if found else (None, plain)


def _name(rest: str) -> tuple[str | None, str]:
    """Take the leading name of an estate (with its number: 临汾3村), up to the first number."""
    numbered = _NAME_NUMBER.match(rest)
    if numbered and not rest[: numbered.end()].isdigit():
        return numbered["name"], rest[numbered.end() :]
    first = _TOKEN.search(rest)
    name = rest[: first.start()] if first else rest
    return (name.strip("-,.、第") or None), rest[len(name) :]


def _parts(rest: str, *, road: bool) -> dict[str, str]:
    """Give each number of the text its role: by its word, else by its place."""
    parts: dict[str, str] = {}
    open_numbers: list[str] = []
    for found in _TOKEN.finditer(rest):
        if found["basement"]:
            parts.setdefault("room", "地下" + (found["below"] or found["b"] or ""))
            continue
        value = _value(found)
        role = _ROLE.get(found["word"] or "")
        if role is None:
            open_numbers.append(value)
        elif role == "room" and found["word"] == "房" and "room" in parts:
            continue
        else:
            parts.setdefault(role, value)
    if open_numbers:
        _place(open_numbers, parts, road=road)
    return parts


def _value(found: re.Match[str]) -> str:
    number = found["value"]
    number = str(int(number)) if number.isdigit() else number  # 0502室 and 012号 are 502室 and 12号
    return number + (found["mark"] or found["after"] or "")


def _place(numbers: list[str], parts: dict[str, str], *, road: bool) -> None:
    """Give numbers without a word their roles: lane-house-room, house-unit-room, house-room, room."""
    roles = [] if parts.get("house") or parts.get("block") else ["house"]
    if road and roles and "lane" not in parts and len(numbers) >= 3:
        roles.insert(0, "lane")
    spare = len(numbers) - len(roles) - (0 if "room" in parts else 1)
    if spare > 0 and "unit" not in parts and len(_leading(numbers[len(roles)])) <= 2:
        roles.append("unit")
    for role, value in zip(chain(roles, ("room",)), numbers, strict=False):
        parts.setdefault(role, value)


def _floor(parts: dict[str, str]) -> int | None:
    room = parts.get("room", "")
    if room.startswith("地下"):
        return -int(room[2:] or 1)
    if "floor" in parts and parts["floor"].isdigit():
        return int(parts["floor"])
    digits = _leading(room)
    return int(digits[:-2]) or None if 3 <= len(digits) <= 4 else None


def _leading(number: str) -> str:
    found = re.match(r"\d+", number)
    return found[0] if found else ""


def _joined(parts: dict[str, str | None]) -> str:
    return "".join(value + _WORD[role] for role, value in parts.items() if value)
