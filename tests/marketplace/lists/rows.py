"""Hundreds of real rows at once, for pages that list them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Department, Organisation, Verification
from marketplace.models import (
    Charter,
    CharterVersion,
    Consent,
    DepartmentCoordinator,
    Exchange,
    ExchangeEvent,
    Favourite,
    InsuranceCertificate,
    Listing,
    Mediation,
    Participant,
    Report,
    Resource,
    Slot,
    ThankYou,
)
from search.models import Demand, SavedSearch
from search.unmet.rules import season_of
from tests.factories import AssociationFactory, DepartmentFactory, ExchangeFactory, ListingFactory
from tests.marketplace.factories import World

OLD = timedelta(days=9)


def listings(w: World, number: int, **fields: Any) -> list[Listing]:
    """Return so many listings of the métropole, each with a service of its own."""
    department = DepartmentFactory(organisation=w.metropole)
    values = {
        "organisation": w.metropole,
        "author": w.nadia,
        "keeper": w.nadia,
        "department": department,
        "published_at": timezone.now() - OLD,
    } | fields
    return Listing.objects.bulk_create(ListingFactory.build(**values) for _ in range(number))


def exchanges(w: World, number: int, **fields: Any) -> list[Exchange]:
    """Return so many exchanges between the métropole and its partner, each of its own listing."""
    values = {
        "receiver": w.partner,
        "asked_by": w.paul,
        "keeper": w.nadia,
        "state_since": timezone.now() - OLD,
    } | fields
    found = Exchange.objects.bulk_create(
        ExchangeFactory.build(listing=listing, giver=w.metropole, **values)
        for listing in listings(w, number)
    )
    ExchangeEvent.objects.bulk_create(
        ExchangeEvent(exchange=one, to_state=one.state, actor=w.paul) for one in found
    )
    return found


def both_ways(w: World, number: int) -> None:
    """Asked by Nadia, asked of her, and past."""
    exchanges(w, number)
    exchanges(w, number, state="closed")
    found = listings(w, number, organisation=w.partner, author=w.paul, keeper=w.paul)
    Exchange.objects.bulk_create(
        ExchangeFactory.build(
            listing=one,
            giver=w.partner,
            receiver=w.metropole,
            asked_by=w.nadia,
            asked_for=w.metropole,
            keeper=w.paul,
        )
        for one in found
    )


def stuck(w: World, number: int) -> None:
    passed = timezone.now() - timedelta(days=1)
    exchanges(w, number, state="agreed", wanted_from=passed)


def favourites(w: World, number: int) -> None:
    Favourite.objects.bulk_create(
        Favourite(user=w.nadia, listing=one) for one in listings(w, number)
    )


def searches(w: World, number: int) -> None:
    SavedSearch.objects.bulk_create(
        SavedSearch(
            owner=w.nadia,
            organisation=w.metropole,
            name=f"Recherche {rank}",
            words="« barnum »",
            query={"text": f"barnum {rank}"},
            signature=secrets.token_hex(16),
        )
        for rank in range(number)
    )


def demands(w: World, number: int) -> None:
    season = season_of(timezone.localdate())
    Demand.objects.bulk_create(
        Demand(
            organisation=w.metropole,
            season=season,
            mark=secrets.token_hex(16),
            words=f"remorque {rank}",
            askers=5,
        )
        for rank in range(number)
    )


def thanks(w: World, number: int, state: str = "private") -> None:
    made = exchanges(w, number, state="closed", contact_accepted_at=timezone.now())
    for side, author, to, sides in (
        ("receiver", w.paul, w.nadia, (w.partner, w.metropole)),
        ("giver", w.nadia, w.paul, (w.metropole, w.partner)),
    ):
        ThankYou.objects.bulk_create(
            ThankYou(
                exchange=one,
                side=side,
                author=author,
                for_organisation=sides[0],
                to=to,
                to_organisation=sides[1],
                words="Merci pour tout.",
                state=state,
            )
            for one in made
        )


def certificates(w: World, number: int) -> None:
    InsuranceCertificate.objects.bulk_create(
        InsuranceCertificate(
            organisation=w.metropole,
            file="insurance/x/y.pdf",
            valid_until=timezone.localdate() + timedelta(days=rank),
            added_by=w.nadia,
        )
        for rank in range(number)
    )


def calendars(w: World, number: int) -> None:
    found = Resource.objects.bulk_create(
        Resource(organisation=w.metropole, name=f"Vélo {rank}", kind="itemised")
        for rank in range(number)
    )
    made = listings(w, number)
    for listing, resource in zip(made, found, strict=True):
        listing.resource = resource
    Listing.objects.bulk_update(made, ["resource"])


def charters(w: World, number: int) -> None:
    made = Charter.objects.bulk_create(
        Charter(organisation=w.metropole, title=f"Charte {rank}") for rank in range(number)
    )
    CharterVersion.objects.bulk_create(
        CharterVersion(charter=one, number=1, text="Rendre propre.", made_by=w.chloe)
        for one in made
    )


def consents(w: World, number: int) -> None:
    """Asked of Karim, who manages Nadia; as many are answered, and as many absences come."""
    soon = timezone.now() + timedelta(days=20)
    made = exchanges(
        w,
        2 * number,
        state="agreed",
        transfer="time",
        whose_time="working",
        wanted_from=soon,
        wanted_until=soon + timedelta(hours=3),
    )
    people = Participant.objects.bulk_create(
        Participant(exchange=one, user=w.nadia) for one in made
    )
    answered = {"state": "given", "decided_at": timezone.now(), "decided_by": w.karim}
    Consent.objects.bulk_create(
        Consent(
            exchange=exchange,
            participant=person,
            kind="home_manager",
            organisation=w.metropole,
            asked_of=w.karim,
            expires_at=soon,
            **(answered if rank % 2 else {}),
        )
        for rank, (exchange, person) in enumerate(zip(made, people, strict=True))
    )


def mediations(w: World, number: int) -> None:
    Mediation.objects.bulk_create(
        Mediation(exchange=one, asked_by=w.paul, asked_for=w.partner, from_state="under_way")
        for one in exchanges(w, number, state="disputed")
    )


def associations(w: World, number: int) -> None:
    made = Organisation.objects.bulk_create(
        AssociationFactory.build(commune=None) for _ in range(number)
    )
    Verification.objects.bulk_create(
        Verification(association=one, by=w.metropole, asked_by=w.remi) for one in made
    )


def submitted(w: World, number: int) -> None:
    listings(w, number, state="submitted", published_at=None, scope="public")


def reports(w: World, number: int) -> None:
    """As many wait as are settled."""
    now = timezone.now()
    for settled in ({}, {"settled_at": now, "settled_by": w.chloe, "outcome": "mended"}):
        Report.objects.bulk_create(
            Report(
                listing=one,
                reported_by=w.paul,
                reported_for=w.partner,
                reason="gone",
                **settled,
            )
            for one in listings(w, number)
        )


def needs(w: World, number: int) -> None:
    listings(w, number, direction="need", scope="organisation")


def entrusted(w: World, number: int) -> None:
    made = Department.objects.bulk_create(
        DepartmentFactory.build(organisation=w.metropole) for _ in range(number)
    )
    DepartmentCoordinator.objects.bulk_create(
        DepartmentCoordinator(department=one, coordinator=w.chloe) for one in made
    )


def desk(w: World, number: int) -> None:
    """Something in every pile."""
    for fill in (exchanges, stuck, submitted, reports, needs, associations, mediations, demands):
        fill(w, number)


def hands(w: World, number: int) -> None:
    """One need of Nadia's, with so many moments to come."""
    need = listings(w, 1, direction="need", nature="mission", transfer="time")[0]
    begins = timezone.now() + timedelta(days=3)
    Slot.objects.bulk_create(
        Slot(
            listing=need,
            starts_at=begins + timedelta(days=rank),
            ends_at=begins + timedelta(days=rank, hours=2),
            places=2,
        )
        for rank in range(number)
    )
