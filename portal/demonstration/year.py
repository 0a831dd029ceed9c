"""A year of exchanges, all over: what the figures are drawn from, written in a few queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.opening import Stretch, stretches_between
from marketplace.choices import Access, ExchangeState, Transfer, WhoseTime
from marketplace.exchanges.rules import DECLINE_REASONS
from marketplace.models import Exchange, ExchangeEvent, Listing, Message, Participant
from portal.demonstration.marketplace import people_by_key
from portal.demonstration.source import days, read, reference
from portal.demonstration.year_plan import FIRST, PATTERN, Planned, planned

S = ExchangeState
REASONS = {
    "taken": "C’est déjà pris à ces dates.",
    "not_now": "Ce n’est pas possible en ce moment.",
    "conditions": "Les conditions ne sont pas réunies.",
}
LONGEST = timedelta(hours=9)
# A booking of ours every so many days on which it is open.
HABIT = 3


def load_year() -> Iterator[str]:
    """Write the year once; yields the titles of what was asked for, then used."""
    everything = planned()
    if Exchange.objects.filter(ref=everything[0].ref).exists():
        return
    people = people_by_key()
    organisations = {one.slug: one for one in Organisation.objects.all()}
    refs = {reference("listing", one.listing): one.listing for one in everything}
    listings = {
        refs[one.ref]: one
        for one in Listing.objects.filter(ref__in=refs).select_related("organisation", "keeper")
    }
    calendars = _Calendars([one.resource_id for one in listings.values() if one.resource_id])
    made, events = [], []
    for one in everything:
        listing = listings[one.listing]
        yield listing.title
        exchange = _exchange(one, listing, people[one.person], organisations[one.asked_for])
        if exchange.state == S.CLOSED:
            calendars.book(exchange)
        made.append(exchange)
    Exchange.objects.bulk_create(made)
    for one, exchange in zip(everything, made, strict=True):
        events += _events(one, exchange)
    ExchangeEvent.objects.bulk_create(events)
    Message.objects.bulk_create(
        Message(
            exchange=exchange,
            author=exchange.asked_by,
            for_organisation=exchange.asked_for,
            body=one.words[one.rank % len(one.words)],
            at=exchange.created_at,
        )
        for one, exchange in zip(everything, made, strict=True)
    )
    Participant.objects.bulk_create(
        Participant(
            exchange=one,
            user=one.keeper if one.listing.is_offer else one.asked_by,
            state=Participant.State.CONFIRMED,
            since=one.created_at,
        )
        for one in made
        if one.transfer == Transfer.TIME and one.state == S.CLOSED
    )
    for item in read("year"):
        calendars.use(
            organisations[item["organisation"]], [people[key] for key in item["regulars"]]
        )
    Allocation.objects.bulk_create(calendars.rows())


def _exchange(one: Planned, listing: Listing, person: User, asked_for: Organisation) -> Exchange:
    asked_at = _moment(one.days_ago, 8 + one.rank % 9)
    giver, receiver = listing.organisation, asked_for
    if not listing.is_offer:
        giver, receiver = receiver, giver
    closed = one.state == S.CLOSED
    return Exchange(
        ref=one.ref,
        listing=listing,
        giver=giver,
        receiver=receiver,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        whose_time=WhoseTime.WORKING if listing.transfer == Transfer.TIME else "",
        asked_by=person,
        asked_for=asked_for,
        keeper=listing.keeper or listing.author,
        state=one.state,
        reason=_reason(one)[1],
        created_at=asked_at,
        state_since=asked_at + timedelta(days=one.after + (10 if closed else 0)),
        contact_accepted_at=asked_at + timedelta(days=one.after) if closed else None,
    )


def _reason(one: Planned) -> tuple[str, str]:
    """Return the code and the words with which it ended, empty where it went well."""
    if one.state == S.CANCELLED:
        return "", "Nous avons trouvé autrement, merci quand même."
    if one.state != S.DECLINED:
        return "", ""
    known = [code for code, _ in DECLINE_REASONS if code in REASONS]
    code = known[one.rank // len(PATTERN) % 2]
    return code, REASONS[code]


def _events(one: Planned, exchange: Exchange) -> Iterator[ExchangeEvent]:
    listing = exchange.listing
    answered = exchange.created_at + timedelta(days=one.after, hours=2)
    begins = exchange.wanted_from or answered + timedelta(days=3)
    ends = exchange.wanted_until or begins + timedelta(hours=4)
    direct = listing.is_booked_directly
    meets = listing.access == Access.MEET_FIRST
    first = S.CONFIRMED if direct else S.INTRODUCTION if meets else S.PROPOSED
    steps = [(first, exchange.created_at)]
    if exchange.state != S.CLOSED:
        steps.append((S(exchange.state), answered))
    else:
        if meets:
            steps.append((S.PROPOSED, answered))
        if not direct:
            steps += [(S.AGREED, answered), (S.CONFIRMED, answered)]
        steps += [(S.UNDER_WAY, begins), (S.COMPLETED, ends), (S.CLOSED, ends + timedelta(days=2))]
    before = ""
    for state, at in steps:
        by_asker = state in (first, S.CANCELLED, S.COMPLETED, S.CLOSED)
        yield ExchangeEvent(
            exchange=exchange,
            from_state=before,
            to_state=state,
            actor=None
            if state in (S.EXPIRED, S.UNDER_WAY)
            else (exchange.asked_by if by_asker else exchange.keeper),
            for_organisation=exchange.asked_for if by_asker else listing.organisation,
            reason=exchange.reason if state == exchange.state else "",
            reason_code=_reason(one)[0] if state == S.DECLINED else "",
            at=at,
        )
        before = state


class _Calendars:
    """What was booked in the past, at most one thing a day of each calendar."""

    def __init__(self, ids: Sequence[int]) -> None:
        found = Resource.objects.filter(pk__in=ids).for_calendar()
        self.resources = {one.pk: one for one in found}
        starts, ends = _moment(FIRST, 0), _moment(9, 0)
        self.open: dict[int, dict[date, Stretch]] = {
            one.pk: {
                timezone.localdate(stretch.starts): stretch
                for stretch in stretches_between(one, starts, ends)
            }
            for one in found
        }
        # What is there already may be the very unit that a day would take.
        taken = Allocation.objects.filter(
            resource__in=found, ends_at__gt=starts, starts_at__lt=ends
        )
        for one in taken.exclude(state=Allocation.State.RELEASED):
            day = timezone.localdate(one.starts_at)
            while day <= timezone.localdate(one.ends_at):
                self.open[one.resource_id].pop(day, None)
                day += timedelta(days=1)
        self.booked: list[tuple[Exchange | None, Allocation]] = []

    def book(self, exchange: Exchange) -> None:
        """Give the exchange the first day that is left from a few days after it was asked."""
        resource = self.resources.get(exchange.listing.resource_id or 0)
        if resource is None or exchange.listing.available_from:
            return
        soonest = timezone.localdate(exchange.created_at + timedelta(days=7))
        day = next((one for one in sorted(self.open[resource.pk]) if one >= soonest), None)
        if day is None:
            return
        row = self._row(resource, day, exchange.asked_by)
        exchange.resource = resource
        exchange.wanted_from, exchange.wanted_until = row.starts_at, row.returns_at
        self.booked.append((exchange, row))

    def use(self, organisation: Organisation, people: Sequence[User]) -> None:
        """Let people of the house use what is theirs, as they do all year."""
        for resource in self.resources.values():
            if resource.organisation_id != organisation.pk:
                continue
            for rank, day in enumerate(sorted(self.open[resource.pk])[::HABIT]):
                row = self._row(resource, day, people[rank % len(people)])
                row.purpose = Allocation.Purpose.OWN_USE
                self.booked.append((None, row))

    def _row(self, resource: Resource, day: date, person: User) -> Allocation:
        stretch = self.open[resource.pk].pop(day)
        units = list(resource.units.all())
        ends = min(stretch.ends, stretch.starts + (resource.longest or LONGEST))
        return Allocation(
            resource=resource,
            unit=units[day.toordinal() % len(units)] if units else None,
            quantity=1 if units else max(1, resource.quantity // 2),
            starts_at=stretch.starts,
            returns_at=ends,
            ends_at=ends,
            state=Allocation.State.FIRM,
            made_by=person,
            made_at=stretch.starts - timedelta(days=4),
        )

    def rows(self) -> Iterator[Allocation]:
        """Yield what is to be written, once the exchanges are."""
        for exchange, row in self.booked:
            row.exchange = exchange
            yield row


def _moment(days_ago: int, hour: int) -> datetime:
    found: Any = days(-days_ago, hour=hour)
    assert isinstance(found, datetime)  # an offset is given  # noqa: S101
    return found
