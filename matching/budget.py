"""How long a solver may still work, and whom it tells: the one clock below the doors, because a limit is part of a question.

An answer that ends before its limit does not depend on it; one that is stopped says so in its method.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from graph.model.errors import OptionInvalid
from graph.model.progress import Progress, silent
from graph.model.text import Text

LEAST = 0.5  # seconds that a step gets at least, so that a used-up budget still ends with a plan


@dataclass(frozen=True, slots=True)
class Budget:
    """A moment at which work must end, when it began, and the door's `progress` (which may cancel by raising)."""

    begun: float
    until: float
    progress: Progress = silent

    @classmethod
    def of(cls, seconds: float, progress: Progress = silent) -> Budget:
        """Begin now; raises `OptionInvalid` for a time that is no time."""
        if not 0 < seconds < float("inf"):
            raise OptionInvalid("--seconds", f"{seconds:g}", Text("应大于零", "it must be above zero"))
        now = time.monotonic()
        return cls(now, now + seconds, progress)

    @property
    def left(self) -> float:
        """Seconds that are left, at least half a second."""
        return max(LEAST, self.until - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def part(self, share: float) -> Budget:
        """Return a budget of a share of what is left."""
        now = time.monotonic()
        return Budget(now, now + self.left * share, self.progress)

    def tell(self, step: str, done: int, total: int | None = None) -> None:
        """Report how far a step is; whatever the door raises to cancel passes through."""
        self.progress(step, done, total)

    def tell_gap(self, objective: float, bound: float) -> None:
        """Report the best plan so far, how far it can be from the best, and the whole seconds used."""
        gap = abs(objective - bound) / max(abs(objective), 1e-12)
        self.progress(f"solve {gap:.2%}", int(time.monotonic() - self.begun), None)
