"""What pages show of an exchange: in a word, in a row, its people and its conversation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.readers import reader_for
from marketplace.booking.models import Allocation
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, Transfer, WhoseTime
from marketplace.exchanges import contacts, policy, rights, waiting
from marketplace.exchanges.attaching.presentation import files_of
from marketplace.exchanges.coming import presentation as coming
from marketplace.exchanges.handover.queries import AFTER_THE_END, is_out
from marketplace.exchanges.models import Exchange, Message, Participant
from marketplace.words import NBSP, counted, day_words, moment_words, period_words, span_words

S = ExchangeState
STATE_KINDS = {
    S.INTRODUCTION: "now",
    S.PROPOSED: "now",
    S.WAITING: "now",
    S.AGREED: "success",
    S.CONFIRMED: "success",
    S.UNDER_WAY: "success",
    S.COMPLETED: "done",
    S.CLOSED: "done",
    S.DECLINED: "",
    S.CANCELLED: "",
    S.EXPIRED: "",
    S.INTERRUPTED: "danger",
    S.DISPUTED: "danger",
}
# On the page of a listing; the others are in «Mes échanges».
GOING_ON_SHOWN = 3


def summary_line(exchange: Exchange) -> str:
    """Return «La Table d’à côté · du 28 au 30 juin · Grande-Synthe»."""
    parts = [exchange.listing.organisation.short_name, dates(exchange)]
    if exchange.listing.commune_id and exchange.listing.commune:
        parts.append(exchange.listing.commune.name)
    if exchange.quantity > 1:
        parts.append(counted(exchange.quantity, "exemplaire", "exemplaires"))
    return " · ".join(part for part in parts if part)


def state_words(exchange: Exchange) -> str:
    """Return the state as a badge says it."""
    if exchange.state == S.PROPOSED and exchange.contact_accepted_at:
        return "à convenir ensemble"
    if exchange.state == S.AGREED and policy.needs_consents(exchange):
        return "accords attendus"
    return exchange.get_state_display()


def dates(exchange: Exchange) -> str:
    """Return when: to the hour where a calendar decides, else in whole days."""
    if exchange.resource_id or exchange.slot_id:
        return span_words(exchange.wanted_from, exchange.wanted_until)
    return period_words(exchange.wanted_from, exchange.wanted_until)


def asked_words(exchange: Exchange) -> str:
    """Return what one reads right after asking."""
    if exchange.state == S.CONFIRMED:
        return f"C’est réservé, {dates(exchange)}."
    if exchange.state == S.WAITING:
        return (
            "Vous êtes en liste d’attente. Si cela se libère, nous vous prévenons, dans l’ordre "
            "des demandes."
        )
    return "Votre message est parti. Rien n’est engagé avant l’accord des deux côtés."


def offer_words(exchange: Exchange) -> str:
    """Return until when what fell free is kept, or an empty text."""
    if exchange.slot_id:
        return coming.offer_words(exchange)
    held = waiting.offer_of(exchange) if exchange.state == S.WAITING else []
    until = held[0].held_until if held else None
    return f"C’est libre, et gardé pour vous jusqu’au {moment_words(until)}." if until else ""


def time_words(exchange: Exchange) -> str:
    """Return whose time is given, with the one word that is right for it."""
    if exchange.transfer != Transfer.TIME or not exchange.whose_time:
        return ""
    if exchange.whose_time == WhoseTime.OWN:
        return "temps personnel : c’est du bénévolat"
    return "temps de travail, avec l’accord de l’administration"


def conversation(
    exchange: Exchange, messages: Iterable[Message], viewer: Any
) -> list[dict[str, Any]]:
    """Return the bubbles, each sender shown as this reader may know them."""
    bubbles = []
    for message in messages:
        contact = contacts.shown(message.author, message.for_organisation, exchange, viewer)
        who = f"{contact.title}, {contact.detail}" if contact.is_name else contact.title
        bubbles.append(
            {
                "who": who,
                "when": moment_words(message.at),
                "text": message.body,
                "files": files_of(exchange, message, viewer),
                "mine": message.author_id == getattr(viewer, "pk", None),
            }
        )
    return bubbles


def row(exchange: Exchange, viewer: Any) -> dict[str, Any]:
    """Return one line of «Mes échanges»."""
    listing = exchange.listing
    asked = exchange.asked_for.pk in reader_for(viewer).organisation_ids
    other = listing.organisation if asked else exchange.asked_for
    if exchange.giver_id == exchange.receiver_id:
        other = listing.organisation
    return {
        "url": exchange.page_of_all_dates,
        "together": together_words(exchange),
        "direction": listing.direction,
        "title": listing.display_title,
        "other": other.short_name,
        "other_icon": "users" if other.is_association else "building",
        "dates": dates(exchange),
        "since": day_words(exchange.state_since),
        "state": state_words(exchange),
        "state_kind": STATE_KINDS[S(exchange.state)],
    }


def together_words(exchange: Exchange) -> str:
    """Return «et 3 autres dates» for one that stands for its series, else an empty text."""
    others = exchange.stands_for - 1
    return f"et {counted(others, 'autre date', 'autres dates')}" if others else ""


def people(exchange: Exchange, viewer: Any) -> list[dict[str, str]]:
    """Return the persons on both sides, who else comes, and the coordination, as this reader may
    know them.
    """
    shown = [
        ("Côté annonce", contacts.keeper_contact(exchange, viewer)),
        ("Côté demande", contacts.asker_contact(exchange, viewer)),
    ]
    others = exchange.participants.filter(state=Participant.State.CONFIRMED)
    shown += [
        ("Vient aussi", contacts.shown(one.user, exchange.giver, exchange, viewer))
        for one in others.select_related("user")
        if one.user_id not in (exchange.keeper_id, exchange.asked_by_id)
    ]
    if exchange.coordinator:
        body = exchange.coordinator_body
        shown.append(("Coordination", contacts.shown(exchange.coordinator, body, exchange, viewer)))
    return [
        {"role": role, "name": contact.title, "detail": contact.detail} for role, contact in shown
    ]


def going_on(listing: Listing, user: Any) -> list[dict[str, str]]:
    """Return what `user` has booked or asked of this listing, still to come, soonest first."""
    mine = listing.exchanges.open().filter(asked_by=user, wanted_until__gt=timezone.now())
    return [
        {
            "url": one.get_absolute_url(),
            "words": f"{'Réservé' if one.state == S.CONFIRMED else 'Demandé'}{NBSP}: {dates(one)}",
        }
        for one in mine.select_related("listing").order_by("wanted_from", "pk")[:GOING_ON_SHOWN]
    ]


def lent_words(exchange: Exchange) -> str:
    """Return which units are this exchange's, and where: «Vélo 1, le vert · 2 place de la Gare»."""
    has_it = exchange.state in (S.CONFIRMED, S.AGREED, S.UNDER_WAY) or (
        exchange.state in AFTER_THE_END and is_out(exchange)
    )
    if not has_it or exchange.resource is None:
        return ""
    taken = Allocation.objects.live().filter(exchange=exchange, unit__isnull=False)
    labels = list(taken.order_by("unit__position").values_list("unit__label", flat=True))
    return " · ".join(filter(None, [", ".join(labels), exchange.resource.place_label]))


def accept_words(exchange: Exchange) -> tuple[str, str]:
    """Return what the button of a yes says, and what it does not do."""
    if exchange.state == S.INTRODUCTION:
        return (
            "Accepter de se rencontrer",
            "Vos noms sont alors partagés. Rien d’autre n’est engagé.",
        )
    note = "Vos noms sont alors partagés."
    if exchange.contact_accepted_at:
        note = "Dites oui quand tout est clair entre vous."
    return ("Donner mon accord", note)


def cancel_words(exchange: Exchange) -> str:
    """Return what the button of giving up says."""
    if exchange.state == S.CONFIRMED and exchange.listing.is_booked_directly:
        return "Annuler la réservation"
    return "Annuler l’échange" if exchange.state in rights.AGREED else "Retirer ma demande"


def decision_state(exchange: Exchange) -> str:
    """Return what is to be said of the decision, or an empty text when none is needed."""
    if not policy.needs_decision(exchange):
        return ""
    if exchange.decision and exchange.decision_added_at:
        return f"Décision déposée le{NBSP}{day_words(exchange.decision_added_at)}."
    return policy.DECISION_MISSING
