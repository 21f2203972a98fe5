"""Positions on the earth: distances in metres (pure, on arrays or single numbers).

Positions are WGS 84 degrees. Distances use the equirectangular projection at the mean latitude of the two points; over
the few kilometres of a sub-district its error against the haversine formula stays below 0.01 %.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the earth, IUGG."""

Array = npt.NDArray[np.float64]


def distance_m(lon: Any, lat: Any, to_lon: Any, to_lat: Any) -> Array:
    """Return the distance in metres between positions (arrays broadcast; NaN stays NaN).

    >>> int(distance_m(121.45, 31.31, 121.46, 31.31))
    950
    """
    lon, lat, to_lon, to_lat = (np.asarray(x, dtype=np.float64) for x in (lon, lat, to_lon, to_lat))
    x = np.radians(to_lon - lon) * np.cos(np.radians((lat + to_lat) / 2))
    y = np.radians(to_lat - lat)
    return np.asarray(EARTH_RADIUS_M * np.hypot(x, y))
