"""How to test a look-alike: list lengths, the rules beside it, what to leave out in turn, and the seed of all draws."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model.errors import OptionInvalid
from graph.model.text import Text
from similarity.features import Floats

SHARES = (0.01, 0.05, 0.10)  # of the candidates: the lengths that a card counts besides the one that is asked for


@dataclass(frozen=True, slots=True)
class Plan:
    """How to test.

    `k` is the list length that is asked for (as many as are hidden by default), `lengths` others to count: rows, or
    shares of the candidates where below 1. `rankings` gives one score for each row of the stock under the name of its
    rule (height, share of the old); `model` is an unfitted `LookAlike` (the default) or any scikit-learn estimator.
    `switches` names features or groups that are left out in turn, under their title; `exclude` rows that are no
    candidates; `checked` features in which positives of another kind would stand apart (year built). `folds` parts
    are hidden in turn, `repeats` times: twice at least, because the halves of a single cut agree with each other (each
    is looked for with the other) and intervals would be too narrow (shuffled labels: 89 % of them held a lift of 1
    with one repeat, 96 % with two). `threads` trials run side by side; the card is the same on any number.
    """

    k: int | None = None
    lengths: tuple[float, ...] = SHARES
    rankings: Mapping[Text, Floats] = field(default_factory=dict)
    switches: Mapping[Text, tuple[str, ...]] = field(default_factory=dict)
    exclude: Collection[str] = ()
    checked: Collection[str] = ()
    model: Any = None
    folds: int = 2
    repeats: int = 10
    seed: int = 0
    threads: int = 2

    def __post_init__(self) -> None:
        for name, value, least in (
            ("folds", self.folds, 2),
            ("repeats", self.repeats, 2),
            ("k", self.k, 1),
            ("threads", self.threads, 1),
        ):
            if value is not None and value < least:
                raise OptionInvalid(name, str(value), Text(f"不能小于 {least}", f"it must be {least} or more"))
        for length in self.lengths:
            if not length > 0 or (length > 1 and length != int(length)):
                why = Text("应为行数，或小于 1 的占比", "it must be a number of rows, or a share below 1")
                raise OptionInvalid("lengths", str(length), why)

    def counted(self, *, hidden: float, rows: int) -> tuple[int, ...]:
        """Return the list lengths to count among `rows` candidates: the one that is asked for, then the others rising.

        >>> Plan(lengths=(0.1, 20)).counted(hidden=7, rows=100)
        (7, 10, 20)
        """
        asked = min(self.k or max(round(hidden), 1), rows)
        others = {min(max(round(n * rows) if n < 1 else int(n), 1), rows) for n in self.lengths}
        return (asked, *sorted(others - {asked}))
