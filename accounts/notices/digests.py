"""Digests: what was told since the last one, in one e-mail; `tick` calls `send_due`."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.letters import Letter, base_url_for
from accounts.models import Membership, Notice, Role, User
from accounts.notices.delivery import (
    ServerUnreachable,
    claim,
    footer,
    may_be_tried,
    send_notice,
    sent_or_given_back,
    stop_headers,
)
from accounts.people.models import DigestRhythm
from accounts.periods import live_q

logger = logging.getLogger(__name__)

HOUR = time(7, 0)  # local time
# What is older stays on the page of notices: nobody wants last season's news by e-mail.
OLDEST = timedelta(days=14)
LOST_AFTER = timedelta(minutes=5)


def send_due(now: datetime | None = None) -> int:
    """Send the digests that are due and the notices that a lost task left; returns how many.

    Idempotent: what is due is what was told before the last seven o'clock (of Monday for the
    weekly one) and not sent yet.
    """
    now = now or timezone.now()
    sent = 0
    try:
        for pk in _lost(now):
            sent += send_notice(pk, now)
        for rhythm, before in (
            (DigestRhythm.DAILY, _last_hour(now)),
            (DigestRhythm.WEEKLY, _last_monday(now)),
        ):
            waiting = _waiting(rhythm, before, now)
            people = User.objects.filter(pk__in=waiting.order_by().values("recipient_id"))
            for person in people.iterator():
                sent += _send_digest(person, waiting, now)
    except ServerUnreachable:
        logger.warning("mail server unreachable, the rest is left to the next tick")
    return sent


def _waiting(rhythm: str, before: datetime, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(
        may_be_tried(now),
        ~_no_longer_theirs(now),
        read_at__isnull=True,
        send_at_once=False,
        created_at__lt=before,
        created_at__gte=now - OLDEST,
        recipient__notice_rhythm=rhythm,
        recipient__is_active=True,
        recipient__anonymised_at__isnull=True,
    )


def _lost(now: datetime) -> list[int]:
    """Return the notices that should have left at once and did not."""
    return list(
        Notice.objects.filter(
            may_be_tried(now),
            Q(must_send=True)
            | Q(read_at__isnull=True)
            & ~Q(recipient__notice_rhythm=DigestRhythm.NEVER)
            & ~_no_longer_theirs(now),
            send_at_once=True,
            created_at__lt=now - LOST_AFTER,
            created_at__gte=now - OLDEST,
            recipient__is_active=True,
        )
        .order_by("created_at")
        .values_list("pk", flat=True)
    )


def _no_longer_theirs(now: datetime) -> Q:
    """Return the condition "told as a member or in a role that the person has lost since".

    A notice does not say for which role it was told: who lost one in the organisation that tells
    it, and did not get it back, finds it on the page of notices only. What is told on behalf of
    an organisation that is not theirs (the other side of an exchange) was told as one of any.
    """
    was_theirs = Q(
        starts_at__lte=OuterRef("created_at"), ends_at__gt=OuterRef("created_at"), ends_at__lte=now
    )
    members, roles = Membership.objects.live(now), Role.objects.live(now)
    back = members.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    left = Membership.objects.filter(was_theirs, ~Exists(back), user=OuterRef("recipient"))
    again = roles.filter(
        live_q("membership__", now),
        membership__user=OuterRef("membership__user"),
        membership__organisation=OuterRef("membership__organisation"),
        kind=OuterRef("kind"),
    )
    lost = Role.objects.filter(was_theirs, ~Exists(again), membership__user=OuterRef("recipient"))
    own = members.filter(user=OuterRef("recipient"), organisation=OuterRef("organisation"))
    teller = OuterRef("organisation")
    return (
        Q(Exists(left.filter(organisation=teller)))
        | Q(Exists(lost.filter(membership__organisation=teller)))
        | ~Q(Exists(own)) & (Q(Exists(left)) | Q(Exists(lost)))
    )


def _send_digest(person: User, waiting: QuerySet[Notice], now: datetime) -> bool:
    """Send one digest; returns whether it left. Rows are claimed first, see `claim`."""
    with transaction.atomic():
        notices = list(
            waiting.filter(recipient=person)
            .select_for_update(of=("self",))
            .select_related("organisation__site")
            .order_by("created_at")
        )
        claimed = claim(Notice.objects.filter(pk__in=[notice.pk for notice in notices]), now)
    if not claimed:
        return False
    with sent_or_given_back(notices):
        digest_letter(person, notices).message_to(person.email).send()
        return True
    return False


def digest_letter(person: User, notices: list[Notice]) -> Letter:
    """Return the letter that gathers the notices."""
    base_url = base_url_for(person)
    organisations = {notice.organisation for notice in notices}
    # Each leads to the intranet that says it: who has two would look for it in the other one.
    hosts = {one: base_url_for(person, one) for one in organisations}
    count = len(notices)
    return Letter(
        subject="Une nouvelle pour vous" if count == 1 else f"{count} nouvelles pour vous",
        paragraphs=["Bonjour,", "Voici ce qui s’est passé depuis le dernier courriel."],
        base_url=base_url,
        organisation=organisations.pop() if len(organisations) == 1 else None,
        entries=[
            {
                "subject": notice.subject,
                "body": notice.body,
                "url": hosts[notice.organisation] + notice.path if notice.path else "",
                "action": notice.action or "Voir",
            }
            for notice in notices
        ],
        action="Toutes mes nouvelles",
        url=base_url + reverse("my_notices"),
        footer=footer(person, base_url),
        headers=stop_headers(person, base_url),
    )


def _last_hour(now: datetime) -> datetime:
    local = timezone.localtime(now)
    hour = local.replace(hour=HOUR.hour, minute=HOUR.minute, second=0, microsecond=0)
    return hour if hour <= local else hour - timedelta(days=1)


def _last_monday(now: datetime) -> datetime:
    hour = _last_hour(now)
    return hour - timedelta(days=timezone.localtime(hour).weekday())
