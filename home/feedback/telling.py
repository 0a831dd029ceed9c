"""Telling whoever wrote a page that readers left a word."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Organisation
from accounts.notices.rules import tell
from home.feedback.models import PageFeedback
from home.telling import organisation_of, who_answers_for
from home.typography import NBSP

MOST_TITLES = 3


@transaction.atomic
def tell_of_words() -> int:
    """Tell authors, once a day, of the words of the days before; returns how many were told of.

    Never on the day itself: the hour of the notice would be that of a word without a name. The
    words stay on the desk: they are not ours to send about.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    fresh = PageFeedback.objects.comments().open().filter(told_on=None, changed_at__lt=midnight)
    told = dict(fresh.order_by().select_for_update().values_list("pk", "page_id"))
    waiting: dict[tuple[Any, Organisation], list[Page]] = defaultdict(list)
    pages = Page.objects.filter(pk__in=set(told.values())).order_by("title", "pk")
    for page in pages.defer_streamfields().specific():
        organisation = organisation_of(page)
        if organisation is not None:
            for person in who_answers_for(page, organisation):
                waiting[person, organisation].append(page)
    for (person, organisation), pages in waiting.items():
        _tell(person, organisation, pages)
    PageFeedback.objects.filter(pk__in=told).update(told_on=timezone.localdate())
    return len(told)


def _tell(person: Any, organisation: Organisation, pages: list[Page]) -> None:
    desk = reverse("desk_feedback")
    titles = [f"«{NBSP}{page.title}{NBSP}»" for page in pages]
    if len(pages) == 1:
        where, path = titles[0], f"{desk}?sur={pages[0].pk}"
    else:
        where, path = f"{len(pages)} de vos pages", desk
    tell(
        person,
        kind="page_words",
        subject=f"Des mots de lecture sur {where}",
        body=(
            f"On vous a laissé des mots sur {' et '.join(_few(titles))}. Ils vous attendent à la "
            "rédaction, sans nom quand on ne les a pas signés."
        ),
        path=path,
        action="Les lire",
        organisation=organisation,
    )


def _few(titles: list[str]) -> list[str]:
    """Return what a sentence can hold: some titles, and how many there are besides."""
    if len(titles) <= MOST_TITLES + 1:
        first, last = titles[:-1], titles[-1]
    else:
        first, last = titles[:MOST_TITLES], f"{len(titles) - MOST_TITLES} autres pages"
    return [", ".join(first), last] if first else [last]
