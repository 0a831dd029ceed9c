"""A mediation: somebody of the coordination listens to both sides, and a way out is written."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.readers import reader_for
from accounts.references import reference_field
from marketplace.exchanges.models import Exchange


class MediationQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """Return those that `user` may follow for the coordination of one side.

        Who is a side of the exchange is not: the other side's words would be theirs to read.
        """
        if not reader_for(user).has_role("coordinator"):
            return self.none()
        ours = Exchange.objects.coordinated_by(user).order_by().values("pk")
        pk = reader_for(user).user_id
        own = Q(exchange__asked_by=pk) | Q(exchange__keeper=pk) | Q(exchange__listing__deputy=pk)
        given = Exchange.objects.filter(participants__user=pk).order_by().values("pk")
        return self.filter(exchange__in=ours).exclude(own).exclude(exchange__in=given)

    def for_page(self) -> Self:
        return self.select_related(
            "exchange__listing__organisation",
            "exchange__listing__department",
            "exchange__listing__commune",
            "exchange__giver",
            "exchange__receiver",
            "exchange__asked_by",
            "exchange__asked_for",
            "exchange__keeper",
            "exchange__coordinator",
            "exchange__resource",
            "asked_by",
            "asked_for",
            "mediator",
            "mediator_for",
        )


class Mediation(models.Model):
    class Outcome(models.TextChoices):
        RESUMED = "resumed", "l’échange reprend"
        COMPLETED = "completed", "l’échange est terminé"
        INTERRUPTED = "interrupted", "l’échange s’arrête là"
        CLOSED = "closed", "le dossier est clos"

    ref = reference_field()
    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="mediations"
    )
    # Where the exchange was: it may resume only if it was under way.
    from_state = models.CharField("état d’avant", max_length=12)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    asked_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    asked_at = models.DateTimeField("demandée le", default=timezone.now)
    mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="suivie par",
        null=True,
        blank=True,
        related_name="+",
    )
    mediator_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="suivie pour",
        null=True,
        blank=True,
        related_name="+",
    )
    taken_at = models.DateTimeField("prise le", null=True, blank=True)
    reminded_at = models.DateTimeField("rappelée le", null=True, blank=True)
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices, blank=True)
    # What both sides agreed on, and read.
    sentence = models.TextField("ce qui est convenu", max_length=1000, blank=True)

    objects = MediationQuerySet.as_manager()

    class Meta:
        verbose_name = "médiation"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange"],
                condition=Q(settled_at__isnull=True),
                name="marketplace_mediation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="marketplace_mediation_settled_how",
            ),
            models.CheckConstraint(
                condition=Q(mediator__isnull=True, mediator_for__isnull=True, taken_at__isnull=True)
                | Q(mediator__isnull=False, mediator_for__isnull=False, taken_at__isnull=False),
                name="marketplace_mediation_taken_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Médiation : {self.exchange.listing}"

    def get_absolute_url(self) -> str:
        return f"/coordination/mediations/{self.ref}/"


class MediationNote(models.Model):
    """Words said in a mediation, and who reads them."""

    class Audience(models.TextChoices):
        # A side's own words: that side and the coordinations.
        SIDE = "side", "un côté et la coordination"
        DESK = "desk", "la coordination des deux organismes"
        BOTH = "both", "les deux côtés et la coordination"

    mediation = models.ForeignKey(
        Mediation, models.CASCADE, verbose_name="médiation", related_name="notes"
    )
    audience = models.CharField("lue par", max_length=4, choices=Audience.choices)
    # Whose words they are («asking» or «answering»); empty for the coordination.
    side = models.CharField("côté", max_length=10, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+"
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    body = models.TextField("mots", max_length=3000)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "note d’une médiation"
        verbose_name_plural = "notes de médiations"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(audience="side") & ~Q(side=""))
                | Q(audience__in=["desk", "both"], side=""),
                name="marketplace_mediation_note_read_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.for_organisation}, {self.get_audience_display()}"
