"""Pages that appear or disappear by themselves at the date that their author chose."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.notices.rules import tell_all
from accounts.organisations.rules import people_with_role
from home.events.words import moment
from home.rights import DESK_ROLES
from home.typography import NBSP

logger = logging.getLogger(__name__)


def settle_due(now: datetime | None = None) -> int:
    """Withdraw, then publish the pages whose time has come; returns how many.

    As Wagtail's `publish_scheduled`, but each page in its own transaction, so that one which fails
    keeps no other waiting, and its author is told.
    """
    now = now or timezone.now()
    over = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.page_revisions.filter(approved_go_live_at__lt=now)
    works: list[tuple[Any, int]] = [(_withdraw, pk) for pk in over.values_list("pk", flat=True)]
    works += [
        (_publish, pk)
        for pk in due.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)
    ]
    return sum(_safely(work, pk, now) for work, pk in works)


def _safely(work: Any, pk: int, now: datetime) -> int:
    try:
        with transaction.atomic():
            return work(pk, now)
    except Exception:  # whatever it is, the other pages do not wait for this one
        logger.exception("%s failed for %s", work.__name__, pk)
        return 0


def _withdraw(page_id: int, now: datetime) -> int:
    # Read again under a lock: another clock may have done it.
    waiting = Page.objects.select_for_update(of=("self",)).filter(live=True, expire_at__lt=now)
    page = waiting.filter(pk=page_id).first()
    if page is None:
        return 0
    day = moment(page.expire_at)
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    _tell(
        page,
        page.latest_revision,
        kind="page_withdrawn_on_time",
        subject=f"Retirée comme prévu{NBSP}: {page.title}",
        body=(
            f"«{NBSP}{page.title}{NBSP}» n’est plus publiée depuis le {day}, la date que vous "
            "aviez choisie. Elle reste à votre bureau, avec ses versions."
        ),
        path=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        action="Ouvrir la page",
    )
    return 1


def _publish(revision_id: int, now: datetime) -> int:
    waiting = Revision.page_revisions.select_for_update(of=("self",)).filter(
        approved_go_live_at__lt=now
    )
    revision = waiting.filter(pk=revision_id).first()
    if revision is None:
        return 0
    day = moment(revision.approved_go_live_at)
    revision.publish(log_action="wagtail.publish.scheduled")
    page = Page.objects.get(pk=revision.object_id)
    if not page.live:  # its last day has passed before its first
        return 1
    parts = page.get_url_parts()
    _tell(
        page,
        revision,
        kind="page_published_on_time",
        subject=f"Parue comme prévu{NBSP}: {page.title}",
        body=(
            f"«{NBSP}{page.title}{NBSP}» est publiée depuis le {day}, la date que vous aviez "
            "choisie."
        ),
        path=parts[2] if parts else "",
        action="Voir la page",
    )
    return 1


def _tell(page: Page, revision: Revision | None, **what: Any) -> None:
    """Tell whose page it is and who wrote its last words, as far as they still write here."""
    site = page.get_site()
    organisation = getattr(site, "organisation", None)
    if organisation is None:
        return
    authors = {page.owner_id, revision.user_id if revision else None}
    here = people_with_role([organisation.pk], *DESK_ROLES)
    tell_all([one for one in here if one.pk in authors], organisation=organisation, **what)
