"""The chart of services: no circle, no name twice in one place, and nobody lost when one closes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.departments import rules
from accounts.invitations.rules import prepared
from accounts.members.hold import Refused
from accounts.members.rules import name_deputy
from accounts.models import Department, Invitation, Notice, Organisation, PeopleEvent, Role, User
from accounts.organisations.managers import manager_of
from accounts.organisations.rules import begin_membership
from accounts.organisations.tree import MOST_LEVELS, DepartmentTree
from tests.accounts.test_members_rules import today
from tests.factories import (
    DepartmentFactory,
    ListingFactory,
    OrganisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def sylvie(valley: Organisation) -> User:
    return member(valley, "coordinator")


@pytest.fixture
def chart(valley: Organisation) -> dict[str, Department]:
    """Direction technique > Voirie > Propreté, and Culture beside it."""
    found: dict[str, Department] = {}
    for name, above in (
        ("Direction technique", None),
        ("Voirie", "Direction technique"),
        ("Propreté", "Voirie"),
        ("Culture", None),
    ):
        found[name] = DepartmentFactory(
            organisation=valley, name=name, parent=found[above] if above else None
        )
    return found


def agent(valley: Organisation, place: Department, *roles: str) -> User:
    membership = begin_membership(UserFactory(), valley, roles or ["agent"], department=place)
    return membership.user


def test_a_circle_is_refused(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    for below in ("Direction technique", "Voirie", "Propreté"):
        with pytest.raises(Refused, match="ne dépend ni de lui-même"):
            rules.move(chart["Direction technique"], chart[below], sylvie)
    rules.move(chart["Direction technique"], chart["Culture"], sylvie)
    assert DepartmentTree.of(valley.pk).path(chart["Propreté"].pk) == (
        "Culture › Direction technique › Voirie › Propreté"
    )


def test_two_moves_that_would_make_a_circle_together_do_not(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    """The second one reads the chart as the first left it, not as its page showed it."""
    stale = Department.objects.get(pk=chart["Culture"].pk)
    rules.move(chart["Voirie"], chart["Culture"], sylvie)
    with pytest.raises(Refused):
        rules.move(stale, chart["Voirie"], sylvie)


def test_a_name_is_once_in_one_place_whatever_its_accents(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    with pytest.raises(Refused, match="s’appelle déjà"):
        rules.create(valley, "PROPRETE", chart["Voirie"], sylvie)
    rules.create(valley, "Propreté", chart["Culture"], sylvie)
    with pytest.raises(Refused, match="s’appelle déjà"):
        rules.move(chart["Propreté"], chart["Culture"], sylvie)
    assert rules.rename(chart["Culture"], "Culture et sport", sylvie).name == "Culture et sport"
    with pytest.raises(Refused):
        rules.rename(chart["Culture"], "direction Technique", sylvie)


def test_a_chart_has_an_end(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    place = chart["Culture"]
    for level in range(MOST_LEVELS - 1):
        place = rules.create(valley, f"Niveau {level}", place, sylvie)
    with pytest.raises(Refused, match="niveaux"):
        rules.create(valley, "Trop bas", place, sylvie)
    with pytest.raises(Refused, match="niveaux"):
        rules.move(chart["Culture"], chart["Voirie"], sylvie)


def test_nobody_is_lost_when_a_department_closes(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    karim = agent(valley, chart["Voirie"])
    left = agent(valley, chart["Voirie"])
    left.memberships.update(ends_at=timezone.now())
    listing = ListingFactory(organisation=valley, department=chart["Voirie"])
    invitation = Invitation.objects.create(
        channel="print",
        organisation=valley,
        department=chart["Voirie"],
        invited_by=sylvie,
        expires_at=karim.date_joined,
    )
    with pytest.raises(Refused, match="quel service"):
        rules.close(chart["Voirie"], None, sylvie)
    with pytest.raises(Refused, match="n’en dépend pas"):
        rules.close(chart["Voirie"], chart["Propreté"], sylvie)
    with pytest.raises(ProtectedError):
        chart["Voirie"].delete()
    rules.close(chart["Voirie"], chart["Culture"], sylvie)
    for one in (karim.memberships.get(), left.memberships.get(), listing, invitation):
        one.refresh_from_db()
        assert one.department == chart["Culture"]
    chart["Propreté"].refresh_from_db()
    assert chart["Propreté"].parent == chart["Culture"]
    event = PeopleEvent.objects.get(kind="department_closed")
    assert event.detail == "Direction technique › Voirie → Culture"
    with pytest.raises(Refused, match="vient d’être fermé"):
        rules.close(chart["Voirie"], chart["Culture"], sylvie)


def test_an_empty_department_closes_alone(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    rules.close(chart["Propreté"], None, sylvie)
    assert not Department.objects.filter(name="Propreté").exists()


def test_a_manager_follows_to_a_department_without_one(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    thomas, karim = agent(valley, chart["Voirie"], "manager"), agent(valley, chart["Voirie"])
    rules.close(chart["Voirie"], chart["Culture"], sylvie)
    assert manager_of(karim, valley) == thomas


def test_two_managers_are_not_made_by_closing(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    thomas, lise = agent(valley, chart["Voirie"], "manager"), agent(valley, chart["Voirie"])
    anne = agent(valley, chart["Culture"], "manager")
    role = Role.objects.get(membership__user=thomas)
    name_deputy(role, lise.memberships.get(), sylvie, first_day=None, final_day=today(5))
    rules.close(chart["Voirie"], chart["Culture"], sylvie)
    assert manager_of(lise, valley) == anne
    assert list(Role.objects.live().filter(kind="manager").values_list("membership__user")) == [
        (anne.pk,)
    ]
    assert Notice.objects.filter(recipient=thomas, kind="role_ended").count() == 1


def test_another_collectivites_departments_are_refused(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    theirs = DepartmentFactory()
    for gesture in (
        lambda: rules.create(valley, "X", theirs, sylvie),
        lambda: rules.move(chart["Culture"], theirs, sylvie),
        lambda: rules.close(chart["Voirie"], theirs, sylvie),
        lambda: rules.rename(theirs, "X", sylvie),
        lambda: rules.move(theirs, None, sylvie),
        lambda: rules.close(theirs, None, sylvie),
        lambda: rules.create(theirs.organisation, "X", None, sylvie),
    ):
        with pytest.raises(Refused):
            gesture()
    theirs.refresh_from_db()
    assert theirs.name != "X"


class TestAnyMoves(TestCase):
    """Whatever is moved where, the chart stays a tree and everybody keeps a place in it."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 6)), max_size=12))
    def test_no_series_of_moves_makes_a_circle(self, moves: list[tuple[int, int]]) -> None:
        valley = OrganisationFactory()
        boss = member(valley, "coordinator")
        made: list[Any] = [DepartmentFactory(organisation=valley) for _ in range(7)]
        for one, above in moves:
            target = made[above] if above >= 0 else None
            try:
                rules.move(Department.objects.get(pk=made[one].pk), target, boss)
            except Refused:
                continue
        tree = DepartmentTree.of(valley.pk)
        assert len(list(tree.in_order())) == 7


def test_a_service_that_somebody_is_invited_to_does_not_close_into_nothing(
    valley: Organisation, sylvie: User, chart: dict[str, Department]
) -> None:
    invitation = prepared(valley, sylvie, "karim@ville.test", department=chart["Propreté"])
    invitation.save()
    with pytest.raises(Refused, match="quel service reprend"):
        rules.close(chart["Propreté"], None, sylvie)
    rules.close(chart["Propreté"], chart["Voirie"], sylvie)
    invitation.refresh_from_db()
    assert invitation.department == chart["Voirie"]
