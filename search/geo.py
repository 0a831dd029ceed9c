"""Distances in SQL: kilometres between a row's point and one place, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import F, FloatField, Func, IntegerField, Q, Value
from django.db.models.functions import Coalesce
from django.dispatch import receiver

from accounts.places.distance import EARTH_RADIUS_KM, distance_km

# A listing's own point, or else its commune's.
LATITUDE = Coalesce(F("latitude"), F("commune__latitude"))
LONGITUDE = Coalesce(F("longitude"), F("commune__longitude"))
KM_OF_A_DEGREE = 111.195


def _kilometres(*degrees: float | None) -> float | None:
    if any(degree is None for degree in degrees):
        return None
    return distance_km(*degrees)  # type: ignore[arg-type]


@receiver(connection_created, dispatch_uid="search_sqlite_distance")
def teach_sqlite(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Give SQLite the function that PostgreSQL computes with its own mathematics."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "search_kilometres", 4, _kilometres, deterministic=True
        )


class Kilometres(Func):
    """Kilometres as the crow flies from the row to a point (haversine); null without a place."""

    function = "search_kilometres"
    output_field = FloatField()

    def __init__(self, latitude: float, longitude: float) -> None:
        super().__init__(LATITUDE, LONGITUDE, Value(latitude), Value(longitude))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts = [compiler.compile(source) for source in self.get_source_expressions()]
        (lat, p1), (lon, p2), (to_lat, p3), (to_lon, p4) = parts
        chord = (
            f"sin(radians({to_lat}::float8 - {lat}) / 2) ^ 2 + cos(radians({lat})) * "
            f"cos(radians({to_lat}::float8)) * sin(radians({to_lon}::float8 - {lon}) / 2) ^ 2"
        )
        # (`least` passes over nulls: a row without a place would be at the antipodes)
        sql = (
            f"CASE WHEN {lat} IS NOT NULL AND {lon} IS NOT NULL "
            f"THEN 2 * {EARTH_RADIUS_KM} * asin(sqrt(least(1.0, {chord}))) END"
        )
        return sql, [*p1, *p2, *p3, *p1, *p1, *p3, *p4, *p2]

    # Copies of a Func are made from its attributes, never by calling __init__ again.


class Band(Func):
    """The number of the first bound that a distance does not exceed, `len(bounds)` beyond all."""

    output_field = IntegerField()

    def __init__(self, kilometres: Any, bounds: Sequence[int]) -> None:
        self.bounds = tuple(int(bound) for bound in bounds)
        super().__init__(kilometres)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        inner, params = compiler.compile(self.get_source_expressions()[0])
        # An unknown distance is beyond every bound, for it compares with nothing.
        cases = " ".join(f"WHEN {inner} <= {bound} THEN {n}" for n, bound in enumerate(self.bounds))
        return f"CASE {cases} ELSE {len(self.bounds)} END", [*params] * len(self.bounds)


def box_q(latitude: float, longitude: float, kilometres: float) -> Q:
    """Return the condition «inside the square around the circle»: cheap, and never too narrow."""
    height = kilometres / KM_OF_A_DEGREE * 1.01
    width = height / max(0.01, cos(radians(latitude)))
    return Q(
        row_latitude__range=(latitude - height, latitude + height),
        row_longitude__range=(longitude - width, longitude + width),
    )
