"""The state of the index, the embedded index itself, and the synonyms in force."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from search.pinned.models import PinnedPage
from search.saved.models import Finding, OnlineListing, SavedSearch, SearchKey
from search.sense.models import SenseVector
from search.unmet.models import Demand, DemandAsker, SeasonSecret

__all__ = [
    "Demand",
    "DemandAsker",
    "Finding",
    "FullText",
    "IndexEntry",
    "OnlineListing",
    "PinnedPage",
    "Row",
    "SavedSearch",
    "SearchKey",
    "SeasonSecret",
    "SenseVector",
    "SynonymGroup",
    "SynonymOptOut",
    "ThesaurusVersion",
    "VectorRow",
]


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
    # Which vector tells its sense (`search.sense`); empty until it was written by this version.
    sense_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_row_once"),
        ]
        indexes = [models.Index(fields=["sense_hash"], name="search_row_sense")]

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


class SynonymGroup(models.Model):
    """Names that are said for one another, of the platform or of one collectivité.

    With `found`, one direction only: who looks for one of `asked` finds `found` too. Both are names
    between commas. `key` is that of a group that ships with the product; once `edited`, or put out
    of force, a new release leaves it as it is.
    """

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="synonym_groups",
        verbose_name="collectivité",
        help_text="Vide\u00a0: pour toute la plateforme.",
    )
    asked = models.CharField("mots", max_length=400)
    found = models.CharField("trouvent aussi", max_length=400, blank=True)
    in_force = models.BooleanField("en vigueur", default=True)
    key = models.CharField("clé du thésaurus livré", max_length=80, blank=True, editable=False)
    edited = models.BooleanField("modifié ici", default=False, editable=False)
    changed_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "synonymes de la recherche"
        ordering = ["asked", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="search_synonym_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked} > {self.found}" if self.found else self.asked


class SynonymOptOut(models.Model):
    """A group of the platform that a collectivité switched off for its own searches."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="synonym_opt_outs", verbose_name="collectivité"
    )
    group = models.ForeignKey(
        SynonymGroup, models.CASCADE, related_name="opt_outs", verbose_name="groupe"
    )

    class Meta:
        verbose_name = "groupe désactivé"
        verbose_name_plural = "groupes désactivés"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "group"], name="search_synonym_opt_out_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}\u00a0: {self.group}"


class ThesaurusVersion(models.Model):
    """One row whose token changes, in the same transaction, whenever a group does."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token
