"""What is true in the sample: planted facts and ceilings, written beside the files for whoever judges an answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.model.address import parse

from .district import District
from .draws import Ints, Words
from .lifts import COEFFICIENTS, DECIDED, LEAKS, MISLEADING
from .people import AS_OF
from .programmes import SCREENING
from .settle import zone_of


def truth(district: District) -> dict[str, Any]:
    """Return the truth as JSON data; people are named by the ID numbers of the files, units by their address keys."""
    return {
        "as_of": str(AS_OF),
        "counts": _counts(district),
        "lifts": _lifts(district),
        "silent": _silent(district),
        "two_year_olds": _two_year_olds(district),
        "canteens": _canteens(district),
        "eligible": district.programmes.eligible,
        "votes": district.votes.counts,
    }


def _counts(district: District) -> dict[str, int]:
    people, place = district.town.people, district.town.place
    return {
        "committees": len(place.committees),
        "estates": len(place.estates),
        "buildings": int(place.units.building.max()) + 1,
        "units": len(place.units.estate),
        "dwellings": len(place.dwellings.unit),
        "residents": len(people),
        "living_here": int(people.living.sum()),
        "registered_here": int((people.registered >= 0).sum()),
        "households": int(people.household.max()) + 1,
        "tags": len(district.tags.dictionary),
        "tags_carried": int(district.tags.total.sum()),
        "volunteers": len(district.volunteers.register),
        "activities": len(district.activities.plan),
        "needs": len(district.needs),
    }


def _keys(district: District, units: Ints) -> list[str]:
    found = [parse(a).unit for a in district.town.place.units.address[units].tolist()]
    return sorted(key for key in found if key)


def _lifts(district: District) -> dict[str, Any]:
    own = district.lifts
    stairs, first, second = MISLEADING
    return {
        "features_before": [str(day) for day in DECIDED],
        "coefficients": COEFFICIENTS,
        "scales": {name: {"mean": mean, "deviation": sd} for name, (mean, sd) in own.scales.items()},
        "misleading": {"property": "stairs", "value": stairs, "log_odds": [first, second]},
        "leaks": {name: {"with_lift": high, "without": low} for name, (high, low) in LEAKS.items()},
        "waves": [_keys(district, wave) for wave in own.waves],
        "refused": _keys(district, own.refused),
        "ceiling_second_wave": own.ceiling,
    }


def _silent(district: District) -> dict[str, Any]:
    who = district.programmes.silent
    return {
        "programme": SCREENING,
        "count": len(who),
        "id_numbers": sorted(district.town.people.id_number[who].tolist()),
    }


def _by_zone(zone: Words) -> dict[str, int]:
    names, counts = np.unique(zone.astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _two_year_olds(district: District) -> dict[str, Any]:
    people = district.town.people
    two = people.living & (people.age == 2)
    return {"count": int(two.sum()), "by_zone": _by_zone(zone_of(district.town.place, people.dwelling[two]))}


CANTEEN_REACH = 400.0  # metres, about five minutes on foot
CANTEEN_AGE = 65
METRES = (95_120.0, 110_850.0)  # metres in a degree of longitude and latitude here


def _canteens(district: District) -> dict[str, Any]:
    """Count for each candidate those of 65 or over whom no canteen reaches, today and in ten years (ages moved on)."""
    points = [dict(zip(district.resources.points.headers, r, strict=True)) for r in district.resources.points.rows]
    canteens = [p for p in points if p["类型"] == "社区食堂"]
    people, units = district.town.people, district.town.place.units
    unit = district.town.place.dwellings.unit[people.dwelling[people.living]]
    age = people.age[people.living]
    reach = {str(p["编号"]): _reached(units.lon[unit], units.lat[unit], p) for p in canteens}
    served = np.logical_or.reduce([reach[str(p["编号"])] for p in canteens if p["状态"] == "现有"])
    return {
        "reach_metres": CANTEEN_REACH,
        "age": CANTEEN_AGE,
        "candidates": {
            str(p["编号"]): {
                "today": int((reach[str(p["编号"])] & ~served & (age >= CANTEEN_AGE)).sum()),
                "in_ten_years": int((reach[str(p["编号"])] & ~served & (age >= CANTEEN_AGE - 10) & (age < 90)).sum()),
            }
            for p in canteens
            if p["状态"] == "候选"
        },
    }


def _reached(lon: np.ndarray, lat: np.ndarray, point: dict[str, Any]) -> np.ndarray:
    return np.hypot((lon - point["经度"]) * METRES[0], (lat - point["纬度"]) * METRES[1]) <= CANTEEN_REACH
