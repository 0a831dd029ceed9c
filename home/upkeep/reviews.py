"""Guides whose review date has passed: which, telling their authors, and giving a new date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.notices.rules import tell_all
from home.models import GuidePage
from home.telling import organisation_of, who_answers_for
from home.typography import NBSP
from home.upkeep.models import ReviewReminder

USUALLY = timedelta(days=182)  # until the next reading, unless one says otherwise
AT_MOST = timedelta(days=3 * 365)


class NotNowError(Exception):
    """The page cannot be given a date as it is; the text says what to do instead."""


def stale_guides(today: date | None = None) -> QuerySet:
    """Return the published guides whose review date has passed, the oldest date first."""
    passed = GuidePage.objects.live().filter(review_before__lt=today or timezone.localdate())
    return passed.defer_streamfields().order_by("review_before", "pk")


def remind_due() -> int:
    """Tell who answers for each stale guide, once a date; returns how many guides were told of."""
    told = ReviewReminder.objects.filter(page=OuterRef("pk"), due=OuterRef("review_before"))
    due = stale_guides().filter(~Exists(told))
    return sum(_remind(guide) for guide in due)


@transaction.atomic
def _remind(guide: GuidePage) -> int:
    """Claim the reminder, then tell: two clocks at once tell one time."""
    _, claimed = ReviewReminder.objects.get_or_create(page=guide, due=guide.review_before)
    organisation = organisation_of(guide)
    if not claimed or organisation is None:
        return 0
    day = date_format(guide.review_before, "j F Y")
    told = tell_all(
        who_answers_for(guide, organisation),
        kind="page_to_review",
        subject=f"À relire{NBSP}: {guide.title}",
        body=(
            f"«{NBSP}{guide.title}{NBSP}» était à relire avant le {day}. Depuis, la page prévient "
            "ses lecteurs qu’elle a pu changer.\n\nSi tout est encore juste, dites-le et "
            "choisissez la prochaine date. Sinon, corrigez-la d’abord."
        ),
        path=reverse("desk_reviewed", args=[guide.pk]),
        action="Relire la page",
        organisation=organisation,
    )
    return 1 if told else 0


def why_not_now(guide: GuidePage, by: Any) -> str:
    """Return why `by` cannot give the guide a new date as it is, and what to do; else nothing."""
    if not guide.live:
        return (
            f"Cette page n’est pas publiée{NBSP}: ouvrez-la, et choisissez la date avec le reste."
        )
    if guide.has_unpublished_changes or guide.workflow_in_progress:
        return (
            "Cette page a des modifications qui ne sont pas publiées, et elles partiraient avec la "
            f"date{NBSP}: ouvrez-la, changez la date, puis publiez ou demandez une relecture."
        )
    if not guide.permissions_for_user(by).can_publish():
        return (
            "Dans votre collectivité, une autre personne relit avant de publier. Ouvrez la page, "
            "changez la date et demandez une relecture."
        )
    return ""


@transaction.atomic
def mark_reviewed(page_id: int, until: date, by: Any) -> None:
    """Keep that the guide was read again as it is published, and until when that holds.

    Publishes the very words that are published, so the page says «Relu le» today. Raises
    NotNowError with the words of `why_not_now`.
    """
    guide = GuidePage.objects.select_for_update(of=("self",)).get(pk=page_id)
    if why := why_not_now(guide, by):
        raise NotNowError(why)
    guide.reread_on = timezone.localdate()
    guide.review_before = until
    guide.save_revision(user=by, log_action=True).publish(user=by)
