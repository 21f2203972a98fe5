"""Metres between coordinates, in a projected system; a stated detour factor is the caller's business."""

from __future__ import annotations

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats

FAR = 100_000.0
"""Metres from everything else above which a place can hardly belong to the same problem."""
STRAY = 10.0
"""Times the usual way to the nearest point above which a far place is taken for a mistake."""
ZONE = 3.0
"""Degrees of longitude from the middle up to which one UTM zone serves all (its own half width)."""


def straight(one: tuple[Floats, bool], other: tuple[Floats, bool]) -> Floats:
    """Return straight-line metres between two sets of points (points x 2 and whether they are degrees).

    Degrees are WGS 84 and are projected to the UTM zone of their middle; where they reach beyond it, metres are those of
    the shortest line on the ellipsoid. Raises `ProblemUnfit` for degrees that are none, for two kinds of coordinates,
    and for sets that lie far apart.
    """
    if one[1] != other[1]:
        raise ProblemUnfit(
            Text("一张表用经纬度，另一张用米", "one table has degrees, the other metres"),
            Text("两张表用同一种坐标", "Use one kind of coordinates in both"),
        )
    if not len(one[0]) or not len(other[0]):
        return np.zeros((len(one[0]), len(other[0])))
    metres = _between_degrees(one[0], other[0]) if one[1] else _plane(one[0], other[0])
    apart = float(metres.min())
    if apart > FAR:
        raise ProblemUnfit(
            Text(
                f"需求点与候选点相距 {apart / 1000:.0f} 公里",
                f"demand and sites lie {apart / 1000:.0f} kilometres apart",
            ),
            Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
        )
    return metres


def projected(degrees: Floats, *, middle: Floats) -> Floats:
    """Return metres east and north in the UTM zone of `middle` (longitude, latitude; WGS 84)."""
    from pyproj import Transformer

    zone = int((middle[0] + 180) // 6) + 1
    code = (32600 if middle[1] >= 0 else 32700) + min(zone, 60)
    east, north = Transformer.from_crs(4326, code, always_xy=True).transform(degrees[:, 0], degrees[:, 1])
    return np.column_stack([east, north])


def off_map(degrees: Floats) -> int | None:
    """Return the first row that is no longitude and latitude (None: all are); UTM ends at 84 degrees."""
    wrong = (np.abs(degrees[:, 0]) > 180) | (np.abs(degrees[:, 1]) > 84) | ~np.isfinite(degrees).all(1)
    return int(np.argmax(wrong)) if wrong.any() else None


def stray(metres: Floats) -> int | None:
    """Return the row that lies farthest from all columns where that can only be a mistake (None: all are near)."""
    nearest = metres.min(1)
    row, usual = int(np.argmax(nearest)), float(np.sort(nearest)[(len(nearest) - 1) // 2])
    return row if nearest[row] > max(FAR, STRAY * usual) else None


def _plane(one: Floats, other: Floats) -> Floats:
    return np.hypot(one[:, None, 0] - other[None, :, 0], one[:, None, 1] - other[None, :, 1])


def _between_degrees(one: Floats, other: Floats) -> Floats:
    from pyproj import Geod

    both = np.concatenate([one, other])
    row = off_map(both)
    if row is not None:
        raise ProblemUnfit(
            Text(
                f"经纬度 {both[row, 0]:g}, {both[row, 1]:g} 不合法",
                f"{both[row, 0]:g}, {both[row, 1]:g} is no longitude and latitude",
            ),
            Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
        )
    middle = np.median(both, 0)
    if np.abs(both[:, 0] - middle[0]).max() <= ZONE:
        return _plane(projected(one, middle=middle), projected(other, middle=middle))
    starts, ends = np.repeat(one, len(other), 0), np.tile(other, (len(one), 1))
    _, _, metres = Geod(ellps="WGS84").inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    return np.asarray(metres).reshape(len(one), len(other))
