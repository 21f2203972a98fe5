"""Metres between coordinates, in a projected system; a stated detour factor is the caller's business."""

from __future__ import annotations

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats

FAR = 100_000.0
"""Metres between the middles of demand and sites above which they can hardly be one place."""


def straight(one: tuple[Floats, bool], other: tuple[Floats, bool]) -> Floats:
    """Return straight-line metres between two sets of points (points x 2 and whether they are degrees).

    Degrees are WGS 84 and are projected to the UTM zone of their middle. Raises `ProblemUnfit` for degrees that are
    none, for two kinds of coordinates, and for sets that lie far apart.
    """
    if one[1] != other[1]:
        raise ProblemUnfit(
            Text("一张表用经纬度，另一张用米", "one table has degrees, the other metres"),
            Text("两张表用同一种坐标", "Use one kind of coordinates in both"),
        )
    if not len(one[0]) or not len(other[0]):
        return np.zeros((len(one[0]), len(other[0])))
    degrees = one[1]
    if degrees:
        _check_degrees(np.concatenate([one[0], other[0]]))
        middle = np.concatenate([one[0], other[0]]).mean(0)
        points = [projected(p[0], middle=middle) for p in (one, other)]
    else:
        points = [one[0], other[0]]
    apart = float(np.hypot(*(points[0].mean(0) - points[1].mean(0))))
    if apart > FAR:
        raise ProblemUnfit(
            Text(
                f"需求点与候选点相距 {apart / 1000:.0f} 公里",
                f"demand and sites lie {apart / 1000:.0f} kilometres apart",
            ),
            Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
        )
    return np.hypot(points[0][:, None, 0] - points[1][None, :, 0], points[0][:, None, 1] - points[1][None, :, 1])


def projected(degrees: Floats, *, middle: Floats) -> Floats:
    """Return metres east and north in the UTM zone of `middle` (longitude, latitude; WGS 84)."""
    from pyproj import Transformer

    zone = int((middle[0] + 180) // 6) + 1
    code = (32600 if middle[1] >= 0 else 32700) + min(zone, 60)
    east, north = Transformer.from_crs(4326, code, always_xy=True).transform(degrees[:, 0], degrees[:, 1])
    return np.column_stack([east, north])


def _check_degrees(points: Floats) -> None:
    outside = (np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 84)
    if outside.any() or not np.isfinite(points).all():
        row = points[outside | ~np.isfinite(points).all(1)][0]
        raise ProblemUnfit(
            Text(f"经纬度 {row[0]:g}, {row[1]:g} 不合法", f"{row[0]:g}, {row[1]:g} is no longitude and latitude"),
            Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
        )
