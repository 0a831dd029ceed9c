"""Who hears of the way out of an exchange, besides the two who speak for its sides.

Those who give their time, the coordination, and the managers who said yes: one list for whatever
stops, so that nobody is left to learn it from a closed door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import User
from accounts.notices.rules import tell
from accounts.readers import reader_for
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.own_time import followers_of


def everyone(exchange: Exchange, but: Any = None) -> Iterator[User]:
    """Yield once each: both sides, the named coordinator, who gives time; not `but`."""
    given = exchange.participants.exclude(state=Participant.State.LEFT).select_related("user")
    people: list[User | None] = [exchange.asked_by, exchange.keeper, exchange.coordinator]
    people += [one.user for one in given]
    seen = {getattr(but, "pk", None)}
    for person in people:
        if person is not None and person.pk not in seen:
            seen.add(person.pk)
            yield person


def coordinations(exchange: Exchange) -> Iterable[User]:
    """Return who follows it for the coordination of one side or the other, today."""
    return followers_of(exchange)


def tell_managers(exchange: Exchange, kind: str, subject: str, body: str, but: Any = None) -> None:
    """Tell the managers of whom a consent was asked or given; `body` names nobody.

    They lead a team, and may not open the exchange: the notice leads to that team, or to the
    consent alone for the coordination that was asked where nobody manages.
    """
    waiting = (Consent.State.ASKED, Consent.State.GIVEN, Consent.State.TACIT)
    of_managers = (Consent.Kind.HOME_MANAGER, Consent.Kind.HOST_MANAGER)
    consents = Consent.objects.filter(exchange=exchange, state__in=waiting, kind__in=of_managers)
    known = {person.pk for person in everyone(exchange)} | {getattr(but, "pk", None)}
    for consent in consents.select_related("asked_of", "organisation").order_by("pk"):
        person = consent.asked_of
        if person is None or person.pk in known:
            continue
        known.add(person.pk)
        leads = reader_for(person).has_role("manager", consent.organisation_id)
        tell(
            person,
            kind=kind,
            subject=subject[:200],
            body=body,
            path="/mon-equipe/" if leads else consent.get_absolute_url(),
            action="Voir mon équipe" if leads else "Voir la demande",
            organisation=consent.organisation,
        )
