"""Resources with their units and opening hours, and the allocations that fill their calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Commune, Department, Organisation
from accounts.references import reference_field
from marketplace.booking.constraints import UnitTakenOnce
from marketplace.booking.queries import AllocationQuerySet, ResourceQuerySet
from marketplace.booking.school import ZONES


class Resource(models.Model):
    """A thing or a place with one calendar, whatever the listings that offer it."""

    class Kind(models.TextChoices):
        ITEMISED = "itemised", "des exemplaires que l’on distingue"
        BULK = "bulk", "une quantité"

    class Step(models.TextChoices):
        HOUR = "hour", "à l’heure"
        HALF_DAY = "half_day", "à la demi-journée"
        DAY = "day", "à la journée"

    ref = reference_field()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme", related_name="resources"
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name="service",
        null=True,
        blank=True,
        related_name="resources",
    )
    name = models.CharField("nom", max_length=120)
    # As the organisation's own inventory calls it: a second import finds it by its code.
    code = models.CharField("code d’inventaire", max_length=40, blank=True)
    kind = models.CharField("se compte en", max_length=10, choices=Kind.choices)
    # Of a bulk resource; an itemised one has as many as its units in service.
    quantity = models.PositiveIntegerField("nombre", default=1, validators=[MinValueValidator(1)])
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name="commune",
        null=True,
        blank=True,
        related_name="resources",
    )
    place_label = models.CharField("lieu précis", max_length=120, blank=True)

    step = models.CharField("se réserve", max_length=10, choices=Step.choices, default=Step.DAY)
    # Of a loan: taken and given back while open, kept in between. A room is left when it closes.
    kept_while_closed = models.BooleanField("peut être gardé pendant la fermeture", default=True)
    closed_on_public_holidays = models.BooleanField("fermé les jours fériés", default=True)
    school_zone = models.CharField(
        "zone scolaire", max_length=1, choices=[(zone, zone) for zone in ZONES], blank=True
    )
    lead_time = models.DurationField(
        "délai avant l’emprunt", default=timedelta(0), validators=[MinValueValidator(timedelta(0))]
    )
    longest = models.DurationField("durée la plus longue", null=True, blank=True)
    # Time to check and clean: nobody may have it right after a return.
    buffer = models.DurationField(
        "pause entre deux emprunts",
        default=timedelta(0),
        validators=[MinValueValidator(timedelta(0)), MaxValueValidator(timedelta(days=30))],
    )
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "ressource"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["itemised", "bulk"])
                & Q(step__in=["hour", "half_day", "day"]),
                name="marketplace_resource_words_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="marketplace_resource_quantity_positive"
            ),
            models.UniqueConstraint(
                fields=["organisation", "code"],
                condition=~Q(code=""),
                name="marketplace_resource_code_once",
                violation_error_message="Ce code est déjà celui d’une autre chose.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_itemised(self) -> bool:
        return self.kind == self.Kind.ITEMISED

    @property
    def capacity(self) -> int:
        """Return how many there are, taken or not: no query when it comes from `for_calendar`."""
        if not self.is_itemised:
            return self.quantity
        return sum(unit.in_service for unit in self.units.all())


class Unit(models.Model):
    """One of several alike that one tells apart: «Vélo 2»."""

    class Condition(models.TextChoices):
        GOOD = "good", "bon état"
        WORN = "worn", "usé, mais sûr"
        BROKEN = "broken", "à réparer"

    ref = reference_field()
    resource = models.ForeignKey(
        Resource, models.CASCADE, verbose_name="ressource", related_name="units"
    )
    label = models.CharField("nom", max_length=60)
    condition = models.CharField(
        "état", max_length=10, choices=Condition.choices, default=Condition.GOOD
    )
    in_service = models.BooleanField("en service", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "exemplaire"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "label"],
                name="marketplace_unit_label_once",
                violation_error_message="Un autre exemplaire porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class OpeningHours(models.Model):
    """One stretch of a weekday during which the resource may be taken and given back.

    A resource without any is open all the time. Local time of mainland France (settings.TIME_ZONE).
    """

    class Term(models.TextChoices):
        ALWAYS = "always", "toute l’année"
        SCHOOL = "school", "hors vacances scolaires"
        HOLIDAYS = "holidays", "pendant les vacances scolaires"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "lundi"
        TUESDAY = 1, "mardi"
        WEDNESDAY = 2, "mercredi"
        THURSDAY = 3, "jeudi"
        FRIDAY = 4, "vendredi"
        SATURDAY = 5, "samedi"
        SUNDAY = 6, "dimanche"

    resource = models.ForeignKey(
        Resource, models.CASCADE, verbose_name="ressource", related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday.choices)
    opens_at = models.TimeField("de")
    # Midnight is the end of the day.
    closes_at = models.TimeField("à")
    term = models.CharField("quand", max_length=10, choices=Term.choices, default=Term.ALWAYS)

    class Meta:
        verbose_name = "horaire"
        ordering = ["weekday", "opens_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6) & Q(term__in=["always", "school", "holidays"]),
                name="marketplace_opening_words_known",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(closes_at=time(0)),
                name="marketplace_opening_in_order",
                violation_error_message="La fermeture doit venir après l’ouverture.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class Closure(models.Model):
    """Whole days on which the resource stays closed, both included."""

    ref = reference_field()
    resource = models.ForeignKey(
        Resource, models.CASCADE, verbose_name="ressource", related_name="closures"
    )
    first_day = models.DateField("du")
    last_day = models.DateField("au")
    reason = models.CharField("raison", max_length=120, blank=True)

    class Meta:
        verbose_name = "fermeture"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="marketplace_closure_in_order",
                violation_error_message="La fin doit venir après le début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class Allocation(models.Model):
    """Who has how many of a resource, or which unit, when: the only thing a calendar reads.

    Half-open: `starts_at` included, `ends_at` excluded, the buffer inside `ends_at`;
    `returns_at` is when it comes back.
    """

    class State(models.TextChoices):
        HELD = "held", "gardé en attendant"
        FIRM = "firm", "réservé"
        RELEASED = "released", "rendu"

    class Purpose(models.TextChoices):
        EXCHANGE = "exchange", "échange"
        OWN_USE = "own_use", "nous nous en servons"
        REPAIR = "repair", "en réparation"

    ref = reference_field()
    resource = models.ForeignKey(
        Resource, models.PROTECT, verbose_name="ressource", related_name="allocations"
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="exemplaire",
        null=True,
        blank=True,
        related_name="allocations",
    )
    quantity = models.PositiveIntegerField("nombre", default=1)
    starts_at = models.DateTimeField("à partir du")
    returns_at = models.DateTimeField("jusqu’au")
    ends_at = models.DateTimeField("libre à nouveau")
    state = models.CharField("état", max_length=10, choices=State.choices)
    # Of what is held: afterwards it is free again, whether `tick` passed or not.
    held_until = models.DateTimeField("gardé jusqu’au", null=True, blank=True)
    purpose = models.CharField(
        "pour", max_length=10, choices=Purpose.choices, default=Purpose.EXCHANGE
    )
    exchange = models.ForeignKey(
        "marketplace.Exchange",
        models.PROTECT,
        verbose_name="échange",
        null=True,
        blank=True,
        related_name="allocations",
    )
    note = models.CharField("précision", max_length=120, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="réservé par",
        null=True,
        blank=True,
        related_name="+",
    )
    made_at = models.DateTimeField("réservé le", default=timezone.now, editable=False)
    released_at = models.DateTimeField("libéré le", null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = "réservation"
        ordering = ["starts_at", "pk"]
        indexes = [
            # A calendar reads what is not released, from when to when.
            models.Index(
                fields=["resource", "starts_at", "ends_at"],
                condition=~Q(state="released"),
                name="marketplace_allocation_live",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["held", "firm", "released"])
                & Q(purpose__in=["exchange", "own_use", "repair"]),
                name="marketplace_allocation_words_known",
            ),
            models.CheckConstraint(
                condition=Q(returns_at__gt=F("starts_at")) & Q(ends_at__gte=F("returns_at")),
                name="marketplace_allocation_in_order",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & (Q(unit__isnull=True) | Q(quantity=1)),
                name="marketplace_allocation_quantity",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False),
                name="marketplace_allocation_held_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_at__isnull=False)
                | (~Q(state="released") & Q(released_at__isnull=True)),
                name="marketplace_allocation_released_when",
            ),
            UnitTakenOnce(),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.starts_at:%d/%m/%Y %H:%M}"

    def lapses_before(self, now: datetime) -> bool:
        """Return whether it was only held, and its time is over."""
        over = self.held_until is not None and self.held_until <= now
        return self.state == self.State.HELD and over
