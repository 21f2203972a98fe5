"""What an answer was made from, so that it can be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any


def code_version() -> str:
    """Return the version of the installed linli (replay is byte-exact within one version)."""
    try:
        return version("linli")
    except PackageNotFoundError:
        return "0+source"


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "楼"}).decode()
    '{"a":"楼","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything needed to give the same bytes again.

    `snapshot` is the digest of the data (for `rank`, of the table's file); `door` names the question (`search`,
    `lookalike`, `rank`, `query`); `parameters` are its arguments as JSON values, the viewer's scope included.
    """

    snapshot: str
    door: str
    parameters: Mapping[str, Any]
    policy: str
    code: str
    answer: str

    @classmethod
    def of(cls, answer: Any, *, snapshot: str, door: str, parameters: Mapping[str, Any], policy: str) -> Receipt:
        """Write the receipt of `answer` (a JSON value)."""
        return cls(snapshot, door, dict(parameters), policy, code_version(), digest(answer))

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a JSON value."""
        return asdict(self)
