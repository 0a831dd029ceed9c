"""A team to ask consents in: a service, who manages it, who is above, who stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Department, Membership, Role, User
from marketplace.exchanges import rules
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.models import Exchange
from tests.factories import DepartmentFactory, member
from tests.marketplace.factories import World, ask, decision, skill


@dataclass
class Team:
    service: Department
    thomas: User  # manages the service
    helene: User  # manages the one above
    bruno: User  # manages Paul, at the partner's


def team(w: World) -> Team:
    """Put Nadia in a service of the métropole, Paul in one of the partner, with their managers."""
    above = DepartmentFactory(organisation=w.metropole, name="Direction de la proximité")
    service = DepartmentFactory(organisation=w.metropole, name="Accueil", parent=above)
    hosts = DepartmentFactory(organisation=w.partner, name="Secrétariat")
    _place(w.nadia, service)
    _place(w.paul, hosts)
    return Team(
        service,
        thomas=_manager(service, "Thomas", "Wagner"),
        helene=_manager(above, "Hélène", "Arnoux"),
        bruno=_manager(hosts, "Bruno", "Klein"),
    )


def _place(user: User, department: Department) -> None:
    Membership.objects.filter(user=user, organisation=department.organisation).update(
        department=department
    )


def _manager(department: Department, first: str, last: str) -> User:
    found = member(department.organisation, "agent", "manager", first_name=first, last_name=last)
    _place(found, department)
    return found


def stands_in(manager: User, deputy: User, days: int = 9) -> Role:
    """Name `deputy` while `manager` is away, from today."""
    role = Role.objects.get(
        membership__user=manager, kind=Role.Kind.MANAGER, deputy_for__isnull=True
    )
    return Role.objects.create(
        membership=deputy.memberships.get(organisation=role.membership.organisation),
        kind=Role.Kind.MANAGER,
        deputy_for=role,
        ends_at=timezone.now() + timedelta(days=days),
    )


def agreed(w: World, *, to: str = "partner", days: int | None = 20, **kw: Any) -> Exchange:
    """Return an exchange of Nadia's time, agreed: met, then a yes."""
    asker, body = (w.paul, w.partner) if to == "partner" else (w.odile, w.association)
    wish = {}
    if days is not None:
        start = timezone.now() + timedelta(days=days)
        wish = {"wanted_from": start, "wanted_until": start + timedelta(hours=3)}
    exchange = ask(skill(w.nadia, w.metropole, **kw), asker, body, **wish)
    rules.accept(exchange, w.nadia)
    if to != "partner" and kw.get("whose_time", "working") == "working":
        rules.add_decision(exchange, w.nadia, decision())
    rules.accept(exchange, w.nadia)
    exchange.refresh_from_db()
    return exchange


def consent(exchange: Exchange, kind: str = "home_manager") -> Consent:
    """Return the latest consent of a kind, as a page reads it."""
    return Consent.objects.for_page().filter(exchange=exchange, kind=kind).order_by("-pk")[0]
