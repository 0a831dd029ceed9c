"""What consents add to the timeline of an exchange. Both sides read it: names for insiders only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from marketplace.choices import ExchangeState
from marketplace.exchanges import policy
from marketplace.exchanges.consents.models import Consent, ConsentEvent
from marketplace.exchanges.consents.presentation import is_inside
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.timeline import Entry
from marketplace.words import NBSP

What = ConsentEvent.What
WHOSE = {
    Consent.Kind.AGENT: "La personne qui donne son temps",
    Consent.Kind.HOME_MANAGER: "L’encadrement",
    Consent.Kind.HOST_MANAGER: "L’encadrement qui accueille",
    Consent.Kind.LEGAL: "Le service juridique",
    Consent.Kind.ETHICS: "La déontologie",
}
SAID = {
    What.TALK: "souhaite en parler",
    What.DATES: "propose d’autres dates",
    What.GIVEN: "donne son accord",
    What.REFUSED: "ne donne pas son accord",
    What.TACIT: "n’a pas répondu, l’accord est tacite",
    What.EXPIRED: "n’a pas répondu à temps",
    What.REVOKED: "retire son accord",
}
STOPPED = (What.REFUSED, What.EXPIRED, What.REVOKED)


def happened(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    """Yield what was answered, withdrawn or left without an answer; one query."""
    by_id = {one.pk: one for one in exchanges}
    events = (
        ConsentEvent.objects.filter(consent__exchange__in=by_id, what__in=list(SAID))
        # Already said by the agreement itself, or by the end of the exchange.
        .exclude(consent__kind=Consent.Kind.AGENT, what=What.GIVEN)
        .exclude(what=What.EXPIRED, actor=None, reason__gt="")
        # Nobody took it back: the dates changed, and it is asked again.
        .exclude(what=What.REVOKED, actor=None)
        .select_related("consent__participant", "actor", "for_organisation")
    )
    for event in events:
        consent = event.consent
        consent.exchange = by_id[consent.exchange_id]
        inside = is_inside(consent, viewer)
        yield Entry(
            exchange_id=consent.exchange_id,
            at=event.at,
            title=f"{WHOSE[Consent.Kind(consent.kind)]} {SAID[What(event.what)]}",
            actor=event.actor if inside else None,
            for_organisation=event.for_organisation if inside else None,
            words=event.reason if inside else "",
            stopped=event.what in STOPPED,
        )


def now(exchange: Exchange, viewer: Any) -> tuple[str, str] | None:
    """Say which consents are waited for, while an agreed exchange lacks some."""
    if exchange.state != ExchangeState.AGREED or not policy.needs_consents(exchange):
        return None
    missing = policy.missing_to_confirm(exchange)
    if not missing:
        return None
    title = "L’accord attendu" if len(missing) == 1 else f"{len(missing)}{NBSP}accords attendus"
    return title, " ".join(missing)
