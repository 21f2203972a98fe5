"""Who is asking: a required argument of every read at a door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["operator", "cadre", "staff", "analyst", "service"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A role, the committees it may see, why it looks, and the policy that decided so.

    `areas` holds committee codes; `None` means every area and belongs to the operator, the owner of the private
    files. Built at the doors only, never below them.
    """

    role: Role
    areas: tuple[str, ...] | None
    purpose: str
    policy: str


def operator(purpose: str, areas: tuple[str, ...] | None = None) -> Viewer:
    """Return the viewer of the command line; `areas` tries a narrower scope (`--as-area`)."""
    return Viewer(role="operator", areas=areas, purpose=purpose, policy="operator-1")
