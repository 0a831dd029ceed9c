"""Thirteen kinds of persons before the same things of three collectivités: theirs, a partner's, a
stranger's. Built once for the whole matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import Department, Membership, Organisation, Role, User, Verification
from home.provisioning.sites import provision_site
from marketplace.models import Allocation, Closure, Report
from search.models import PinnedPage, SavedSearch, SynonymGroup, SynonymOptOut
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    ExchangeFactory,
    ListingFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    VerificationFactory,
    join,
    member,
)
from tests.marketplace.booking.factories import bikes
from tests.portal.permissions.desks import desks
from tests.portal.permissions.dossiers import dossiers
from tests.portal.permissions.searches import searches

OWN, PARTNER, STRANGER = "own", "partner", "stranger"
RELATIONS = (OWN, PARTNER, STRANGER)
PERSONS = (
    "anonymous",
    "unverified",  # speaks for an association that nobody has verified
    "representative",  # commits a collectivité that has an intranet
    "village",  # commits a commune without an intranet, partner of the first; it asked for things
    "agent",  # wrote the listings of its collectivité
    "home_manager",  # manages that agent
    "host_manager",  # manages people of the village, which receives
    "coordinator",
    "editor",
    "ended",  # was a coordinator until yesterday
    "two",  # agent of the collectivité and of its partner
    "link",  # holds links, and no account
    "staff",  # of the platform, member of nothing
)


@dataclass
class World:
    people: dict[str, User | None]
    clients: dict[str, Client]
    # relation -> host, and the references of what is there
    hosts: dict[str, str] = field(default_factory=dict)
    references: dict[str, dict[str, str]] = field(default_factory=dict)


def _intranet(name: str) -> Organisation:
    body = OrganisationFactory(name=name, short_name=name)
    provision_site(body, f"{name}.localhost")
    return body


def build() -> World:
    """Return the world, saved: one home collectivité, its partner, a stranger, a village.

    The platform's site is there already.
    """
    bodies = {relation: _intranet(relation) for relation in RELATIONS}
    own, partner = bodies[OWN], bodies[PARTNER]
    village = OrganisationFactory(short_name="Le Village")
    PartnershipFactory(proposer=own, partner=partner)
    PartnershipFactory(proposer=own, partner=village)
    service = DepartmentFactory(organisation=own)
    people = _people(own, partner, village, service)
    world = World(people, {name: _client(person) for name, person in people.items()})
    for relation, body in bodies.items():
        agent = people["agent"] if relation == OWN else member(body, "agent")
        asker = people["village"] if relation != STRANGER else member(village, "agent")
        world.hosts[relation] = f"{relation}.localhost"
        newcomer = people["unverified"].memberships.get().organisation  # type: ignore[union-attr]
        manager = people["home_manager"] if relation == OWN else None
        world.references[relation] = _things(body, agent, village, asker, newcomer, manager)  # type: ignore[arg-type]
    return world


def _people(
    own: Organisation, partner: Organisation, village: Organisation, service: Department
) -> dict[str, User | None]:
    ended = member(own, "agent", "coordinator")
    Membership.objects.filter(user=ended).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=1)
    )
    agent = MembershipFactory(organisation=own, department=service)
    Role.objects.create(membership=agent, kind="agent")
    manager = MembershipFactory(organisation=own, department=service)
    for kind in ("agent", "manager"):
        Role.objects.create(membership=manager, kind=kind, department=service)
    two = member(own, "agent")
    join(two, partner, "agent")
    return {
        "anonymous": None,
        "unverified": member(AssociationFactory(), "representative"),
        "representative": member(own, "agent", "representative"),
        "village": member(village, "agent", "representative"),
        "agent": agent.user,
        "home_manager": manager.user,
        "host_manager": member(village, "agent", "manager"),
        "coordinator": member(own, "agent", "coordinator"),
        "editor": member(own, "agent", "editor"),
        "ended": ended,
        "two": two,
        "link": None,
        "staff": UserFactory(is_staff=True, is_superuser=True),
    }


def _client(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _things(
    body: Organisation,
    agent: User,
    village: Organisation,
    asker: User,
    newcomer: Organisation,
    manager: User | None,
) -> dict[str, str]:
    """Return the references of one of each thing, of a collectivité."""
    fields = {"organisation": body, "author": agent, "keeper": agent, "scope": "partners"}
    resource = bikes(1, organisation=body)
    lent = ListingFactory(**fields, nature="vehicle", transfer="loan", resource=resource)
    listing = ListingFactory(**fields)
    exchange = ExchangeFactory(
        listing=listing,
        receiver=village,
        asked_by=asker,
        expires_at=timezone.now() + timedelta(days=9),
    )
    soon = timezone.now() + timedelta(days=30)
    kept = Allocation.objects.create(
        resource=resource,
        unit=resource.units.get(),
        starts_at=soon,
        returns_at=soon + timedelta(hours=2),
        ends_at=soon + timedelta(hours=2),
        state="firm",
        purpose="own_use",
        made_by=agent,
    )
    closed = Closure.objects.create(
        resource=resource, first_day=soon.date(), last_day=soon.date(), reason="Inventaire"
    )
    asked = VerificationFactory(
        association=newcomer, by=body, state=Verification.State.ASKED, decided_at=None
    )
    review = ListingFactory(**fields | {"scope": "public"}, state="submitted", published_at=None)
    draft = ListingFactory(**fields, state="draft", published_at=None)
    need = ListingFactory(**fields, direction="need")
    report = Report.objects.create(listing=listing, reported_by=asker, reason=Report.Reason.OTHER)
    return {
        **dossiers(body, agent, village, asker, manager, resource),
        **searches(body, agent),
        **desks(body, agent),
        "body": body.ref,
        "member": agent.memberships.get(organisation=body).ref,
        "listing": listing.ref,
        "lent": lent.ref,
        "draft": draft.ref,
        "need": need.ref,
        "review": review.ref,
        "exchange": exchange.ref,
        "report": report.ref,
        "verification": asked.ref,
        "kept": kept.ref,
        "closed": closed.ref,
        "resource": resource.ref,
    }


# All but what merely looking notes.
WATCHED = (
    *apps.get_app_config("marketplace").get_models(),
    *(SavedSearch, SynonymGroup, SynonymOptOut, PinnedPage, Verification),
)


def fingerprint() -> dict[str, list[tuple[object, ...]]]:
    """Return all that a person might have changed, row by row."""
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in WATCHED}
