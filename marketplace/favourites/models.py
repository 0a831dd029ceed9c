"""A listing that a person keeps aside, for themselves alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from marketplace.catalogue.models import Listing


class Favourite(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="favourites"
    )
    listing = models.ForeignKey(
        Listing, models.CASCADE, verbose_name="annonce", related_name="favourites"
    )
    kept_at = models.DateTimeField("gardée le", default=timezone.now)

    class Meta:
        verbose_name = "annonce gardée"
        verbose_name_plural = "annonces gardées"
        constraints = [
            models.UniqueConstraint(fields=["user", "listing"], name="marketplace_favourite_once")
        ]

    def __str__(self) -> str:
        return str(self.listing)
