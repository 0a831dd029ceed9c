"""My account, and who manages whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.organisations.managers import manager_of
from accounts.readers import reader_for
from tests.accounts.conftest import queries_of, text_of
from tests.factories import (
    DepartmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db

PROFILE = {
    "first_name": "Nadia",
    "last_name": "Meyer",
    "wishes": "Conduire une laveuse",
    "skills": "Prise de notes",
    "notice_rhythm": "weekly",
}


def test_my_account_asks_to_sign_in(client_for: Any) -> None:
    assert client_for().get("/mon-compte/").url == "/connexion/?next=/mon-compte/"


def test_wishes_come_before_skills(client_for: Any) -> None:
    page = text_of(client_for(UserFactory()).get("/mon-compte/"))
    assert page.index("J’aimerais…") < page.index("On peut m’appeler pour…")


def test_what_i_say_of_myself_is_kept(client_for: Any) -> None:
    user = UserFactory()
    assert client_for(user).post("/mon-compte/", PROFILE).status_code == 302
    user.refresh_from_db()
    assert (user.wishes, user.notice_rhythm) == ("Conduire une laveuse", "weekly")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_name": ""}, "Écrivez votre prénom."),
        ({"last_name": " "}, "Écrivez votre nom."),
        ({"wishes": "a" * 3000}, "2000"),
        ({"notice_rhythm": "jamais"}, "Choisissez dans la liste"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client_for: Any, wrong: dict, sentence: str
) -> None:
    user = UserFactory()
    page = text_of(client_for(user).post("/mon-compte/", PROFILE | wrong))
    assert sentence in page
    assert "Prise de notes" in page
    user.refresh_from_db()
    assert user.skills == ""


def test_html_is_shown_as_text(client_for: Any) -> None:
    user = UserFactory(wishes="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in text_of(client_for(user).get("/mon-compte/"))


def test_my_organisations_and_roles_are_there(client_for: Any) -> None:
    city = OrganisationFactory(name="Ville de Belledonne")
    page = text_of(client_for(member(city, "coordinator")).get("/mon-compte/"))
    assert "Ville de Belledonne" in page
    assert "coordination" in page


def test_the_page_asks_as_much_for_few_and_many(client_for: Any) -> None:
    user = UserFactory()
    browser = client_for(user)

    def belong(number: int) -> int:
        for _ in range(number):
            join(user, OrganisationFactory(), "agent")
        return queries_of(browser, "/mon-compte/")

    assert belong(2) == belong(12) <= 16


# Who manages an agent


def in_department(organisation: Any, department: Any, *roles: str) -> Any:
    user = member(organisation, *roles)
    user.memberships.update(department=department)
    return user


def test_the_manager_of_the_department_else_of_the_nearest_above() -> None:
    city = OrganisationFactory()
    top = DepartmentFactory(organisation=city)
    middle = DepartmentFactory(organisation=city, parent=top)
    team = DepartmentFactory(organisation=city, parent=middle)
    agent = in_department(city, team, "agent")
    assert manager_of(agent, city) is None
    director = in_department(city, top, "manager")
    assert manager_of(agent, city) == director
    head = in_department(city, team, "manager")
    assert manager_of(agent, city) == head
    assert manager_of(head, city) == director
    assert manager_of(director, city) is None


def test_a_manager_without_a_department_manages_the_whole_house() -> None:
    city = OrganisationFactory()
    agent = in_department(city, DepartmentFactory(organisation=city), "agent")
    mayor = member(city, "manager")
    assert manager_of(agent, city) == mayor


def test_a_stranger_has_no_manager_there() -> None:
    assert manager_of(UserFactory(), OrganisationFactory()) is None


def test_a_manager_of_another_house_does_not_count() -> None:
    city, other = OrganisationFactory(), OrganisationFactory()
    agent = in_department(city, DepartmentFactory(organisation=city), "agent")
    member(other, "manager")
    assert manager_of(agent, city) is None
    MembershipFactory(user=agent, organisation=other)
    assert manager_of(agent, other) is not None


def test_three_questions_to_the_database(django_assert_num_queries: Any) -> None:
    city = OrganisationFactory()
    parent = None
    for _ in range(10):
        parent = DepartmentFactory(organisation=city, parent=parent)
    agent = in_department(city, parent, "agent")
    with django_assert_num_queries(3):
        manager_of(agent, city)


def test_a_role_in_a_closed_organisation_is_over() -> None:
    closed, other = OrganisationFactory(), OrganisationFactory()
    person = member(closed, "coordinator", "representative", "manager")
    join(person, other, "agent")
    Organisation.objects.filter(pk=closed.pk).update(closed_at=timezone.now())
    reader = reader_for(User.objects.get(pk=person.pk))
    assert reader.organisation_ids == {other.pk}
    assert reader.roles == {(other.pk, "agent")}
