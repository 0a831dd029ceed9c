"""The state of the index, and the embedded index itself."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q


class IndexEntry(models.Model):
    """What is known of a findable object's place in Elasticsearch.

    `version` goes up in the transaction of each change and never goes down, even when the object
    is gone: it is the external version of the document, so that late or repeated writes lose.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    version = models.PositiveBigIntegerField(default=0)
    indexed_version = models.PositiveBigIntegerField(default=0)
    deleted = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once"),
            models.CheckConstraint(
                condition=Q(indexed_version__lte=F("version")),
                name="search_entry_never_ahead",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "object_id"],
                condition=Q(indexed_version__lt=F("version")),
                name="search_entry_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, version {self.version}"


class Row(models.Model):
    """One findable object in the embedded index: its tokens, made by `search.analysis`.

    On SQLite an FTS5 table (`FullText`) has the same columns under the same row number; on
    PostgreSQL a generated column (`VectorRow.vector`) is made of them. Both stand in a migration.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    variants = models.TextField(blank=True)
    words = models.TextField(blank=True)
    # For equal scores, the latest first.
    sort_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class TableColumn(models.TextField):
    """FTS5's hidden column, named as its table, on which MATCH and bm25() work."""


@TableColumn.register_lookup
class Matches(models.Lookup):
    lookup_name = "matches"

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} MATCH {right}", [*left_params, *right_params]


class FullText(models.Model):
    """The FTS5 table (SQLite only); rows are written by `search.engines.storage`."""

    row = models.OneToOneField(
        Row, models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="full_text"
    )
    table = TableColumn(db_column="search_fulltext")

    class Meta:
        managed = False
        db_table = "search_fulltext"

    def __str__(self) -> str:
        return str(self.pk)


class VectorRow(models.Model):
    """The same table as `Row` with its generated vector (PostgreSQL only)."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    sort_at = models.DateTimeField(null=True)
    vector = SearchVectorField()

    class Meta:
        managed = False
        db_table = "search_row"

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
