"""The arguments with which each question is asked of the made-up neighbourhood."""

from __future__ import annotations

from collections.abc import Mapping

_DAY = "2021-11-01"
_PERIOD = {"since": "2021-01-01", "until": _DAY}
_PLACE = {"lon": "121.46", "lat": "31.31"}

ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "volunteers_with_skill": {"skill": "剪头发"},
    "active_residents": {"since": "2021-01-01"},
    "units_without_leader": {},
    "turnout_by_activity_kind": _PERIOD,
    "age_count_by_committee": {"day": _DAY, "from_age": "0", "to_age": "12"},
    "places_by_committee": {"day": _DAY, "from_age": "0", "to_age": "30"},
    "service_points_near": {**_PLACE, "metres": "5000"},
    "people_around_service_points": {"day": _DAY},
    "older_people_without_lift": {"day": _DAY},
    "how_many_live_here": {"day": _DAY, "address": "东风路1弄1号101室"},
    "who_handles": {"words": "小区门口的路灯坏了谁修"},
    "people_with_tags": {"day": _DAY, "tags": "行动不便、独居老人"},
    "silent_people": {"day": _DAY, "programme": "g1", "tag": "独居老人"},
    "programme_ledger": {**_PERIOD, "programme": "g1"},
    "reaching_age": {"since": "2021-01-01", "until": "2023-12-31"},
    "residence_by_committee": {},
    "living_alone": {"day": _DAY},
    "empty_nests": {"day": _DAY},
    "several_signals": {"day": _DAY},
    "crowded_dwellings": {"day": _DAY, "square_metres": "15"},
    "vacant_but_lived_in": {"day": _DAY},
    "people_needing_help": {"day": _DAY, "place": "东风路1弄"},
    "helpers_near": {**_PLACE, "metres": "3000"},
    "shelters_near": {**_PLACE, "metres": "5000"},
    "first_aiders_by_committee": {"day": _DAY},
    "idle_venues": {"day": _DAY},
    "open_needs": {"day": _DAY},
    "offers_for_need": {"need": "n1"},
    "needs_for_organisation": {"organisation": "o1"},
    "hiring_needs": {},
    "services_nobody_offers": {},
    "tag_portrait": {"day": _DAY, "tag": "行动不便"},
    "tags_alongside": {"day": _DAY, "tag": "行动不便"},
    "age_pyramid": {"day": _DAY},
    "tag_by_committee": {"day": _DAY, "earlier": "2020-01-01", "tag": "爱唱歌"},
    "lift_unit_portrait": {},
    "contacts_by_committee": _PERIOD,
    "needs_by_committee": {"day": _DAY},
    "data_gaps_by_committee": {},
    "activity_reach": _PERIOD,
    "vaccination_balance": {"day": _DAY, "programme": "g2"},
    "tagged_by_unit": {"day": _DAY},
    "close_contacts": {"day": _DAY, "resident": "p:东风路1弄1号103室:0"},
    "unit_headcount": {"day": _DAY, "place": "东风路"},
}
