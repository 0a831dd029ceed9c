"""The Monday letter of the coordination: the last week it was written for, and if it is wanted."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Organisation


class MondayLetter(models.Model):
    """One row a coordinator and collectivité; `week` is the last Monday that was looked at.

    The row, not the e-mail, is what says that a week is done: two schedulers write one letter.
    """

    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="coordination", related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name="organisme", related_name="+"
    )
    week = models.DateField("semaine du", null=True, blank=True)
    is_wanted = models.BooleanField("reçue", default=True)

    class Meta:
        verbose_name = "lettre du lundi"
        verbose_name_plural = "lettres du lundi"
        constraints = [
            models.UniqueConstraint(
                fields=["coordinator", "organisation"], name="marketplace_monday_letter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.coordinator}, {self.organisation.short_name}"
