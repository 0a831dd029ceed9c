"""What an exchange makes people hear. Names follow the same rule as on pages, for each reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.models import Organisation, User
from accounts.notices.rules import tell
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges import audience
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.handover.queries import AFTER_THE_END
from marketplace.exchanges.models import Exchange, Message
from marketplace.exchanges.policy import lacks_decision, missing_to_confirm
from marketplace.exchanges.rights import acting_for
from marketplace.words import NBSP, counted, day_words, moment_words, span_words


def asked(exchange: Exchange, words: str) -> None:
    listing = exchange.listing
    subject = f"{exchange.asked_for.short_name} {_asks(exchange)} : {listing.display_title}"
    wanted = f"Pour {_when(exchange)}.\n\n" if exchange.resource_id else ""
    body = (
        f"{wanted}{words.strip()}\n\n"
        f"Sans réponse de votre part, la demande s’arrête {_deadline(exchange)}."
    ).strip()
    tell_of(exchange, exchange.keeper, "exchange_asked", subject, body, "Répondre")
    coordinator = exchange.coordinator
    if coordinator and coordinator.pk not in (exchange.keeper_id, exchange.asked_by_id):
        body = (
            "Du temps de quelqu’un est en jeu : vous êtes le point de contact de cet échange. "
            "Vous pouvez lire la conversation et y écrire."
        )
        if lacks_decision(exchange):
            body += " Une décision signée devra être déposée avant l’accord."
        tell_of(exchange, coordinator, "exchange_to_follow", subject, body, "Voir l’échange")


def accepted(exchange: Exchange, actor: User) -> None:
    title = exchange.listing.display_title
    if exchange.state == ExchangeState.PROPOSED:
        subject = f"D’accord pour vous rencontrer : {title}"
        body = "Convenez d’un moment dans la conversation. Rien n’est engagé avant l’accord."
    else:
        subject = f"Accord donné : {title}"
        body = "Vous pouvez convenir de la suite dans la conversation."
        if missing := missing_to_confirm(exchange):
            body = f"Avant que ce soit confirmé, il reste{NBSP}: {' '.join(missing)}"
    for person in others(exchange, actor):
        who = who_acts(exchange, actor, person)
        tell_of(
            exchange,
            person,
            "exchange_accepted",
            subject,
            f"{who} a répondu oui. {body}",
            "Voir la suite",
        )


def confirmed(exchange: Exchange, actor: User | None) -> None:
    """Tell both sides that nothing is missing any more, where that came after the agreement."""
    sides = (exchange.asked_by, exchange.keeper, exchange.coordinator)
    people = {one.pk: one for one in sides if one is not None}
    if actor is not None:
        people.pop(actor.pk, None)
    subject = f"Tout est réuni, c’est confirmé{NBSP}: {exchange.listing.display_title}"
    body = "Vous pouvez convenir des derniers détails dans la conversation."
    for person in people.values():
        tell_of(exchange, person, "exchange_confirmed", subject, body, "Voir l’échange")


def called_to_mind(exchange: Exchange, actor: User) -> int:
    """Tell whoever has the next word that it is waited for; returns how many people."""
    title = exchange.listing.display_title
    if exchange.state in (ExchangeState.INTRODUCTION, ExchangeState.PROPOSED):
        people = {exchange.keeper_id: exchange.keeper}
        if exchange.contact_accepted_at:
            people[exchange.asked_by_id] = exchange.asked_by
        subject = f"On attend votre réponse{NBSP}: {title}"
        body = (
            f"Un oui, un non ou une question{NBSP}: un mot suffit. La demande s’arrête "
            f"{_deadline(exchange)}."
        )
    elif exchange.state in (ExchangeState.UNDER_WAY, *AFTER_THE_END):
        people = {one.pk: one for one in (exchange.keeper, exchange.asked_by)}
        subject = f"Où en est cet échange{NBSP}? {title}"
        body = (
            "Sa date est passée. Dites sur sa page ce qui a été fait, ou notez le retour. Si cela "
            "n’a pas eu lieu, dites-le aussi."
        )
    else:
        people = {one.pk: one for one in (exchange.keeper, exchange.asked_by)}
        subject = f"Où en est cet échange{NBSP}? {title}"
        body = (
            "Vous étiez d’accord, et rien n’a bougé depuis. Convenez de la suite dans la "
            "conversation, ou dites que cela ne se fera pas."
        )
    people.pop(actor.pk, None)
    kind, action = "exchange_called_to_mind", "Voir l’échange"
    return sum(tell_of(exchange, one, kind, subject, body, action) for one in people.values())


def declined(exchange: Exchange, actor: User) -> None:
    for person in others(exchange, actor):
        tell_of(
            exchange,
            person,
            "exchange_declined",
            f"Demande déclinée : {exchange.listing.display_title}",
            f"{who_acts(exchange, actor, person)} ne peut pas donner suite :\n\n{exchange.reason}"
            "\n\nCela n’enlève rien à vos prochaines demandes.",
            "Voir l’échange",
        )


def listing_withdrawn(exchange: Exchange) -> None:
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_declined",
        f"Annonce retirée : {exchange.listing.display_title}",
        f"{exchange.reason} Votre demande s’arrête donc là. Cherchez une autre annonce, ou publiez "
        "votre besoin : la coordination peut vous y aider.",
        "Voir l’échange",
    )


def cancelled(exchange: Exchange, actor: User) -> None:
    reason = f" :\n\n{exchange.reason}" if exchange.reason else "."
    booked = f" ({_when(exchange)})" if exchange.resource_id else ""
    for person in audience.everyone(exchange, but=actor):
        tell_of(
            exchange,
            person,
            "exchange_cancelled",
            f"Échange annulé : {exchange.listing.display_title}",
            f"{who_acts(exchange, actor, person)} a annulé{booked}{reason}",
            "Voir l’échange",
        )
    audience.tell_managers(
        exchange,
        "exchange_cancelled",
        f"Échange annulé : {exchange.listing.display_title}",
        f"Un échange pour lequel votre accord était demandé est annulé{booked}.",
        but=actor,
    )


def booked(exchange: Exchange) -> None:
    """Tell who keeps it that it is booked; direct access asks them nothing."""
    who = shown(exchange.asked_by, exchange.asked_for, exchange, exchange.keeper)
    tell_of(
        exchange,
        exchange.keeper,
        "exchange_booked",
        f"Réservé par {exchange.asked_for.short_name} : {exchange.listing.display_title}",
        f"{who.title} a réservé {_when(exchange)}. Vous n’avez rien à confirmer.",
        "Voir la réservation",
    )


def queued(exchange: Exchange) -> None:
    """Tell who asked that somebody else has it now, and that they keep their place."""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_waiting",
        f"En liste d’attente : {exchange.listing.display_title}",
        f"C’est désormais pris {_when(exchange)}. Vous gardez votre place : si cela se libère, "
        "nous vous prévenons, dans l’ordre des demandes. D’autres dates restent possibles.",
        "Voir ma demande",
    )


def offered(exchange: Exchange, until: datetime) -> None:
    """Tell the next in line that it is kept for them, and until when."""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_offered",
        f"Une place se libère : {exchange.listing.display_title}",
        f"C’est de nouveau libre {_when(exchange)}, et gardé pour vous jusqu’au "
        f"{moment_words(until)}. Dites si cela vous convient toujours.",
        "Répondre",
    )


def waited_in_vain(exchange: Exchange) -> None:
    when = f" {_when(exchange)}" if _when(exchange) else ""
    tell_of(
        exchange,
        exchange.asked_by,
        "exchange_expired",
        f"Fin de l’attente : {exchange.listing.display_title}",
        f"Personne n’a libéré de place{when}, et votre demande s’arrête "
        "là. Une autre date ou une autre annonce convient peut-être, et la coordination peut "
        "vous aider à chercher.",
        "Voir la demande",
    )


def expired(exchange: Exchange) -> None:
    title = exchange.listing.display_title
    for person in {exchange.asked_by, exchange.keeper}:
        tell_of(
            exchange,
            person,
            "exchange_expired",
            f"Restée sans réponse : {title}",
            "La demande s’est arrêtée d’elle-même, faute de réponse. Elle peut être refaite.",
            "Voir l’échange",
        )


def written(exchange: Exchange, message: Message, files: int = 0) -> None:
    """Tell the others what is written, and lead them to where they answer."""
    joined = f"\n\nAvec {counted(files, 'fichier joint', 'fichiers joints')}." if files else ""
    for person in others(exchange, message.author):
        who = shown(message.author, message.for_organisation, exchange, person)
        tell_of(
            exchange,
            person,
            "exchange_message",
            f"Nouveau message : {exchange.listing.display_title}",
            f"{who.title} vous écrit :\n\n{message.body}{joined}",
            "Répondre",
            path=f"{exchange.get_absolute_url()}#conversation",
        )


def decision_added(exchange: Exchange, actor: User) -> None:
    if exchange.keeper_id != actor.pk and exchange.keeper_id is not None:
        tell_of(
            exchange,
            exchange.keeper,
            "exchange_decision",
            f"Décision déposée : {exchange.listing.display_title}",
            "La décision signée est dans le dossier : l’accord peut être donné.",
            "Voir l’échange",
        )


def _deadline(exchange: Exchange) -> str:
    return f"le {day_words(exchange.expires_at)}" if exchange.expires_at else "d’elle-même"


def _when(exchange: Exchange) -> str:
    return span_words(exchange.wanted_from, exchange.wanted_until)


def _asks(exchange: Exchange) -> str:
    if not exchange.listing.is_offer:
        return "propose son aide"
    if exchange.transfer == Transfer.TIME:
        return "souhaite vous rencontrer"
    return "fait une demande"


def who_acts(exchange: Exchange, actor: User, reader: User) -> str:
    return shown(actor, acting_for(actor, exchange), exchange, reader).title


def others(exchange: Exchange, actor: User) -> Iterator[User]:
    """Yield once each: who asked, who answers, and the coordinator, but not who acts."""
    seen = {actor.pk}
    for person in (exchange.asked_by, exchange.keeper, exchange.coordinator):
        if person is not None and person.pk not in seen:
            seen.add(person.pk)
            yield person


def tell_of(
    exchange: Exchange,
    person: User,
    kind: str,
    subject: str,
    body: str,
    action: str,
    *,
    path: str = "",
    organisation: Organisation | None = None,
) -> bool:
    """Tell one person something of an exchange; returns whether they were told.

    Who may not read it any more, for they left, hears nothing. It leads to `path`, else to the page
    of the exchange; said on behalf of `organisation`, else of the side that is not the reader's.
    """
    if not Exchange.objects.visible_to(person).filter(pk=exchange.pk).exists():
        return False
    mine = person.pk == exchange.asked_by_id
    other_side = exchange.listing.organisation if mine else exchange.asked_for
    tell(
        person,
        kind=kind,
        subject=subject[:200],
        body=body,
        path=path or exchange.get_absolute_url(),
        action=action,
        organisation=organisation or other_side,
    )
    return True
