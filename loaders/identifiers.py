"""ID numbers (GB 11643) and phone numbers: read, checked, and hashed so that the number itself is never kept."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from functools import lru_cache
from operator import mul

from .cells import Bad, Cell, bad, plain

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
"""GB 11643-1999: the check character is CHECK[sum of digit times weight, modulo 11]."""

_EIGHTEEN = re.compile(r"\d{17}[\dX]")
_FIFTEEN = re.compile(r"\d{15}")
_FLOATED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE = re.compile(r"1\d{10}")
_LANDLINE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}")


def check_character(digits: str) -> str:
    """Return the check character of the first 17 digits.

    >>> check_character("99999919500101001")
    '8'
    """
    return CHECK[sum(map(mul, map(int, digits), WEIGHTS)) % 11]


def id_number(cell: Cell) -> str | Bad:
    """Return an 18-character ID number ("" for an empty cell); a 15-digit one is written in the new form."""
    if isinstance(cell, float) and cell >= 10**14:
        return bad("precision_lost")
    text = plain(cell)
    return _checked(text) if text and isinstance(text, str) else text


@lru_cache(maxsize=1 << 18)  # the same people stand in many sources
def _checked(text: str) -> str | Bad:
    text = text.upper().replace("-", "")
    if _FLOATED.fullmatch(text):
        return bad("precision_lost")
    if _FIFTEEN.fullmatch(text):
        text = text[:6] + "19" + text[6:]
        text += check_character(text)
    if not _EIGHTEEN.fullmatch(text):
        return bad("id_length")
    if isinstance(birth_date(text), Bad):
        return bad("id_date")
    return text if check_character(text[:17]) == text[17] else bad("id_checksum")


def birth_date(number: str) -> dt.date | Bad:
    """Return the date of birth inside an 18-character ID number."""
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return bad("id_date")
    return born if born.year >= 1850 else bad("id_date")


def sex(number: str) -> str:
    """Return the GB/T 2261.1 code inside an ID number: odd sequence numbers are men."""
    return "1" if int(number[16]) % 2 else "2"


def keyed_hash(secret: bytes, kind: str, value: str) -> str:
    """Return HMAC-SHA256 in hexadecimal; `kind` keeps values of different kinds apart."""
    return hmac.digest(secret, f"{kind}:{value}".encode(), "sha256").hex()


def phone(cell: Cell) -> str | Bad:
    """Return a phone number as digits ("" for an empty cell), without the country code and separators.

    >>> phone("+86 100-0000-1234"), phone("（021）5667 8899"), phone(10000001234.0)
    ('10000001234', '02156678899', '10000001234')
    """
    text = plain(cell)
    if not text or isinstance(text, Bad):
        return text
    digits = re.sub(r"[-()]", "", text)
    digits = re.sub(r"^(\+?86|0086)(?=1\d{10}$|0\d{9,11}$)", "", digits)
    if _FLOATED.fullmatch(digits) and "E" in digits.upper():
        return bad("precision_lost")
    return digits if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else bad("phone_unreadable")
