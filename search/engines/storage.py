"""Writing the embedded index, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from search.boosts import FIELDS
from search.documents import Document
from search.models import Row

BATCH = 400  # SQLite takes a bounded number of parameters
_COLUMNS = ", ".join(FIELDS)


def write(kind: str, ids: Sequence[int], documents: Sequence[Document]) -> None:
    """Make the index of these `ids` hold these documents and nothing else; all or nothing."""
    found = {document.object_id: document for document in documents}
    gone = [pk for pk in ids if pk not in found]
    rows = [
        Row(
            kind=kind,
            object_id=pk,
            sort_at=document.sort_at,
            sense_hash=document.sense_hash,
            **document.columns(),
        )
        for pk, document in found.items()
    ]
    with transaction.atomic():
        for start in range(0, len(gone), BATCH):
            _forget(kind, gone[start : start + BATCH])
        Row.objects.bulk_create(
            rows,
            batch_size=BATCH // 10,
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=[*FIELDS, "sort_at", "sense_hash"],
        )
        if connection.vendor == "sqlite":
            kept = list(found)
            for start in range(0, len(kept), BATCH):
                _copy_to_fts(kind, kept[start : start + BATCH])


def _forget(kind: str, ids: Sequence[int]) -> None:
    rows = Row.objects.filter(kind=kind, object_id__in=ids)
    if connection.vendor == "sqlite":
        row_ids = list(rows.values_list("pk", flat=True))
        if row_ids:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM search_fulltext WHERE rowid IN ({_marks(row_ids)})",  # noqa: S608
                    row_ids,
                )
    rows.delete()


def _copy_to_fts(kind: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO search_fulltext (rowid, {_COLUMNS}) "  # noqa: S608
            f"SELECT id, {_COLUMNS} FROM search_row "
            f"WHERE kind = %s AND object_id IN ({_marks(ids)})",
            [kind, *ids],
        )


def _marks(values: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(values))
