"""Who may sign up for an event, on whose behalf, and why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Organisation, Verification
from accounts.readers import Reader, reader_for
from home.events import words
from home.typography import NBSP

if TYPE_CHECKING:
    from home.events.pages import EventPage


@dataclass(frozen=True)
class SigningUp:
    """For whom a person may sign up, the most likely first; without any, why not."""

    organisations: list[Organisation] = field(default_factory=list)
    refusal: str = ""


def why_closed(event: EventPage) -> str:
    """Return why nobody may sign up now, or nothing. A full event has a waiting list."""
    now = timezone.now()
    if event.is_cancelled:
        return "Cet événement est annulé."
    if event.is_over:
        return "Cet événement est passé."
    if not event.takes_sign_ups:
        return "On y vient sans s’inscrire."
    if event.sign_up_opens_at and now < event.sign_up_opens_at:
        return f"Les inscriptions ouvrent {words.moment(event.sign_up_opens_at)}."
    if now >= event.closes_at:
        ask = f" Demandez s’il reste une place{NBSP}: {event.contact}." if event.contact else ""
        return f"Les inscriptions sont closes.{ask}"
    return ""


def signing_up(user: Any, event: EventPage, host: Organisation | None) -> SigningUp:
    """Return for whom `user`, who may read the page, may sign up. `host`: whose event it is.

    One's own collectivité first; then other public bodies; then verified associations where the
    event is open to them. What is kept for the people of the collectivité stays theirs.
    """
    reader = reader_for(user)
    if host is not None and host.pk in reader.organisation_ids:
        others = [] if event.is_restricted else _others(reader, event, host.pk)
        return SigningUp([host, *others])
    if event.is_restricted:
        return SigningUp(refusal="Cet événement est réservé aux personnes de la collectivité.")
    if found := _others(reader, event):
        return SigningUp(found)
    return SigningUp(refusal=_why_nobody(reader, event))


def _others(reader: Reader, event: EventPage, but: int | None = None) -> list[Organisation]:
    """Return the reader's other bodies that may come, public ones first; a query if any."""
    bodies = reader.public_body_ids - {but}
    associations = reader.organisation_ids - reader.public_body_ids
    if not event.open_to_associations or not reader.verifier_ids:
        associations = frozenset()
    if not bodies and not associations:
        return []
    found = list(Organisation.objects.open().filter(pk__in=bodies).order_by("name"))
    if associations:
        verified = Verification.objects.live().filter(association__in=associations)
        found += Organisation.objects.open().filter(pk__in=verified.values("association_id"))
    return found


def _why_nobody(reader: Reader, event: EventPage) -> str:
    if not reader.organisation_ids:
        return (
            "Votre compte n’est rattaché à aucun organisme. Demandez une invitation à votre "
            "coordination."
        )
    if not event.open_to_associations:
        return "Cet événement est ouvert aux agents publics, pas aux associations."
    return (
        f"Votre association n’est pas encore vérifiée{NBSP}: elle pourra s’inscrire dès qu’une "
        "collectivité l’aura fait."
    )
