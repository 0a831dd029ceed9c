"""Fictitious offers, needs and exchanges, at the steps that exist so far."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Commune, Department, Organisation, User
from marketplace.catalogue.moderation import coordinators_of
from marketplace.catalogue.rules import ONLINE_FOR
from marketplace.choices import Access, ExchangeState, ListingState, WhoseTime
from marketplace.exchanges.confirming import confirm_when_ready
from marketplace.exchanges.own_time import bodies_to_follow
from marketplace.models import (
    Category,
    Exchange,
    ExchangeEvent,
    GiftTerms,
    Listing,
    ListingEvent,
    LoanTerms,
    Message,
    NeedTerms,
    Participant,
    SkillTerms,
)
from portal.demonstration.pictures import add_picture
from portal.demonstration.source import days, read, reference, some
from portal.demonstration.year_plan import planned

# How an exchange goes on once both sides said yes, and where one stops that they did not.
STRAIGHT_ON = [
    ExchangeState.AGREED,
    ExchangeState.CONFIRMED,
    ExchangeState.UNDER_WAY,
    ExchangeState.COMPLETED,
    ExchangeState.CLOSED,
]
MET_NEVER = {ExchangeState.DECLINED, ExchangeState.CANCELLED, ExchangeState.EXPIRED}


def load_categories() -> Iterator[str]:
    """Create the two levels of categories that are missing; yields their names."""
    for rank, item in enumerate(read("categories")):
        parent = _category(item, None, rank)
        yield parent.name
        for child_rank, child in enumerate(some(item.get("children"))):
            yield _category(child, parent, child_rank).name


def _category(item: dict[str, Any], parent: Category | None, rank: int) -> Category:
    return Category.objects.get_or_create(
        slug=item["key"],
        defaults={
            "name": item["name"],
            "icon": item["icon"],
            "parent": parent,
            "position": rank,
        },
    )[0]


def load_listings() -> Iterator[str]:
    """Create the offers and needs that are missing; yields their titles."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    people = people_by_key()
    categories = {category.slug: category for category in Category.objects.all()}
    asked_first: dict[str, int] = {}
    for exchange in [*read("exchanges"), *read("past_exchanges"), *read("endings")]:
        for key in filter(None, (exchange["listing"], exchange.get("offer"))):
            asked_first[key] = max(asked_first.get(key, 0), exchange["days_ago"])
    for asked in planned():
        asked_first[asked.listing] = max(asked_first.get(asked.listing, 0), asked.days_ago)
    for rank, item in enumerate(read("listings")):
        # Nobody answers what is not published yet.
        age = max(2 + (rank * 37) % 150, asked_first.get(item["key"], 0) + 2)
        published_at = days(-age, hour=8 + rank % 10)
        state = item.get("state") or ListingState.PUBLISHED
        listing, created = Listing.objects.get_or_create(
            ref=reference("listing", item["key"]),
            defaults={
                **_words(item),
                "organisation": organisations[item["organisation"]],
                "department": _department(organisations[item["organisation"]], item),
                "author": people[item["author"]],
                "keeper": people[item["author"]],
                "category": categories.get(item.get("category") or ""),
                "state": state,
                "created_at": published_at - timedelta(days=1),
                "published_at": None
                if state in (ListingState.DRAFT, ListingState.SUBMITTED)
                else published_at,
                "expires_at": _online_until(item, published_at)
                if state == ListingState.PUBLISHED
                else None,
            },
        )
        yield listing.title
        if not created:
            continue
        listing.tags.add(*some(item.get("tags")))
        _add_terms(listing, item)
        ListingEvent.objects.create(
            listing=listing,
            to_state=state,
            actor=listing.author,
            for_organisation=listing.organisation,
            at=published_at,
        )
        if photo := item.get("photo"):
            add_picture(listing, photo.get("icon") or "", rank)


def _words(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "direction": item["direction"],
        "nature": item["nature"],
        "transfer": item["transfer"],
        "legal_basis": item.get("legal_basis"),
        "title": item["title"],
        "summary": item["summary"],
        "description": item["description"],
        "scope": item["scope"],
        "access": item["access"],
        "commune": Commune.objects.filter(pk=item["insee"]).first(),
        "place_label": item.get("place_label") or "",
        "latitude": item.get("latitude"),
        "longitude": item.get("longitude"),
        "remote": bool(item.get("remote")),
        "quantity": item.get("quantity") or 1,
        "available_from": days(item.get("from"), hour=0),
        "available_until": _after(item.get("until")),
        "availability": item.get("availability") or "",
    }


def _online_until(item: dict[str, Any], published_at: datetime) -> datetime:
    """Return when it leaves the catalogue: as the file says, at its end, else after a year."""
    return (
        days(item.get("leaves_in"), hour=0)
        or _after(item.get("until"))
        or published_at + ONLINE_FOR
    )


def _after(last: float | None) -> datetime | None:
    """Return when the last day is over: periods are half-open."""
    return None if last is None else days(last + 1, hour=0)


def _add_terms(listing: Listing, item: dict[str, Any]) -> None:
    if skill := item.get("skill"):
        SkillTerms.objects.create(
            listing=listing,
            wish=skill.get("wish") or "",
            call_me_for=skill.get("call_me_for") or "",
            rhythm=skill.get("rhythm") or "",
            whose_time=skill.get("time") or "working",
        )
    if loan := item.get("loan"):
        LoanTerms.objects.create(
            listing=listing,
            replacement_value=_euros(loan.get("replacement_value")),
            exclusive_use=bool(loan.get("exclusive_use", True)),
            insurance_required=bool(loan.get("insurance_required", True)),
            deposit=_euros(loan.get("deposit")),
            licence=loan.get("licence") or "",
            fuel=loan.get("fuel") or "",
            cleaning=loan.get("cleaning") or "",
            conditions=loan.get("conditions") or "",
            hand_over=loan.get("hand_over") or "",
        )
    if gift := item.get("gift"):
        GiftTerms.objects.create(
            listing=listing,
            unit_value=_euros(gift.get("unit_value")),
            recipients=gift.get("recipients") or "",
        )
    if need := item.get("need"):
        NeedTerms.objects.create(
            listing=listing,
            for_whom=need.get("for_whom") or "",
            places=need.get("places") or 1,
            slots_text=need.get("slots_text") or "",
        )


def _euros(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _department(organisation: Organisation, item: dict[str, Any]) -> Department | None:
    return Department.objects.filter(
        organisation=organisation, name=item.get("department") or ""
    ).first()


def people_by_key() -> dict[str, User]:
    """Return everybody of the demonstration, by the key of the files."""
    by_email = {user.email: user for user in User.objects.all()}
    return {item["key"]: by_email[item["email"].lower()] for item in read("people")["people"]}


def load_exchanges() -> Iterator[str]:
    """Create the exchanges that are missing, with their past; yields the listings' titles."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    people = people_by_key()
    for rank, item in enumerate(read("exchanges")):
        listing = Listing.objects.select_related("organisation", "keeper").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        ref = reference("exchange", item["listing"], item["requester"], str(rank))
        if Exchange.objects.filter(ref=ref).exists():
            continue
        _exchange(ref, listing, people, organisations[item["for_organisation"]], item)


def _exchange(
    ref: str,
    listing: Listing,
    people: dict[str, User],
    asked_for: Organisation,
    item: dict[str, Any],
) -> None:
    asked_by = people[item["requester"]]
    asked_at = days(-item["days_ago"], hour=10)
    answered_at = asked_at + timedelta(days=min(2, item["days_ago"] / 2), hours=3)
    giver, receiver = listing.organisation, asked_for
    if not listing.is_offer:
        giver, receiver = receiver, giver
    whose_time = _whose_time(listing, giver)
    path = _path(listing, item["state"])
    waiting = len(path) == 1
    met = len(path) > 1 and not MET_NEVER & {*path}
    exchange = Exchange.objects.create(
        ref=ref,
        listing=listing,
        giver=giver,
        receiver=receiver,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        whose_time=whose_time,
        asked_by=asked_by,
        asked_for=asked_for,
        keeper=listing.keeper or listing.author,
        coordinator=coordinator_of(giver, receiver, whose_time) if listing.is_of_persons else None,
        wanted_from=days(item.get("wanted_from")),
        wanted_until=days(item.get("wanted_until"), hour=18),
        quantity=item.get("quantity") or 1,
        offer=_offer(item),
        state=path[-1],
        reason=item.get("reason") or "",
        created_at=asked_at,
        state_since=asked_at if waiting else answered_at,
        expires_at=asked_at + timedelta(days=21) if waiting else None,
        contact_accepted_at=answered_at if met else None,
    )
    _events(exchange, path, asked_at, answered_at)
    if listing.is_of_persons:
        person = exchange.keeper if listing.is_offer else asked_by
        Participant.objects.create(exchange=exchange, user=person, since=asked_at)
    _messages(exchange, people, item)
    _confirm(exchange)


def _offer(item: dict[str, Any]) -> Listing | None:
    """Return the offer with which a need is answered, None where a message does."""
    key = item.get("offer")
    return Listing.objects.get(ref=reference("listing", key)) if key else None


def _confirm(exchange: Exchange) -> None:
    """Let what is agreed and lacks nothing be confirmed at the moment of its agreement."""
    agreed_at = exchange.state_since
    if confirm_when_ready(exchange, quietly=True):
        Exchange.objects.filter(pk=exchange.pk).update(state_since=agreed_at)
        latest = exchange.events.get(to_state=ExchangeState.CONFIRMED)
        ExchangeEvent.objects.filter(pk=latest.pk).update(
            at=exchange.events.get(to_state=ExchangeState.AGREED).at
        )


def _path(listing: Listing, state: str) -> list[str]:
    """Return the states that lead to `state`: people meet first where the listing asks for it."""
    meets = listing.access == Access.MEET_FIRST
    first = ExchangeState.INTRODUCTION if meets else ExchangeState.PROPOSED
    if state == ExchangeState.PROPOSED:
        return [first]
    if state in MET_NEVER:
        return [first, state]
    start = [first, ExchangeState.PROPOSED] if meets else [first]
    if state not in STRAIGHT_ON:  # interrupted and disputed come from what was under way
        return [*start, *STRAIGHT_ON[:3], state]
    return [*start, *STRAIGHT_ON[: STRAIGHT_ON.index(state) + 1]]


def _whose_time(listing: Listing, giver: Organisation) -> str:
    if not listing.is_of_persons:
        return ""
    if giver.is_association:
        return WhoseTime.OWN
    terms = SkillTerms.objects.filter(listing=listing).first()
    return terms.whose_time if terms else WhoseTime.WORKING


def _events(exchange: Exchange, path: list[str], asked_at: datetime, answered_at: datetime) -> None:
    former = ""
    for rank, state in enumerate(path):
        by_asker = rank == 0 or state == ExchangeState.CANCELLED
        nobody = state == ExchangeState.EXPIRED
        listing_side = exchange.listing.organisation
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=former,
            to_state=state,
            actor=None if nobody else (exchange.asked_by if by_asker else exchange.keeper),
            for_organisation=exchange.asked_for if by_asker else listing_side,
            reason=exchange.reason if rank == len(path) - 1 else "",
            at=asked_at if rank == 0 else answered_at + timedelta(hours=rank - 1),
        )
        former = state


def _messages(exchange: Exchange, people: dict[str, User], item: dict[str, Any]) -> None:
    lines = [
        {"author": item["requester"], "text": item["message"], "days_ago": item["days_ago"]},
        *some(item.get("messages")),
    ]
    for rank, line in enumerate(lines):
        author = people[line["author"]]
        of_asker = author.memberships.filter(organisation=exchange.asked_for).exists()
        Message.objects.create(
            exchange=exchange,
            author=author,
            for_organisation=exchange.asked_for if of_asker else exchange.listing.organisation,
            body=line["text"],
            at=days(-line["days_ago"], hour=10) + timedelta(minutes=7 * rank),
        )


def coordinator_of(giver: Organisation, receiver: Organisation, whose_time: str) -> User | None:
    """Return who follows somebody's time: for who gives it, but for own time (`own_time`)."""
    own = whose_time == WhoseTime.OWN and not giver.is_association
    bodies = bodies_to_follow(giver, receiver) if own else [giver.pk]
    return coordinators_of(bodies).first()
