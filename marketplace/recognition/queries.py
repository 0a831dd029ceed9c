"""Which thanks: `visible_to` is the only door."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import Verification
from accounts.readers import reader_for
from marketplace.exchanges.models import Exchange

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
            "exchange__listing", "author", "for_organisation", "to", "to_organisation"
        )
