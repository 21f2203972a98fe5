"""A fairness dial as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from matching.dial import Dial

P = TypeVar("P")


def dial_json(dial: Dial[P] | None, figures: Callable[[P], Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the steps and why they end, with the `figures` of each step's plan; None stays None."""
    if dial is None:
        return None
    steps = [
        {
            "floor": step.floor,
            "needs_met": round(step.needs_met, 9),
            "worst": {"group": step.worst_group, "share": round(step.worst_share, 9)},
            **figures(step.plan),
        }
        for step in dial.steps
    ]
    return {"steps": steps, "end": dial.end and {"zh": dial.end.zh, "en": dial.end.en}}
