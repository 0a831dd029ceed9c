"""Which listings: chained by intent. `visible_to` is the only door to what a reader may see."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Verification
from accounts.periods import live_q
from accounts.readers import Reader, reader_for
from marketplace.choices import ListingState, Scope


def scope_q(reader: Reader) -> Q:
    """Return the condition «the listing's scope is open to this reader»."""
    allowed = Q(scope=Scope.PUBLIC) | Q(organisation__in=reader.organisation_ids)
    if reader.is_verified:
        allowed |= Q(scope=Scope.VERIFIED)
    if reader.partner_ids:
        allowed |= Q(scope=Scope.PARTNERS, organisation__in=reader.partner_ids)
    return allowed


def scope_tokens(scope: str, organisation_id: int) -> list[str]:
    """Return the reader tokens of a published listing: the same rule as `scope_q`, as words."""
    tokens = [f"org:{organisation_id}"]
    if scope == Scope.PUBLIC:
        tokens.append("public")
    elif scope == Scope.VERIFIED:
        tokens.append("verified")
    elif scope == Scope.PARTNERS:
        tokens.append(f"partners-of:{organisation_id}")
    return tokens


def kept_q(reader: Reader) -> Q:
    """Return the condition «this reader answers for the listing»: wrote, keeps, or speaks for."""
    people = Q(author=reader.user_id) | Q(keeper=reader.user_id) | Q(deputy=reader.user_id)
    represented = Q(organisation__in=reader.associations_represented)
    # What a coordinator entered for someone, until that person takes it back.
    coordinated = reader.organisations_with_role("coordinator")
    if coordinated:
        represented |= Q(entered_by=reader.user_id, organisation__in=coordinated)
    return (people & Q(organisation__in=reader.organisation_ids)) | represented


def _followed_q(reader: Reader) -> Q:
    coordinated = Q(organisation__in=reader.organisations_with_role("coordinator"))
    return kept_q(reader) | (coordinated & ~Q(state=ListingState.DRAFT))


def moderated_q(user: Any) -> Q:
    """Return the condition «public and read by this person, for another organisation».

    An association is read by the coordination of those that verified it; the platform's staff
    reads for organisations where nobody coordinates (see `catalogue.moderation`).
    """
    reader = reader_for(user)
    allowed = Q(pk__in=())
    if bodies := reader.organisations_with_role("coordinator"):
        verified = Verification.objects.live().filter(by__in=bodies).order_by()
        allowed |= Q(organisation__in=verified.values("association"))
    if getattr(user, "is_staff", False) and reader.user_id is not None:
        covered = Organisation.objects.filter(
            live_q("memberships__"),
            live_q("memberships__roles__"),
            memberships__roles__kind="coordinator",
        ).order_by()
        known = Verification.objects.live().filter(by__in=covered.values("pk")).order_by()
        allowed |= ~Q(organisation__in=covered.values("pk")) & ~Q(
            organisation__in=known.values("association")
        )
    is_public = Q(scope=Scope.PUBLIC) & ~Q(state=ListingState.DRAFT)
    return allowed & (Q(state=ListingState.SUBMITTED) | is_public)


class ListingQuerySet(models.QuerySet):
    def _all(self) -> Self:
        """Return every row, whatever this queryset was narrowed to."""
        return self.__class__(self.model, using=self.db)

    def published(self) -> Self:
        """Return what is in the catalogue now: published and not past its end."""
        now = timezone.now()
        return self.filter(state=ListingState.PUBLISHED).filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        )

    def ended_for(self, user: Any) -> Self:
        """Return those that `user` could read in the catalogue, and that have left it since."""
        past = Q(state=ListingState.PUBLISHED, expires_at__lte=timezone.now())
        away = Q(state__in=[ListingState.PAUSED, ListingState.ARCHIVED])
        seen = Q(published_at__isnull=False)
        return self.filter(past | away, seen, scope_q(reader_for(user)))

    def in_catalogue_for(self, user: Any) -> Self:
        """Return the published listings whose scope is open to `user`."""
        return self.published().filter(scope_q(reader_for(user)))

    def handled_by(self, user: Any) -> Self:
        """Return those that `user` wrote, keeps, coordinates or moderates, in any state."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        return self.filter(_followed_q(reader) | moderated_q(user))

    def followed_by(self, user: Any) -> Self:
        """Return those that `user` wrote, keeps, or coordinates for its own organisation.

        Not those that they only moderate, for another: who answers these is not theirs to read.
        """
        reader = reader_for(user)
        return self.none() if reader.user_id is None else self.filter(_followed_q(reader))

    def kept_by(self, user: Any) -> Self:
        """Return those that `user` answers for: wrote, keeps, or represents."""
        reader = reader_for(user)
        return self.none() if reader.user_id is None else self.filter(kept_q(reader))

    def moderated_by(self, user: Any) -> Self:
        """Return those that `user` reads before they are public, and may take off."""
        coordinated = reader_for(user).organisations_with_role("coordinator")
        own = Q(organisation__in=coordinated) & ~Q(state=ListingState.DRAFT)
        return self.filter(own | moderated_q(user))

    def to_review(self) -> Self:
        return self.filter(state=ListingState.SUBMITTED)

    def visible_to(self, user: Any) -> Self:
        """Return every listing that `user` may read: the catalogue and what they handle."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.in_catalogue_for(user)
        now = timezone.now()
        in_catalogue = (
            Q(state=ListingState.PUBLISHED)
            & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
            & scope_q(reader)
        )
        handled = Q(pk__in=self._all().handled_by(user).order_by().values("pk"))
        return self.filter(in_catalogue | handled)

    def for_page(self) -> Self:
        """Fetch at once what the page of a listing shows."""
        return self.select_related(
            "organisation__commune",
            "organisation__site",
            "department",
            "category__parent",
            "commune",
            "charter",
            "author",
            "keeper",
            "skill_terms",
            "loan_terms",
            "gift_terms",
            "need_terms",
        ).prefetch_related("photos__renditions", "tags")

    def for_rows(self) -> Self:
        """Fetch at once what a row of a list shows."""
        return self.select_related(
            "organisation", "department", "category", "commune", "skill_terms", "need_terms"
        ).prefetch_related("photos__renditions", "tags")
