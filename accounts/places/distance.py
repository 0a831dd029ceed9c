"""How far two points are from each other."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)


def distance_km(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Return the distance in kilometres as the crow flies; arguments in degrees (haversine)."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_phi = (to_phi - phi) / 2
    half_lambda = radians(to_longitude - longitude) / 2
    chord = sin(half_phi) ** 2 + cos(phi) * cos(to_phi) * sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
