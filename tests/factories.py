"""Small real objects for tests: plausible, distinct, and never a seeded John Smith."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from stdnum import luhn

from accounts.models import (
    Commune,
    Department,
    Membership,
    Organisation,
    Partnership,
    Role,
    User,
    Verification,
)
from marketplace.models import Category, Exchange, Listing

PASSWORD = "un vélo bleu dans la cour"


def siret(number: int) -> str:
    """Return a valid SIRET that belongs to nobody (it starts with 000)."""
    siren = f"000{number:05d}"
    siren += luhn.calc_check_digit(siren)
    nic = siren + "0001"
    return nic + luhn.calc_check_digit(nic)


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ("code",)

    code = "57463"
    name = "Metz"
    folded_name = "metz"
    postal_codes = "57000 57050 57070"
    department_code = "57"
    population = 121_695
    latitude = 49.1191
    longitude = 6.1727


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = factory.Sequence(lambda n: f"Nom{n}")
    password = factory.django.Password(PASSWORD)


class OrganisationFactory(DjangoModelFactory):
    """A collectivité; see `AssociationFactory` for an association."""

    class Meta:
        model = Organisation

    kind = Organisation.Kind.COLLECTIVITE
    legal_form = Organisation.LegalForm.EPCI
    name = factory.Sequence(lambda n: f"Métropole des Vallées {n}")
    short_name = factory.Sequence(lambda n: f"Vallées {n}")
    slug = factory.Sequence(lambda n: f"vallees-{n}")
    siret = factory.Sequence(siret)
    commune = factory.SubFactory(CommuneFactory)


class AssociationFactory(OrganisationFactory):
    kind = Organisation.Kind.ASSOCIATION
    legal_form = Organisation.LegalForm.ASSOCIATION
    name = factory.Sequence(lambda n: f"Association du Port {n}")
    short_name = factory.Sequence(lambda n: f"Le Port {n}")
    slug = factory.Sequence(lambda n: f"le-port-{n}")
    siret = ""
    rna = factory.Sequence(lambda n: f"W0{n:08d}")


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Service {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class VerificationFactory(DjangoModelFactory):
    class Meta:
        model = Verification

    association = factory.SubFactory(AssociationFactory)
    by = factory.SubFactory(OrganisationFactory)
    asked_by = factory.SubFactory(UserFactory)
    state = Verification.State.VERIFIED
    decided_at = factory.LazyFunction(timezone.now)


class PartnershipFactory(DjangoModelFactory):
    class Meta:
        model = Partnership

    proposer = factory.SubFactory(OrganisationFactory)
    partner = factory.SubFactory(OrganisationFactory)
    proposed_by = factory.SubFactory(UserFactory)
    state = Partnership.State.ACCEPTED


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"categorie-{n}")
    name = factory.Sequence(lambda n: f"Catégorie {n}")


class ListingFactory(DjangoModelFactory):
    """A published equipment loan, seen by verified members."""

    class Meta:
        model = Listing

    direction = "offer"
    nature = "equipment"
    transfer = "loan"
    title = factory.Sequence(lambda n: f"Barnum {n}")
    summary = "Deux barnums avec leurs lests."
    organisation = factory.SubFactory(OrganisationFactory)
    author = factory.SubFactory(UserFactory)
    scope = "verified"
    state = "published"
    published_at = factory.LazyFunction(timezone.now)


class ExchangeFactory(DjangoModelFactory):
    class Meta:
        model = Exchange

    listing = factory.SubFactory(ListingFactory)
    giver = factory.SelfAttribute("listing.organisation")
    receiver = factory.SubFactory(AssociationFactory)
    asked_for = factory.SelfAttribute("receiver")
    asked_by = factory.SubFactory(UserFactory)
    keeper = factory.SelfAttribute("listing.author")
    transfer = factory.SelfAttribute("listing.transfer")


def member(organisation: Organisation, *roles: str, **user_fields: Any) -> User:
    """Return a new user who belongs to the organisation with these roles, from now on."""
    user = UserFactory(**user_fields)
    join(user, organisation, *roles)
    return user


def join(user: User, organisation: Organisation, *roles: str) -> Membership:
    """Make the user a member of the organisation with these roles; returns the membership."""
    membership = MembershipFactory(user=user, organisation=organisation)
    for kind in roles:
        Role.objects.create(membership=membership, kind=kind)
    return membership
