"""Searches that people keep, and what each has found since."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.references import reference_field
from marketplace.models import Listing
from search.query import CatalogueQuery
from search.saved.storing import unpack


class AlertRhythm(models.TextChoices):
    AT_ONCE = "at_once", "dès qu’une annonce paraît"
    DAILY = "daily", "chaque matin, s’il y a du nouveau"
    WEEKLY = "weekly", "chaque lundi matin, s’il y a du nouveau"
    NEVER = "never", "jamais, je reviens voir ici"


class SavedSearchQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of `user`: nobody else ever reads what somebody looks for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(owner=user)


class SavedSearch(models.Model):
    """A query of the catalogue that somebody keeps; an alert unless its rhythm is «never».

    `query` is the query itself, packed (`search.saved.storing`): reading it again from an address
    would leave aside what has no listing today, and the alert would find more than was asked.
    """

    ref = reference_field()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="par",
        related_name="saved_searches",
    )
    # Which intranet speaks in its letters; none for who belongs to nothing.
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        verbose_name="organisme",
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField("nom", max_length=80)
    words = models.CharField("ce qui est cherché", max_length=300)
    query = models.JSONField("recherche")
    # What makes it the same search as another of the same person.
    signature = models.CharField("empreinte", max_length=64, editable=False)
    rhythm = models.CharField(
        "alerte", max_length=10, choices=AlertRhythm.choices, default=AlertRhythm.DAILY
    )
    # Each group holds the keys of which a listing must have one; those of the rarest are rows.
    groups = models.JSONField("clés attendues", default=list, editable=False)
    # The version of the synonyms that these keys were made with: others may find more since.
    indexed_with = models.CharField(
        "version des synonymes", max_length=32, blank=True, editable=False
    )
    last_day = models.DateField("dernier jour cherché", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("gardée le", default=timezone.now)
    told_at = models.DateTimeField("dernière alerte", null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche gardée"
        verbose_name_plural = "recherches gardées"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "signature"], name="search_saved_once"),
            models.CheckConstraint(
                condition=Q(rhythm__in=AlertRhythm.values), name="search_saved_rhythm_known"
            ),
        ]

    def __str__(self) -> str:
        # As the platform's staff read it: not the name, which is often what is looked for.
        return self.ref

    @property
    def catalogue_query(self) -> CatalogueQuery:
        return unpack(self.query)


class SearchKey(models.Model):
    """One of the keys by which a new listing finds a search: see `search.saved.keys`."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "search"], name="search_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class Finding(models.Model):
    """A listing that an alert has found: told once, and never again."""

    search = models.ForeignKey(
        SavedSearch, models.CASCADE, verbose_name="recherche", related_name="findings"
    )
    listing = models.ForeignKey(Listing, models.CASCADE, verbose_name="annonce", related_name="+")
    found_at = models.DateTimeField("trouvée le", default=timezone.now)
    told_at = models.DateTimeField("annoncée le", null=True, blank=True)

    class Meta:
        verbose_name = "annonce trouvée"
        verbose_name_plural = "annonces trouvées"
        constraints = [
            models.UniqueConstraint(fields=["search", "listing"], name="search_finding_once"),
        ]
        indexes = [
            models.Index(
                fields=["found_at"],
                condition=Q(told_at__isnull=True),
                name="search_finding_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.search}, {self.listing}"


class OnlineListing(models.Model):
    """How a listing stood when last looked at: what tells news from a corrected comma.

    `readers`: its reader tokens, empty when it is not online. `waiting_since`: it is news, and the
    alerts were not asked yet.
    """

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, verbose_name="annonce", related_name="+"
    )
    readers = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = "annonce en ligne"

    def __str__(self) -> str:
        return f"{self.listing_id} {self.readers}"
