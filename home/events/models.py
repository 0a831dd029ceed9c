"""Who comes to an event, and who waits for a place."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Membership
from home.queries import restricted, start_of


class SignUpQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Return the person's own: nobody sees who else comes but the desk of the event."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(user=user)

    def coming(self) -> Self:
        return self.filter(state=SignUp.State.COMING)

    def waiting(self) -> Self:
        """Return those who wait, the first first."""
        return self.filter(state=SignUp.State.WAITING).order_by("signed_up_at", "pk")

    def before(self, sign_up: SignUp) -> Self:
        """Return those who signed up before that one, in the order of the list."""
        same_time = models.Q(signed_up_at=sign_up.signed_up_at, pk__lt=sign_up.pk)
        return self.filter(models.Q(signed_up_at__lt=sign_up.signed_up_at) | same_time)

    def still_belonging(self) -> Self:
        """Return those whose person is still of the organisation for which they signed up, and may
        read the page: the only ones that an event reminds, tells, counts on or gives a place."""
        member = Membership.objects.live().filter(
            user=OuterRef("user_id"),
            organisation=OuterRef("organisation_id"),
            organisation__closed_at__isnull=True,
        )
        return self.may_read().filter(Exists(member), user__is_active=True)

    def may_read(self) -> Self:
        """Return those whose person the event's page is not kept from (home/queries.py): everybody,
        or, once it is kept inside, the members of the collectivité in whose site it stands."""
        ours = Membership.objects.live().filter(
            user=OuterRef("user_id"),
            organisation__site__root_page__path=start_of(
                "event__path", "organisation__site__root_page__path"
            ),
            organisation__closed_at__isnull=True,
        )
        return self.filter(~restricted("event__path") | Exists(ours))


class SignUp(models.Model):
    """One person's place at one event, or their turn for one. Giving it up deletes the row."""

    class State(models.TextChoices):
        COMING = "coming", "inscription confirmée"
        WAITING = "waiting", "liste d’attente"

    event = models.ForeignKey("home.EventPage", models.CASCADE, related_name="sign_ups")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="event_sign_ups"
    )
    # For whom one comes: what others are shown of a person who is not of the collectivité.
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=10, choices=State.choices)
    signed_up_at = models.DateTimeField(default=timezone.now)  # the order of the waiting list
    placed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # What the person knows of the event: see `EventPage.announcement`.
    told = models.CharField(max_length=16)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["signed_up_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="home_signup_once"),
            models.CheckConstraint(
                condition=models.Q(state="coming", placed_at__isnull=False)
                | models.Q(state="waiting", placed_at__isnull=True),
                name="home_signup_placed_or_waiting",
            ),
        ]
        indexes = [models.Index(fields=["event", "state", "signed_up_at"])]

    def __str__(self) -> str:
        return f"{self.user}, {self.event}"

    @property
    def is_coming(self) -> bool:
        return self.state == self.State.COMING
