"""Consents: who must say yes before a person's working time is given, and what they said."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Notice, Organisation
from accounts.readers import reader_for
from accounts.references import reference_field
from marketplace.choices import ExchangeState
from marketplace.exchanges.models import Exchange, Participant

# Within these, silence may count as a yes: shorter surprises, longer helps nobody.
LEAST_DAYS, MOST_DAYS = 2, 30


class ConsentQuerySet(models.QuerySet):
    def pending(self) -> Self:
        """Return those that wait for an answer, in an exchange that still wants one."""
        return self.filter(state=Consent.State.ASKED, exchange__state=ExchangeState.AGREED)

    def asked_of_person(self, user: Any) -> Self:
        """Return those asked of `user`, or of who stands in for them, where they still belong."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        mine = Q(asked_of=reader.user_id) | Q(in_place_of=reader.user_id)
        return self.filter(
            mine | Q(decided_by=reader.user_id), organisation__in=reader.organisation_ids
        )

    def visible_to(self, user: Any) -> Self:
        """Return those that `user` answers, coordinates, or that are about their own time."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        every = self.__class__(self.model, using=self.db)
        mine = every.asked_of_person(user).order_by().values("pk")
        coordinated = reader.organisations_with_role("coordinator")
        own = Q(participant__user=reader.user_id, organisation__in=reader.organisation_ids)
        return self.filter(Q(pk__in=mine) | Q(organisation__in=coordinated) | own)

    def for_page(self) -> Self:
        return self.select_related(
            "exchange__listing__organisation",
            "exchange__listing__department",
            "exchange__listing__skill_terms",
            "exchange__giver__commune",
            "exchange__receiver",
            "exchange__asked_by",
            "exchange__asked_for",
            "exchange__keeper",
            "exchange__coordinator",
            "participant__user",
            "organisation__commune",
            "organisation__site",
            "asked_of",
            "in_place_of",
            "decided_by",
        )


class Consent(models.Model):
    """One yes that an exchange needs: of a participant's, or (no participant) of the exchange.

    Rows are not rewritten once decided: asking again makes a new one.
    """

    class Kind(models.TextChoices):
        AGENT = "agent", "accord de l’agent"
        HOME_MANAGER = "home_manager", "accord de l’encadrement"
        HOST_MANAGER = "host_manager", "accord de l’encadrement d’accueil"
        LEGAL = "legal", "accord du service juridique"
        ETHICS = "ethics", "avis de déontologie"

    class State(models.TextChoices):
        ASKED = "asked", "attendu"
        GIVEN = "given", "donné"
        REFUSED = "refused", "refusé"
        TACIT = "tacit", "tacite"
        EXPIRED = "expired", "sans réponse"
        REVOKED = "revoked", "retiré"

    class Stopped(models.TextChoices):
        """Why silence no longer counts as a yes."""

        TALK = "talk", "en discussion"
        DATES = "dates", "d’autres dates sont proposées"
        AWAY = "away", "absence"
        BOUNCE = "bounce", "courriel non remis"

    ref = reference_field()
    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="consents"
    )
    participant = models.ForeignKey(
        Participant,
        models.CASCADE,
        verbose_name="participation",
        null=True,
        blank=True,
        related_name="consents",
    )
    kind = models.CharField("quel accord", max_length=12, choices=Kind.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.ASKED)
    # Empty while nobody manages the person nor coordinates there.
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="demandé à",
        null=True,
        blank=True,
        related_name="consents_asked",
    )
    # The absent one, when `asked_of` is their deputy: back early, they may answer too.
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="en suppléance de",
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    # When silence counts as a yes, if it does; when it is too late for any.
    tacit_at = models.DateTimeField("tacite le", null=True, blank=True)
    expires_at = models.DateTimeField("sans réponse au")
    stopped_for = models.CharField(
        "délai arrêté", max_length=8, choices=Stopped.choices, blank=True
    )
    # Part of the signed link: asking somebody else ends the links sent before.
    link_number = models.PositiveSmallIntegerField("lien n°", default=1)
    notice = models.ForeignKey(
        Notice, models.SET_NULL, verbose_name="courriel", null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    # Said by the agent: who replaces them, or what can wait.
    cover = models.TextField("qui remplace", max_length=500, blank=True)
    # What the manager said without deciding: a wish to talk, other dates.
    words = models.TextField("mots", max_length=1000, blank=True)
    other_from = models.DateTimeField("autres dates, du", null=True, blank=True)
    other_until = models.DateTimeField("autres dates, au", null=True, blank=True)

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="répondu par",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("répondu le", null=True, blank=True)
    by_link = models.BooleanField("par le lien reçu", default=False)
    reason = models.TextField("raison", max_length=1000, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "accord demandé"
        verbose_name_plural = "accords demandés"
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(fields=["asked_of", "state"]),
            models.Index(fields=["organisation", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["agent", "home_manager", "host_manager", "legal", "ethics"]),
                name="marketplace_consent_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "given", "refused", "tacit", "expired", "revoked"]),
                name="marketplace_consent_state_known",
            ),
            # One at a time of each kind: a double click, or two at once, ask once.
            models.UniqueConstraint(
                fields=["participant", "kind"],
                condition=Q(state__in=["asked", "given", "tacit"], participant__isnull=False),
                name="marketplace_consent_once_a_participant",
            ),
            models.UniqueConstraint(
                fields=["exchange", "kind"],
                condition=Q(state__in=["asked", "given", "tacit"], participant__isnull=True),
                name="marketplace_consent_once_an_exchange",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True)
                | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="marketplace_consent_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(decided_by__isnull=False),
                name="marketplace_consent_given_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "revoked"]) | ~Q(reason=""),
                name="marketplace_consent_no_has_reason",
            ),
            # Silence only counts where a moment was set for it, and the clock was not stopped.
            models.CheckConstraint(
                condition=~Q(state="tacit") | Q(tacit_at__isnull=False, stopped_for=""),
                name="marketplace_consent_tacit_was_announced",
            ),
            models.CheckConstraint(
                condition=Q(stopped_for="") | Q(tacit_at__isnull=True),
                name="marketplace_consent_stopped_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.get_state_display()}"

    @property
    def is_settled(self) -> bool:
        """Return whether it stands in nobody's way."""
        return self.state in (self.State.GIVEN, self.State.TACIT)

    def get_absolute_url(self) -> str:
        return f"/mon-equipe/accords/{self.ref}/"


class ConsentEvent(models.Model):
    """Append-only: what happened to a consent, who, for which organisation, when and why."""

    class What(models.TextChoices):
        ASKED = "asked", "demandé"
        HANDED = "handed", "demandé à quelqu’un d’autre"
        REMINDED = "reminded", "rappelé"
        TALK = "talk", "en parler d’abord"
        DATES = "dates", "d’autres dates proposées"
        GIVEN = "given", "donné"
        REFUSED = "refused", "refusé"
        TACIT = "tacit", "tacite"
        EXPIRED = "expired", "sans réponse"
        REVOKED = "revoked", "retiré"

    consent = models.ForeignKey(
        Consent, models.CASCADE, verbose_name="accord", related_name="events"
    )
    what = models.CharField("étape", max_length=8, choices=What.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="+",
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    by_link = models.BooleanField("par le lien reçu", default=False)
    reason_code = models.CharField("raison choisie", max_length=20, blank=True)
    reason = models.TextField("raison", blank=True)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "étape d’un accord"
        verbose_name_plural = "étapes des accords"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_what_display()


class TacitConsent(models.Model):
    """A collectivité where a manager's silence counts as a yes after some working days."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, verbose_name="organisme", related_name="tacit_consent"
    )
    days = models.PositiveSmallIntegerField(
        "jours ouvrés",
        validators=[MinValueValidator(LEAST_DAYS), MaxValueValidator(MOST_DAYS)],
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="réglé par",
        null=True,
        blank=True,
        related_name="+",
    )
    set_at = models.DateTimeField("réglé le", default=timezone.now)

    class Meta:
        verbose_name = "accord tacite"
        verbose_name_plural = "accords tacites"
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=LEAST_DAYS, days__lte=MOST_DAYS),
                name="marketplace_tacit_consent_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} : {self.days} jours ouvrés"
