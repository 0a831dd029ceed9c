"""Things that change hands: the state noted on leaving and on return, and what got damaged."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.references import reference_field
from marketplace.booking.models import Allocation, Unit
from marketplace.exchanges.models import Exchange

WORDS = 1000


def photo_path(photo: HandOverPhoto, filename: str) -> str:
    """Return an opaque path below the exchange's folder: the guard reads the exchange there."""
    return f"remises/{photo.hand_over.exchange.ref}/{secrets.token_hex(12)}.jpg"


class HandOver(models.Model):
    """The state of the things when they leave, or when they come back; each is noted once.

    One side notes it, the other agrees or says what differs.
    """

    class Moment(models.TextChoices):
        LEAVING = "leaving", "départ"
        RETURN = "return", "retour"

    class Condition(models.TextChoices):
        GOOD = "good", "bon état"
        WORN = "worn", "des traces d’usage"
        DAMAGED = "damaged", "abîmé ou incomplet"

    class Fuel(models.TextChoices):
        FULL = "4", "plein"
        THREE_QUARTERS = "3", "trois quarts"
        HALF = "2", "moitié"
        QUARTER = "1", "un quart"
        RESERVE = "0", "réserve"

    class Answer(models.TextChoices):
        AGREES = "agrees", "d’accord"
        DIFFERS = "differs", "pas d’accord"

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="hand_overs"
    )
    moment = models.CharField("départ ou retour", max_length=10, choices=Moment.choices)
    at = models.DateTimeField("le", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="noté par", related_name="+"
    )
    recorded_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    condition = models.CharField(
        "état", max_length=10, choices=Condition.choices, default=Condition.GOOD
    )
    words = models.TextField("précisions", max_length=WORDS, blank=True)
    # The lines of the list that day, with what was ticked: the list may change afterwards.
    checklist = models.JSONField("liste", default=list, blank=True)
    kilometres = models.PositiveIntegerField("compteur (km)", null=True, blank=True)
    fuel = models.CharField("carburant", max_length=1, choices=Fuel.choices, blank=True)
    # No copy of the licence is kept: the person says that theirs is valid.
    licence_attested_at = models.DateTimeField("permis attesté le", null=True, blank=True)
    # Who else drives, one name a line: whoever takes it says that their licences are valid too.
    drivers = models.TextField("conduisent aussi", max_length=WORDS, blank=True)
    # Whether the other side was there to agree; a key box asks it of nobody.
    waits_for_answer = models.BooleanField("attend l’autre côté", default=False)
    answer = models.CharField("réponse", max_length=10, choices=Answer.choices, blank=True)
    answer_words = models.TextField("ce qui diffère", max_length=WORDS, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="répondu par",
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "remise ou retour"
        verbose_name_plural = "remises et retours"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "moment"],
                name="marketplace_hand_over_once",
                violation_error_message="C’est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(moment__in=["leaving", "return"])
                & Q(condition__in=["good", "worn", "damaged"])
                & Q(fuel__in=["", "0", "1", "2", "3", "4"])
                & Q(answer__in=["", "agrees", "differs"]),
                name="marketplace_hand_over_words_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="marketplace_hand_over_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.at:%d/%m/%Y}"

    @property
    def is_waiting(self) -> bool:
        """Whether the other side has still to say that it agrees."""
        return self.waits_for_answer and not self.answer


class HandOverPhoto(models.Model):
    """A picture of the state of things; encoded anew, it tells no place nor device."""

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="photos")
    file = models.FileField("photo", upload_to=photo_path, max_length=120)

    class Meta:
        verbose_name = "photo de remise"
        verbose_name_plural = "photos de remise"
        ordering = ["pk"]


class Incident(models.Model):
    """Something was damaged: what stays out of the calendar until somebody settles it."""

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", "réparé, de nouveau en service"
        OUT_OF_USE = "out_of_use", "hors d’usage"

    ref = reference_field()
    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="incidents"
    )
    hand_over = models.OneToOneField(
        HandOver, models.CASCADE, verbose_name="noté au", related_name="incident"
    )
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        verbose_name="exemplaire",
        null=True,
        blank=True,
        related_name="incidents",
    )
    # Of what is counted and not told apart: one is kept out of the calendar.
    repair = models.ForeignKey(
        Allocation,
        models.SET_NULL,
        verbose_name="sorti du calendrier",
        null=True,
        blank=True,
        related_name="+",
    )
    words = models.TextField("ce qui s’est passé", max_length=WORDS)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="signalé par", related_name="+"
    )
    opened_at = models.DateTimeField("signalé le", default=timezone.now)
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="réglé par",
        null=True,
        blank=True,
        related_name="+",
    )
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    settled_words = models.TextField("comment c’est réglé", max_length=WORDS, blank=True)

    class Meta:
        verbose_name = "incident"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | Q(outcome__in=["repaired", "out_of_use"], settled_at__isnull=False),
                name="marketplace_incident_settled_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.exchange.listing}, {self.opened_at:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        return not self.outcome

    def get_absolute_url(self) -> str:
        return f"/mes-echanges/incidents/{self.ref}/"


class LateReminder(models.Model):
    """When who has a thing too long was last reminded; one row an exchange, a reminder a day."""

    exchange = models.OneToOneField(
        Exchange, models.CASCADE, primary_key=True, related_name="late_reminder"
    )
    last_on = models.DateField("dernier rappel")
    keeper_told_at = models.DateTimeField("prêteur prévenu le", null=True, blank=True)
    # Whoever booked it next, warned once; somebody else may come next if they give it up.
    next_warned = models.ForeignKey(
        Exchange,
        models.SET_NULL,
        verbose_name="suivant prévenu",
        null=True,
        blank=True,
        related_name="+",
    )
