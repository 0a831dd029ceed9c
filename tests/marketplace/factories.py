"""A small world to tell rules with: a métropole, its partner, a stranger, two associations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Membership, Organisation, User
from marketplace.catalogue import rules
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.handover.models import HandOver
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.recording import rules as recording
from marketplace.exchanges.recording.rules import Fact
from tests.factories import (
    AssociationFactory,
    CategoryFactory,
    CommuneFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    VerificationFactory,
    join,
    member,
)


@dataclass
class World:
    metropole: Organisation
    partner: Organisation
    stranger: Organisation
    association: Organisation
    newcomers: Organisation
    nadia: User  # agent of the métropole
    karim: User  # her colleague
    chloe: User  # coordinates the métropole
    paul: User  # agent of the partner
    sonia: User  # agent of a stranger body
    odile: User  # represents the verified association
    remi: User  # represents the unverified one
    gone: User  # left the métropole
    staff: User  # the platform's staff


def world() -> World:
    """Return the small world, saved."""
    metropole = OrganisationFactory(name="Les Trois-Vallées", short_name="Les Trois-Vallées")
    partner = OrganisationFactory(short_name="Woippy")
    stranger = OrganisationFactory(short_name="Les Moëres")
    association = AssociationFactory(name="Lire en Moselle", short_name="Lire en Moselle")
    newcomers = AssociationFactory(short_name="Les Nouveaux")
    PartnershipFactory(proposer=partner, partner=metropole)
    VerificationFactory(association=association, by=metropole)
    gone = UserFactory()
    past = join(gone, metropole, "agent")
    yesterday = timezone.now() - timedelta(days=1)
    Membership.objects.filter(pk=past.pk).update(
        starts_at=yesterday - timedelta(days=9), ends_at=yesterday
    )
    return World(
        metropole,
        partner,
        stranger,
        association,
        newcomers,
        nadia=member(metropole, "agent", first_name="Nadia", last_name="Merle"),
        karim=member(metropole, "agent", first_name="Karim", last_name="Aziz"),
        chloe=member(metropole, "coordinator", first_name="Chloé", last_name="Roux"),
        paul=member(partner, "agent", first_name="Paul", last_name="Weber"),
        sonia=member(stranger, "agent", first_name="Sonia", last_name="Blum"),
        odile=member(association, "representative", first_name="Odile", last_name="Kern"),
        remi=member(newcomers, "representative", first_name="Rémi", last_name="Faure"),
        gone=gone,
        staff=UserFactory(is_staff=True, is_superuser=True),
    )


def draft(
    author: User,
    organisation: Organisation,
    kind: str = "offer equipment loan",
    terms: dict | None = None,
    **fields: Any,
) -> Listing:
    """Return a complete draft, made by the rules."""
    direction, nature, transfer = kind.split()
    listing = rules.create_draft(
        author, organisation, direction=direction, nature=nature, transfer=transfer
    )
    values = {
        "title": "Barnum 3 × 6 m",
        "summary": "Deux barnums avec leurs lests.",
        "category": CategoryFactory(),
        "commune": CommuneFactory(),
        "scope": "verified",
    }
    return rules.save(listing, author, values | fields, terms or {})


def published(author: User, organisation: Organisation, kind: str = "offer equipment loan", **kw):
    """Return a listing put online by its author."""
    return rules.publish(draft(author, organisation, kind, **kw), author)


def skill(
    author: User, organisation: Organisation, whose_time: str = "working", **kw: Any
) -> Listing:
    return published(
        author, organisation, "offer skill time", terms={"whose_time": whose_time}, **kw
    )


def ask(listing: Listing, user: User, organisation: Organisation, **wish: Any) -> Exchange:
    words = {"message": "Bonjour, pour notre fête de juin."} | wish
    return exchange_rules.ask(listing, user, organisation, exchange_rules.Wish(**words))


def picture(
    size: tuple[int, int] = (800, 600),
    file_format: str = "JPEG",
    name: str = "photo.jpg",
    **kw: Any,
) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, file_format, **kw)
    return SimpleUploadedFile(name, out.getvalue())


PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def decision(content: bytes = PDF, name: str = "decision.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def under_way(
    listing: Listing, asker: User, organisation: Organisation, *, days_ago: int = 1, **wish: Any
) -> Exchange:
    """Return an exchange that was agreed and took place on that day, from 9 h to 12 h."""
    exchange = ask(listing, asker, organisation, **wish)
    day = timezone.localtime() - timedelta(days=days_ago)
    starts = day.replace(hour=9, minute=0, second=0, microsecond=0)
    Exchange.objects.filter(pk=exchange.pk).update(
        state="under_way",
        state_since=starts,
        contact_accepted_at=starts - timedelta(days=3),
        wanted_from=starts,
        wanted_until=starts + timedelta(hours=3),
        expires_at=None,
    )
    exchange.participants.update(state=Participant.State.CONFIRMED)
    return Exchange.objects.for_page().get(pk=exchange.pk)


def facts(exchange: Exchange, quantity: str = "3", kind: str = "hours") -> list[Fact]:
    """Return what was done on the day of the exchange: hours of its first participant, or units."""
    day = timezone.localdate(exchange.wanted_from)
    person = exchange.participants.first() if kind == "hours" else None
    return [Fact(kind, Decimal(quantity), day, day, person)]


def given_back(exchange: Exchange) -> Exchange:
    """Let the keeper have noted that what was lent is back; returns the exchange."""
    HandOver.objects.get_or_create(
        exchange=exchange,
        moment=HandOver.Moment.RETURN,
        defaults={"recorded_by": exchange.keeper, "recorded_for": exchange.giver},
    )
    return exchange


def completed(exchange: Exchange, first: User, second: User, **kw: Any) -> Exchange:
    """Let one side say what was done, and the other confirm it; returns the exchange.

    What was lent is back.
    """
    given_back(exchange)
    said = recording.say(exchange, first, facts(exchange, **kw))
    recording.confirm(exchange, second, seen=said.number)
    return exchange


def hands(w: World, places: int = 3, **terms: Any) -> Listing:
    """Return a need for hands of the association, online."""
    values = {"places": places, "for_whom": "les familles du quartier"} | terms
    return published(w.odile, w.association, "need mission time", terms=values, title="Collecte")
