"""What a mediation makes people hear: a side's own words never reach the other one."""

from __future__ import annotations

from accounts.models import Organisation, User
from accounts.notices.rules import tell
from marketplace.exchanges import audience
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.mediation.rights import mediators_of
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP


def asked(mediation: Mediation, actor: User) -> None:
    """Tell the coordinations, who read why, and the others that somebody will listen to them."""
    exchange, title = mediation.exchange, mediation.exchange.listing.display_title
    words = mediation.notes.first()
    desk = {one.pk: one for one in mediators_of(exchange)}
    for person in desk.values():
        who = shown(actor, mediation.asked_for, exchange, person).title
        _tell_desk(
            mediation,
            person,
            "mediation_asked",
            f"Médiation demandée{NBSP}: {title}",
            f"{who} demande que quelqu’un écoute les deux côtés{NBSP}:\n\n"
            f"{words.body if words else ''}\n\nCes mots ne sont lus que de son côté et de la "
            "coordination. Prenez la médiation si vous pouvez la suivre.",
            "Ouvrir la médiation",
        )
    for person in audience.everyone(exchange, but=actor):
        if person.pk in desk:
            continue
        who = shown(actor, mediation.asked_for, exchange, person).title
        tell_of(
            exchange,
            person,
            "mediation_asked",
            f"Une médiation est demandée{NBSP}: {title}",
            f"{who} souhaite que la coordination écoute les deux côtés. Rien n’est décidé{NBSP}: "
            "dites votre version sur la page de l’échange. Votre côté et la coordination la "
            "liront.",
            "Dire ma version",
        )


def spoken(mediation: Mediation, note: MediationNote) -> None:
    """Tell who listens that a side has spoken."""
    if mediation.mediator is not None:
        _tell_desk(
            mediation,
            mediation.mediator,
            "mediation_word",
            f"Un côté vous écrit{NBSP}: {mediation.exchange.listing.display_title}",
            note.body,
            "Ouvrir la médiation",
        )


def taken(mediation: Mediation) -> None:
    """Tell both sides who listens to them, and that nothing is decided without them."""
    exchange, mediator = mediation.exchange, mediation.mediator
    if mediator is None:
        return
    for person in audience.everyone(exchange, but=mediator):
        who = shown(mediator, mediation.mediator_for, exchange, person).title
        tell_of(
            exchange,
            person,
            "mediation_taken",
            f"Quelqu’un suit la médiation{NBSP}: {exchange.listing.display_title}",
            f"{who} va écouter chaque côté et chercher une issue avec vous. Rien ne se décide "
            "sans vous.",
            "Voir l’échange",
        )


def said_to_both(mediation: Mediation, note: MediationNote) -> None:
    exchange = mediation.exchange
    for person in audience.everyone(exchange, but=note.author):
        who = shown(note.author, note.for_organisation, exchange, person).title
        tell_of(
            exchange,
            person,
            "mediation_word",
            f"Un mot de la médiation{NBSP}: {exchange.listing.display_title}",
            f"{who}{NBSP}:\n\n{note.body}",
            "Voir l’échange",
        )


def settled(mediation: Mediation, actor: User) -> None:
    exchange = mediation.exchange
    outcome = str(mediation.get_outcome_display())
    for person in audience.everyone(exchange, but=actor):
        tell_of(
            exchange,
            person,
            "mediation_settled",
            f"Fin de la médiation{NBSP}: {exchange.listing.display_title}",
            f"{outcome.capitalize()}. Ce qui est convenu{NBSP}:\n\n{mediation.sentence}",
            "Voir l’échange",
        )


def ended_without(mediation: Mediation) -> None:
    """Tell whoever listened that there is nothing left to settle."""
    if mediation.mediator is not None:
        _tell_desk(
            mediation,
            mediation.mediator,
            "mediation_settled",
            f"Fin de la médiation{NBSP}: {mediation.exchange.listing.display_title}",
            f"L’échange s’est arrêté sans elle. {mediation.sentence} "
            "Vous n’avez plus rien à régler.",
            "Voir la médiation",
        )


def called_to_mind(mediation: Mediation) -> None:
    title = mediation.exchange.listing.display_title
    if mediation.mediator is not None:
        subject = f"Où en est la médiation{NBSP}? {title}"
        body = "Vous la suivez depuis deux semaines. Écrivez où elle en est, ou son issue."
        people = [mediation.mediator]
    else:
        subject = f"Une médiation attend quelqu’un{NBSP}: {title}"
        body = "Personne ne l’a encore prise. Chaque jour compte pour ceux qui attendent."
        people = list(mediators_of(mediation.exchange))
    for person in people:
        _tell_desk(mediation, person, "mediation_waits", subject, body, "Ouvrir la médiation")


def _tell_desk(
    mediation: Mediation, person: User, kind: str, subject: str, body: str, action: str
) -> None:
    if not Mediation.objects.visible_to(person).filter(pk=mediation.pk).exists():
        return
    tell(
        person,
        kind=kind,
        subject=subject[:200],
        body=body.strip(),
        path=mediation.get_absolute_url(),
        action=action,
        organisation=_from(mediation),
    )


def _from(mediation: Mediation) -> Organisation:
    return mediation.asked_for
