"""What belongs to one collectivité in Wagtail besides its pages."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from wagtail.models import Collection, Site


class Tenancy(models.Model):
    """The collections and the groups of one site. Groups are filled from memberships, never by
    hand."""

    site = models.OneToOneField(Site, models.CASCADE, verbose_name="site", related_name="tenancy")
    # Files of the public pages; below it, those of the restricted branch.
    collection = models.OneToOneField(
        Collection, models.PROTECT, verbose_name="collection", related_name="+"
    )
    internal_collection = models.OneToOneField(
        Collection, models.PROTECT, verbose_name="collection réservée", related_name="+"
    )
    editors = models.OneToOneField(
        Group, models.PROTECT, verbose_name="groupe de la rédaction", related_name="+"
    )
    coordinators = models.OneToOneField(
        Group, models.PROTECT, verbose_name="groupe de la coordination", related_name="+"
    )

    class Meta:
        verbose_name = "intranet"

    def __str__(self) -> str:
        return str(self.site)

    def keeps_inside(self, collection: Collection) -> bool:
        """Return whether only the collectivité's people may have the files of this collection,
        which is one of theirs."""
        return collection.path.startswith(self.internal_collection.path)
