"""Who of the coordination follows which services, and when an exchange was called to mind."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Department
from marketplace.exchanges.models import Exchange


class DepartmentCoordinator(models.Model):
    """Who follows a service and those below it, and who does when they are away.

    It gives no right: every coordinator of the collectivité may settle everything.
    """

    department = models.OneToOneField(
        Department, models.CASCADE, verbose_name="service", related_name="followed_by"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="suivi par", related_name="+"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="suppléance",
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "suivi d’un service"
        verbose_name_plural = "suivi des services"
        constraints = [
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("coordinator")),
                name="marketplace_department_deputy_is_another",
                violation_error_message="La suppléance revient à quelqu’un d’autre.",
            )
        ]

    def __str__(self) -> str:
        return str(self.department)


class Reminder(models.Model):
    """The last time that the coordination called an exchange to mind; one row an exchange."""

    exchange = models.OneToOneField(
        Exchange, models.CASCADE, verbose_name="échange", related_name="reminder"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        related_name="+",
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "relance"

    def __str__(self) -> str:
        return str(self.exchange)
