"""A hard rule: the vectorised computation, the sentence for a pair that fails, and the least change that admits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.model.text import Text
from matching.problem import Mask
from matching.rules.change import Change
from matching.rules.crossing import Crossing


@dataclass(frozen=True, slots=True)
class Rule:
    """`holds` gives a mask that broadcasts to (needs, resources); `says` and `change` read one pair that fails.

    `change` returns None where nothing that can be changed would help.
    """

    name: str
    title: Text
    holds: Callable[[Crossing], Mask]
    says: Callable[[Crossing], Text]
    change: Callable[[Crossing], Change | None]
