"""Public and school holidays where a resource is: the calendar of the `holidays` library."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

ZONES = ("A", "B", "C")
# The zone of each département (its académie's; code de l'éducation, article L521-1, and the yearly
# arrêté). Corsica and the overseas départements have calendars of their own: no zone.
_DEPARTMENTS = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 "
    "87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 "
    "60 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
_ZONE_OF = {code: zone for zone, codes in _DEPARTMENTS.items() for code in codes.split()}
# Where public holidays differ (code du travail, L3134-13 and L3422-2), as the library names it.
_SUBDIVISIONS = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}


def zone_of(department_code: str) -> str:
    """Return the school zone of a département, A, B or C; an empty text where there is none."""
    return _ZONE_OF.get(department_code, "")


def is_public_holiday(day: date, department_code: str = "") -> bool:
    """Return whether the day is a public holiday there (code du travail, L3133-1)."""
    return day in _public_holidays(_SUBDIVISIONS.get(department_code))


def is_school_holiday(day: date, zone: str) -> bool:
    """Return whether the schools of the zone are closed; False without a zone.

    The official calendar is known two or three years ahead: later days count as school days.
    """
    return zone in ZONES and day in _school_holidays(zone)


@cache
def _school_holidays(zone: str) -> holidays.HolidayBase:
    return holidays.France(subdiv=f"Zone {zone}", categories="school")


@cache
def _public_holidays(subdivision: str | None) -> holidays.HolidayBase:
    return holidays.France(subdiv=subdivision)
