"""What the coordination may change of its people: posts, roles, deputies, ends; no account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.members import rules
from accounts.members.hold import Refused
from accounts.members.queries import people_never_signed_in
from accounts.members.settling import settle_ended
from accounts.models import Membership, Notice, Organisation, PeopleEvent, Role, User
from accounts.organisations.managers import manager_of
from accounts.organisations.rules import begin_membership
from accounts.organisations.teams import team_of
from accounts.readers import forget_reader, reader_for
from accounts.signals import membership_ended
from tests.accounts.conftest import plain, text_of
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory, join, member
from tests.home.factories import Intranet, intranet, news

pytestmark = pytest.mark.django_db
K = Role.Kind


@pytest.fixture
def valley() -> Organisation:
    return OrganisationFactory(name="Les Vallées", short_name="Les Vallées")


@pytest.fixture
def sylvie(valley: Organisation) -> User:
    return member(valley, "coordinator", first_name="Sylvie", last_name="Hoffmann")


def of(person: User, organisation: Organisation) -> Membership:
    return Membership.objects.get(user=person, organisation=organisation, ends_at=None)


def today(days: int = 0) -> Any:
    return timezone.localdate() + timedelta(days=days)


# --- Roles ---------------------------------------------------------------------------------------


def test_a_role_that_is_given_is_in_force_told_and_written_down(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    karim = member(valley)
    rules.begin_role(of(karim, valley), K.EDITOR, sylvie)
    assert reader_for(User.objects.get(pk=karim.pk)).has_role("editor", valley.pk)
    assert [letter.to for letter in mailbox] == [[karim.email]]
    assert "rédaction" in mailbox[0].subject
    assert "Les Vallées" in mailbox[0].body
    event = PeopleEvent.objects.get()
    assert (event.kind, event.actor, event.person, event.organisation) == (
        "role_begun",
        sylvie,
        karim,
        valley,
    )
    assert "rédaction" in event.detail
    assert "Nom" not in event.detail


def test_a_role_to_come_opens_nothing_before_its_day(valley: Organisation, sylvie: User) -> None:
    karim = member(valley)
    role = rules.begin_role(of(karim, valley), K.EDITOR, sylvie, first_day=today(3))
    assert not reader_for(karim).has_role("editor")
    assert Role.objects.live(role.starts_at).filter(pk=role.pk).exists()
    rules.end_role(role, sylvie)  # it never begins
    assert not Role.objects.live(timezone.now() + timedelta(days=30)).filter(pk=role.pk).exists()


def test_the_same_role_is_not_given_twice(valley: Organisation, sylvie: User) -> None:
    karim = of(member(valley), valley)
    roads, parks = DepartmentFactory(organisation=valley), DepartmentFactory(organisation=valley)
    rules.begin_role(karim, K.MANAGER, sylvie, department=roads)
    rules.begin_role(karim, K.MANAGER, sylvie, department=parks)
    with pytest.raises(Refused, match="déjà ce rôle"):
        rules.begin_role(karim, K.MANAGER, sylvie, department=roads, first_day=today(10))
    with pytest.raises(IntegrityError):
        Role.objects.create(membership=karim, kind=K.MANAGER, department=roads)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"kind": "agent"}, "de la liste"),
        ({"kind": "superuser"}, "de la liste"),
        ({"kind": "manager"}, "quel service"),
        ({"kind": "editor", "first_day": today(-1)}, "début est passé"),
        ({"kind": "editor", "first_day": today(5), "final_day": today(4)}, "après le début"),
    ],
)
def test_what_makes_no_sense_is_refused(
    valley: Organisation, sylvie: User, asked: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        rules.begin_role(of(member(valley), valley), asked.pop("kind"), sylvie, **asked)
    assert not PeopleEvent.objects.exists()


def test_who_has_left_is_given_neither_a_role_nor_a_post(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    """Another tab still shows the forms: the person would be told of a role that opens nothing."""
    karim = of(member(valley), valley)
    rules.end_membership(karim, sylvie)
    mailbox.clear()
    with pytest.raises(Refused, match="ne fait plus partie"):
        rules.begin_role(karim, K.EDITOR, sylvie)
    with pytest.raises(Refused, match="ne fait plus partie"):
        rules.change_post(karim, sylvie, department=None, job_title="Jardinier")
    assert mailbox == []


def test_another_collectivites_department_is_refused(valley: Organisation, sylvie: User) -> None:
    theirs = DepartmentFactory()
    karim = of(member(valley), valley)
    with pytest.raises(Refused):
        rules.begin_role(karim, K.MANAGER, sylvie, department=theirs)
    with pytest.raises(Refused):
        rules.change_post(karim, sylvie, department=theirs, job_title="")


def test_only_the_coordination_of_that_collectivite_changes_its_people(
    valley: Organisation, sylvie: User
) -> None:
    other = OrganisationFactory()
    theirs = of(member(other, "editor"), other)
    mine = of(member(valley), valley)
    editor = member(valley, "editor", "manager", "representative")
    for actor, membership in ((sylvie, theirs), (editor, mine)):
        with pytest.raises(Refused, match="coordination"):
            rules.begin_role(membership, K.EDITOR, actor)
        with pytest.raises(Refused):
            rules.end_membership(membership, actor)
        with pytest.raises(Refused):
            rules.change_post(membership, actor, department=None, job_title="x")
    with pytest.raises(Refused):
        rules.end_role(theirs.roles.get(), sylvie)


def test_a_role_that_ends_is_out_at_once_in_open_sessions_and_in_cms(
    platform_site: Any, client_for: Callable[..., Client]
) -> None:
    place: Intranet = intranet("vallees")
    boss, writer = place.person("coordinator"), place.person("editor")
    browser = client_for(writer, place.host)
    assert browser.get("/cms/").status_code == 200
    role = Role.objects.get(membership__user=writer)
    rules.end_role(role, boss)
    assert browser.get("/cms/").status_code == 404
    assert not writer.groups.exists()
    assert browser.get("/mon-compte/").status_code == 200  # the session itself stays


def test_a_coordinator_who_is_no_more_has_no_desk_at_the_next_click(
    platform_site: Any, client_for: Callable[..., Client]
) -> None:
    place: Intranet = intranet("vallees")
    boss, former = place.person("coordinator"), place.person("coordinator")
    browser = client_for(former, place.host)
    someone = of(place.person("agent"), place.organisation)
    service = DepartmentFactory(organisation=place.organisation)
    desk = (
        "/coordination/",
        "/coordination/personnes/",
        f"/coordination/personnes/{someone.ref}/",
        "/coordination/personnes/importer/",
        f"/coordination/services/{service.ref}/",
        "/coordination/invitations/",
        "/coordination/lancement/",
    )
    assert [browser.get(path).status_code for path in desk] == [200] * len(desk)
    rules.end_role(Role.objects.get(membership__user=former, kind=K.COORDINATOR), boss)
    assert [browser.get(path).status_code for path in desk] == [403] * len(desk)
    answer = browser.post(f"/coordination/personnes/{someone.ref}/", {"action": "end"})
    assert answer.status_code == 403
    someone.refresh_from_db()
    assert someone.ends_at is None
    assert browser.get("/annuaire/").status_code == 200  # still an agent


@pytest.mark.parametrize("how", ["ended", "by the clock"])
def test_who_left_has_no_intranet_at_the_next_click(
    platform_site: Any, client_for: Callable[..., Client], how: str
) -> None:
    """By the clock too: a last day that passes closes everything before any `tick`."""
    place: Intranet = intranet("vallees")
    boss, agent = place.person("coordinator"), place.person("editor")
    browser = client_for(agent, place.host)
    news(place, "entre-nous", title="Entre nous seulement", audience="internal")
    inside = ("/interne/", "/annuaire/", "/annuaire/organigramme/", "/cms/")
    assert [browser.get(path).status_code for path in inside] == [200] * len(inside)
    if how == "ended":
        rules.end_membership(of(agent, place.organisation), boss)
    else:
        Membership.objects.filter(user=agent).update(ends_at=timezone.now())
    assert all(browser.get(path).status_code in (403, 404) for path in inside)
    assert "Entre nous seulement" not in text_of(browser.get("/"))


def test_a_membership_that_ends_closes_the_intranet_at_once(
    platform_site: Any, client_for: Callable[..., Client]
) -> None:
    place: Intranet = intranet("vallees")
    boss, writer = place.person("coordinator"), place.person("editor", "coordinator")
    browser = client_for(writer, place.host)
    assert browser.get("/coordination/").status_code == 200
    rules.end_membership(of(writer, place.organisation), boss)
    assert browser.get("/coordination/").status_code == 403
    assert browser.get("/cms/").status_code == 404
    assert reader_for(User.objects.get(pk=writer.pk)).organisation_ids == frozenset()


# --- The last coordinator ------------------------------------------------------------------------


def test_the_last_coordinator_names_a_successor_first(valley: Organisation, sylvie: User) -> None:
    role = Role.objects.get(membership__user=sylvie)
    with pytest.raises(Refused, match="dernière personne"):
        rules.end_role(role, sylvie)
    with pytest.raises(Refused, match="dernière personne"):
        rules.end_membership(of(sylvie, valley), sylvie)
    rules.begin_role(of(member(valley), valley), K.COORDINATOR, sylvie)
    rules.end_membership(of(sylvie, valley), sylvie)
    assert not Membership.objects.live().filter(user=sylvie).exists()


@pytest.mark.parametrize("successor", ["with an end", "to come", "inactive", "elsewhere"])
def test_a_successor_is_there_and_stays(valley: Organisation, sylvie: User, successor: str) -> None:
    other = UserFactory(is_active=successor != "inactive")
    place = OrganisationFactory() if successor == "elsewhere" else valley
    membership = join(other, place)
    Role.objects.create(
        membership=membership,
        kind=K.COORDINATOR,
        starts_at=timezone.now() + timedelta(days=9 if successor == "to come" else -9),
        ends_at=timezone.now() + timedelta(days=30) if successor == "with an end" else None,
    )
    with pytest.raises(Refused, match="dernière personne"):
        rules.end_role(Role.objects.get(membership__user=sylvie), sylvie, today(2))


# --- Posts ---------------------------------------------------------------------------------------


def test_moving_gives_nobody_another_team(valley: Organisation, sylvie: User) -> None:
    roads, parks = DepartmentFactory(organisation=valley), DepartmentFactory(organisation=valley)
    thomas = begin_membership(UserFactory(), valley, ["manager"], department=roads)
    Role.objects.filter(membership=thomas).update(department=None)  # as before this version
    rules.change_post(thomas, sylvie, department=parks, job_title="Jardinier")
    assert Role.objects.get(membership=thomas).department == roads
    event = PeopleEvent.objects.filter(kind="post_changed").get()
    assert f"{roads} → {parks}" in event.detail
    rules.change_post(thomas, sylvie, department=parks, job_title="Jardinier")  # twice
    assert PeopleEvent.objects.filter(kind="post_changed").count() == 1


# --- Ends ----------------------------------------------------------------------------------------


def test_an_end_to_come_is_settled_by_the_clock_once(valley: Organisation, sylvie: User) -> None:
    heard: list[Membership] = []

    def hear(membership: Membership, **kwargs: Any) -> None:
        heard.append(membership)

    membership_ended.connect(hear)
    try:
        karim = member(valley, "editor")
        membership = rules.end_membership(of(karim, valley), sylvie, today(3))
        assert reader_for(karim).has_role("editor")
        assert settle_ended() == 0
        later = timezone.now() + timedelta(days=5)
        assert settle_ended(later) == 1
        assert settle_ended(later) == 0
        assert heard == [membership]
        assert Role.objects.get(membership=membership).ends_at == membership.ends_at
    finally:
        membership_ended.disconnect(hear)


def test_an_end_to_come_may_be_taken_back(valley: Organisation, sylvie: User) -> None:
    membership = rules.end_membership(of(member(valley), valley), sylvie, today(3))
    assert rules.resume_membership(membership, sylvie).ends_at is None
    rules.end_membership(membership, sylvie)
    with pytest.raises(Refused, match="passée"):
        rules.resume_membership(membership, sylvie)
    with pytest.raises(Refused, match="déjà quitté"):
        rules.end_membership(membership, sylvie)


def test_the_letter_says_whether_one_has_left_or_will(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    rules.end_membership(of(member(valley), valley), sylvie, today(3))
    rules.end_membership(of(member(valley), valley), sylvie)
    later, now = mailbox
    assert later.subject.startswith("Vous ne ferez plus partie ")
    assert " après le " in later.subject
    assert now.subject.startswith("Vous ne faites plus partie ")
    assert " après le " not in now.subject
    assert f"{sylvie}, pour {valley.short_name}," in plain(now.body)
    assert "il concerne votre accès, une place que vous avez prise" in plain(now.body)


def test_the_account_is_not_touched(
    valley: Organisation, sylvie: User, mailbox: list[EmailMultiAlternatives]
) -> None:
    karim, other = member(valley), OrganisationFactory()
    join(karim, other, "editor")
    before = User.objects.filter(pk=karim.pk).values().get()
    rules.end_membership(of(karim, valley), sylvie)
    assert User.objects.filter(pk=karim.pk).values().get() == before
    assert reader_for(User.objects.get(pk=karim.pk)).has_role("editor", other.pk)
    assert "Votre compte reste à vous" in plain(mailbox[0].body)


# --- Managers and deputies -----------------------------------------------------------------------


@pytest.fixture
def team(valley: Organisation, sylvie: User) -> dict[str, Any]:
    """Roads, below the technical division; Thomas manages the roads, Anne the division."""
    division = DepartmentFactory(organisation=valley, name="Direction technique")
    roads = DepartmentFactory(organisation=valley, name="Voirie", parent=division)
    people = {
        name: begin_membership(UserFactory(first_name=name), valley, roles, department=place)
        for name, roles, place in (
            ("Anne", ["manager"], division),
            ("Thomas", ["manager"], roads),
            ("Karim", ["agent"], roads),
            ("Lise", ["agent"], roads),
        )
    }
    return {"roads": roads, "division": division, **people}


def test_a_deputy_manages_while_the_manager_is_away(
    valley: Organisation, sylvie: User, team: dict[str, Any]
) -> None:
    thomas, lise, karim = team["Thomas"], team["Lise"], team["Karim"]
    assert manager_of(karim.user, valley) == thomas.user
    role = Role.objects.get(membership=thomas)
    deputy = rules.name_deputy(role, lise, sylvie, first_day=None, final_day=today(14))
    assert manager_of(karim.user, valley) == lise.user
    assert manager_of(lise.user, valley) == team["Anne"].user  # never oneself
    assert manager_of(thomas.user, valley) == team["Anne"].user  # not one's own deputy
    assert karim.user in team_of(lise.user)
    assert thomas.user not in team_of(lise.user)
    forget_reader(lise.user)
    assert reader_for(lise.user).has_role("manager", valley.pk)
    told = Notice.objects.filter(kind="deputy_named").values_list("recipient", flat=True)
    assert set(told) == {lise.user_id, thomas.user_id}
    named = PeopleEvent.objects.filter(kind="deputy_named")
    assert set(named.values_list("person", flat=True)) == {lise.user_id, thomas.user_id}
    rules.end_role(deputy, sylvie)
    assert manager_of(karim.user, valley) == thomas.user


def test_with_nobody_above_the_absent_manager_still_answers_for_the_deputy(
    valley: Organisation, sylvie: User, team: dict[str, Any]
) -> None:
    rules.end_role(Role.objects.get(membership=team["Anne"]), sylvie)
    role = Role.objects.get(membership=team["Thomas"])
    rules.name_deputy(role, team["Lise"], sylvie, first_day=None, final_day=today(14))
    assert manager_of(team["Lise"].user, valley) == team["Thomas"].user


def test_a_deputy_stops_with_the_manager_and_with_their_own_membership(
    valley: Organisation, sylvie: User, team: dict[str, Any]
) -> None:
    role = Role.objects.get(membership=team["Thomas"])
    rules.name_deputy(role, team["Lise"], sylvie, first_day=None, final_day=today(14))
    rules.end_membership(team["Thomas"], sylvie)
    assert not Role.objects.live().filter(deputy_for=role).exists()
    lise = team["Lise"].user  # told, and in their own history
    assert Notice.objects.filter(recipient=lise, kind="role_ended").count() == 1
    assert PeopleEvent.objects.filter(person=lise).first().kind == "role_ended"
    assert manager_of(team["Karim"].user, valley) == team["Anne"].user


@pytest.mark.parametrize("who", ["oneself", "elsewhere", "leaving", "twice", "for an editor"])
def test_a_deputy_is_somebody_else_who_is_there(
    valley: Organisation, sylvie: User, team: dict[str, Any], who: str
) -> None:
    role, deputy = Role.objects.get(membership=team["Thomas"]), team["Lise"]
    if who == "oneself":
        deputy = team["Thomas"]
    elif who == "elsewhere":
        deputy = join(UserFactory(), OrganisationFactory())
    elif who == "leaving":
        rules.end_membership(deputy, sylvie, today(2))
        deputy.refresh_from_db()
    elif who == "twice":
        rules.name_deputy(role, deputy, sylvie, first_day=None, final_day=today(3))
    else:
        role = rules.begin_role(team["Thomas"], K.EDITOR, sylvie)
    with pytest.raises(Refused):
        rules.name_deputy(role, deputy, sylvie, first_day=None, final_day=today(14))


def test_the_deputy_of_who_manages_all_manages_all(valley: Organisation, sylvie: User) -> None:
    """A role without a department is for the whole organisation, for the deputy too."""
    roads = DepartmentFactory(organisation=valley)
    head = join(UserFactory(), valley, "manager")
    lise = begin_membership(UserFactory(), valley, ["agent"], department=roads)
    karim = join(UserFactory(), valley)
    role = Role.objects.get(membership=head)
    rules.name_deputy(role, lise, sylvie, first_day=None, final_day=today(14))
    assert manager_of(karim.user, valley) == lise.user
    assert karim.user in team_of(lise.user)


# --- Who never came ------------------------------------------------------------------------------


def test_people_never_signed_in_are_members_today_who_never_came(valley: Organisation) -> None:
    never = member(valley, last_name="Zoé")
    member(valley, last_login=timezone.now())
    member(valley, is_active=False)
    member(OrganisationFactory())
    gone = member(valley)
    Membership.objects.filter(user=gone).update(ends_at=timezone.now())
    assert list(people_never_signed_in(valley)) == [never]
