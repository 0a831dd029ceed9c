"""What a hand-over makes people hear; only the other side, and only when it has something to do."""

from __future__ import annotations

from accounts.models import User
from marketplace.booking.models import Unit
from marketplace.exchanges.answering import speaker_for
from marketplace.exchanges.handover import rights
from marketplace.exchanges.handover.models import HandOver, Incident
from marketplace.exchanges.handover.queries import AFTER_THE_END, due_at
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.telling import tell_of, who_acts
from marketplace.words import NBSP, moment_words, span_words

TITLES = {HandOver.Moment.LEAVING: "Départ noté", HandOver.Moment.RETURN: "Retour noté"}


def recorded(hand_over: HandOver, actor: User) -> None:
    """Ask the other side to confirm, or tell whoever lends of a damage."""
    exchange = hand_over.exchange
    title = exchange.listing.display_title
    damaged = hand_over.condition == HandOver.Condition.DAMAGED
    other = _other(exchange, actor)
    if other is None or not (damaged or hand_over.waits_for_answer):
        return
    who = who_acts(exchange, actor, other)
    state = f"État noté{NBSP}: {hand_over.get_condition_display()}."
    words = f"\n\n{hand_over.words}" if hand_over.words else ""
    asked = "\n\nDites si vous êtes d’accord, ou ce qui diffère." if hand_over.is_waiting else ""
    moment = TITLES[HandOver.Moment(hand_over.moment)]
    subject = f"{moment}, avec un dégât{NBSP}: {title}" if damaged else f"{moment}{NBSP}: {title}"
    body = f"{who}, le {moment_words(hand_over.at)}. {state}{words}{asked}"
    action = "Confirmer" if hand_over.is_waiting else "Voir la remise"
    path = f"{exchange.get_absolute_url()}remise/"
    tell_of(exchange, other, "hand_over_noted", subject, body, action, path=path)


def answered(hand_over: HandOver, actor: User) -> None:
    """Tell whoever noted it, only when the other side sees it otherwise."""
    if hand_over.answer != HandOver.Answer.DIFFERS:
        return
    exchange = hand_over.exchange
    tell_of(
        exchange,
        hand_over.recorded_by,
        "hand_over_differs",
        f"Pas tout à fait d’accord{NBSP}: {exchange.listing.display_title}",
        # No name: a notice outlives who leaves, and the page says who answered.
        f"L’autre côté a lu ce que vous avez noté, et voit autre chose{NBSP}:\n\n"
        f"{hand_over.answer_words}\n\nParlez-en dans la conversation.",
        "Voir l’échange",
    )


def other_unit(exchange: Exchange, unit: Unit) -> None:
    tell_of(
        exchange,
        rights.taker_of(exchange),
        "booking_moved",
        f"Un autre exemplaire pour vous{NBSP}: {exchange.listing.display_title}",
        f"Celui que vous aviez réservé est abîmé. {unit.label} est gardé pour vous, "
        f"{span_words(exchange.wanted_from, exchange.wanted_until)}{NBSP}: rien d’autre ne change.",
        "Voir la réservation",
    )


def unit_missing(exchange: Exchange, unit: Unit) -> None:
    """Tell both sides that the reserved unit is damaged and that no other is free."""
    when = span_words(exchange.wanted_from, exchange.wanted_until)
    for person in {rights.taker_of(exchange), rights.lender_of(exchange)}:
        tell_of(
            exchange,
            person,
            "booking_at_risk",
            f"Réservation à revoir{NBSP}: {exchange.listing.display_title}",
            f"{unit.label}, réservé {when}, est abîmé, et aucun autre n’est libre à ces dates. "
            f"S’il est réparé d’ici là, rien ne change{NBSP}; sinon, convenez d’autres dates.",
            "Voir la réservation",
        )


def may_not_be_back(exchange: Exchange, unit: Unit | None) -> None:
    """Warn who booked next that what they booked is late; nobody is named nor blamed."""
    what = unit.label if unit else "Ce que vous avez réservé"
    tell_of(
        exchange,
        rights.taker_of(exchange),
        "booking_at_risk",
        f"Peut-être pas de retour à temps{NBSP}: {exchange.listing.display_title}",
        f"{what} devrait être revenu, et son retour n’est pas encore noté. Votre réservation, "
        f"{span_words(exchange.wanted_from, exchange.wanted_until)}, tient toujours{NBSP}: c’est "
        "peut-être seulement un oubli. Demandez dans la conversation où cela en est, et prévoyez "
        "une autre solution si vous le pouvez.",
        "Voir la réservation",
    )


def settled(incident: Incident, actor: User) -> None:
    """Tell who had the thing, and who reported it, how it ended."""
    exchange = incident.exchange
    people = {rights.taker_of(exchange), incident.opened_by} - {actor}
    for person in people:
        tell_of(
            exchange,
            person,
            "incident_settled",
            f"Incident réglé{NBSP}: {exchange.listing.display_title}",
            f"{incident.get_outcome_display().capitalize()}.\n\n{incident.settled_words}",
            "Voir l’incident",
            path=incident.get_absolute_url(),
        )


def due_back(exchange: Exchange) -> None:
    """Call the return to mind, without blame: the note may be all that is missing.

    Where who has it has left, whoever speaks for their organisation hears.
    """
    tell_of(
        exchange,
        _who_has_it(exchange),
        "loan_late",
        f"À rendre{NBSP}: {exchange.listing.display_title}",
        f"{_expected(exchange)}. Si c’est déjà rendu, notez-le en un geste. "
        "Sinon, dites dans la conversation quand cela revient.",
        "Noter le retour",
        path=f"{exchange.get_absolute_url()}remise/",
    )


def still_out(exchange: Exchange) -> None:
    tell_of(
        exchange,
        rights.lender_of(exchange),
        "loan_late",
        f"Pas encore rendu{NBSP}: {exchange.listing.display_title}",
        f"{_expected(exchange)}, et personne n’a noté le retour. La personne qui l’a "
        "est prévenue. Si c’est revenu, notez-le vous-même.",
        "Voir où cela en est",
        path=f"{exchange.get_absolute_url()}remise/",
    )


def never_taken(exchange: Exchange, actor: User) -> None:
    """Tell both sides that the booking is closed as one that did not take place."""
    taker = rights.taker_of(exchange)
    when = span_words(exchange.wanted_from, exchange.wanted_until)
    for person in {taker, rights.lender_of(exchange)} - {actor}:
        next_time = (
            f" Un empêchement arrive à tout le monde{NBSP}: la prochaine fois, annulez plus tôt si "
            "vous le pouvez, pour que d’autres en profitent."
        )
        tell_of(
            exchange,
            person,
            "exchange_cancelled",
            f"Réservation close{NBSP}: {exchange.listing.display_title}",
            f"{who_acts(exchange, actor, person)} a noté que personne n’est venu le prendre, "
            f"{when}. La réservation est close." + (next_time if person.pk == taker.pk else ""),
            "Voir l’échange",
        )


def _expected(exchange: Exchange) -> str:
    due = due_at(exchange)
    when = f" le {moment_words(due)}" if due else ""
    if exchange.state in AFTER_THE_END:
        return f"L’échange s’est arrêté{when}"
    return f"Le retour était prévu{when}"


def _who_has_it(exchange: Exchange) -> User:
    taker = rights.taker_of(exchange)
    if Exchange.objects.visible_to(taker).filter(pk=exchange.pk).exists():
        return taker
    return speaker_for(exchange.receiver) or taker


def _other(exchange: Exchange, actor: User) -> User | None:
    role = rights.role_of(actor, exchange)
    person = rights.taker_of(exchange) if role == rights.LENDER else rights.lender_of(exchange)
    return person if person.pk != actor.pk else None
