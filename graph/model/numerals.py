"""Chinese numerals as they stand in addresses and counts: positional (二六一), with units (八十七), or plain digits."""

from __future__ import annotations

import re
import unicodedata

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
TENS = {"廿": 20, "卅": 30}
UNITS = {"十": 10, "百": 100, "千": 1_000}
CHARACTERS = "".join({**DIGITS, **TENS, **UNITS}) + "万"

_WITH_UNITS = re.compile(
    r"(?:(?P<k>[一二三四五六七八九两])千(?P<k0>[零〇])?)?"
    r"(?:(?P<h>[一二三四五六七八九两])百(?P<h0>[零〇])?)?"
    r"(?:(?P<t>[一二三四五六七八九]?)(?P<ten>[十廿卅]))?"
    r"(?P<one>[一二三四五六七八九])?"
)


def number(text: str) -> int | None:
    """Return the whole number that `text` writes, None when it writes none.

    >>> [number(t) for t in ("二六一", "八十七", "七百", "一百零五", "一百二", "廿三", "３７５", "一万两千", "弄")]
    [261, 87, 700, 105, 120, 23, 375, 12000, None]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii() and plain.isdigit():
        return int(plain) if len(plain) <= 18 else None
    if plain and all(c in DIGITS for c in plain):
        return _positional(plain)
    above, _, rest = plain.rpartition("万")
    if above:
        high, low = _with_units(above), _with_units(rest.lstrip("零〇")) if rest else 0
        return None if high is None or low is None else high * 10_000 + low
    return _with_units(rest)


def _positional(text: str) -> int | None:
    return int("".join(str(DIGITS[c]) for c in text)) if len(text) <= 18 else None


def _with_units(text: str) -> int | None:
    if len(text) == 1 and text in DIGITS:
        return DIGITS[text]
    found = _WITH_UNITS.fullmatch(text)
    if not text or found is None:
        return None
    k, h, t, ten, one = (found[name] or "" for name in ("k", "h", "t", "ten", "one"))
    total = 1_000 * DIGITS.get(k, 0) + 100 * DIGITS.get(h, 0)
    if ten:
        total += TENS.get(ten) or 10 * DIGITS.get(t, 1)
    if not one:
        return total
    if not ten and h and not found["h0"]:
        return total + 10 * DIGITS[one]  # 一百二 is 120
    if not ten and not h and k and not found["k0"]:
        return total + 100 * DIGITS[one]  # 两千三 is 2,300
    return total + DIGITS[one]


def arabic(text: str, *, before: str) -> str:
    """Write in digits every numeral that stands right before a match of the pattern `before`.

    >>> arabic("三泉路四百二十弄七号", before="弄|号")
    '三泉路420弄7号'
    """
    return re.sub(f"[{CHARACTERS}]+(?={before})", _in_digits, text)


def _in_digits(found: re.Match[str]) -> str:
    value = number(found[0])
    return found[0] if value is None else str(value)
