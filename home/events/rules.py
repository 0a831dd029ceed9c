"""Signing up and giving a place back: once, whatever the clicks, and never beyond the places."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from home.events import telling
from home.events.models import SignUp
from home.events.pages import EventPage
from home.events.places import fill, has_room, lock_event
from home.events.rights import signing_up, why_closed
from home.typography import NBSP


class SignUpRefused(Exception):
    """One may not sign up; the message is the sentence that the person reads."""


@transaction.atomic
def sign_up(user: User, event: EventPage, organisation_ref: str = "") -> SignUp:
    """Return the person's place, or their turn on the waiting list when the event is full.

    Done twice, it is the same place. `organisation_ref`: for whom they come, among those they may
    choose; the first by default. Raises SignUpRefused.
    """
    locked = lock_event(event.pk)
    if locked is None or not locked.live:
        raise SignUpRefused("Cet événement n’est plus annoncé.")
    if known := SignUp.objects.filter(event=locked, user=user).first():
        return known
    if closed := why_closed(locked):
        raise SignUpRefused(closed)
    host = locked.host_organisation()
    site = host.site if host else None
    if site is None or not EventPage.objects.visible_to(user, site).filter(pk=locked.pk).exists():
        raise SignUpRefused("Cet événement n’est plus annoncé.")
    may = signing_up(user, locked, host)
    if not may.organisations:
        raise SignUpRefused(may.refusal)
    chosen = next((one for one in may.organisations if organisation_ref in ("", one.ref)), None)
    if chosen is None:
        raise SignUpRefused(
            f"Choisissez pour qui vous venez{NBSP}: vous n’êtes plus membre de cet organisme."
        )
    now, room = timezone.now(), has_room(locked)
    signed_up = SignUp.objects.create(
        event=locked,
        user=user,
        organisation=chosen,
        state=SignUp.State.COMING if room else SignUp.State.WAITING,
        signed_up_at=now,
        placed_at=now if room else None,
        told=locked.announcement,
    )
    telling.signed_up(signed_up, locked, host)
    return signed_up


@transaction.atomic
def give_up(user: User, event: EventPage) -> bool:
    """Give the person's place, or turn, back; returns whether there was one.

    Raises SignUpRefused once the event is over: who came, came.
    """
    locked = lock_event(event.pk)
    if locked is None:
        return False
    if locked.is_over:
        raise SignUpRefused("Cet événement est passé.")
    deleted, _ = SignUp.objects.filter(event=locked, user=user).delete()
    if deleted:
        fill(locked)
    return bool(deleted)


@transaction.atomic
def remove(event_id: int, sign_up_ids: list[int]) -> int:
    """Take these sign-ups away and give their places to those who wait; returns how many."""
    locked = lock_event(event_id)
    if locked is None:
        return 0
    deleted, _ = SignUp.objects.filter(event=locked, pk__in=sign_up_ids).delete()
    if deleted and not locked.is_over:
        fill(locked)
    return deleted


def release(user_id: int, organisation_id: int) -> int:
    """Free the places of a person who left the organisation for which they were coming; returns
    how many."""
    theirs = SignUp.objects.filter(
        user=user_id, organisation=organisation_id, event__ends_at__gt=timezone.now()
    )
    places = list(theirs.order_by("event_id").values_list("event_id", "pk"))
    return sum(remove(event_id, [pk]) for event_id, pk in places)
