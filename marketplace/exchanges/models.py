"""The path of an exchange: one dossier between who gives and who receives."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.references import reference_field
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import Slot
from marketplace.choices import ExchangeState, Transfer, WhoseTime
from marketplace.exchanges import own_time
from marketplace.exchanges.queries import ExchangeQuerySet


def decision_path(exchange: Exchange, filename: str) -> str:
    """Return an opaque path below the exchange's folder: the guard reads the exchange there."""
    suffix = PurePath(filename).suffix.lower()
    return f"decisions/{exchange.ref}/{secrets.token_hex(12)}{suffix}"


class Exchange(models.Model):
    """The dossier of one offer or need, between a giving and a receiving organisation."""

    ref = reference_field()
    listing = models.ForeignKey(
        Listing, models.PROTECT, verbose_name="annonce", related_name="exchanges"
    )
    giver = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="donne", related_name="exchanges_given"
    )
    receiver = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="reçoit", related_name="exchanges_received"
    )
    transfer = models.CharField("comment", max_length=10, choices=Transfer.choices)
    legal_basis = models.CharField("base légale", max_length=40, null=True, blank=True)  # noqa: DJ001
    # Empty unless a person's time is given.
    whose_time = models.CharField(
        "sur quel temps", max_length=10, choices=WhoseTime.choices, blank=True
    )

    # Who moved first (asked for the offer, or answered the need), and for whom.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="demandé par",
        related_name="exchanges_asked",
    )
    asked_for = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="demandé pour", related_name="exchanges_asked"
    )
    # Who answers, on the listing's side.
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="répond",
        related_name="exchanges_kept",
    )
    # A named human coordinator wherever a person's time is given.
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="coordination",
        null=True,
        blank=True,
        related_name="exchanges_coordinated",
    )

    wanted_from = models.DateTimeField("à partir du", null=True, blank=True)
    wanted_until = models.DateTimeField("jusqu’au", null=True, blank=True)
    quantity = models.PositiveIntegerField("nombre", default=1)
    # Whose calendar it takes; then the dates are known.
    resource = models.ForeignKey(
        Resource,
        models.PROTECT,
        verbose_name="ressource",
        null=True,
        blank=True,
        related_name="exchanges",
    )

    # Asked for together with others: every Tuesday, or on chosen days.
    series = models.ForeignKey(
        "marketplace.Series",
        models.SET_NULL,
        verbose_name="série",
        null=True,
        blank=True,
        related_name="exchanges",
    )
    # The offer with which a need is answered, when there is one.
    offer = models.ForeignKey(
        Listing,
        models.PROTECT,
        verbose_name="avec l’offre",
        null=True,
        blank=True,
        related_name="answers",
    )
    # «Je viens»: which moment of a need, and which of its places; none for who waits in line.
    slot = models.ForeignKey(
        Slot,
        models.PROTECT,
        verbose_name="créneau",
        null=True,
        blank=True,
        related_name="exchanges",
    )
    place = models.PositiveIntegerField("numéro de place", null=True, blank=True)
    place_held_until = models.DateTimeField("place gardée jusqu’au", null=True, blank=True)
    # A coordinator may say it for someone at the counter.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="saisi par",
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(
        "état", max_length=12, choices=ExchangeState.choices, default=ExchangeState.PROPOSED
    )
    reason = models.TextField("raison", max_length=1000, blank=True)
    # The decision that lends working time to an association, until the legal room is built.
    decision = models.FileField(
        "décision signée", upload_to=decision_path, max_length=120, blank=True
    )
    decision_added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="décision déposée par",
        null=True,
        blank=True,
        related_name="+",
    )
    decision_added_at = models.DateTimeField("décision déposée le", null=True, blank=True)
    # Once set, each side sees the other's names.
    contact_accepted_at = models.DateTimeField("contact accepté le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    state_since = models.DateTimeField("dans cet état depuis", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("sans réponse au", null=True, blank=True)
    # Its day passed and nobody said anything: both sides are asked once.
    end_asked_at = models.DateTimeField("suite demandée le", null=True, blank=True, editable=False)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        ordering = ["-state_since", "-pk"]
        indexes = [
            models.Index(fields=["giver", "state"]),
            models.Index(fields=["receiver", "state"]),
            models.Index(fields=["asked_by", "state"]),
            models.Index(fields=["keeper", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExchangeState.values),
                name="marketplace_exchange_state_known",
            ),
            models.CheckConstraint(
                condition=Q(wanted_until__isnull=True)
                | Q(wanted_from__isnull=True)
                | Q(wanted_until__gt=F("wanted_from")),
                name="marketplace_exchange_period_in_order",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="marketplace_exchange_quantity_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="marketplace_exchange_refusal_has_reason",
            ),
            # One open request at a time from one person on one listing: a double click is one.
            models.UniqueConstraint(
                fields=["listing", "asked_by", "asked_for"],
                condition=Q(
                    state__in=["introduction", "proposed", "waiting"],
                    resource__isnull=True,
                    slot__isnull=True,
                ),
                name="marketplace_exchange_asked_once",
                violation_error_message="Votre demande est déjà partie.",
            ),
            # Of what has a calendar, one may ask for several days, each once.
            models.UniqueConstraint(
                fields=["resource", "asked_by", "asked_for", "wanted_from", "wanted_until"],
                condition=Q(state__in=["proposed", "waiting", "agreed", "confirmed"]),
                name="marketplace_exchange_booked_once",
                violation_error_message="Votre demande est déjà partie.",
            ),
            # Two people never have the same place, and who stops has none.
            models.UniqueConstraint(
                fields=["slot", "place"],
                condition=Q(place__isnull=False),
                name="marketplace_exchange_place_once",
                violation_error_message="Cette place vient d’être prise.",
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True)
                | (
                    Q(place__gte=1, slot__isnull=False)
                    & ~Q(state__in=["declined", "cancelled", "expired", "interrupted"])
                ),
                name="marketplace_exchange_place_while_open",
            ),
            models.CheckConstraint(
                condition=Q(place_held_until__isnull=True)
                | Q(place__isnull=False, state="waiting"),
                name="marketplace_exchange_place_held_while_waiting",
            ),
            models.UniqueConstraint(
                fields=["slot", "asked_by"],
                condition=Q(
                    slot__isnull=False,
                    state__in=["proposed", "waiting", "agreed", "confirmed", "under_way"],
                ),
                name="marketplace_exchange_comes_once",
                violation_error_message="Vous avez déjà dit que vous venez.",
            ),
            models.CheckConstraint(
                condition=Q(resource__isnull=True)
                | Q(wanted_from__isnull=False, wanted_until__isnull=False),
                name="marketplace_exchange_of_a_resource_has_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} ({self.get_state_display()})"

    @property
    def coordinator_body(self) -> Organisation:
        """Return the organisation for which the coordinator follows: the giving public body.

        Of an agent's own time, the one that receives, or that verified it.
        """
        if own_time.is_own_time(self):
            return own_time.verifier_of(self) or self.receiver
        return self.giver if self.giver.is_public_body else self.receiver

    @property
    def terms_from(self) -> Listing:
        """Return whose terms hold: the offer's when a need is answered with one, else the listing.

        `ExchangeQuerySet.wanting_insurance` says the same to the database.
        """
        return self.offer or self.listing

    def get_absolute_url(self) -> str:
        return f"/mes-echanges/{self.ref}/"

    @property
    def stands_for(self) -> int:
        """Return how many dates this row of a list says; more than 1 after `one_a_series`."""
        return getattr(self, "dates_together", 1) if self.series_id else 1

    @property
    def sides_words(self) -> str:
        """Return «Metz et Lire en Moselle», or one name when it stays between two services."""
        names = dict.fromkeys([self.giver.short_name, self.receiver.short_name])
        return " et ".join(names)

    @property
    def page_of_all_dates(self) -> str:
        """Return where all that this row stands for is read: the page of the series, or its own."""
        if self.series is not None and self.stands_for > 1:
            return self.series.get_absolute_url()
        return self.get_absolute_url()


class ExchangeEvent(models.Model):
    """Append-only: each transition, who, for which organisation, when and why."""

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="events"
    )
    from_state = models.CharField("état d’avant", max_length=12, blank=True)
    to_state = models.CharField("état", max_length=12)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="+",
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", null=True, blank=True, related_name="+"
    )
    reason_code = models.CharField("raison choisie", max_length=20, blank=True)
    reason = models.TextField("raison", blank=True)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "étape de l’échange"
        ordering = ["at", "pk"]


class Message(models.Model):
    """A word between the two sides of an exchange."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    for_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    body = models.TextField("message", max_length=5000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class Participant(models.Model):
    """A person who gives their time in an exchange; ten pairs of hands are ten rows."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposé"
        CONFIRMED = "confirmed", "confirmé"
        LEFT = "left", "n’y est plus"

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "user"], name="marketplace_participant_once"
            )
        ]
