"""What is looked for and not there: words that five people asked, and no person."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from accounts.models import Organisation
from accounts.readers import reader_for


class SeasonSecret(models.Model):
    """The key of the marks of one season; it is deleted with it, and nothing undoes them then."""

    season = models.DateField("trimestre", unique=True)
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = "clé d’un trimestre"
        verbose_name_plural = "clés des trimestres"

    def __str__(self) -> str:
        return self.season.isoformat()


class DemandQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return what enough people asked, in the bodies that `user` coordinates."""
        bodies = reader_for(user).organisations_with_role("coordinator")
        return self.filter(organisation__in=bodies).exclude(words="")


class Demand(models.Model):
    """Words that found nothing on the host of a collectivité, in one season.

    `words` stays empty until the fifth different asker: before that, only a mark is kept, of which
    nobody can read the words.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name="organisme", related_name="+"
    )
    season = models.DateField("trimestre")
    mark = models.CharField("marque", max_length=64, editable=False)
    words = models.CharField("mots", max_length=200, blank=True)
    askers = models.PositiveIntegerField("personnes", default=0)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche sans réponse"
        verbose_name_plural = "recherches sans réponse"
        ordering = ["-season", "-askers", "words"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "season", "mark"], name="search_demand_once"
            ),
        ]

    def __str__(self) -> str:
        return self.words or "moins de cinq personnes"


class DemandAsker(models.Model):
    """The mark of one asker of one demand: it counts them apart, and names nobody.

    It is made of the words too, so that nothing ties two demands of one person.
    """

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="marks")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "mark"], name="search_demand_asker_once"),
        ]

    def __str__(self) -> str:
        return str(self.demand_id)
