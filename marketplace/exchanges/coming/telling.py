"""What people hear of who comes. Names follow the rule of the exchange they stand in."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from marketplace.exchanges.audience import tell_managers
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.policy import lacks_decision, needs_consents
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP, moment_words, span_words


def _when(exchange: Exchange) -> str:
    words = span_words(exchange.wanted_from, exchange.wanted_until)
    return f" {words}" if words else ""


def comes(exchange: Exchange) -> None:
    """Tell who answers for the need, and the coordination, that somebody comes."""
    title = exchange.listing.display_title
    who = shown(exchange.asked_by, exchange.asked_for, exchange, exchange.keeper)
    body = f"{who.title} vient{_when(exchange)}. Vous n’avez rien à confirmer."
    if lacks_decision(exchange):
        body = (
            f"{who.title} souhaite venir{_when(exchange)}, sur son temps de travail. Sa place est "
            f"gardée{NBSP}: son administration dépose d’abord une décision signée."
        )
    subject = f"{exchange.asked_for.short_name} vient{NBSP}: {title}"
    tell_of(exchange, exchange.keeper, "exchange_coming", subject, body, "Voir l’échange")
    coordinator = exchange.coordinator
    if coordinator and coordinator.pk not in (exchange.keeper_id, exchange.asked_by_id):
        body = (
            "Quelqu’un donne de son temps et vous êtes le point de contact de cet échange. "
            "Vous pouvez lire la conversation et y écrire."
        )
        if lacks_decision(exchange):
            body += " Une décision signée devra être déposée avant l’accord."
        tell_of(exchange, coordinator, "exchange_to_follow", subject, body, "Voir l’échange")


def place_free(exchange: Exchange, until: datetime) -> None:
    """Tell the next in line that a place is kept for them, and until when."""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_offered",
        f"Une place se libère{NBSP}: {exchange.listing.display_title}",
        f"Une place s’est libérée{_when(exchange)}. Elle est gardée pour vous jusqu’au "
        f"{moment_words(until)}{NBSP}: dites si vous venez toujours. Si ce n’est plus possible, "
        "ce n’est pas grave, elle ira à la personne suivante.",
        "Répondre",
    )


def no_more_places(exchange: Exchange) -> None:
    """Tell who waits that the need is over, and that no place will come."""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_expired",
        f"Fin de l’attente{NBSP}: {exchange.listing.display_title}",
        "Ce besoin n’est plus en ligne. Aucune place ne se libérera, et votre attente s’arrête là. "
        "Un autre besoin vous attend peut-être.",
        "Voir la demande",
    )


def no_longer(exchange: Exchange, actor: User) -> None:
    """Tell who counted on somebody that they cannot come any more.

    Of working time, those who were asked to agree to it too: the coordination and the managers.
    """
    subject = f"Un empêchement{NBSP}: {exchange.listing.display_title}"
    words = f"{NBSP}:\n\n{exchange.reason}\n\n" if exchange.reason else ". "
    people = {exchange.keeper_id: exchange.keeper}
    if needs_consents(exchange) and exchange.coordinator:
        people[exchange.coordinator.pk] = exchange.coordinator
    people.pop(actor.pk, None)
    for person in people.values():
        who = shown(exchange.asked_by, exchange.asked_for, exchange, person)
        tell_of(
            exchange,
            person,
            "exchange_cancelled",
            subject,
            f"{who.title} ne peut plus venir{_when(exchange)}{words}La place est de nouveau libre"
            f"{NBSP}: elle est proposée à qui attendait, s’il y a quelqu’un.",
            "Voir qui vient",
        )
    tell_managers(
        exchange,
        "exchange_cancelled",
        subject,
        "La personne pour laquelle votre accord était demandé ne peut plus venir"
        f"{_when(exchange)}{NBSP}: l’échange est annulé.",
        but=actor,
    )


def said_for(exchange: Exchange) -> None:
    """Tell a person that their coordination said it for them, and how to take it back."""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_entered",
        f"C’est noté pour vous{NBSP}: {exchange.listing.display_title}",
        f"Comme vous l’avez demandé, votre coordination a dit que vous venez{_when(exchange)}. "
        f"Un empêchement, ou une erreur{NBSP}? Vous pouvez le dire d’un geste sur la page.",
        "Voir l’échange",
    )
