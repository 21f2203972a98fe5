"""The smallest cells that may be shown, named once: fewer people than this are never counted in an answer.

A cell is the number of people (or homes) behind a figure. Hidden cells must not follow from the figures that stay:
whoever hides one also hides enough of its neighbours.
"""

from __future__ import annotations

ANALYST_CELL = 5
"""For an analyst, on data that cannot identify anyone."""

PUBLISHED_CELL = 10
"""For anything sensitive and for anything published as an aggregate: portraits, base rates, associations."""
