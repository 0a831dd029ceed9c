"""A problem that a reader reports on a listing, for whoever moderates it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Verification
from accounts.readers import reader_for
from accounts.references import reference_field
from marketplace.catalogue.models import Listing


class ReportQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Return those that `user` settles, as coordination or as the platform's staff."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        if getattr(user, "is_staff", False):
            return self.all()
        bodies = reader.organisations_with_role("coordinator")
        known = Verification.objects.live().filter(by__in=bodies).order_by()
        return self.filter(
            Q(listing__organisation__in=bodies)
            | Q(listing__organisation__in=known.values("association"))
        )


class Report(models.Model):
    class Reason(models.TextChoices):
        PERSONAL = "personal", "une coordonnée privée, ou quelque chose sur une personne"
        FALSE = "false", "ce n’est pas vrai, ou trompeur"
        GONE = "gone", "ce n’est plus disponible"
        UNSAFE = "unsafe", "c’est dangereux, ou en mauvais état"
        MISPLACED = "misplaced", "cela n’a pas sa place ici"
        OTHER = "other", "autre chose"

    class Outcome(models.TextChoices):
        UNCHANGED = "unchanged", "rien à changer"
        MENDED = "mended", "corrigé"
        WITHDRAWN = "withdrawn", "annonce retirée"

    ref = reference_field()
    listing = models.ForeignKey(
        Listing, models.CASCADE, verbose_name="annonce", related_name="reports"
    )
    # Never shown to whoever answers for the listing.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="signalé par",
        null=True,
        blank=True,
        related_name="+",
    )
    reported_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", null=True, blank=True, related_name="+"
    )
    reason = models.CharField("raison", max_length=12, choices=Reason.choices)
    words = models.TextField("en quelques mots", max_length=1000, blank=True)
    at = models.DateTimeField("le", default=timezone.now, editable=False)
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="réglé par",
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField("suite", max_length=12, choices=Outcome.choices, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "reported_by"],
                condition=Q(settled_at__isnull=True),
                name="marketplace_report_open_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__isnull=False) & ~Q(outcome=""),
                name="marketplace_report_settled_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} : {self.get_reason_display()}"
