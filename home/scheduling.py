"""Pages that appear or disappear by themselves at the date that their author chose."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.notices.rules import tell_all
from accounts.organisations.rules import people_with_role
from home.audience.files import publishing_problems
from home.events.words import moment
from home.forms import ADDRESS_TAKEN
from home.rights import DESK_ROLES
from home.telling import editors_of, organisation_of
from home.typography import NBSP

logger = logging.getLogger(__name__)


def settle_due(now: datetime | None = None) -> int:
    """Withdraw, then publish the pages whose time has come; returns how many.

    As Wagtail's `publish_scheduled`, but each page in its own transaction, so that one which fails
    keeps no other waiting, and its author is told, or the editors when that one left. One that
    cannot appear leaves the schedule.
    """
    now = now or timezone.now()
    over = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.page_revisions.filter(approved_go_live_at__lt=now)
    works: list[tuple[Any, int]] = [(_withdraw, pk) for pk in over.values_list("pk", flat=True)]
    works += [
        (_publish_or_tell, pk)
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
            f"«{NBSP}{page.title}{NBSP}» n’est plus publiée depuis le {day}, la date choisie. "
            "Elle reste à votre bureau, avec ses versions."
        ),
        path=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        action="Ouvrir la page",
    )
    return 1


def _publish_or_tell(revision_id: int, now: datetime) -> int:
    """Publish; what its page or another one prevents would fail at each tick: its author mends it.

    A failing disk or database mends itself, and is tried again.
    """
    try:
        with transaction.atomic():
            return _publish(revision_id, now)
    except (ValidationError, IntegrityError) as error:
        logger.warning("revision %s could not be published: %s", revision_id, error)
        return _give_up(revision_id, _reasons(error))


def _reasons(error: Exception) -> list[str]:
    if not isinstance(error, ValidationError):
        return [f"Une autre page la gêne{NBSP}: ouvrez-la, vérifiez son adresse et publiez-la."]
    if "slug" in getattr(error, "error_dict", {}):
        return [ADDRESS_TAKEN]
    return error.messages


def _give_up(revision_id: int, reasons: list[str]) -> int:
    revision = Revision.page_revisions.get(pk=revision_id)
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    page = Page.objects.get(pk=revision.object_id)
    _tell(
        page,
        revision,
        kind="page_not_published_on_time",
        subject=f"N’a pas pu paraître{NBSP}: {revision.object_str}",
        body="\n\n".join(
            [
                f"«{NBSP}{revision.object_str}{NBSP}» devait paraître à la date choisie, et ne "
                "le pouvait pas.",
                *reasons,
                "Rien n’est perdu. Ouvrez la page, corrigez, puis publiez-la ou donnez-lui une "
                "autre date.",
            ]
        ),
        path=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        action="Ouvrir la page",
    )
    return 0


def _publish(revision_id: int, now: datetime) -> int:
    waiting = Revision.page_revisions.select_for_update(of=("self",)).filter(
        approved_go_live_at__lt=now
    )
    revision = waiting.filter(pk=revision_id).first()
    if revision is None:
        return 0
    day = moment(revision.approved_go_live_at)
    # Its readers, its files and its neighbours may have changed since the date was chosen.
    if problems := publishing_problems(revision.as_object()):
        raise ValidationError(problems)
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
        body=f"«{NBSP}{page.title}{NBSP}» est publiée depuis le {day}, la date choisie.",
        path=parts[2] if parts else "",
        action="Voir la page",
    )
    return 1


def _tell(page: Page, revision: Revision | None, **what: Any) -> None:
    """Tell whose page it is and who wrote its last words, as far as they still write here; else
    those who do, so that no page appears, goes or stays behind without anybody knowing."""
    organisation = organisation_of(page)
    if organisation is None:
        return
    authors = {page.owner_id, revision.user_id if revision else None}
    here = people_with_role([organisation.pk], *DESK_ROLES)
    told = [one for one in here if one.pk in authors]
    if not told:
        told = editors_of(organisation)
        gone = "Qui avait choisi cette date n’écrit plus ici."
        what["body"] = f"{what['body']}\n\n{gone}"
    tell_all(told, organisation=organisation, **what)
