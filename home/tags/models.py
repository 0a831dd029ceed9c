"""Tags on pages: words that one collectivité chose, by which its readers find more of the same."""

from __future__ import annotations

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase

from home.media.models import EditorialTag


class TaggedPage(ItemBase):
    """One tag on one page; kept with its drafts, as all that is the page's."""

    tag = models.ForeignKey(EditorialTag, models.CASCADE, related_name="tagged_pages")
    content_object = ParentalKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="editorial_tagged_items"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="home_page_tagged_once")
        ]


class TagsMixin(models.Model):
    tags = ClusterTaggableManager(
        through=TaggedPage,
        verbose_name="étiquettes",
        blank=True,
        help_text="Quelques mots de votre intranet, pour trouver d’autres pages sur le même sujet.",
    )

    class Meta:
        abstract = True
