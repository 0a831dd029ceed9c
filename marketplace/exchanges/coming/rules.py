"""«Je viens»: one tap keeps a place, one frees it; twice is once, and nobody takes another's.

Each pair of hands is a dossier of its own, with its participant: consents, hours and thanks are a
person's. Where the need says so (`NeedTerms.welcome_at_once`), the yes of its side is given in
advance, and coming shares one's name: the page says it beside the button.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace import rights as listing_rights
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import Slot, is_of_hands, welcomes_at_once, whole_places
from marketplace.choices import ExchangeState, WhoseTime
from marketplace.exchanges import confirming, policy, rights, telling, transitions
from marketplace.exchanges.answering import coordinator_for, keeper_of
from marketplace.exchanges.coming import places
from marketplace.exchanges.coming import telling as words
from marketplace.exchanges.consents import asking as consents
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.exchanges.wishes import ANSWER_WITHIN
from marketplace.refusals import Refused

S = ExchangeState
WHOSE_TIME = "Dites sur quel temps vous venez : votre temps de travail ou votre temps personnel."
NOT_OF_HANDS = "On répond à ce besoin par un message : dites ce que vous pouvez apporter."
OVER = "Ce moment est passé : il n’est plus possible de venir."
THEIRS_TO_SAY = (
    "C’est à la personne qui vient de dire qu’elle ne peut plus. Si c’est vous qui ne pouvez plus "
    "l’accueillir, annulez l’échange en disant pourquoi."
)
IN_ADVANCE = "Le oui était donné d’avance à qui vient."


class AlreadyComing(Refused):
    """The person has said it already for this moment: `exchange` is where it stands."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("C’est déjà noté : vous l’aviez dit.")
        self.exchange = exchange


@transaction.atomic
def come(
    need: Listing,
    person: User,
    organisation: Organisation,
    *,
    slot: str = "",
    whose_time: str = "",
    entered_by: User | None = None,
) -> Exchange:
    """Return the exchange of who comes: with a place, else in the waiting line.

    `slot` is the reference of one of the need's moments; empty for the need as a whole. An
    association's volunteers are on their own time whatever `whose_time` says. Raises AlreadyComing,
    or Refused with what is in the way.
    """
    # The lock makes a pause, a withdrawal and a tap come one after the other.
    need = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("organisation", "author", "keeper", "department", "need_terms")
        .get(pk=need.pk)
    )
    if not is_of_hands(need):
        raise Refused(NOT_OF_HANDS)
    asking = listing_rights.asking(person, need)
    if organisation not in asking.organisations:
        raise Refused(asking.refusal or "Vous ne pouvez pas y répondre pour cet organisme.")
    if organisation.is_association:
        whose_time = WhoseTime.OWN
    elif whose_time not in WhoseTime.values:
        raise Refused(WHOSE_TIME)
    if refusal := policy.host_refusal(need.organisation, need.transfer):
        raise Refused(refusal)
    moment = places.lock(_slot(need, slot).pk)
    moment.listing = need
    if moment.is_over():
        raise Refused(OVER)
    if found := coming_of(moment, person):
        raise AlreadyComing(found)
    place = places.free_place(moment)
    state = S.WAITING if place is None else S.PROPOSED
    welcome = place is not None and welcomes_at_once(need)
    exchange = Exchange(
        listing=need,
        giver=organisation,
        receiver=need.organisation,
        transfer=need.transfer,
        legal_basis=need.legal_basis,
        whose_time=whose_time,
        asked_by=person,
        asked_for=organisation,
        keeper=keeper_of(need),
        coordinator=coordinator_for(
            organisation, need.organisation, department=need.department, whose_time=whose_time
        ),
        wanted_from=moment.starts_at or need.available_from,
        wanted_until=moment.ends_at or need.available_until,
        slot=moment,
        place=place,
        state=state,
        expires_at=_deadline(moment, waits=place is None),
        contact_accepted_at=timezone.now() if welcome else None,
        entered_by=entered_by,
    )
    acting_for = organisation
    transitions.start(exchange, entered_by or person, acting_for)
    Participant.objects.create(exchange=exchange, user=person)
    if welcome:
        agree_as_promised(exchange)
        words.comes(exchange)
    elif place is not None:
        telling.asked(exchange, "")
    if entered_by is not None:
        words.said_for(exchange)
    return exchange


def agree_as_promised(exchange: Exchange) -> bool:
    """Agree when the yes was given in advance and nothing is in the way; returns whether it did.

    Called when somebody says that they come, and again when the decision that was missing arrives.
    """
    promised = exchange.slot_id is not None and exchange.place is not None
    if not promised or exchange.state != S.PROPOSED or not welcomes_at_once(exchange.listing):
        return False
    if policy.refusal_to_agree(exchange):
        return False
    now = timezone.now()
    transitions.move(
        exchange,
        S.AGREED,
        actor=None,
        acting_for=exchange.listing.organisation,
        reason=IN_ADVANCE,
        expires_at=None,
        contact_accepted_at=exchange.contact_accepted_at or now,
    )
    exchange.participants.filter(state=Participant.State.PROPOSED).update(
        state=Participant.State.CONFIRMED, since=now
    )
    consents.ask_for(exchange, exchange.asked_by)
    confirming.confirm_when_ready(exchange, quietly=True)
    return True


@transaction.atomic
def take_place(exchange: Exchange, person: User) -> Exchange:
    """Say yes to the place that fell free for who waited; returns the exchange.

    Raises Refused when it is not kept any more, Overtaken when it was said already.
    """
    if refusal := rights.why_not_take_offer(person, exchange):
        raise Refused(refusal)
    if exchange.slot_id is None:
        raise ValueError("it is no place of a need")
    slot = places.lock(exchange.slot_id)
    exchange.refresh_from_db(fields=["state", "place", "place_held_until"])
    if exchange.place is None:
        raise Refused("Cette place n’est plus gardée pour vous : elle est allée à quelqu’un.")
    welcome = welcomes_at_once(exchange.listing)
    transitions.move(
        exchange,
        S.PROPOSED,
        actor=person,
        acting_for=rights.acting_for(person, exchange),
        expires_at=_deadline(slot, waits=False),
        contact_accepted_at=timezone.now() if welcome else None,
    )
    if welcome:
        agree_as_promised(exchange)
        words.comes(exchange)
    else:
        telling.asked(exchange, "")
    return exchange


@transaction.atomic
def no_longer(exchange: Exchange, person: User, reason: str = "") -> Exchange:
    """Free the place of who cannot come any more: no reason is due. Raises Refused or Overtaken."""
    if refusal := why_not_say_no_longer(person, exchange):
        raise Refused(refusal)
    waited = exchange.state == S.WAITING
    transitions.move(
        exchange,
        S.CANCELLED,
        actor=person,
        acting_for=rights.acting_for(person, exchange),
        reason=reason.strip()[:1000],
        reason_code="cannot_come",
        expires_at=None,
    )
    exchange.participants.update(state=Participant.State.LEFT, since=timezone.now())
    if not waited:
        words.no_longer(exchange, person)
    return exchange


def why_not_say_no_longer(user: User, exchange: Exchange) -> str:
    """Return why `user` may not say that who comes cannot any more, or an empty text.

    The side that counts on them cancels, and owes a reason: it does not speak for them.
    """
    if rights.side_of(user, exchange) == rights.ANSWERING:
        return THEIRS_TO_SAY
    return rights.why_not_cancel(user, exchange)


def coming_of(slot: Slot, person: User) -> Exchange | None:
    """Return where the coming of this person to this moment stands, if they said it."""
    if slot.pk is None:
        return None
    mine = Exchange.objects.filter(slot=slot, asked_by=person, state__in=OPEN_STATES)
    return mine.for_rows().order_by("-pk").first()


def why_not_say_for(user: User, need: Listing) -> str:
    """Return why `user` may not say «Je viens» for somebody at the counter, or an empty text."""
    if not is_of_hands(need):
        return NOT_OF_HANDS
    if not reader_for(user).has_role("coordinator"):
        return "Seule la coordination peut le dire à la place de quelqu’un, à sa demande."
    return ""


def _slot(need: Listing, ref: str) -> Slot:
    """Return the slot that is asked for; that of the whole need is made when it is first wanted."""
    if ref:
        found = need.slots.filter(ref=ref).first()
        if found is None:
            raise Refused("Ce créneau n’existe plus : choisissez-en un autre.")
        return found
    if need.slots.filter(starts_at__isnull=False).exists():
        raise Refused("Dites à quel moment vous venez : choisissez un créneau.")
    wanted = whole_places(need)
    slot, _ = Slot.objects.get_or_create(
        listing=need, starts_at=None, ends_at=None, defaults={"places": wanted}
    )
    if slot.places != wanted:
        Slot.objects.filter(pk=slot.pk).update(places=wanted)
    return slot


def _deadline(slot: Slot, *, waits: bool) -> datetime | None:
    """Return when it stops by itself: in line, when it begins; else when no yes has come.

    In line for what has no date, when the need leaves the catalogue.
    """
    end = slot.ends_at or slot.listing.available_until
    if waits:
        return slot.starts_at or end or slot.listing.expires_at
    three_weeks = timezone.now() + ANSWER_WITHIN
    return min(three_weeks, end) if end else three_weeks
