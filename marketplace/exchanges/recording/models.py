"""What was done in an exchange, said by one side and confirmed by the other: rows of facts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organisation
from marketplace.exchanges.models import Exchange, Participant

ASKING, ANSWERING = "asking", "answering"
SIDES = [(ASKING, "qui a demandé"), (ANSWERING, "qui a répondu")]


class Record(models.Model):
    """One statement of the facts; a correction is another one, and the former stays readable."""

    class State(models.TextChoices):
        SAID = "said", "dit par un côté"
        CONFIRMED = "confirmed", "confirmé des deux côtés"
        # The other side said nothing in time: it stands, as said by one side only.
        UNCONTESTED = "uncontested", "non contesté"
        CORRECTED = "corrected", "corrigé depuis"

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="records"
    )
    number = models.PositiveSmallIntegerField("numéro", default=1)
    state = models.CharField("état", max_length=12, choices=State.choices, default=State.SAID)
    note = models.TextField("en quelques mots", max_length=1000, blank=True)
    side = models.CharField("dit par", max_length=10, choices=SIDES)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+"
    )
    said_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    said_at = models.DateTimeField("le", default=timezone.now, editable=False)
    answer_by = models.DateTimeField("réponse attendue avant le")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="confirmé par",
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="confirmé pour",
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)

    class Meta:
        verbose_name = "relevé"
        ordering = ["exchange", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "number"], name="marketplace_record_number_once"
            ),
            # Of two who speak at once, one is told that the other did.
            models.UniqueConstraint(
                fields=["exchange"],
                condition=~Q(state="corrected"),
                name="marketplace_record_one_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed",
                    confirmed_by__isnull=False,
                    confirmed_for__isnull=False,
                    confirmed_at__isnull=False,
                )
                | ~Q(state="confirmed") & Q(confirmed_by__isnull=True, confirmed_at__isnull=True),
                name="marketplace_record_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("said_by")),
                name="marketplace_record_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange.listing} : {self.get_state_display()}"


class RecordedFact(models.Model):
    """One quantity of one kind: attestations and values are computed from these rows."""

    class Kind(models.TextChoices):
        HOURS = "hours", "heures"
        DAYS = "days", "jours"
        UNITS = "units", "exemplaires"
        KILOMETRES = "kilometres", "kilomètres"

    record = models.ForeignKey(Record, models.CASCADE, verbose_name="relevé", related_name="facts")
    kind = models.CharField("sorte", max_length=10, choices=Kind.choices)
    quantity = models.DecimalField("combien", max_digits=8, decimal_places=2)
    # Whose time it was; empty for a thing or a place.
    participant = models.ForeignKey(
        Participant,
        models.CASCADE,
        verbose_name="personne",
        null=True,
        blank=True,
        related_name="facts",
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    class Meta:
        verbose_name = "fait constaté"
        verbose_name_plural = "faits constatés"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="marketplace_fact_positive"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="marketplace_fact_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["hours", "days", "units", "kilometres"]),
                name="marketplace_fact_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.get_kind_display()}"
