"""Asking, answering, writing, giving up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace import rights as listing_rights
from marketplace.booking.rules import NotFree
from marketplace.catalogue.charters.rules import accept_to_ask
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState, ListingState, Transfer
from marketplace.exchanges import (
    bookings,
    confirming,
    decisions,
    policy,
    rights,
    telling,
    transitions,
    wishes,
)
from marketplace.exchanges.answering import coordinator_for, keeper_of
from marketplace.exchanges.answers import rules as answers
from marketplace.exchanges.attaching import rules as attaching
from marketplace.exchanges.coming import rules as coming
from marketplace.exchanges.coming import seating
from marketplace.exchanges.consents import asking
from marketplace.exchanges.ending import WITHDRAWN
from marketplace.exchanges.insurance import needs as insurance
from marketplace.exchanges.models import Exchange, Message, Participant
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.wishes import ANSWER_WITHIN, Wish
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed

S = ExchangeState
# The same words again within this time are a second click, not a second message.
SAME_CLICK = timedelta(minutes=1)

OTHER = "other"
DECLINE_REASONS = (
    ("taken", "C’est déjà pris à ces dates"),
    ("not_now", "Ce n’est pas possible en ce moment"),
    ("conditions", "Les conditions ne sont pas réunies"),
    ("better_fit", "Une autre solution conviendrait mieux"),
    (OTHER, "Autre raison"),
)
# Of an agreement that one gives up: nobody is asked about their health nor their private life.
CANCEL_REASONS = (
    ("dates", "Les dates ne conviennent plus"),
    ("no_need", "Ce n’est plus nécessaire"),
    ("elsewhere", "Une autre solution est trouvée"),
    ("unavailable", "La personne, le lieu ou le matériel n’est plus disponible"),
    ("conditions", "Les conditions ne sont plus réunies"),
    (OTHER, "Autre raison"),
)
WHY_CANCEL = "L’accord est donné : dites en quelques mots pourquoi vous annulez."


class AlreadyAsked(Refused):
    """The same person already has an open request on this listing, for the same organisation."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__("Votre demande est déjà partie : la voici.")
        self.exchange = exchange


def ask(
    listing: Listing,
    asker: User,
    organisation: Organisation,
    wish: Wish,
    series: Series | None = None,
) -> Exchange:
    """Return the new exchange: a request for an offer, or the answer to a need.

    One of a `series` carries no message and tells nobody: the series does, once for all its dates.
    Raises AlreadyAsked (it carries the open one), or Refused with what is in the way.
    """
    try:
        with transaction.atomic():
            return _ask(listing, asker, organisation, wish, series)
    except IntegrityError:
        open_one = open_request(listing, asker, organisation, wish)
        if open_one is None:
            raise
        raise AlreadyAsked(open_one) from None


def _ask(
    listing: Listing,
    asker: User,
    organisation: Organisation,
    wish: Wish,
    series: Series | None,
) -> Exchange:
    # The lock makes a pause, a withdrawal and a request come one after the other.
    listing = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("organisation", "author", "keeper", "department", "resource__commune")
        .get(pk=listing.pk)
    )
    asking = listing_rights.asking(asker, listing)
    if organisation not in asking.organisations:
        raise Refused(asking.refusal or "Vous ne pouvez pas le demander pour cet organisme.")
    wishes.check(listing, wish)
    giver, receiver = (
        (listing.organisation, organisation)
        if listing.is_offer
        else (organisation, listing.organisation)
    )
    if refusal := policy.refusal_to_ask(listing, giver, receiver, wish.offer):
        raise Refused(refusal)
    insurance.check_direct(listing, organisation, wish.wanted_until)
    accept_to_ask(listing, asker, organisation, wish.charter)
    is_time = listing.transfer == Transfer.TIME
    whose_time = wishes.whose_time(listing, giver, wish)
    calendar = answers.calendar_of(listing, asker, organisation, wish)
    state = wishes.first_state(listing, wish)
    exchange = Exchange(
        listing=listing,
        giver=giver,
        receiver=receiver,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        whose_time=whose_time,
        asked_by=asker,
        asked_for=organisation,
        keeper=keeper_of(listing),
        coordinator=coordinator_for(
            giver, receiver, department=listing.department, whose_time=whose_time
        )
        if is_time
        else None,
        wanted_from=wish.wanted_from,
        wanted_until=wish.wanted_until,
        quantity=wish.quantity,
        resource=listing.resource if listing.has_calendar else calendar,
        offer=wish.offer,
        series=series,
        state=state,
        expires_at=wishes.first_deadline(state, wish),
        contact_accepted_at=timezone.now() if state == S.CONFIRMED else None,
    )
    transitions.start(exchange, asker, organisation)
    if state == S.CONFIRMED:
        bookings.take(exchange, asker)
    if is_time:
        Participant.objects.create(
            exchange=exchange, user=exchange.keeper if listing.is_offer else asker
        )
    if series is not None:
        return exchange
    if wish.message.strip():
        Message.objects.create(
            exchange=exchange,
            author=asker,
            for_organisation=organisation,
            body=wish.message.strip(),
        )
    if state == S.CONFIRMED:
        telling.booked(exchange)
    elif state != S.WAITING:  # who waits asks nothing of anybody yet
        telling.asked(exchange, wish.message)
    return exchange


@transaction.atomic
def accept(
    exchange: Exchange,
    actor: User,
    seen: str | None = None,
    *,
    tells: bool = True,
    slot: str = "",
    charter: int = 0,
) -> Exchange:
    """Say yes: to meeting when it began by an introduction, else to the exchange itself.

    `seen` is the state on the page where one said so: a button pressed twice, or in a page that is
    out of date, never agrees to more than it said. `slot` is the reference of the moment chosen for
    who answered by a message a need that has several; `charter` the version ticked of the charter
    that the offer asks for. Raises Refused with what is missing (right, decision, host, place,
    charter) or Overtaken.
    """
    _check_fresh(exchange)
    if refusal := rights.why_not_accept(actor, exchange):
        raise Refused(refusal)
    if seen is not None and seen != exchange.state:
        raise Overtaken("C’est déjà dit, ou l’échange a changé entre-temps : voici où il en est.")
    _check_still_there(exchange)
    now = timezone.now()
    seat: dict[str, Any] = {}
    if exchange.state == S.INTRODUCTION:
        to, deadline = S.PROPOSED, now + ANSWER_WITHIN
        if refusal := policy.host_refusal(exchange.receiver, exchange.transfer):
            raise Refused(refusal)
    else:
        to, deadline = S.AGREED, None
        if refusal := policy.refusal_to_agree(exchange):
            raise Refused(refusal)
        if exchange.offer is not None:  # who receives accepts; of an offer, they did by asking
            accept_to_ask(exchange.offer, actor, rights.acting_for(actor, exchange), charter)
        seat = seating.seat_for(exchange, slot)
    transitions.move(
        exchange,
        to,
        actor=actor,
        acting_for=rights.acting_for(actor, exchange),
        expires_at=deadline,
        contact_accepted_at=exchange.contact_accepted_at or now,
        **seat,
    )
    if to == S.AGREED:
        _take(exchange, actor)
        exchange.participants.filter(state=Participant.State.PROPOSED).update(
            state=Participant.State.CONFIRMED, since=now
        )
        asking.ask_for(exchange, actor)
        confirming.confirm_when_ready(exchange, quietly=True)
    if tells:
        telling.accepted(exchange, actor)
    return exchange


def _take(exchange: Exchange, actor: User) -> None:
    try:
        bookings.take(exchange, actor)
    except NotFree as taken:
        raise Refused(bookings.taken_then(taken.free)) from None


@transaction.atomic
def decline(
    exchange: Exchange, actor: User, code: str, words: str = "", *, tells: bool = True
) -> Exchange:
    """Say no, with a reason from the list and words. Raises Refused or Overtaken."""
    _check_fresh(exchange)
    if refusal := rights.why_not_answer(actor, exchange):
        raise Refused(refusal)
    words = words.strip()
    if code not in dict(DECLINE_REASONS):
        raise Refused("Choisissez une raison : elle aide l’autre à chercher ailleurs.")
    if code == OTHER and not words:
        raise Refused("Dites la raison en quelques mots.")
    transitions.move(
        exchange,
        S.DECLINED,
        actor=actor,
        acting_for=rights.acting_for(actor, exchange),
        reason=_reason(DECLINE_REASONS, code, words),
        reason_code=code,
        expires_at=None,
    )
    if tells:
        telling.declined(exchange, actor)
    return exchange


@transaction.atomic
def cancel(
    exchange: Exchange, actor: User, words: str = "", code: str = OTHER, *, tells: bool = True
) -> Exchange:
    """Give up; a reason of the list, or words, are due to who counts on it.

    Raises Refused or Overtaken.
    """
    if refusal := rights.why_not_cancel(actor, exchange):
        raise Refused(refusal)
    words = words.strip()
    if code not in dict(CANCEL_REASONS):
        raise Refused("Choisissez une raison : elle aide l’autre à s’organiser.")
    reason = _reason(CANCEL_REASONS, code, words)
    if not reason and rights.owes_a_reason(actor, exchange):
        raise Refused(WHY_CANCEL)
    transitions.move(
        exchange,
        S.CANCELLED,
        actor=actor,
        acting_for=rights.acting_for(actor, exchange),
        reason=reason,
        reason_code=code if reason else "",
        expires_at=None,
    )
    if tells:
        telling.cancelled(exchange, actor)
    return exchange


@transaction.atomic
def write(exchange: Exchange, author: User, body: str, files: Sequence[Any] = ()) -> Message:
    """Return the new message in the conversation; sent twice in a row, it is the same one.

    Raises Refused: who may not write, or which of the `files` may not be joined.
    """
    # The lock puts two clicks one after the other.
    exchange = Exchange.objects.for_page().select_for_update(of=("self",)).get(pk=exchange.pk)
    if refusal := rights.why_not_write(author, exchange):
        raise Refused(refusal)
    if not body.strip():
        raise Refused("Écrivez votre message avant de l’envoyer.")
    last = exchange.messages.order_by("-pk").first()
    if (
        last is not None
        and (last.author_id, last.body) == (author.pk, body.strip())
        and timezone.now() - last.at < SAME_CLICK
    ):
        return last
    joined = attaching.checked(files, exchange, author)
    message = Message.objects.create(
        exchange=exchange,
        author=author,
        for_organisation=rights.acting_for(author, exchange),
        body=body.strip(),
    )
    attaching.keep(message, joined)
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    telling.written(exchange, message, len(joined))
    return message


@transaction.atomic
def add_decision(exchange: Exchange, actor: User, upload: Any) -> Exchange:
    """Keep the signed decision (PDF or picture, checked). Raises Refused or Overtaken."""
    if refusal := rights.why_not_add_decision(actor, exchange):
        raise Refused(refusal)
    if not policy.needs_decision(exchange):
        raise Refused("Cet échange n’a pas besoin de décision.")
    content = decisions.checked(upload)
    old, origin = exchange.decision.name, exchange.state
    exchange.decision.save(str(content.name), content, save=False)
    stored = str(exchange.decision.name)
    updated = Exchange.objects.filter(pk=exchange.pk, state=origin).update(
        decision=stored, decision_added_by=actor, decision_added_at=timezone.now()
    )
    storage = exchange.decision.storage
    if not updated:
        storage.delete(stored)
        raise Overtaken
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    exchange.refresh_from_db(fields=["decision", "decision_added_by", "decision_added_at"])
    exchanges_changed.send(sender=Exchange, exchange_ids=[exchange.pk])
    if not coming.agree_as_promised(exchange):
        telling.decision_added(exchange, actor)
    return exchange


def open_request(
    listing: Listing,
    asker: User,
    organisation: Organisation | None = None,
    wish: Wish | None = None,
) -> Exchange | None:
    """Return the person's open exchange on this listing, the latest, or None.

    Of what has a calendar, the one for the same dates as `wish`.
    """
    open_ones = Exchange.objects.filter(asked_by=asker, state__in=OPEN_STATES).order_by("-pk")
    # Two listings of one van have one calendar, and one booking of it at a time.
    if listing.has_calendar:
        open_ones = open_ones.filter(resource=listing.resource_id)
    else:
        open_ones = open_ones.filter(listing=listing)
    if organisation is not None:
        open_ones = open_ones.filter(asked_for=organisation)
    if wish is not None and listing.has_calendar:
        open_ones = open_ones.filter(wanted_from=wish.wanted_from, wanted_until=wish.wanted_until)
    return open_ones.first()


def _reason(reasons: Sequence[tuple[str, str]], code: str, words: str) -> str:
    """Return the reason as the other side reads it: that of the list, then the person's words."""
    label = "" if code == OTHER else f"{dict(reasons)[code]}."
    return " ".join(filter(None, [label, words]))[:1000]


def _check_still_there(exchange: Exchange) -> None:
    """Lock the listing and the offer: a withdrawal and a yes, or two, come one after the other."""
    ids = [pk for pk in (exchange.listing_id, exchange.offer_id) if pk is not None]
    locked = Listing.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    if dict(locked.values_list("pk", "state"))[exchange.listing_id] == ListingState.WITHDRAWN:
        raise Refused(f"{WITHDRAWN} Cette demande ne peut plus être acceptée.")


def _check_fresh(exchange: Exchange) -> None:
    """The deadline is stored: a rule never waits for `tick` to have passed."""
    late = exchange.expires_at is not None and exchange.expires_at <= timezone.now()
    if late and exchange.state in (S.INTRODUCTION, S.PROPOSED):
        raise Refused(
            "Cette demande est restée trop longtemps sans réponse : elle est close. "
            "Une nouvelle demande peut être faite."
        )
