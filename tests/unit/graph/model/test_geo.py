"""Distances: a metric, near an independent geodesic over the extent of a sub-district."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.geo import distance_m

LON, LAT = st.floats(121.40, 121.50), st.floats(31.27, 31.35)


@given(LON, LAT, LON, LAT)
def test_close_to_the_geodesic_on_the_ellipsoid(lon: float, lat: float, to_lon: float, to_lat: float) -> None:
    geodesic = pyproj.Geod(ellps="WGS84").inv(lon, lat, to_lon, to_lat)[2]
    assert distance_m(lon, lat, to_lon, to_lat) == pytest.approx(geodesic, rel=0.004, abs=0.01)


@given(LON, LAT, LON, LAT)
def test_symmetric_and_zero_at_home(lon: float, lat: float, to_lon: float, to_lat: float) -> None:
    assert distance_m(lon, lat, to_lon, to_lat) == distance_m(to_lon, to_lat, lon, lat)
    assert distance_m(lon, lat, lon, lat) == 0


def test_arrays_broadcast_and_unknown_stays_unknown() -> None:
    found = distance_m(np.array([121.45, np.nan]), 31.31, 121.46, 31.31)
    assert found.shape == (2,)
    assert np.isnan(found[1])
