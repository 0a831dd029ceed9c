"""Seeing that a listing is news, and having the alerts find it.

`look` runs inside the transaction of the change, after the index; the alerts are asked after the
commit. Rows are the truth: what a lost task leaves waiting, `find_due` (run by `tick`) takes up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from marketplace.catalogue.queries import scope_tokens
from marketplace.models import Listing
from search.saved.matching import alerts_for
from search.saved.models import Finding, OnlineListing
from search.saved.telling import tell_found

logger = logging.getLogger(__name__)

# Longer than a task takes to come: before that, it is not lost.
LOST_AFTER = timedelta(minutes=2)


def look(listing_ids: Iterable[int]) -> None:
    """See which of these listings came online, were renewed or are open to more readers.

    Must be called in the transaction of the change, once the embedded index holds it.
    """
    listings = list(Listing.objects.filter(pk__in=set(listing_ids)).order_by("pk"))
    known = OnlineListing.objects.in_bulk([one.pk for one in listings])
    now = timezone.now()
    seen, news = [], []
    for listing in listings:
        online = listing.is_published and not listing.is_expired
        readers = scope_tokens(listing.scope, listing.organisation_id) if online else []
        before = known.get(listing.pk)
        row = OnlineListing(
            listing=listing,
            readers=" ".join(readers),
            expires_at=listing.expires_at,
            waiting_since=before.waiting_since if before else None,
        )
        if not online:
            row.waiting_since = None
        elif before is None or _is_news(before, row):
            row.waiting_since = now
            news.append(listing.pk)
        seen.append(row)
    OnlineListing.objects.bulk_create(
        seen,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=["readers", "expires_at", "waiting_since"],
    )
    if news:
        find.enqueue(news)


def take_as_seen() -> None:
    """Write down what is online and was never looked at, as no news to anybody: for listings that
    came by another way than the rules (a restored copy, a demonstration)."""
    unseen = Listing.objects.published().exclude(pk__in=OnlineListing.objects.values("pk"))
    OnlineListing.objects.bulk_create(
        (
            OnlineListing(
                listing=one,
                readers=" ".join(scope_tokens(one.scope, one.organisation_id)),
                expires_at=one.expires_at,
            )
            for one in unseen.order_by("pk")
        ),
        batch_size=200,
        ignore_conflicts=True,
    )


def _is_news(before: OnlineListing, after: OnlineListing) -> bool:
    if not set(after.readers.split()) <= set(before.readers.split()):
        return True
    if before.expires_at is None:
        return False
    return after.expires_at is None or after.expires_at > before.expires_at


@task()
def find(listing_ids: list[int]) -> None:
    """Have the alerts find these listings; may run twice, late or in any order."""
    searches: set[int] = set()
    for pk in listing_ids:
        searches |= find_for(pk)
    if searches:
        tell_found(searches)


def find_for(listing_id: int) -> set[int]:
    """Write down which alerts a waiting listing answers; returns those searches."""
    waiting = OnlineListing.objects.filter(pk=listing_id, waiting_since__isnull=False)
    since = waiting.values_list("waiting_since", flat=True).first()
    if since is None:
        return set()
    listing = (
        Listing.objects.published()
        .filter(pk=listing_id)
        .select_related("organisation", "category__parent", "commune")
        .first()
    )
    found = [search.pk for search in alerts_for(listing)] if listing else []
    with transaction.atomic():
        Finding.objects.bulk_create(
            [Finding(search_id=pk, listing_id=listing_id) for pk in found],
            ignore_conflicts=True,
        )
        # It may have become news again meanwhile: then another look is due.
        waiting.filter(waiting_since=since).update(waiting_since=None)
    return set(found)


def find_due(now: datetime | None = None) -> int:
    """Take up what lost tasks left waiting; returns how many listings. For `tick`."""
    now = now or timezone.now()
    lost = OnlineListing.objects.filter(waiting_since__lt=now - LOST_AFTER).order_by("pk")
    ids = list(lost.values_list("pk", flat=True))
    if ids:
        find.call(ids)
    return len(ids)
