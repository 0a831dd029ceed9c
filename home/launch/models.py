"""What a coordination has done of its launch: ticks, waves of invitations, the managers' letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Department, Invitation, Organisation
from accounts.references import new_reference


class Tick(models.Model):
    """One thing of the thirty days that is done, or one starter page that was read again."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="launch_ticks")
    key = models.CharField(max_length=40)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "étape du lancement"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="home_launch_tick_once")
        ]


class Wave(models.Model):
    """Several people invited at once."""

    class Source(models.TextChoices):
        NEVER = "never", "des membres qui ne sont jamais venus"
        ADDRESSES = "addresses", "des adresses que j’écris"
        PAPER = "paper", "des feuilles à remettre en main propre"

    ref = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="launch_waves")
    source = models.CharField(max_length=10, choices=Source.choices)
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    # What it gave; its guests may be erased since.
    number_sent = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "vague d’invitations"
        ordering = ["-sent_at", "-pk"]


class Guest(models.Model):
    """One person of a wave: a member who was written to, or an invitation."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="guests")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    invitation = models.OneToOneField(
        Invitation, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "personne d’une vague"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(user__isnull=False),
                name="home_launch_guest_written_to_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(invitation__isnull=True),
                name="home_launch_guest_is_one_of_two",
            ),
        ]


class ManagersLetter(models.Model):
    """The letter to the managers, as the coordination rewrote it."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="+")
    text = models.TextField("texte", max_length=6000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "lettre à l’encadrement"
