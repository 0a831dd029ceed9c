"""A person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.references import reference_field

# What is read of a person who had their account erased, wherever their name was.
DEPARTED_FIRST_NAME, DEPARTED_LAST_NAME = "Personne", "partie"


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new user; without a password they sign in with a code sent by e-mail."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new member of the platform's staff."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class DigestRhythm(models.TextChoices):
    AT_ONCE = "at_once", "tout de suite, un message à la fois"
    DAILY = "daily", "une fois par jour"
    WEEKLY = "weekly", "une fois par semaine, le lundi"
    NEVER = "never", "jamais, je lis ici"


class User(AbstractUser):
    """A person, signed in with an e-mail address that may be private and is never shown.

    Erased by anonymising in place: foreign keys to it are PROTECT.
    """

    username = None  # type: ignore[assignment]
    email = models.EmailField(
        "adresse électronique",
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse."},
    )
    ref = reference_field()
    # What one would love to do comes before what one can do.
    wishes = models.TextField("ce que j’aimerais faire", blank=True, max_length=2000)
    skills = models.TextField("on peut m’appeler pour", blank=True, max_length=2000)
    notice_rhythm = models.CharField(
        "recevoir les nouvelles par courriel",
        max_length=10,
        choices=DigestRhythm.choices,
        default=DigestRhythm.AT_ONCE,
    )
    workplace = models.ForeignKey(
        "accounts.Commune",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="où je travaille",
    )
    # Wherever it was; moved by accounts.people.visits, as the visits of each site are.
    last_seen_at = models.DateTimeField("dernière visite", null=True, blank=True)
    # When this person was told that an account nobody uses is erased.
    inactivity_warned_at = models.DateTimeField(
        "averti d’inactivité le", null=True, blank=True, editable=False
    )
    anonymised_at = models.DateTimeField("anonymisé le", null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "personne"
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_whatever_case",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or "Personne sans nom"

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or "·"

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Visit(models.Model):
    """When a person was last on one site, and when the visit before that one ended."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    last_seen_at = models.DateTimeField("dernière visite")
    previous_at = models.DateTimeField("visite d’avant", null=True, blank=True)

    class Meta:
        verbose_name = "visite"
        constraints = [
            models.UniqueConstraint(fields=["user", "site"], name="accounts_visit_once_a_site")
        ]
        indexes = [models.Index(fields=["site", "last_seen_at"])]

    def __str__(self) -> str:
        return f"{self.user}, {self.site}"
