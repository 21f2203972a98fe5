"""Which committee a text means: its code, or its name in any spelling (Chinese or Arabic numerals, with or without 居委会)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.model.address import clean

from .readers import simplified

_ENDING = re.compile(r"(居民委员会|居委会|居委|居民区|村民委员会|村委会|社区)$")
LEVEL = "committee"


def spelling(text: str) -> str:
    """Return the form in which names of committees are compared.

    >>> spelling("汾西路二六一弄居委会"), spelling("静安区临汾路街道汾西路261弄")
    ('汾西路261弄', '汾西路261弄')
    """
    return _ENDING.sub("", clean(simplified(text)))


@dataclass(frozen=True, slots=True)
class Committees:
    """The areas that are loaded, by code and by spelling; a spelling of two areas means neither."""

    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: Iterable[tuple[str, str | None, str | None]]) -> Committees:
        """Build from (code, name, level); a committee goes before an area of another level with the same name."""
        found = cls()
        by_level = sorted({a for a in areas if a[1]}, key=lambda a: (a[2] != LEVEL, a[0], str(a[1])))
        levels: dict[str, str | None] = {}
        for code, name, level in by_level:
            found.names.setdefault(code, str(name))
            key = spelling(str(name))
            if key not in found.codes:
                found.codes[key], levels[key] = code, level
            elif found.codes[key] != code and levels[key] == level:
                found.codes[key] = None
        return found

    def code(self, text: str) -> str | None:
        """Return the code of the area that a text means, None when it means none (or two)."""
        plain = text.strip()
        return plain if plain in self.names else self.codes.get(spelling(plain))
