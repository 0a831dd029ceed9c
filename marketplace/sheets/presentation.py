"""What a sheet of paper says to somebody who has no computer: what, when, where, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue import presentation as listing_words
from marketplace.catalogue.contacts import shown_contact
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState
from marketplace.exchanges import contacts
from marketplace.exchanges import presentation as words
from marketplace.exchanges.agreed import rules as agreed
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED
from marketplace.words import NBSP, counted, day_words

ASKING, ANSWERING = "demande", "annonce"
S = ExchangeState
# Nobody agreed to anything then.
ASKED_ONLY = (S.INTRODUCTION, S.PROPOSED, S.WAITING, S.DECLINED, S.EXPIRED)


@dataclass(frozen=True)
class Sheet:
    """One page of paper, for one person, who reads on it only what they may know."""

    kicker: str
    title: str
    state: str
    person: str
    # What stands above the facts: nothing is agreed before both sides said yes.
    heading: str
    facts: list[tuple[str, str]]
    # Who, for which organisation, and its number if it has one.
    calls: list[tuple[str, str, str]]
    stop: str
    ref: str
    address: str
    # The other person's sheet, for who may print both.
    other: str = ""


def of_exchange(exchange: Exchange, viewer: Any, asked: str = "") -> Sheet:
    """Return the sheet of who asked, or of who answers, as that person may read the exchange.

    `viewer` prints the side of their own organisation; `asked` chooses where both are theirs.
    """
    sides = {
        ASKING: (exchange.asked_by, exchange.asked_for),
        ANSWERING: (exchange.keeper, exchange.listing.organisation),
    }
    mine = [
        name for name, (_, body) in sides.items() if body.pk in reader_for(viewer).organisation_ids
    ] or list(sides)
    side = asked if asked in mine else mine[0]
    person, body = sides[side]
    listing = exchange.listing
    other = (
        contacts.keeper_contact(exchange, person)
        if side == ASKING
        else contacts.asker_contact(exchange, person)
    )
    other_body = sides[ANSWERING if side == ASKING else ASKING][1]
    calls = [(other.title, other.detail, other_body.phone)]
    if exchange.coordinator:
        follows = exchange.coordinator_body
        shown = contacts.shown(exchange.coordinator, follows, exchange, person)
        calls.insert(0, (shown.title, shown.detail, follows.phone))
    elif body.pk != other_body.pk:
        calls.insert(0, _own_coordination(body))
    return Sheet(
        kicker=f"{exchange.giver.short_name} et {exchange.receiver.short_name}",
        title=listing.display_title,
        state=words.state_words(exchange),
        person=str(person),
        heading=_heading(exchange),
        facts=[
            ("Quand", words.dates(exchange)),
            ("Où", _place(listing)),
            ("Combien", _quantity(exchange)),
            ("Lesquels", words.lent_words(exchange)),
            ("Convenu le", _agreed(exchange)),
            *agreed.terms(exchange),
        ],
        calls=calls,
        stop=_how_to_stop(exchange),
        ref=exchange.ref,
        address=f"{body.base_url}{exchange.get_absolute_url()}".partition("://")[2],
        other=next((name for name in mine if name != side), ""),
    )


def of_listing(listing: Listing) -> Sheet:
    """Return the sheet of who answers for a listing, for instance one written for them."""
    person: User = listing.keeper or listing.author
    contact = shown_contact(listing, person)
    return Sheet(
        kicker=listing_words.who(listing),
        title=listing.display_title,
        state=listing_words.state_words(listing),
        person=str(person),
        heading="Ce que dit l’annonce",
        facts=[
            ("En une phrase", listing.summary),
            ("Où", _place(listing)),
            ("En ligne jusqu’au", day_words(listing.expires_at) if listing.expires_at else ""),
            *listing_words.facts(listing),
        ],
        calls=[
            _own_coordination(listing.organisation),
            (contact.title, contact.detail, ""),
        ],
        stop="Pour changer quelque chose, mettre l’annonce en pause ou la retirer, appelez la "
        "coordination : c’est fait le jour même, sans avoir à dire pourquoi. Une demande se refuse "
        "de la même façon.",
        ref=listing.ref,
        address=f"{listing.organisation.base_url}{listing.get_absolute_url()}".partition("://")[2],
    )


def _own_coordination(body: Organisation) -> tuple[str, str, str]:
    return ("La coordination", body.name, body.phone)


def _place(listing: Listing) -> str:
    place = listing_words.place_name(listing)
    return ", ".join(filter(None, [listing.place_label, place]))


def _quantity(exchange: Exchange) -> str:
    return counted(exchange.quantity, "exemplaire", "exemplaires") if exchange.quantity > 1 else ""


def _heading(exchange: Exchange) -> str:
    if exchange.state in ASKED_ONLY:
        return "Ce qui est demandé"
    return "Ce qui était prévu" if exchange.state == S.CANCELLED else "Ce qui est convenu"


def _agreed(exchange: Exchange) -> str:
    """Return the day both sides agreed, which later steps do not move."""
    if exchange.state not in (S.AGREED, S.CONFIRMED, S.UNDER_WAY, S.COMPLETED):
        return ""
    agreed = exchange.events.filter(to_state__in=(S.AGREED, S.CONFIRMED)).first()
    return day_words(agreed.at) if agreed else ""


def _how_to_stop(exchange: Exchange) -> str:
    """Return how one says no any more, by the telephone."""
    if exchange.state in ENDED:
        return f"Cet échange est terminé{NBSP}: il n’y a plus rien à faire."
    words = (
        "Pour changer une date ou tout arrêter, appelez un des numéros ci-dessus, le plus tôt "
        f"possible, en donnant cette référence{NBSP}: {exchange.ref}. Personne ne vous en "
        "voudra."
    )
    if exchange.state in (S.INTRODUCTION, S.PROPOSED, S.WAITING):
        return f"Rien n’est encore engagé. {words}"
    return words
