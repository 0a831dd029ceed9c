"""Fictitious bodies, associations, departments and people in real communes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.members import rules
from accounts.models import (
    Commune,
    Department,
    Fact,
    Membership,
    Organisation,
    Partnership,
    Role,
    User,
    Verification,
)
from accounts.organisations.rules import coordinators_of
from portal.demonstration.source import PASSWORD, days, read, reference, some


def load_organisations() -> Iterator[str]:
    """Create the bodies and associations that are missing; yields their names."""
    for item in read("organisations"):
        organisation, created = Organisation.objects.get_or_create(
            slug=item["key"], defaults=_organisation_fields(item)
        )
        if created:
            _add_facts(organisation, item)
            _add_departments(organisation, some(item.get("departments")), None)
        yield organisation.short_name


def _organisation_fields(item: dict[str, Any]) -> dict[str, Any]:
    register = item.get("register") or {}
    return {
        "ref": reference("organisation", item["key"]),
        "kind": item["kind"],
        "legal_form": item["legal_form"],
        "name": item["name"],
        "short_name": item["short_name"],
        "purpose": item.get("purpose") or "",
        "siret": item.get("siret") or "",
        "rna": item.get("rna") or "",
        "register_court": register.get("court") or "",
        "register_volume": str(register.get("volume") or ""),
        "register_folio": str(register.get("folio") or ""),
        "commune": Commune.objects.filter(pk=item["insee"]).first(),
        "latitude": item.get("latitude"),
        "longitude": item.get("longitude"),
        "phone": item.get("phone") or "",
        "website": item.get("website") or "",
    }


def _add_facts(organisation: Organisation, item: dict[str, Any]) -> None:
    proof = "Fiche de démonstration"
    facts = [
        (Fact.Kind.POPULATION, item.get("population"), proof),
        (Fact.Kind.OWN_TAXATION, item.get("own_taxation"), proof),
        (Fact.Kind.HOST_CATEGORY, item.get("host_category"), proof),
        (Fact.Kind.REPUBLICAN_COMMITMENT, item.get("republican_commitment"), "Contrat signé"),
    ]
    for kind, value, how in facts:
        if value in (None, ""):
            continue
        when = value if isinstance(value, date) else date(2026, 1, 1)
        Fact.objects.create(
            organisation=organisation,
            kind=kind,
            value=str(value).lower() if isinstance(value, bool) else str(value),
            proof=how,
            established_on=when,
        )


def _add_departments(
    organisation: Organisation, tree: list[dict[str, Any]], parent: Department | None
) -> None:
    for item in tree:
        department = Department.objects.create(
            organisation=organisation, parent=parent, name=item["name"]
        )
        _add_departments(organisation, some(item.get("children")), department)


def load_people() -> Iterator[str]:
    """Create the people who are missing, with their memberships and roles; yields their names."""
    password = make_password(PASSWORD)
    organisations = {org.slug: org for org in Organisation.objects.all()}
    since = days(-400)
    for item in read("people")["people"]:
        user, created = User.objects.get_or_create(
            email=item["email"].lower(),
            defaults={
                "ref": reference("user", item["key"]),
                "first_name": item["first_name"],
                "last_name": item["last_name"],
                "wishes": item.get("wishes") or "",
                "skills": "\n".join(some(item.get("skills"))),
                "password": password,
                "is_staff": not item["memberships"],
                "is_superuser": not item["memberships"],
            },
        )
        yield str(user)
        if not created:
            continue
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for line in some(item["memberships"]):
            organisation = organisations[line["organisation"]]
            membership = Membership.objects.create(
                user=user,
                organisation=organisation,
                department=_department(organisation, line.get("department")),
                job_title=line.get("job_title") or "",
                in_directory=organisation.is_public_body and item.get("in_directory", True),
                starts_at=since,
            )
            for kind in line["roles"]:
                scope = membership.department if kind == Role.Kind.MANAGER else None
                Role.objects.create(
                    membership=membership, kind=kind, department=scope, starts_at=since
                )


def load_changes() -> Iterator[str]:
    """Name the deputy, the role and the departure that the desks of people show, once."""
    today = timezone.localdate()
    data = read("people")
    for item in data["deputies"]:
        absent, boss = _membership(item, "manager"), _coordinator(item)
        role = absent.roles.get(kind=Role.Kind.MANAGER)
        if not role.deputies.exists():
            final = today + timedelta(days=item["days"])
            deputy = _membership(item, "deputy")
            rules.name_deputy(role, deputy, boss, first_day=None, final_day=final)
        yield str(absent.user)
    for item in data["roles"]:
        membership = _membership(item, "person")
        if not membership.roles.filter(kind=item["kind"]).exists():
            first, final = (today + timedelta(days=item[name]) for name in ("first", "final"))
            rules.begin_role(
                membership, item["kind"], _coordinator(item), first_day=first, final_day=final
            )
        yield str(membership.user)
    for item in data["departures"]:
        membership = _membership(item, "person")
        if membership.ends_at is None:
            final = today + timedelta(days=item["days"])
            rules.end_membership(membership, _coordinator(item), final)
        yield str(membership.user)


def _membership(item: dict[str, Any], who: str) -> Membership:
    return Membership.objects.select_related("user", "organisation").get(
        user__ref=reference("user", item[who]), organisation__slug=item["organisation"]
    )


def _coordinator(item: dict[str, Any]) -> User:
    return coordinators_of(Organisation.objects.get(slug=item["organisation"]))[0]


def _department(organisation: Organisation, name: str | None) -> Department | None:
    if not name:
        return None
    return Department.objects.get(organisation=organisation, name=name)


def load_trust() -> Iterator[str]:
    """Create the verifications and partnerships that are missing; yields a line for each."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    for item in read("verifications"):
        association, by = organisations[item["association"]], organisations[item["by"]]
        asked_at = days(-item["days_ago"])
        decided = item["state"] != Verification.State.ASKED
        if not Verification.objects.filter(association=association, by=by).exists():
            Verification.objects.create(
                ref=reference("verification", item["association"], item["by"]),
                association=association,
                by=by,
                state=item["state"],
                reason=item.get("reason") or "",
                message=item.get("message") or "",
                asked_by=_someone(association, Role.Kind.REPRESENTATIVE),
                asked_at=asked_at,
                decided_by=_someone(by, Role.Kind.COORDINATOR) if decided else None,
                decided_at=asked_at if decided else None,
            )
        yield f"{association.short_name} – {by.short_name}"
    for item in read("partnerships"):
        proposer, partner = organisations[item["a"]], organisations[item["b"]]
        if not Partnership.objects.filter(proposer=proposer, partner=partner).exists():
            accepted = item["state"] == Partnership.State.ACCEPTED
            Partnership.objects.create(
                proposer=proposer,
                partner=partner,
                state=item["state"],
                proposed_by=_someone(proposer, Role.Kind.COORDINATOR),
                decided_by=_someone(partner, Role.Kind.COORDINATOR) if accepted else None,
                decided_at=days(-90) if accepted else None,
            )
        yield f"{proposer.short_name} – {partner.short_name}"


def _someone(organisation: Organisation, role: str) -> User:
    """Return the first person who holds the role there, else the first member.

    Raises User.DoesNotExist when the organisation has no member: the data are then wrong.
    """
    members = User.objects.filter(memberships__organisation=organisation).order_by("pk")
    return members.filter(memberships__roles__kind=role).first() or members[:1].get()
