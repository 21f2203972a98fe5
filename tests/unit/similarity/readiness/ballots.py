"""Homes of made-up votes, drawn by hypothesis."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from similarity.readiness.consent import Choice, Home, Rules


def home(name: str, area: int, choice: Choice = Choice.UNDECIDED, *, refused: bool = False) -> Home:
    """Return a home; who refuses has refused."""
    return Home(name, area, choice, refused or choice is Choice.REFUSED)


@st.composite
def homes(draw: st.DrawFn, most: int = 12) -> list[Home]:
    """Draw up to `most` homes, many of them with equal areas."""
    areas = draw(st.lists(st.sampled_from([0, 1, 4000, 4001, 5050]) | st.integers(1, 9999), min_size=1, max_size=most))
    names = draw(st.permutations([f"h{i:02d}" for i in range(len(areas))]))
    choice = st.sampled_from([Choice.AGREED, Choice.AGREED, Choice.UNDECIDED, Choice.UNREACHED, *Choice])
    return [
        home(name, area, draw(choice), refused=draw(st.integers(0, 9)) == 0)
        for name, area in zip(names, areas, strict=True)
    ]


fractions = st.sampled_from([Fraction(2, 3), Fraction(3, 4), Fraction(1, 2), Fraction(1), Fraction(1, 7)])
rules = st.builds(Rules, fractions, fractions)
