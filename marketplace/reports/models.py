"""A problem that a reader reports on a listing, for whoever moderates it."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Organisation, Verification
from accounts.periods import live_q
from accounts.readers import reader_for
from accounts.references import reference_field
from marketplace.catalogue.models import Listing


class ReportQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Return those that `user` settles, as coordination or as the platform's staff.

        Not of a listing for which they answer, unless nobody else would read it.
        """
        reader = reader_for(user)
        pk = reader.user_id
        if pk is None:
            return self.none()
        answers_for = Q(author=pk) | Q(keeper=pk) | Q(deputy=pk)
        own = Listing.objects.filter(answers_for).order_by().values("pk")
        found = self.filter(~Q(listing__in=own) | ~Exists(_who_else_settles()))
        if getattr(user, "is_staff", False):
            return found
        bodies = reader.organisations_with_role("coordinator")
        known = Verification.objects.live().filter(by__in=bodies).order_by()
        return found.filter(
            Q(listing__organisation__in=bodies)
            | Q(listing__organisation__in=known.values("association"))
        )


def _who_else_settles() -> QuerySet[Membership]:
    """Return, within a query of reports, the coordinators who do not answer for the listing.

    `rules._moderators` says the same of one listing.
    """
    answered = Listing.objects.filter(
        Q(author=OuterRef("user")) | Q(keeper=OuterRef("user")) | Q(deputy=OuterRef("user")),
        pk=OuterRef(OuterRef("listing")),
    )
    knows_it = Verification.objects.live().filter(
        association=OuterRef(OuterRef("listing__organisation")), by=OuterRef("organisation")
    )
    return (
        Membership.objects.live()
        .filter(live_q("roles__"), roles__kind="coordinator", user__is_active=True)
        .filter(Q(organisation=OuterRef("listing__organisation")) | Exists(knows_it))
        .exclude(Exists(answered))
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
