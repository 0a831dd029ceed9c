"""The people and the things of the simpler matrix: a collectivité, and who comes to its door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.importing.rules import keep_file
from accounts.models import Membership, Organisation, User, Verification
from marketplace.catalogue.charters import rules as charters
from marketplace.exchanges.consents.links import path_of
from marketplace.importing.rules import keep_file as keep_things
from marketplace.models import (
    Consent,
    HandOver,
    Incident,
    Mediation,
    Participant,
    Report,
    Resource,
    Series,
    ThankYou,
    Unit,
)
from search.models import SynonymGroup
from search.query import CatalogueQuery
from search.saved.rules import keep as keep_search
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    ExchangeFactory,
    ListingFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
    VerificationFactory,
    member,
)


def people_of(collectivite: Organisation) -> dict[str, User | None]:
    """Return one person of each kind, saved."""
    association, newcomer = AssociationFactory(), AssociationFactory()
    VerificationFactory(association=association, by=collectivite)
    ended = member(collectivite, "coordinator")
    Membership.objects.filter(user=ended).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=1)
    )
    return {
        "visitor": None,
        "unverified": member(newcomer, "representative"),
        "verified": member(association, "representative"),
        "agent": member(collectivite, "agent"),
        "colleague": member(collectivite, "agent"),
        "manager": member(collectivite, "agent", "manager"),
        "coordinator": member(collectivite, "agent", "coordinator"),
        "editor": member(collectivite, "agent", "editor"),
        "ended": ended,
        "stranger": member(OrganisationFactory(), "agent", "coordinator"),
        "staff": UserFactory(is_staff=True, is_superuser=True),
    }


def references_of(people: dict[str, Any], collectivite: Organisation) -> dict[str, str]:
    """Return the references of one of each thing, by the names that addresses give them."""
    association = people["verified"].memberships.get().organisation
    newcomer = people["unverified"].memberships.get().organisation
    fields = {"organisation": collectivite, "author": people["agent"], "keeper": people["agent"]}
    listing = ListingFactory(**fields)
    done = {"listing": listing, "receiver": association, "asked_by": people["verified"]}
    together = Series.objects.create()
    exchange = ExchangeFactory(
        listing=listing, receiver=association, asked_by=people["verified"], series=together
    )
    asked = VerificationFactory(
        association=newcomer,
        by=collectivite,
        asked_by=people["unverified"],
        state=Verification.State.ASKED,
        decided_at=None,
    )
    stranger = people["stranger"].memberships.get()
    Membership.objects.filter(user=people["agent"]).update(in_directory=True)
    Membership.objects.filter(pk=stranger.pk).update(in_directory=True)
    resource = Resource.objects.create(organisation=collectivite, name="Vélos", kind="itemised")
    unit = Unit.objects.create(resource=resource, label="Vélo 1")
    ListingFactory(**fields, resource=resource)
    hand_over = HandOver.objects.create(
        exchange=exchange,
        moment="leaving",
        recorded_by=people["verified"],
        recorded_for=association,
    )
    incident = Incident.objects.create(
        exchange=exchange, hand_over=hand_over, words="Roue voilée.", opened_by=people["verified"]
    )
    report = Report.objects.create(
        listing=listing, reported_by=people["colleague"], reason=Report.Reason.OTHER
    )
    mediation = Mediation.objects.create(
        exchange=exchange,
        from_state="under_way",
        asked_by=people["verified"],
        asked_for=association,
    )
    charter = charters.create(collectivite, people["coordinator"], "Charte", "Le casque, toujours.")
    # Working time of the agent, agreed: it waits for the manager.
    given = ExchangeFactory(
        listing=ListingFactory(**fields, nature="skill", transfer="time"),
        receiver=association,
        asked_by=people["verified"],
        state="agreed",
        whose_time="working",
    )
    consent = Consent.objects.create(
        exchange=given,
        participant=Participant.objects.create(exchange=given, user=people["agent"]),
        kind=Consent.Kind.HOME_MANAGER,
        organisation=collectivite,
        asked_of=people["manager"],
        expires_at=timezone.now() + timedelta(days=9),
    )
    people_file = keep_file(
        collectivite, people["coordinator"], "rh.csv", b"Email;Nom;Prenom\na@vallees.test;A;B\n"
    )
    return {
        "colleague": people["colleague"].memberships.get().ref,
        "listed": people["agent"].memberships.get().ref,
        "foreign_member": stranger.ref,
        "department": DepartmentFactory(organisation=collectivite).ref,
        "foreign_department": DepartmentFactory(organisation=stranger.organisation).ref,
        "people_file": people_file.ref,
        "table": "echanges.csv",
        "things_file": keep_things(
            collectivite, people["coordinator"], "inventaire.csv", b"Code;Nom\nA1;Barnum\n"
        ).ref,
        "listing": listing.ref,
        "saved_search": keep_search(
            people["agent"], CatalogueQuery(text="barnum"), organisation=collectivite
        ).ref,
        "draft": ListingFactory(**fields, state="draft", published_at=None).ref,
        "public": ListingFactory(**fields, scope="public").ref,
        "lent": ListingFactory(**fields, nature="vehicle", transfer="loan").ref,
        "hands": ListingFactory(**fields, direction="need", nature="mission", transfer="time").ref,
        # Of the association, public: the collectivité that verified it moderates it, no more.
        "their_hands": ListingFactory(
            organisation=association,
            author=people["verified"],
            keeper=people["verified"],
            direction="need",
            nature="mission",
            transfer="time",
            scope="public",
        ).ref,
        "exchange": exchange.ref,
        "thanks": ThankYou.objects.create(
            exchange=exchange,
            side="asking",
            author=people["verified"],
            for_organisation=association,
            to=people["agent"],
            to_organisation=collectivite,
            words="Merci.",
            state="to_moderate",
        ).ref,
        "under_way": ExchangeFactory(**done, state="under_way").ref,
        "completed": ExchangeFactory(**done, state="completed").ref,
        "mediation": mediation.ref,
        "charter": charter.ref,
        "synonym": str(
            SynonymGroup.objects.create(asked="barnum, tivoli", organisation=collectivite).pk
        ),
        "chartered": ListingFactory(**fields, charter=charter).ref,
        "series": together.ref,
        "report": report.ref,
        "consent": consent.ref,
        "consent_link": path_of(consent).split("/")[2],
        "forged_link": path_of(consent).split("/")[2][:-1] + "!",
        "incident": incident.ref,
        "unit": unit.ref,
        "verification": asked.ref,
        "partnership": PartnershipFactory(proposer=collectivite).ref,
        "association": association.ref,
        "collectivite": collectivite.ref,
        "pile": "sans-reponse",
        "csv": "csv",
    }
