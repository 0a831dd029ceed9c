"""Exchanges that took place: their facts, a word from each side, thanks, and a story to write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.catalogue.moderation import coordinators_of
from marketplace.choices import Access, ExchangeState, Transfer
from marketplace.exchanges.interrupting import participants
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.recording.models import ANSWERING, ASKING
from marketplace.exchanges.recording.presentation import kinds_of
from marketplace.exchanges.recording.rights import OTHER, organisation_of
from marketplace.exchanges.recording.rules import CLOSE_WITHIN, CONFIRM_WITHIN
from marketplace.models import (
    Exchange,
    ExchangeEvent,
    Listing,
    Message,
    Participant,
    Record,
    RecordedFact,
    Review,
    SkillTerms,
    StoryOffer,
    ThankYou,
)
from marketplace.recognition import rules as recognition
from portal.demonstration.hand_overs import hand_over
from portal.demonstration.marketplace import coordinator_of, people_by_key
from portal.demonstration.source import days, read, reference, some
from portal.stories import begin_story

S = ExchangeState
AGREED = (S.AGREED, S.CONFIRMED, S.UNDER_WAY)
# What each word of the file means for the exchange, and for its facts.
STATES = {
    "under_way": (S.UNDER_WAY, None),
    "said": (S.UNDER_WAY, Record.State.SAID),
    "uncontested": (S.COMPLETED, Record.State.UNCONTESTED),
    "completed": (S.COMPLETED, Record.State.CONFIRMED),
    "closed": (S.CLOSED, Record.State.CONFIRMED),
}


def load_endings() -> Iterator[str]:
    """Create what is missing; yields the titles of the listings."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    people = people_by_key()
    for item in read("endings"):
        listing = Listing.objects.select_related("organisation", "keeper", "author").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        ref = reference("ending", item["listing"], item["requester"])
        if Exchange.objects.filter(ref=ref).exists():
            continue
        asked_for = organisations[item["for_organisation"]]
        exchange = _exchange(ref, listing, people[item["requester"]], asked_for, item)
        for key in some(item.get("with")):
            _comes(exchange, people[key])
        if left := item.get("left"):
            participants.leave(exchange, people[left])
        if doubt := item.get("thought_better"):
            last = timezone.localdate() + timedelta(days=doubt["in_days"])
            stopping.stop(exchange, exchange.keeper, Stop(doubt["code"], doubt["words"], last))
            stopping.take_back(exchange, exchange.keeper)
        _given_back(exchange)
        _facts(exchange, item)
        _reviews(exchange, item)
        _thanks(exchange, item)
        _story(exchange, item)


def _given_back(exchange: Exchange) -> None:
    """What was lent came back as it left, and both said so."""
    if exchange.transfer != Transfer.LOAN:
        return
    for moment, at in (("leaving", exchange.wanted_from), ("return", exchange.wanted_until)):
        hand_over(exchange, moment, {"condition": "good", "answered": "agrees"}, at, 0)


def _exchange(
    ref: str, listing: Listing, asked_by: User, asked_for: Organisation, item: dict[str, Any]
) -> Exchange:
    asked_at, done = _moment(-item["days_ago"], 10), _moment(-item["done"], 9)
    state = STATES[item["state"]][0]
    giver, receiver = listing.organisation, asked_for
    if not listing.is_offer:
        giver, receiver = receiver, giver
    terms = SkillTerms.objects.filter(listing=listing).first()
    is_time = listing.transfer == Transfer.TIME
    whose_time = (terms.whose_time if terms else "working") if is_time else ""
    exchange = Exchange.objects.create(
        ref=ref,
        listing=listing,
        giver=giver,
        receiver=receiver,
        transfer=listing.transfer,
        whose_time=whose_time,
        asked_by=asked_by,
        asked_for=asked_for,
        keeper=listing.keeper or listing.author,
        coordinator=coordinator_of(giver, receiver, whose_time) if is_time else None,
        wanted_from=done,
        wanted_until=done + timedelta(hours=4),
        quantity=1 if is_time else int(item["quantity"]),
        state=state,
        created_at=asked_at,
        state_since=done + timedelta(days=2) if state != S.UNDER_WAY else done,
        expires_at=timezone.now() + CLOSE_WITHIN / 2 if state == S.COMPLETED else None,
        contact_accepted_at=asked_at + timedelta(days=1),
    )
    _path(exchange, asked_at, done)
    Message.objects.create(
        exchange=exchange,
        author=asked_by,
        for_organisation=asked_for,
        body=item["message"],
        at=asked_at,
    )
    if is_time:
        _comes(exchange, exchange.keeper if listing.is_offer else asked_by)
    return exchange


def _comes(exchange: Exchange, person: User) -> None:
    Participant.objects.create(
        exchange=exchange,
        user=person,
        state=Participant.State.CONFIRMED,
        since=exchange.created_at,
    )


def _path(exchange: Exchange, asked_at: datetime, done: datetime) -> None:
    """Write each step of the way, by whoever takes it."""
    first = [S.INTRODUCTION] if exchange.listing.access == Access.MEET_FIRST else []
    path = [*first, S.PROPOSED, *AGREED]
    ends = {S.COMPLETED: [S.COMPLETED], S.CLOSED: [S.COMPLETED, S.CLOSED]}
    path += ends.get(S(exchange.state), [])
    former = ""
    for rank, state in enumerate(path):
        by_asker = rank == 0 or state in (S.COMPLETED, S.CLOSED)
        at = asked_at + timedelta(days=1, hours=rank) if rank else asked_at
        if state in (S.UNDER_WAY, S.COMPLETED, S.CLOSED):
            at = done + timedelta(days=(S.UNDER_WAY, S.COMPLETED, S.CLOSED).index(state))
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=former,
            to_state=state,
            actor=exchange.asked_by if by_asker else exchange.keeper,
            for_organisation=exchange.asked_for if by_asker else exchange.listing.organisation,
            at=at,
        )
        former = state


def _facts(exchange: Exchange, item: dict[str, Any]) -> None:
    state = STATES[item["state"]][1]
    if state is None:
        return
    side = ASKING if item.get("said_by") == "requester" else ANSWERING
    said_at = exchange.wanted_until + timedelta(hours=5)  # type: ignore[operator]
    confirmed = state == Record.State.CONFIRMED
    other = OTHER[side]
    record = Record.objects.create(
        exchange=exchange,
        side=side,
        state=state,
        said_by=_person(exchange, side),
        said_for=organisation_of(side, exchange),
        said_at=said_at,
        answer_by=said_at + CONFIRM_WITHIN,
        confirmed_by=_person(exchange, other) if confirmed else None,
        confirmed_for=organisation_of(other, exchange) if confirmed else None,
        confirmed_at=said_at + timedelta(days=1) if confirmed else None,
    )
    day = timezone.localdate(exchange.wanted_from)
    RecordedFact.objects.create(
        record=record,
        kind=kinds_of(exchange)[0],
        quantity=Decimal(item["quantity"]),
        participant=exchange.participants.first(),
        starts_on=day,
        ends_on=day,
    )


def _reviews(exchange: Exchange, item: dict[str, Any]) -> None:
    for side, key in ((ASKING, "asker_says"), (ANSWERING, "keeper_says")):
        said = item.get(key)
        if said is None and exchange.state != S.CLOSED:
            continue
        Review.objects.create(
            exchange=exchange,
            side=side,
            by=_person(exchange, side),
            for_organisation=organisation_of(side, exchange),
            not_now=said is None,
            at=exchange.state_since,
            **(said or {}),
        )


def _thanks(exchange: Exchange, item: dict[str, Any]) -> None:
    for side, key in ((ASKING, "thanks_to_keeper"), (ANSWERING, "thanks_to_asker")):
        said = item.get(key)
        if said is None:
            continue
        person = _person(exchange, OTHER[side])
        public = said.get("state") == "public"
        body = organisation_of(OTHER[side], exchange)
        made = ThankYou.objects.create(
            ref=reference("thanks", exchange.ref, side),
            exchange=exchange,
            side=side,
            author=_person(exchange, side),
            for_organisation=organisation_of(side, exchange),
            to=person,
            to_organisation=body,
            words=said["words"],
            skill=exchange.listing.title if said.get("skill") else "",
            skill_shown=bool(said.get("skill")) and public,
            state=said.get("state", "private"),
            at=exchange.state_since,
            state_since=exchange.state_since,
            moderated_by=coordinators_of([body.pk]).first() if public else None,
            moderated_at=exchange.state_since + timedelta(days=1) if public else None,
        )
        if reported := said.get("reported"):
            recognition.report(made, person, reported)


def _story(exchange: Exchange, item: dict[str, Any]) -> None:
    """Hand the words over as the page does: the draft waits for its editors, who are told."""
    story = item.get("story")
    if story is None:
        return
    side = ANSWERING if story["by"] == "keeper" else ASKING
    offer = StoryOffer.objects.create(
        exchange=exchange,
        by=_person(exchange, side),
        for_organisation=organisation_of(side, exchange),
        may_name=True,
        **{name: story[name] for name in ("beginning", "moment", "change")},
    )
    begin_story(sender=StoryOffer, offer=offer)


def _person(exchange: Exchange, side: str) -> User:
    return exchange.asked_by if side == ASKING else exchange.keeper


def _moment(offset: int, hour: int) -> datetime:
    found = days(offset, hour=hour)
    assert found is not None  # an offset is given  # noqa: S101
    return found
