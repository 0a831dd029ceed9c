"""Pages that editors show first for some words."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page, Site


class PinnedPage(models.Model):
    """A page of a site, first among the pages found there for a phrase.

    `key` is the words of the phrase as the search reads them (`rules.key_of`): the same words said
    otherwise are the same phrase.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="pinned_pages", verbose_name="site")
    phrase = models.CharField("mots cherchés", max_length=80)
    key = models.CharField("mots tels que la recherche les lit", max_length=300, editable=False)
    page = models.ForeignKey(
        Page, models.CASCADE, related_name="pinned_for", verbose_name="page montrée en premier"
    )

    class Meta:
        verbose_name = "page choisie"
        verbose_name_plural = "pages choisies dans la recherche"
        ordering = ["phrase", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="search_pinned_phrase_once"),
        ]

    def __str__(self) -> str:
        return f"{self.phrase}\u00a0: {self.page}"
