"""What pages show of «Je viens»: the moments with their places, and who comes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.readers import reader_for
from marketplace.catalogue.models import Listing
from marketplace.catalogue.protection import presentation as protection
from marketplace.catalogue.slots import Slot, is_of_hands, slots_of, welcomes_at_once
from marketplace.choices import ExchangeState, WhoseTime
from marketplace.exchanges import contacts, rights
from marketplace.exchanges.coming import places
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.rights import Asking
from marketplace.words import NBSP, counted, moment_words

S = ExchangeState
PER_PAGE = 50
# The two buttons, where both times are possible: own time first, as it needs nobody's consent.
TIMES = (
    (WhoseTime.OWN, "Je viens, sur mon temps personnel"),
    (WhoseTime.WORKING, "Je viens, sur mon temps de travail"),
)
LINE_TIMES = (
    (WhoseTime.OWN, "M’inscrire en liste d’attente, sur mon temps personnel"),
    (WhoseTime.WORKING, "M’inscrire en liste d’attente, sur mon temps de travail"),
)


def card(listing: Listing, user: Any, asking: Asking) -> dict[str, Any] | None:
    """Return what the card «Je viens» draws, or None where one answers by a message.

    Two queries, whatever the number of slots and of people, and one for each body of `user`.
    """
    if not is_of_hands(listing):
        return None
    slots = slots_of(listing)
    taken, mine = places.taken(slots), _mine(slots, user)
    organisations = list(asking.organisations)
    of_body = any(one.is_public_body for one in organisations)
    moments = [_moment(slot, taken.get(slot.pk, 0), mine.get(slot.pk), of_body) for slot in slots]
    return {
        "moments": moments,
        "is_single": len(moments) == 1,
        "post_url": reverse("listing_come", args=[listing.ref]),
        "organisations": organisations if len(organisations) > 1 else [],
        "can_come": bool(organisations),
        # Who has said it sees where they stand, even when the need is full or paused.
        "is_shown": bool(organisations) or any(one["mine"] for one in moments),
        "of_body": of_body,
        "note": come_note(listing),
        "protections": protection.for_answering(listing, organisations),
        "say_for": bool(organisations) and reader_for(user).has_role("coordinator"),
        "is_open": any(not one["is_over"] for one in moments),
    }


def come_note(listing: Listing) -> str:
    """Return what a tap does, said beside the button."""
    name = listing.organisation.short_name
    if welcomes_at_once(listing):
        return (
            f"Un geste suffit{NBSP}: votre place est gardée, et votre nom est donné à {name}. "
            f"Un empêchement{NBSP}? Vous le dites d’un geste aussi."
        )
    return (
        f"Votre place est gardée, et {name} vous répond. Les noms se partagent quand la réponse "
        "est oui."
    )


def come_words(exchange: Exchange) -> str:
    """Return what one reads right after the tap."""
    when = f" {exchange.slot.words}" if exchange.slot and exchange.slot.words else ""
    name = exchange.listing.organisation.short_name
    if exchange.state == S.WAITING:
        return (
            "Toutes les places sont prises. Vous êtes en liste d’attente : si l’une se libère, "
            "nous vous prévenons, dans l’ordre des réponses."
        )
    if exchange.state == S.CONFIRMED:
        return f"Merci ! C’est noté{NBSP}: vous venez{when}, et {name} le sait."
    if exchange.state == S.AGREED:
        return f"Merci ! Votre place est gardée{when}. Il reste un accord à recevoir."
    if exchange.whose_time == WhoseTime.WORKING:
        return (
            f"Merci ! Votre place est gardée{when}. Sur temps de travail, votre coordination "
            "s’occupe des accords."
        )
    return f"Merci ! Votre place est gardée{when}, et {name} vous répond."


def offer_words(exchange: Exchange) -> str:
    """Return until when a place that fell free is kept, or an empty text."""
    until = exchange.place_held_until
    if exchange.state != S.WAITING or until is None or until <= timezone.now():
        return ""
    return f"Une place est gardée pour vous jusqu’au {moment_words(until)}."


def left_words(places: int, taken: int) -> str:
    """Return «3 places libres sur 10», «complet»."""
    left = max(0, places - taken)
    if not left:
        return f"complet, {counted(places, 'place prise', 'places prises')}"
    return f"{counted(left, 'place libre', 'places libres')} sur {places}"


def roll(listing: Listing, viewer: Any) -> list[dict[str, Any]]:
    """Return each moment with who comes and who waits, as this reader may know them."""
    slots = [slot for slot in slots_of(listing) if slot.pk]
    coming = (
        Exchange.objects.filter(slot__in=slots)
        .filter(Q(place__isnull=False) | Q(state=S.WAITING))
        .for_rows()
        .order_by("place", "created_at", "pk")
    )
    people: dict[int | None, list[Exchange]] = {slot.pk: [] for slot in slots}
    for exchange in coming:
        people[exchange.slot_id].append(exchange)
    return [
        {
            "ref": slot.ref,
            "words": slot.words,
            "left": left_words(slot.places, sum(one.place is not None for one in people[slot.pk])),
            "coming": [_person(one, viewer) for one in people[slot.pk] if one.state != S.WAITING],
            "waiting": [_person(one, viewer) for one in people[slot.pk] if one.state == S.WAITING],
        }
        for slot in slots
    ]


def _person(exchange: Exchange, viewer: Any) -> dict[str, str]:
    contact = contacts.asker_contact(exchange, viewer)
    own = exchange.whose_time == WhoseTime.OWN
    return {
        "name": contact.title,
        "detail": contact.detail,
        "time": "temps personnel" if own else "temps de travail",
        "state": "sa place est gardée, un accord manque" if exchange.state == S.PROPOSED else "",
        "url": exchange.get_absolute_url() if rights.side_of(viewer, exchange) else "",
        "entered": "dit au guichet" if exchange.entered_by_id else "",
    }


def _moment(slot: Slot, taken: int, mine: Exchange | None, of_body: bool) -> dict[str, Any]:
    is_full = taken >= slot.places
    times = LINE_TIMES if is_full else TIMES
    return {
        "ref": slot.ref if slot.pk and not slot.is_whole else "",
        "words": slot.words,
        "left": left_words(slot.places, taken),
        "is_full": is_full,
        "is_over": slot.is_over(),
        "buttons": times
        if of_body
        else ((WhoseTime.OWN, "M’inscrire en liste d’attente" if is_full else "Je viens"),),
        "mine": _mine_words(mine) if mine else None,
    }


def _mine_words(exchange: Exchange) -> dict[str, Any]:
    waits = exchange.state == S.WAITING
    offer = offer_words(exchange)
    words = offer or "Vous venez."
    if waits and not offer:
        words = "Vous êtes en liste d’attente."
    elif exchange.state == S.PROPOSED:
        words = "Votre place est gardée, un accord est attendu."
    return {
        "ref": exchange.ref,
        "url": exchange.get_absolute_url(),
        "words": words,
        "offer": bool(offer),
        "waits": waits,
        "can_leave": exchange.state in (S.PROPOSED, S.WAITING, S.AGREED, S.CONFIRMED),
    }


def _mine(slots: list[Slot], user: Any) -> dict[int | None, Exchange]:
    saved = [slot.pk for slot in slots if slot.pk]
    if not (saved and user.is_authenticated):
        return {}
    own = Exchange.objects.filter(slot__in=saved, asked_by=user, state__in=OPEN_STATES)
    return {one.slot_id: one for one in own.order_by("pk")}
