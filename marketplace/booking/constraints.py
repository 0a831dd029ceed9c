"""The last guard behind the lock: on PostgreSQL no unit is ever had by two at once."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import DateTimeField, F, Func, Q
from django.db.models.fields import Field

POSTGRESQL = "postgresql"


class TsTzRange(Func):
    """The half-open range between two moments: we keep two columns, the constraint wants one."""

    function = "TSTZRANGE"
    # Compared by the database alone: the type of what it returns is never read in Python.
    output_field: Field = DateTimeField()


class UnitTakenOnce(ExclusionConstraint):
    """No two live allocations of a unit overlap. SQLite has no such constraint: nothing there.

    Stock `ExclusionConstraint` breaks SQLite's migrate and its `validate()`.
    """

    def __init__(self, *, name: str = "marketplace_unit_taken_once", **_: Any) -> None:
        super().__init__(
            name=name,
            expressions=[
                (TsTzRange(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ("unit", RangeOperators.EQUAL),
            ],
            condition=Q(unit__isnull=False) & ~Q(state="released"),
        )

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__name__}", (), {"name": self.name}

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != POSTGRESQL:
            return None
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != POSTGRESQL:
            return None
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != POSTGRESQL:
            return None
        return super().remove_sql(model, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the booking rules, which say it in words and look at the quantity too."""
