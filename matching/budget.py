"""How long a solver may still work: the one clock below the doors, because a time limit is part of what is asked.

An answer that ends before its limit does not depend on it; one that is stopped says so in its method.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from graph.model.errors import SettingInvalid
from graph.model.text import Text

LEAST = 0.5  # seconds that a step gets at least, so that a used-up budget still ends with a plan


@dataclass(frozen=True, slots=True)
class Budget:
    """A moment at which work must end."""

    until: float

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """Begin now; raises `SettingInvalid` for a time that is no time."""
        if not 0 < seconds < float("inf"):
            raise SettingInvalid("--seconds", f"{seconds:g}", Text("应大于零", "it must be above zero"))
        return cls(time.monotonic() + seconds)

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
        return Budget(time.monotonic() + self.left * share)
