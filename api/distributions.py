"""What is installed beside linli: whether our package names are ours, and under which licences the rest comes.

Flat package names have a price: a public distribution with a package `similarity` or `search` would overwrite ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata

from graph.model.errors import Foreign

PACKAGES = ("graph", "loaders", "similarity", "matching", "search", "cypher", "api")
OURS = "linli"

# JPype and the embedded engine are Apache-2.0; the JVM inside the engine's wheel is GPLv2 with the classpath exception,
# which lets other programs run on it under their own licences.
_RESTRICTIVE = re.compile(
    r"\b(A?GPL|LGPL|SSPL)|GNU (Affero |Lesser |Library )?General Public|Server Side Public", re.IGNORECASE
)
_ALTERNATIVE = re.compile(r"\bOR\b")


def installed() -> Mapping[str, list[str]]:
    """Return the distributions that own each top-level package of the environment."""
    return metadata.packages_distributions()


def check_ours(owners: Mapping[str, list[str]]) -> None:
    """Raise `Foreign` when a distribution other than linli owns one of our package names."""
    for package in PACKAGES:
        for distribution in owners.get(package, []):
            if distribution.lower() != OURS:
                raise Foreign(package, distribution)


def licences() -> dict[str, str]:
    """Return what each installed distribution says of its licence (expression, classifiers, or the old field)."""
    said: dict[str, str] = {}
    for one in metadata.distributions():
        about = one.metadata
        classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
        old = _first(about.get_all("License")).strip().splitlines()
        said[about["Name"]] = (
            _first(about.get_all("License-Expression")) or "; ".join(classifiers) or (old[0] if old else "")
        )
    return said


def restrictive(said: Mapping[str, str]) -> dict[str, str]:
    """Return the distributions whose licence asks to publish one's own sources, unless another one may be chosen."""
    return {
        name: licence
        for name, licence in sorted(said.items())
        if _RESTRICTIVE.search(licence)
        and not any(not _RESTRICTIVE.search(choice) for choice in _ALTERNATIVE.split(licence))
    }


def _first(values: list[str] | None) -> str:
    return str(values[0]) if values else ""
