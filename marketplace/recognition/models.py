"""A thank-you between the two sides of an exchange, and the story that one of them would tell."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Verification
from accounts.readers import reader_for
from accounts.references import reference_field
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import SIDES

SHOWN = 3  # the latest ones on a page: no count, no order but time


class ThankYouQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.exclude(state="withdrawn")

    def between_sides_of(self, user: Any) -> Self:
        """Return those of the exchanges in which `user` speaks for a side."""
        mine = Exchange.objects.of_person(user).order_by().values("pk")
        return self.standing().filter(exchange__in=mine)

    def received_by(self, user: Any) -> Self:
        return self.standing().filter(to=reader_for(user).user_id)

    def given_by(self, user: Any) -> Self:
        return self.standing().filter(author=reader_for(user).user_id)

    def moderated_by(self, user: Any) -> Self:
        """Return those that `user` reads for the organisation thanked, as its coordination.

        An association's are read by the coordination of those that verified it; where nobody
        coordinates, by the platform's staff, who may read all that waits.
        """
        if getattr(user, "is_staff", False) and user.is_active:
            return self.all()
        bodies = reader_for(user).organisations_with_role("coordinator")
        known = Verification.objects.live().filter(by__in=bodies).order_by()
        return self.filter(
            Q(to_organisation__in=bodies) | Q(to_organisation__in=known.values("association"))
        )

    def to_moderate(self) -> Self:
        """Return those that wait to be read: to be made public, or because of a report."""
        return self.filter(
            Q(state="to_moderate") | Q(reported_at__isnull=False) & ~Q(state="withdrawn")
        )

    def visible_to(self, user: Any) -> Self:
        """Return those of one's own exchanges, received or given."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        everything = self.__class__(self.model, using=self.db)
        mine = everything.between_sides_of(user).order_by().values("pk")
        return self.filter(Q(to=reader.user_id) | Q(author=reader.user_id) | Q(pk__in=mine))

    def public(self) -> Self:
        return self.filter(state="public")

    def for_page(self) -> Self:
        return self.select_related(
            "exchange__listing__department", "author", "for_organisation", "to", "to_organisation"
        )


class ThankYou(models.Model):
    """Words from one side to a person of the other; and a skill that they saw at work, perhaps.

    Between the two sides at once; public only if who is thanked wants it, and moderation agrees.
    """

    class State(models.TextChoices):
        PRIVATE = "private", "entre vous"
        TO_MODERATE = "to_moderate", "à relire par la coordination"
        PUBLIC = "public", "public"
        KEPT_PRIVATE = "kept_private", "reste entre vous"
        WITHDRAWN = "withdrawn", "retiré"

    ref = reference_field()
    exchange = models.ForeignKey(
        Exchange, models.CASCADE, verbose_name="échange", related_name="thanks"
    )
    side = models.CharField("de", max_length=10, choices=SIDES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="écrit par", related_name="+"
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="à", related_name="thanks_received"
    )
    to_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme remercié", related_name="+"
    )
    words = models.TextField("merci", max_length=600)
    # Chosen among what the person says of themselves: nothing to read again before it is shown.
    skill = models.CharField("savoir-faire confirmé", max_length=150, blank=True)
    skill_shown = models.BooleanField("savoir-faire montré", default=False)
    shows_name = models.BooleanField("montre le nom", default=False)
    state = models.CharField("état", max_length=12, choices=State.choices, default=State.PRIVATE)
    state_since = models.DateTimeField("dans cet état depuis", default=timezone.now)
    at = models.DateTimeField("le", default=timezone.now, editable=False)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="relu par",
        null=True,
        blank=True,
        related_name="+",
    )
    moderated_at = models.DateTimeField("relu le", null=True, blank=True)
    # What somebody found wrong in it; who, the coordination does not need to know.
    reported_at = models.DateTimeField("signalé le", null=True, blank=True)
    report = models.TextField("signalement", max_length=1000, blank=True)

    objects = ThankYouQuerySet.as_manager()

    class Meta:
        verbose_name = "merci"
        verbose_name_plural = "mercis"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "side"],
                condition=~Q(state="withdrawn"),
                name="marketplace_thanks_once_a_side",
                violation_error_message="Votre merci est déjà dit.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["private", "to_moderate", "public", "kept_private", "withdrawn"]
                ),
                name="marketplace_thanks_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="public") | Q(moderated_at__isnull=False),
                name="marketplace_thanks_public_once_read",
            ),
            models.CheckConstraint(
                condition=~Q(skill_shown=True) | ~Q(skill=""),
                name="marketplace_thanks_shows_a_skill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange.listing} ({self.get_state_display()})"


class StoryOffer(models.Model):
    """«Je veux bien le raconter»: once an exchange, for the editors of who gave."""

    exchange = models.OneToOneField(
        Exchange, models.CASCADE, verbose_name="échange", related_name="story_offer"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+"
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", related_name="+"
    )
    beginning = models.TextField("comment cela a commencé", max_length=1500, blank=True)
    moment = models.TextField("un moment à retenir", max_length=1500, blank=True)
    change = models.TextField("ce que cela a changé", max_length=1500, blank=True)
    may_name = models.BooleanField("le prénom peut paraître", default=False)
    at = models.DateTimeField("le", default=timezone.now, editable=False)
    # The page of the intranet, which this room does not know.
    page_id = models.PositiveIntegerField("page", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "récit proposé"
        verbose_name_plural = "récits proposés"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.exchange.listing)
