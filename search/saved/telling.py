"""Telling what alerts have found: a notice like the others, at the rhythm of each alert.

Each leaves as a letter of its own, for the link that stops it stops that alert alone; who wants no
e-mail at all finds it in the application. What is told is asked of the true rule once more, for a
listing may have been narrowed or withdrawn, and its reader's rights too, since it was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.letters import base_url_for
from accounts.notices.rules import tell
from accounts.words import of_name
from marketplace.models import Listing
from marketplace.words import NBSP, counted
from search.engines.base import Themes
from search.known import load_themes
from search.saved.links import stop_path
from search.saved.matching import found_by, speaking
from search.saved.models import AlertRhythm, Finding, SavedSearch

HOUR = time(6, 0)  # local time, as the letter of Monday
# Between two letters of an alert that tells at once: what comes meanwhile goes in the next one.
PAUSE = timedelta(minutes=15)
# What one letter names; the catalogue shows the rest.
AT_MOST = 10


def tell_found(search_ids: Iterable[int]) -> int:
    """Tell now what those of these alerts that tell at once have found; returns how many did."""
    return _tell_all(_due(timezone.now()).filter(pk__in=list(search_ids)))


def tell_due(now: datetime | None = None) -> int:
    """Tell what is due of every alert; returns how many did. For `tick`; may run twice."""
    return _tell_all(_due(now or timezone.now()))


def _due(now: datetime) -> QuerySet[SavedSearch]:
    """Return the alerts with something to tell: found before the hour of their rhythm."""
    morning = _last_hour(now)
    monday = morning - timedelta(days=timezone.localtime(morning).weekday())
    untold = Finding.objects.filter(search=OuterRef("pk"), told_at__isnull=True)
    at_once = Q(rhythm=AlertRhythm.AT_ONCE) & (
        Q(told_at__isnull=True) | Q(told_at__lte=now - PAUSE)
    )
    return speaking().filter(
        at_once & Exists(untold)
        | Q(rhythm=AlertRhythm.DAILY) & Exists(untold.filter(found_at__lt=morning))
        | Q(rhythm=AlertRhythm.WEEKLY) & Exists(untold.filter(found_at__lt=monday))
    )


def _last_hour(now: datetime) -> datetime:
    local = timezone.localtime(now)
    hour = local.replace(hour=HOUR.hour, minute=HOUR.minute, second=0, microsecond=0)
    return hour if hour <= local else hour - timedelta(days=1)


def _tell_all(due: QuerySet[SavedSearch]) -> int:
    themes = load_themes()
    return sum(_tell(pk, themes) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _tell(search_id: int, themes: Themes) -> bool:
    """Tell what one alert has found and its owner may still read; returns whether anything was.

    The search is locked: of two processes, the second finds nothing untold.
    """
    search = (
        speaking()
        .filter(pk=search_id)
        .select_related("owner", "organisation__site")
        .select_for_update(of=("self",))
        .first()
    )
    if search is None:
        return False
    untold = Finding.objects.filter(search=search, told_at__isnull=True)
    ids = list(untold.select_for_update().values_list("listing_id", flat=True))
    answers = found_by(search, ids, themes)
    # Not to be read any more: should it open again, that will be news.
    untold.exclude(listing__in=answers).delete()
    if not answers:
        return False
    now = timezone.now()
    untold.update(told_at=now)
    SavedSearch.objects.filter(pk=search.pk).update(told_at=now)
    listings = Listing.objects.filter(pk__in=answers).select_related("organisation")
    _write(search, list(listings.order_by(F("published_at").desc(), "-pk")))
    return True


def _write(search: SavedSearch, listings: list[Listing]) -> None:
    number = len(listings)
    base_url = base_url_for(search.owner, search.organisation)
    lines = []
    for listing in listings[:AT_MOST]:
        what = listing.get_direction_display()
        lines.append(
            f"– {listing.title} ({what} {of_name(listing.organisation.short_name)})\n"
            f"{base_url}{listing.get_absolute_url()}"
        )
    if number > AT_MOST:
        lines.append(f"– et {counted(number - AT_MOST, 'autre', 'autres')}")
    alone = listings[0].get_absolute_url() if number == 1 else ""
    new = counted(number, "nouvelle annonce", "nouvelles annonces")
    tell(
        search.owner,
        kind="search_found",
        subject=f"{new}{NBSP}: {search.name}",
        body="\n\n".join(
            [
                f"Votre recherche «{NBSP}{search.name}{NBSP}» a trouvé {new} "
                f"depuis la dernière alerte.",
                "\n".join(lines),
            ]
        ),
        path=alone or reverse("saved_search", args=[search.ref]),
        action="Voir l’annonce" if alone else "Voir les annonces",
        organisation=search.organisation,
        apart=True,
        stop_path=stop_path(search),
    )
