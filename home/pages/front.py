"""What a home page puts forward for the person who reads it: chosen pages, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.people.visits import with_visit_before
from home.cards import cards_for
from home.queries import pages_visible_to

FRONT_PAGE = 3
NEWS_SHOWN = 5
NEWS_COUNTED = 12  # beyond, «plus de douze» says enough
# The types that are news when they appear.
NEWEST_KINDS = ["guidepage", "storypage", "newspage", "articlepage", "callpage"]

# Feminine: «une nouveauté», «une chose».
_NUMBERS = [
    *("zéro", "une", "deux", "trois", "quatre", "cinq", "six"),
    *("sept", "huit", "neuf", "dix", "onze", "douze"),
]


@dataclass(frozen=True)
class Front:
    """The front page, and the pages that appeared since the visit before this one.

    `news` are cards of those that are not on the front page already, `news_count` counts them all;
    `since` is None for who is not signed in or comes for the first time.
    """

    cards: list[dict[str, Any]]
    news: list[dict[str, Any]]
    news_count: int
    since: datetime | None


def front_for(request: HttpRequest, chosen_ids: list[int], tracks: dict[int, Any]) -> Front:
    """Return what is put forward for this reader: the chosen pages first, the newest after.

    One query for all, and those of their cards; `tracks` are the site's, read already.
    """
    user: Any = request.user
    site: Any = request.site  # type: ignore[attr-defined]
    is_chosen = models.Q(pk__in=chosen_ids)
    is_new = models.Q(content_type__app_label="home", content_type__model__in=NEWEST_KINDS)
    order: list[Any] = ["-first_published_at", "-pk"]
    if chosen_ids:
        order.insert(0, models.Case(models.When(is_chosen, then=0), default=1))
    visible = pages_visible_to(user, site)
    found = visible.filter(is_chosen | is_new).order_by(*order)
    most = len(chosen_ids) + NEWS_COUNTED + 1
    since = None
    if user.is_authenticated:
        found = with_visit_before(found, user, site)
    pages = list(found[:most])
    if pages and user.is_authenticated:
        since = pages[0].visit_before
    by_id = {page.pk: tracks.get(page.pk, page) for page in pages}
    front = [by_id[pk] for pk in chosen_ids if pk in by_id]
    newest = [page for page in by_id.values() if page.pk not in tracks]
    front = [*front, *(page for page in newest if page.pk not in chosen_ids)][:FRONT_PAGE]
    fresh = [page for page in newest if _appeared_after(page, since)]
    on_front = {page.pk for page in front}
    listed = [page for page in fresh if page.pk not in on_front][:NEWS_SHOWN]
    cards = cards_for([*front, *listed], request)
    fresh_ids = {page.pk for page in fresh}
    for card in cards:
        card["is_new"] = card["page"].pk in fresh_ids
    return Front(cards[: len(front)], cards[len(front) :], len(fresh), since)


def _appeared_after(page: Any, since: datetime | None) -> bool:
    return since is not None and page.first_published_at and page.first_published_at > since


def greeting(front: Front, todo_count: int) -> str:
    """Return «Trois nouveautés depuis mardi, et deux choses vous attendent.»

    Nothing for who comes for the first time and whom nothing waits for.
    """
    waits = ""
    if todo_count:
        waits = (
            f"{_number(todo_count)} "
            f"{'choses vous attendent' if todo_count > 1 else 'chose vous attend'}"
        )
    if front.since is None:
        return f"{waits.capitalize()}." if waits else ""
    new = _news_words(front.news_count)
    sentence = f"{new.capitalize()} {since_words(front.since)}"
    return f"{sentence}, et {waits}." if waits else f"{sentence}."


def _news_words(count: int) -> str:
    if count == 0:
        return "rien de nouveau"
    if count > NEWS_COUNTED:
        return f"plus de {_number(NEWS_COUNTED)} nouveautés"
    return f"{_number(count)} nouveauté{'s' if count > 1 else ''}"


def since_words(moment: datetime) -> str:
    """Return «depuis hier», «depuis mardi» within a week, «depuis le 3 octobre» before."""
    today, day = timezone.localdate(), timezone.localdate(moment)
    if day == today:
        return "depuis tout à l’heure"
    if day == today - timedelta(days=1):
        return "depuis hier"
    if day > today - timedelta(days=7):
        return f"depuis {date_format(day, 'l')}"
    number = "1er" if day.day == 1 else str(day.day)
    year = f" {day.year}" if day.year != today.year else ""
    return f"depuis le {number} {date_format(day, 'F')}{year}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
