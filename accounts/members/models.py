"""What was done to memberships, roles and departments: a journal that nothing rewrites."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.organisations.belonging import organisations_where


class PeopleEventQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return those of the organisations that `user` coordinates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=organisations_where(user, "coordinator"))


class PeopleEvent(models.Model):
    """One change, who made it, for which organisation, about whom (nobody, for a department)."""

    class Kind(models.TextChoices):
        MEMBERSHIP_BEGUN = "membership_begun", "arrivée"
        MEMBERSHIP_ENDED = "membership_ended", "fin d’appartenance"
        MEMBERSHIP_RESUMED = "membership_resumed", "fin annulée"
        POST_CHANGED = "post_changed", "poste changé"
        ROLE_BEGUN = "role_begun", "rôle confié"
        ROLE_ENDED = "role_ended", "rôle terminé"
        DEPUTY_NAMED = "deputy_named", "suppléance confiée"
        DEPARTMENT_CREATED = "department_created", "service créé"
        DEPARTMENT_RENAMED = "department_renamed", "service renommé"
        DEPARTMENT_MOVED = "department_moved", "service déplacé"
        DEPARTMENT_CLOSED = "department_closed", "service fermé"
        IMPORTED = "imported", "import"

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="people_events"
    )
    kind = models.CharField(max_length=30, choices=Kind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # None for a command of the platform and for what falls due by itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What changed, in words that name services, roles and days, never the person.
    detail = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PeopleEventQuerySet.as_manager()

    class Meta:
        verbose_name = "changement"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-at"]),
            models.Index(fields=["person", "-at"]),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
