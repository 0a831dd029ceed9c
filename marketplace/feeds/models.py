"""Secret addresses to which calendars of phones and computers subscribe."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.references import reference_field
from marketplace.booking.models import Resource


def new_token() -> str:
    """Return a secret of 256 bits, as it stands in an address."""
    return secrets.token_urlsafe(32)


class Feed(models.Model):
    """One person's address for their own bookings, or for a calendar that they keep.

    Whoever has the address reads the feed without signing in, so it is shown to its owner alone.
    It is kept as it is, for one subscribes again from another phone. What its owner may not see
    today is not in it.
    """

    ref = reference_field()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="pour", related_name="+"
    )
    # Empty: the person's own bookings.
    resource = models.ForeignKey(
        Resource,
        models.CASCADE,
        verbose_name="calendrier",
        null=True,
        blank=True,
        related_name="feeds",
    )
    token = models.CharField(
        "secret", max_length=43, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "adresse d’agenda"
        verbose_name_plural = "adresses d’agenda"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(resource__isnull=True),
                name="marketplace_feed_one_of_ones_own",
            ),
            models.UniqueConstraint(
                fields=["owner", "resource"], name="marketplace_feed_one_a_calendar"
            ),
        ]

    def __str__(self) -> str:
        return self.ref
