"""The lift of a list over its length as a picture: SVG text, written by hand, readable at 640 pixels.

The axis of lengths is logarithmic, because the first rows matter most. The band is the 95 % interval of the
look-alike; the dashed line at 1 is a random list. Every word is in one language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from graph.model.text import Lang, Text
from similarity.backtest.card import BackTest
from similarity.backtest.curve import Curve
from similarity.features import Floats, Ints

WIDTH, HEIGHT = 640, 430
LEFT, RIGHT, TOP, BOTTOM = 56, 26, 78, 50
POINTS = 160  # of a line: more cannot be told apart at this width
STEADY = 5  # shorter lists jump about; they are drawn, but do not set the height of the picture
COLOURS = ("#0b5cad", "#b3261e", "#2e7d32", "#8a5a00", "#6a3d9a", "#5f6368")  # contrast with white over 4.5
FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"

TITLE = Text("提升与名单长度", "Lift by list length")
SCOPE = Text(
    "{zh}；{n:g} 个候选中藏有 {h:g} 个；阴影为 95% 区间", "{en}; {h:g} hidden among {n:g}; shaded: 95 % interval"
)
LENGTHS = Text("名单长度（行，对数刻度）", "list length (rows, logarithmic)")
TIMES = Text("提升（随机的倍数）", "lift (times random)")
CHANCE = Text("随机", "random")


@dataclass(frozen=True, slots=True)
class _Frame:
    """From list lengths and lifts to pixels."""

    rows: int
    top: float

    def x(self, length: float) -> float:
        share = math.log(max(length, 1.0)) / math.log(max(self.rows, 2))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, lift: float) -> float:
        return HEIGHT - BOTTOM - lift / self.top * (HEIGHT - TOP - BOTTOM)

    def path(self, lengths: Ints, values: Floats) -> str:
        """Return "x,y x,y …" for the given list lengths; one decimal is a tenth of a pixel."""
        return " ".join(f"{self.x(k):.1f},{self.y(v):.1f}" for k, v in zip(lengths, values, strict=True))


def lift_svg(card: BackTest, *, lang: Lang) -> str:
    """Return the picture of a card as SVG text; the same card gives the same bytes."""
    curves, rows = card.curves, len(card.curves[0])
    lengths = _sampled(rows)
    frame = _Frame(rows, _height(curves))
    subtitle = SCOPE.fill(zh=card.design.zh, en=card.design.en, n=card.rows, h=card.hidden)
    parts = [
        *_head(TITLE.of(lang), subtitle.of(lang)),
        *_grid(frame, lang),
        *_marks(frame, card),
        *_lines(frame, curves, lengths),
        *_legend([*(c.rule.of(lang) for c in curves), CHANCE.of(lang)]),
    ]
    return "\n".join([*parts, "</svg>", ""])


def _sampled(rows: int) -> Ints:
    """Return at most `POINTS` list lengths, spread evenly on the logarithmic axis."""
    return np.unique(np.round(np.geomspace(1, max(rows, 1), POINTS)).astype(np.int64))


def _height(curves: Sequence[Curve]) -> float:
    """Return a round number above every line from `STEADY` rows on, and above chance."""
    steady = [c.lift(c.hits)[min(STEADY, len(c)) - 1 :].max() for c in curves]
    wanted = 1.15 * max(*steady, 1.5)
    step = 10 ** math.floor(math.log10(wanted))
    return next(n * step for n in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if n * step >= wanted)


def _head(title: str, subtitle: str) -> Iterator[str]:
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>'
    yield f"<title>{escape(title)}</title><desc>{escape(subtitle)}</desc>"
    yield f"<style>text{{font-family:{FONT};font-size:13px;fill:#202124}}.small{{font-size:12px}}</style>"
    inside = f'x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"'
    yield f'<clipPath id="plot"><rect {inside}/></clipPath>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{LEFT}" y="22" style="font-size:16px;font-weight:600">{escape(title)}</text>'
    yield f'<text class="small" x="{LEFT}" y="42">{escape(subtitle)}</text>'


def _grid(frame: _Frame, lang: Lang) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for i in range(5):
        lift = frame.top * i / 4
        y = frame.y(lift)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#e0e0e0"/>'
        yield f'<text class="small" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{lift:g}</text>'
    for length in _ticks(frame):
        x = frame.x(length)
        yield f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 5}" stroke="#5f6368"/>'
        yield f'<text class="small" x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{length}</text>'
    yield f'<line x1="{LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="#5f6368"/>'
    middle = (LEFT + right) // 2
    yield f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(LENGTHS.of(lang))}</text>'
    yield f'<text class="small" x="{LEFT - 40}" y="{TOP - 12}">{escape(TIMES.of(lang))}</text>'


def _ticks(frame: _Frame) -> list[int]:
    """Return round list lengths, and the whole list where it has room beside them."""
    tens = range(math.floor(math.log10(max(frame.rows, 1))) + 1)
    round_ones = [m * 10**p for p in tens for m in (1, 2, 5) if m * 10**p <= frame.rows]
    free = [n for n in round_ones if frame.x(frame.rows) - frame.x(n) > 36]
    return [*free, frame.rows]


def _marks(frame: _Frame, card: BackTest) -> Iterator[str]:
    """Draw the list lengths of the card as fine uprights with the lift found there."""
    for k in card.lengths:
        at = card.outcomes[0].at(k)
        x, y = frame.x(k), max(frame.y(at.lift.value), TOP)
        yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#9aa0a6" stroke-dasharray="2 3"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[0]}"/>'
        yield f'<text class="small" x="{x + 6:.1f}" y="{y - 6:.1f}" style="font-weight:600">{at.lift.value:.1f}</text>'


def _lines(frame: _Frame, curves: Sequence[Curve], lengths: Ints) -> Iterator[str]:
    yield '<g clip-path="url(#plot)" fill="none">'
    first = curves[0]
    high, low = (first.lift(ends)[lengths - 1] for ends in (first.high, first.low))
    outline = f"{frame.path(lengths, high)} {frame.path(lengths[::-1], low[::-1])}"
    yield f'<polygon points="{outline}" fill="{COLOURS[0]}" fill-opacity="0.14"/>'
    one = frame.y(1.0)
    yield f'<line x1="{LEFT}" y1="{one:.1f}" x2="{WIDTH - RIGHT}" y2="{one:.1f}" stroke="{COLOURS[-1]}" stroke-dasharray="6 4"/>'
    for i, line in reversed(list(enumerate(curves))):
        points = frame.path(lengths, line.lift(line.hits)[lengths - 1])
        yield f'<polyline points="{points}" stroke="{_colour(i)}" stroke-width="{1.4 if i else 2.6}"/>'
    yield "</g>"


def _colour(i: int) -> str:
    return COLOURS[i % (len(COLOURS) - 1)]


def _legend(names: Sequence[str]) -> Iterator[str]:
    """Name the lines in the upper right, where no line runs; the last name is that of chance."""
    x = WIDTH - RIGHT - 10 - max(map(_width, names))
    size = f'width="{WIDTH - RIGHT - x + 34:.0f}" height="{18 * len(names) + 4}"'
    yield f'<rect x="{x - 34:.0f}" y="{TOP - 2}" {size} fill="#ffffff" fill-opacity="0.85"/>'
    for i, name in enumerate(names):
        y, last = TOP + 12 + 18 * i, i == len(names) - 1
        dash = ' stroke-dasharray="6 4"' if last else ""
        colour = COLOURS[-1] if last else _colour(i)
        yield f'<line x1="{x - 28:.0f}" y1="{y - 4}" x2="{x - 6:.0f}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dash}/>'
        yield f'<text class="small" x="{x:.0f}" y="{y}">{escape(name)}</text>'


def _width(text: str) -> float:
    """Estimate the pixels of a text at 12 px: a Chinese character is as wide as high, a Latin one half of that."""
    return sum(12.0 if ord(c) > 0x2E80 else 6.6 for c in text)
