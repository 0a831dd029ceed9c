"""Communes and EPCI: reference data for the whole of France, loaded from files that we ship."""

from __future__ import annotations

from django.db import models

from accounts.places.queries import CommuneQuerySet


class Epci(models.Model):
    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=10, help_text="CC, CA, CU, METRO…")
    tax_regime = models.CharField("régime fiscal", max_length=10, blank=True)
    own_taxation = models.BooleanField("fiscalité propre", default=True)
    population = models.PositiveIntegerField("population", default=0)

    class Meta:
        verbose_name = "EPCI"
        verbose_name_plural = "EPCI"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    class Located(models.TextChoices):
        COMMUNE = "commune", "de la commune"
        EPCI = "epci", "moyen de l’intercommunalité"
        DEPARTMENT = "department", "moyen du département"

    # Five characters of text: Corsica has letters, the Ain a leading zero.
    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=120)
    # Folded (lower case, no accents, no hyphens) for look-ups as people type them.
    folded_name = models.CharField(
        "nom sans accents", max_length=120, db_index=True, editable=False
    )
    postal_codes = models.CharField("codes postaux", max_length=200, blank=True)
    department_code = models.CharField("département", max_length=3, db_index=True)
    population = models.PositiveIntegerField("population", default=0)
    epci = models.ForeignKey(
        Epci,
        models.SET_NULL,
        verbose_name="intercommunalité",
        null=True,
        blank=True,
        related_name="communes",
    )
    latitude = models.FloatField("latitude", null=True)
    longitude = models.FloatField("longitude", null=True)
    # How exact the point is: the place itself, or the middle of those known around it.
    located = models.CharField(
        "point", max_length=10, choices=Located.choices, default=Located.COMMUNE
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.department_code})"

    @property
    def exact_label(self) -> str:
        """Return what names this commune alone: «Metz, 57463 (57000 57050)»."""
        return f"{self.name}, {self.code} ({self.postal_codes})"
