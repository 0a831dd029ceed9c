"""Offers of the marketplace beside a page, by what they speak of."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel

from home.offers import offers_for


class LinkedOffersMixin(models.Model):
    """The words that offers beside the page speak of: they are found when it is read, so that an
    offer that is gone is never there, and each reader sees those that they may answer."""

    offer_words = models.CharField(
        "offres à montrer",
        max_length=200,
        blank=True,
        help_text=(
            "Des mots ou des groupes de mots, entre virgules : « vélo, remorque, salle de "
            "réunion ». Les offres qui en parlent paraissent au bas de la page, à qui peut les "
            "lire."
        ),
    )

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        context["offers"] = offers_for(request, words=self.offer_words)
        return context


OFFERS_PANEL = FieldPanel("offer_words")
