from __future__ import annotations

import numpy as np

from graph.model.address import parse
from loaders.sample.district import District
from loaders.sample.place import CENTRE, METRES_LAT, METRES_LON
from loaders.sample.tables import rows


def test_committees_are_the_real_ones() -> None:
    assert len(rows("committees")) == 20
    assert len({r["code"] for r in rows("committees")}) == 20
    assert all(r["code"].startswith("310106021") and r["name"].endswith("居委会") for r in rows("committees"))
    cells = {(r["column"], r["row"]) for r in rows("committees")}
    assert len(cells) == 20


def test_units_stand_inside_their_committee(full: District) -> None:
    place = full.town.place
    x = (place.units.lon - CENTRE[0]) * METRES_LON
    y = (place.units.lat - CENTRE[1]) * METRES_LAT
    middle = np.array([(c.x, c.y) for c in place.committees])[place.unit_committee]
    assert np.abs(x - middle[:, 0]).max() <= 170
    assert np.abs(y - middle[:, 1]).max() <= 160


def test_addresses_are_read_back_to_themselves(full: District) -> None:
    place = full.town.place
    units = [parse(a).unit for a in place.units.address.tolist()]
    assert None not in units
    assert len(set(units)) == len(units)
    step = max(1, len(place.dwellings.unit) // 3000)
    for d in range(0, len(place.dwellings.unit), step):
        read = parse(str(place.dwellings.address[d]))
        assert read.unit == units[place.dwellings.unit[d]]
        assert read.room == place.dwellings.room[d]


def test_storeys(full: District) -> None:
    place = full.town.place
    assert (place.dwellings.floor <= place.units.floors[place.dwellings.unit]).all()
    shops = place.units.ground_shops[place.dwellings.unit]
    assert place.dwellings.floor[shops].min() == 2
