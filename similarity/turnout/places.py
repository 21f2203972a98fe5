"""How far people come: the holding committee or another, and the distance to the venue, in bands."""

from __future__ import annotations

import numpy as np

from graph.model.geo import distance_m
from graph.model.text import Text
from similarity.features import Floats, Ints
from similarity.turnout.history import Activities, People

BANDS = (150.0, 300.0, 500.0, 800.0, 1500.0)  # metres: 2, 4, 7, 11 and 20 minutes at an old person's pace
WIDTH = len(BANDS) + 2  # the bands, beyond the last, and "not known"
CODES = 2 * WIDTH
BLOCK = 200  # activities whose distances are held in memory at a time


def codes(own: Ints | np.ndarray, metres: Floats) -> Ints:
    """Return the code of each pair: whether of the holding committee (`own`), and the band of the distance."""
    band = np.where(np.isnan(metres), WIDTH - 1, np.searchsorted(BANDS, metres, "right"))
    return np.where(own, band, band + WIDTH)


def said(code: int) -> Text:
    """Say a code."""
    own, band = divmod(code, WIDTH)
    where = Text("本居委", "of the holding committee") if own == 0 else Text("外居委", "of another committee")
    if band == WIDTH - 1:
        return where + Text("，距离未知", ", distance not known")
    if band == len(BANDS):
        return where + Text(f"，距离 {BANDS[-1]:.0f} 米以上", f", over {BANDS[-1]:.0f} m away")
    return where + Text(f"，距离 {BANDS[band]:.0f} 米以内", f", within {BANDS[band]:.0f} m")


def shares(people: People, activities: Activities) -> Floats:
    """Return which share of all people has each code at each activity; shape (activities, codes)."""
    cells, size = np.unique(np.stack([people.unit, people.committee], 1), axis=0, return_counts=True)
    first = np.full(int(people.unit.max(initial=-1)) + 1, 0)
    first[people.unit] = np.arange(len(people))
    at = first[cells[:, 0]] if len(cells) else np.empty(0, np.int64)
    lon, lat, committee = people.lon[at], people.lat[at], cells[:, 1]
    found = np.zeros((len(activities), CODES))
    for start in range(0, len(activities), BLOCK):
        part = slice(start, start + BLOCK)
        metres = distance_m(lon, lat, activities.lon[part, None], activities.lat[part, None])
        code = codes(committee == activities.committee[part, None], metres)
        cell = code + CODES * np.arange(len(code))[:, None]
        weights = np.broadcast_to(size, code.shape).ravel()
        counts = np.bincount(cell.ravel(), weights=weights, minlength=len(code) * CODES)
        found[part] = counts.reshape(len(code), CODES)
    return found / max(len(people), 1)
