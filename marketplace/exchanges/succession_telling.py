"""What people hear when somebody leaves, and when an exchange or a listing changes hands."""

from __future__ import annotations

from accounts.models import Organisation, User
from accounts.notices.rules import tell
from accounts.words import of_name
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.telling import others, tell_of, who_acts
from marketplace.words import NBSP


def closed_by_leaving(exchange: Exchange) -> None:
    """Tell the side that is still there; names stay as hidden as they were."""
    for person in (exchange.asked_by, exchange.keeper):
        tell_of(
            exchange,
            person,
            "exchange_cancelled",
            f"Échange arrêté : {exchange.listing.display_title}",
            f"{exchange.reason} Rien n’était encore convenu : l’échange s’arrête là. "
            "La coordination peut vous aider à trouver autrement.",
            "Voir l’échange",
        )


def stopped_for_good(exchange: Exchange, left: User) -> None:
    """Tell the others that nobody is left on one side; the exchange has just been ended."""
    for person in others(exchange, left):
        tell_of(
            exchange,
            person,
            "exchange_cancelled",
            f"Échange arrêté : {exchange.listing.display_title}",
            f"{exchange.reason} L’échange s’arrête donc là. Une autre annonce convient peut-être, "
            "et la coordination peut vous aider à chercher.",
            "Voir l’échange",
        )


def someone_left(exchange: Exchange, organisation: Organisation) -> None:
    """Ask the coordination to find a way, where something was agreed with a person who left."""
    people = {person.pk: person for person in coordinators_of([organisation.pk])}
    if exchange.coordinator:
        people[exchange.coordinator.pk] = exchange.coordinator
    for person in people.values():
        tell_of(
            exchange,
            person,
            "exchange_left",
            f"Quelqu’un est parti : {exchange.listing.display_title}",
            f"Une personne {of_name(organisation.short_name)} qui prenait part à cet échange a "
            "quitté son organisme. Un accord était donné : voyez avec l’autre partie ce qu’il "
            "devient.",
            "Voir l’échange",
        )


def changed_hands(exchange: Exchange, successor: User) -> None:
    """Tell who takes over one side of the exchange, and the other side that somebody else did."""
    title = exchange.listing.display_title
    for person in (exchange.keeper, exchange.asked_by):
        if person.pk == successor.pk:
            subject = f"Un échange vous revient : {title}"
            body = "La personne qui le suivait est partie. La conversation est dans le dossier."
        else:
            subject = f"Quelqu’un d’autre prend la suite : {title}"
            body = (
                "La personne qui suivait cet échange avec vous est partie. "
                f"{who_acts(exchange, successor, person)} prend la suite, rien d’autre ne change."
            )
        tell_of(exchange, person, "exchange_handed_over", subject, body, "Voir l’échange")


def coordinator_changed(exchange: Exchange, coordinator: User) -> None:
    tell_of(
        exchange,
        coordinator,
        "exchange_to_follow",
        f"Vous êtes le point de contact de cet échange : {exchange.listing.display_title}",
        "La personne qui l’accompagnait est partie. Vous pouvez lire la conversation et y écrire.",
        "Voir l’échange",
    )


def entrusted(exchange: Exchange, coordinator: User, actor: User) -> None:
    tell_of(
        exchange,
        coordinator,
        "exchange_to_follow",
        f"{actor} vous confie un échange{NBSP}: {exchange.listing.display_title}",
        "Vous en êtes le point de contact pour les deux côtés. Vous pouvez lire la conversation et "
        "y écrire.",
        "Voir l’échange",
    )


def listing_handed_over(listing: Listing, person: User) -> None:
    tell(
        person,
        kind="listing_handed_over",
        subject=f"Vous répondez désormais d’une annonce : {listing.display_title}",
        body=(
            "La personne qui en répondait est partie. Les demandes vous arrivent "
            "maintenant. Vous pouvez la mettre en pause, l’archiver ou la confier à quelqu’un."
        ),
        path=listing.get_absolute_url(),
        action="Voir l’annonce",
        organisation=listing.organisation,
    )
