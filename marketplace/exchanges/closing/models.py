"""A word from each side once it is over: prompts, never stars."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import SIDES

# Reference §1, workshop questions; the last two are for whoever leads a team.
PROMPTS = (
    ("intention", "Au départ, quelle était l’intention ?"),
    ("expected", "Qu’est-ce que vous en attendiez ?"),
    ("happened", "Que s’est-il passé ?"),
    ("hard", "Qu’est-ce qui a été difficile ?"),
    ("made_possible", "Qu’est-ce que cela a rendu possible ?"),
)
TEAM_PROMPTS = (
    ("team_gains", "Ce que mon équipe y gagne"),
    ("team_loses", "Ce que mon équipe y perd"),
)


class Review(models.Model):
    """What one side says of the exchange, read by both sides and the coordination only."""

    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="reviews"
    )
    side = models.CharField("de", max_length=10, choices=SIDES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+"
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    # «Pas maintenant»: nobody owes anybody a text.
    not_now = models.BooleanField("pas maintenant", default=False)
    at = models.DateTimeField("le", default=timezone.now)
    intention = models.TextField("l’intention", max_length=1000, blank=True)
    expected = models.TextField("ce qui était attendu", max_length=1000, blank=True)
    happened = models.TextField("ce qui s’est passé", max_length=1000, blank=True)
    hard = models.TextField("ce qui a été difficile", max_length=1000, blank=True)
    made_possible = models.TextField("ce que cela a rendu possible", max_length=1000, blank=True)
    team_gains = models.TextField("ce que l’équipe y gagne", max_length=1000, blank=True)
    team_loses = models.TextField("ce que l’équipe y perd", max_length=1000, blank=True)

    class Meta:
        verbose_name = "retour sur un échange"
        verbose_name_plural = "retours sur les échanges"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "side"], name="marketplace_review_once_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange.listing} ({self.get_side_display()})"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Return the prompts that were answered, with the answer."""
        return [
            (prompt, getattr(self, name))
            for name, prompt in (*PROMPTS, *TEAM_PROMPTS)
            if getattr(self, name)
        ]
