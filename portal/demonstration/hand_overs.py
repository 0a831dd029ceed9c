"""Loans that are out, given back, waiting for a word, late, damaged and repaired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.days import day_start
from accounts.models import Organisation, User
from marketplace.booking import rules as booking
from marketplace.booking.models import Resource, Unit
from marketplace.booking.rules import Period
from marketplace.choices import ExchangeState as S
from marketplace.exchanges.handover import checklists, incidents
from marketplace.models import (
    Exchange,
    ExchangeEvent,
    HandOver,
    HandOverPhoto,
    Incident,
    Listing,
)
from portal.demonstration.pictures import draw
from portal.demonstration.source import addresses, read, reference


def load_hand_overs() -> Iterator[str]:
    """Create the hand-overs that are missing; yields the listings' titles."""
    emails = addresses()
    people = {user.email: user for user in User.objects.all()}
    organisations = {org.slug: org for org in Organisation.objects.all()}
    for rank, item in enumerate(read("hand_overs")):
        listing = Listing.objects.select_related("organisation", "author").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        ref = reference("hand_over", item["listing"], str(rank))
        if listing.resource_id is None or Exchange.objects.filter(ref=ref).exists():
            continue
        person = people[emails[item["by"]]]
        exchange = _booking(ref, listing, person, organisations[item["for"]], item)
        if left := item.get("left"):
            hand_over(exchange, "leaving", left, exchange.wanted_from, rank)
        if back := item.get("back"):
            hand_over(exchange, "return", back, exchange.wanted_until, rank)


def _when(item: dict[str, Any], hour: float) -> datetime:
    """Return an hour of the day that the item names, else so many hours from now."""
    moment = timezone.now() + timedelta(hours=hour)
    if "day" in item:
        day = timezone.localdate() + timedelta(days=item["day"])
        moment = day_start(day) + timedelta(hours=hour)
    return moment.replace(minute=0 if moment.minute < 30 else 30, second=0, microsecond=0)


def _booking(
    ref: str, listing: Listing, person: User, organisation: Organisation, item: dict[str, Any]
) -> Exchange:
    starts, ends = _when(item, item["from"]), _when(item, item["to"])
    asked_at = starts - timedelta(days=2)
    taken = "left" in item
    exchange = Exchange.objects.create(
        ref=ref,
        listing=listing,
        giver=listing.organisation,
        receiver=organisation,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        asked_by=person,
        asked_for=organisation,
        keeper=listing.author,
        resource_id=listing.resource_id,
        wanted_from=starts,
        wanted_until=ends,
        state=S.UNDER_WAY if taken else S.CONFIRMED,
        created_at=asked_at,
        state_since=starts if taken else asked_at,
        contact_accepted_at=asked_at,
    )
    steps = [("", S.CONFIRMED, asked_at), (S.CONFIRMED, S.UNDER_WAY, starts)]
    if not listing.is_booked_directly:
        steps = [
            ("", S.PROPOSED, asked_at),
            (S.PROPOSED, S.AGREED, asked_at + timedelta(hours=5)),
            (S.AGREED, S.CONFIRMED, asked_at + timedelta(hours=5)),
            (S.CONFIRMED, S.UNDER_WAY, starts),
        ]
    for before, after, at in steps if taken else steps[:-1]:
        agreed = after == S.AGREED
        nobody = before == S.AGREED
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=before,
            to_state=after,
            actor=None if nobody else (listing.author if agreed else person),
            for_organisation=listing.organisation if agreed else organisation,
            at=at,
        )
    resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
    booking.book(
        resource,
        Period(starts, ends),
        person,
        exchange_id=exchange.pk,
        units=list(Unit.objects.filter(resource=resource, label=item.get("unit", ""))),
        now=asked_at,
        is_agreed=True,
    )
    return exchange


def hand_over(
    exchange: Exchange, moment: str, said: dict[str, Any], at: datetime | None, rank: int
) -> None:
    """Write how things were at that moment, as `said`: condition, words, answered, photos…"""
    at = (at or timezone.now()) - timedelta(minutes=4)
    answer = said.get("answered", "")
    direct = exchange.listing.is_booked_directly
    noted = HandOver.objects.create(
        exchange=exchange,
        moment=moment,
        at=at,
        recorded_by=exchange.asked_by,
        recorded_for=exchange.asked_for,
        condition=said["condition"],
        words=said.get("words") or "",
        checklist=[
            {"line": line, "ok": True} for line in checklists.lines(exchange.listing, moment)
        ],
        kilometres=said.get("kilometres"),
        fuel=said.get("fuel") or "",
        waits_for_answer=moment == "return" or not direct,
        answer=answer,
        answer_words=said.get("answer_words") or "",
        answered_by=exchange.keeper if answer else None,
        answered_at=at + timedelta(hours=3) if answer else None,
    )
    for number in range(said.get("photos") or 0):
        photo = HandOverPhoto(hand_over=noted)
        photo.file.save("photo.jpg", ContentFile(draw(rank + 7 * number)))
    if "incident" in said:
        _incident(noted, said["incident"])


def _incident(noted: HandOver, said: dict[str, Any]) -> None:
    """Open it as the product does: who counted on that very unit is told; then settle some."""
    after = said.get("after")
    if after:
        taken = noted.exchange.allocations.select_related("unit").first()
        Incident.objects.create(
            ref=reference("incident", noted.exchange.ref),
            exchange=noted.exchange,
            hand_over=noted,
            unit=taken.unit if taken else None,
            words=noted.words,
            opened_by=noted.recorded_by,
            opened_at=noted.at,
            outcome=said["outcome"],
            settled_by=noted.exchange.keeper,
            settled_at=noted.at + timedelta(hours=after),
            settled_words=said["words"],
        )
        return
    opened = incidents.open_for(noted, noted.recorded_by)
    Incident.objects.filter(pk=opened.pk).update(
        ref=reference("incident", noted.exchange.ref), opened_at=noted.at
    )
