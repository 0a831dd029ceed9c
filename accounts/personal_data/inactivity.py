"""Accounts that nobody uses: who is warned, and who is erased thirty days later.

An account is used when its person signs in. One that belongs to several public bodies follows the
one that keeps it longest (`durations`). The platform's staff is never erased by the clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Membership, Organisation, User
from accounts.notices.rules import tell
from accounts.personal_data.durations import (
    bodies_before,
    months_before,
    months_kept,
    public_bodies,
)

KEY = "accounts"
WARNED_BEFORE = timedelta(days=30)


def accounts_of(organisation: Organisation | None) -> QuerySet[Any]:
    """Return the accounts that follow the rule of `organisation`, each with `used_at`.

    Those who belong to it, or once did and are still on its lists; None for those who belong to
    no public body.
    """
    members = Membership.objects.order_by()
    people = User.objects.filter(anonymised_at__isnull=True, is_staff=False, is_superuser=False)
    if organisation is None:
        inside = members.filter(organisation__in=public_bodies().order_by().values("pk"))
        people = people.exclude(pk__in=inside.values("user"))
    else:
        longer = members.filter(organisation__in=bodies_before(organisation, KEY))
        people = people.filter(
            pk__in=members.filter(organisation=organisation).values("user")
        ).exclude(pk__in=longer.values("user"))
    return people.annotate(
        used_at=Greatest(
            "date_joined",
            Coalesce("last_login", "date_joined"),
            Coalesce("last_seen_at", "date_joined"),
        )
    )


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the accounts not used since `before` whose person was warned thirty days ago.

    A closed account is not warned: nobody can sign in to keep it.
    """
    warned = Q(
        inactivity_warned_at__gt=F("used_at"),
        inactivity_warned_at__lte=timezone.now() - WARNED_BEFORE,
    )
    return accounts_of(organisation).filter(warned | Q(is_active=False), used_at__lt=before)


def to_warn(organisation: Organisation | None, now: datetime) -> QuerySet[Any]:
    """Return the accounts whose term comes within thirty days, and nobody said so yet."""
    soon = months_before(now, months_kept(organisation)[KEY]) + WARNED_BEFORE
    return (
        accounts_of(organisation)
        .filter(is_active=True, used_at__lt=soon)
        .filter(Q(inactivity_warned_at__isnull=True) | Q(inactivity_warned_at__lt=F("used_at")))
    )


def warn_due(now: datetime | None = None) -> int:
    """Tell each person concerned that their account will be erased; returns how many.

    Idempotent: each is warned once, unless they came back since.
    """
    now = now or timezone.now()
    warned = 0
    for organisation in [*public_bodies(), None]:
        for person in to_warn(organisation, now).order_by("pk"):
            warned += _warn_once(person, organisation, now)
    return warned


@transaction.atomic
def _warn_once(person: User, organisation: Organisation | None, now: datetime) -> bool:
    """Warn the person unless somebody else did; marked with the notice, or not at all: whoever is
    marked without having been told would be erased without a word."""
    claimed = (
        User.objects.filter(pk=person.pk)
        .filter(_as_read("inactivity_warned_at", person.inactivity_warned_at))
        .update(inactivity_warned_at=now)
    )
    if claimed:
        _warn(person, organisation, now)
    return bool(claimed)


def _as_read(field: str, value: Any) -> Q:
    return Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})


def _warn(person: User, organisation: Organisation | None, now: datetime) -> None:
    last = date_format(timezone.localtime(person.used_at), "j F Y")  # type: ignore[attr-defined]
    end = date_format(timezone.localtime(now + WARNED_BEFORE), "j F Y")
    tell(
        person,
        kind="account_inactive",
        subject="Votre compte sera bientôt effacé",
        body=(
            f"Votre dernière visite date du {last}.\n\n"
            f"Sans nouvelle visite, votre compte sera effacé après le {end} : votre nom, votre "
            "adresse et ce que vous dites de vous disparaîtront.\n\n"
            "Pour le garder, connectez-vous une fois. Si vous n’en avez plus l’usage, il n’y a "
            "rien à faire."
        ),
        path=reverse("my_account"),
        action="Garder mon compte",
        organisation=organisation,
        must_send=True,
    )
