"""Loading the communes and EPCI that ship with the product."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Commune, Epci
from accounts.places.names import fold

DATA = Path(__file__).resolve().parent / "data"
BATCH = 1000


def load_reference() -> tuple[int, int]:
    """Write every EPCI and commune, new or changed; returns how many of each.

    Safe to repeat. A commune that the new file no longer names is kept: organisations may still
    refer to it.
    """
    epcis = [
        Epci(
            siren=row["siren"],
            name=_typeset(row["name"]),
            kind=row["kind"],
            tax_regime=row["tax_regime"],
            own_taxation=row["own_taxation"] == "true",
            population=int(row["population"]),
        )
        for row in _rows("epci.csv.gz")
    ]
    communes = [
        Commune(
            code=row["code"],
            name=_typeset(row["name"]),
            folded_name=fold(row["name"]),
            postal_codes=row["postal_codes"],
            department_code=row["department_code"],
            population=int(row["population"]),
            epci_id=row["epci_siren"] or None,
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            located=row["located"],
        )
        for row in _rows("communes.csv.gz")
    ]
    with transaction.atomic():
        _write(Epci, epcis)
        _write(Commune, communes)
        _count_again(Epci, Commune)
    return len(epcis), len(communes)


def _typeset(name: str) -> str:
    """Return the name with the apostrophe that pages use: the files have the typewriter’s."""
    return name.replace("'", "’")


def _write(model: type[Epci] | type[Commune], rows: list) -> None:
    key = model._meta.pk.name
    fields = [field.name for field in model._meta.concrete_fields if field.name != key]
    model.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=fields,
        unique_fields=[key],
    )


def _count_again(*models: type[Model]) -> None:
    """Have PostgreSQL count the rows now: until it does by itself, it plans as if there were few,
    and a page that joins communes may take minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
