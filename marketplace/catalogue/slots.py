"""When hands are needed, and how many: a need has one slot, or several with hours of their own."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.references import reference_field
from marketplace.catalogue.models import Listing
from marketplace.choices import Direction, Nature, Transfer
from marketplace.words import span_words

# Legal bases of lending somebody for months (domain reference §2.1).
LONG_LENDING = ("mecenat_competences", "mad_droit_commun")
MOST_PLACES = 500
MOST_SLOTS = 30


class Slot(models.Model):
    """A moment of a need and its places. Without hours, it is the need as a whole."""

    ref = reference_field()
    listing = models.ForeignKey(
        Listing, models.CASCADE, verbose_name="besoin", related_name="slots"
    )
    starts_at = models.DateTimeField("à partir du", null=True, blank=True)
    ends_at = models.DateTimeField("jusqu’au", null=True, blank=True)
    places = models.PositiveIntegerField(
        "nombre de places",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )

    class Meta:
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="marketplace_slot_in_order",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1), name="marketplace_slot_places_positive"
            ),
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(starts_at__isnull=True),
                name="marketplace_slot_of_the_whole_once",
            ),
            models.UniqueConstraint(
                fields=["listing", "starts_at", "ends_at"],
                name="marketplace_slot_once",
                violation_error_message="Ce créneau est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return self.words or "tout le besoin"

    @property
    def words(self) -> str:
        """Return «le samedi 28 juin de 9 h à 12 h»; empty for the need as a whole."""
        return span_words(self.starts_at, self.ends_at)

    @property
    def is_whole(self) -> bool:
        return self.starts_at is None

    def is_over(self, now: datetime | None = None) -> bool:
        """Return whether it is too late to come: the slot, or the need, is past."""
        end = self.ends_at or self.listing.available_until
        return end is not None and end <= (now or timezone.now())


def is_of_hands(listing: Listing) -> bool:
    """Return whether one answers it by «Je viens»: a need for hands, not for one precise skill.

    Nor for somebody for months: that is prepared together, whatever its nature.
    """
    if listing.legal_basis in LONG_LENDING:
        return False
    return (
        listing.direction == Direction.NEED
        and listing.nature == Nature.MISSION
        and listing.transfer == Transfer.TIME
    )


def slots_of(listing: Listing) -> list[Slot]:
    """Return the slots of a need, soonest first; without any, the one that it has as a whole.

    The latter is not saved before somebody says that they come: its places are those of the need.
    """
    found = list(listing.slots.all())
    for slot in found:
        slot.listing = listing
    timed = [slot for slot in found if not slot.is_whole]
    return timed or found or [Slot(listing=listing, places=whole_places(listing))]


def whole_places(listing: Listing) -> int:
    """Return how many people the need as a whole asks for."""
    terms = getattr(listing, "need_terms", None)
    return max(1, terms.places) if terms else 1


def welcomes_at_once(listing: Listing) -> bool:
    """Return whether the yes is given in advance to whoever comes, as long as places are left."""
    terms = getattr(listing, "need_terms", None)
    return terms is None or terms.welcome_at_once
