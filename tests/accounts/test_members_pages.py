"""The coordination's pages of people: who opens them, of which collectivité, at what cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.members.queries import members_wanted
from accounts.members.rules import begin_role, end_role, name_deputy
from accounts.models import Department, Membership, Organisation, PeopleEvent, Role, User
from accounts.organisations.rules import begin_membership
from tests.accounts.conftest import queries_of, text_of
from tests.accounts.test_members_rules import today
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    UserFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db
HOST = "vallees.localhost"
PEOPLE, SERVICES = "/coordination/personnes/", "/coordination/services/"
CANARY = "Zarbi"


@pytest.fixture
def sylvie(collectivite: Organisation) -> User:
    return member(collectivite, "coordinator", first_name="Sylvie", last_name="Hoffmann")


@pytest.fixture
def browser(sylvie: User, client_for: Callable[..., Client]) -> Client:
    return client_for(sylvie, HOST)


@pytest.fixture
def roads(collectivite: Organisation) -> Department:
    above = DepartmentFactory(organisation=collectivite, name="Direction technique")
    return DepartmentFactory(organisation=collectivite, name="Voirie", parent=above)


@pytest.fixture
def karim(collectivite: Organisation, roads: Department) -> Membership:
    person = UserFactory(first_name="Karim", last_name="Belaïd", email="karim@prive.test")
    return begin_membership(person, collectivite, ["agent"], department=roads, job_title="Égoutier")


@pytest.fixture
def theirs(db: Any) -> dict[str, str]:
    """The addresses of another collectivité's things, a canary in each of their texts."""
    place = OrganisationFactory(name=f"{CANARY} Dunes", short_name=f"{CANARY} Dunes")
    boss = member(place, "coordinator", last_name=CANARY)
    department = DepartmentFactory(organisation=place, name=f"{CANARY} service")
    person = begin_membership(
        UserFactory(last_name=CANARY), place, ["manager"], department=department
    )
    from accounts.importing.rules import import_file, keep_file

    file = f"Email;Prénom;Nom\nx@zarbi.test;Léa;{CANARY}\n".encode()
    waiting = keep_file(place, boss, f"{CANARY}.csv", file)
    done = import_file(keep_file(place, boss, f"{CANARY}2.csv", file), boss)
    importing = f"{PEOPLE}importer/"
    return {
        "member": f"{PEOPLE}{person.ref}/",
        "department": f"{SERVICES}{department.ref}/",
        "waiting": f"{importing}{waiting.ref}/",
        "done": f"{importing}{done.ref}/",
        "ends": f"{importing}{done.ref}/departs/",
    }


def everything(people: dict[str, str]) -> list[str]:
    own = [PEOPLE, f"{PEOPLE}journal/", SERVICES, f"{PEOPLE}importer/"]
    return [*own, f"{PEOPLE}importer/modele.csv", *people.values()]


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["agent", "manager", "editor", "representative", "elsewhere"])
def test_only_the_coordination_opens_them(
    collectivite: Organisation,
    client_for: Callable[..., Client],
    karim: Membership,
    theirs: dict[str, str],
    role: str,
) -> None:
    if role == "elsewhere":
        person = member(OrganisationFactory(), "coordinator")
    else:
        person = member(collectivite, role)
    browser = client_for(person, HOST)
    mine = {"mine": f"{PEOPLE}{karim.ref}/", "roads": f"{SERVICES}{karim.department.ref}/"}
    for path in everything(theirs | mine):
        assert browser.get(path).status_code in (403, 404, 405), path
        assert browser.post(path, {"action": "end"}).status_code in (403, 404, 405), path
    assert PeopleEvent.objects.filter(kind="membership_ended").count() == 0


def test_who_is_not_signed_in_is_sent_to_sign_in(
    collectivite: Organisation, client_for: Callable[..., Client], karim: Membership
) -> None:
    for path in (PEOPLE, SERVICES, f"{PEOPLE}{karim.ref}/", f"{PEOPLE}importer/"):
        answer = client_for(None, HOST).get(path)
        assert (answer.status_code, "/connexion/" in answer.url) == (302, True)


def test_nothing_of_another_collectivite_is_shown_or_changed(
    browser: Client, theirs: dict[str, str], karim: Membership
) -> None:
    before = [list(model.objects.values()) for model in (Membership, Role, Department, User)]
    for path in theirs.values():
        assert browser.get(path).status_code in (404, 405), path
        for action in ("post", "role", "end_role", "deputy", "end", "resume", "name", "close"):
            answer = browser.post(path, {"action": action, "members": "x"})
            assert answer.status_code == 404, path
    queries = ("", f"?q={CANARY}", "?service=x&role=x&etat=x&page=x", "?pour=x&page=-1")
    for path in (PEOPLE, f"{PEOPLE}journal/", SERVICES, f"{PEOPLE}importer/"):
        for query in queries:
            answer = browser.get(path + query)
            assert answer.status_code == 200
            assert f"{CANARY} " not in text_of(answer).replace(f'value="{CANARY}"', "")
    own = f"{PEOPLE}{karim.ref}/"
    their_department = theirs["department"].rsplit("/", 2)[1]
    sent = {"action": "post", "post-department": their_department, "post-job_title": "x"}
    assert "service de la liste" in text_of(browser.post(own, sent))
    their_role = Role.objects.get(kind="manager", membership__user__last_name=CANARY)
    browser.post(own, {"action": "end_role", "end_role-role": their_role.pk})
    after = [list(model.objects.values()) for model in (Membership, Role, Department, User)]
    for rows, now in zip(before, after, strict=True):
        assert [row for row in rows if row not in now] == []


def test_on_the_platforms_host_one_works_for_one_of_ones_own(
    collectivite: Organisation, sylvie: User, client_for: Callable[..., Client]
) -> None:
    village = OrganisationFactory(name="Village", short_name="Village")
    join(sylvie, village, "coordinator")
    member(village, last_name="Duvillage")
    browser = client_for(sylvie)
    assert "Duvillage" in text_of(browser.get(f"{PEOPLE}?pour={village.ref}"))
    assert "Duvillage" not in text_of(browser.get(f"{PEOPLE}?pour={collectivite.ref}"))
    # The host of a collectivité is for that one only, whatever is asked.
    inside = client_for(sylvie, HOST)
    assert "Duvillage" not in text_of(inside.get(f"{PEOPLE}?pour={village.ref}"))
    ref = village.memberships.exclude(user=sylvie).get().ref
    assert browser.get(f"{PEOPLE}{ref}/").status_code == 200
    assert inside.get(f"{PEOPLE}{ref}/").status_code == 404


def test_nobody_reads_an_address(browser: Client, karim: Membership) -> None:
    for path in (PEOPLE, f"{PEOPLE}?q=karim", f"{PEOPLE}{karim.ref}/", f"{PEOPLE}journal/"):
        assert "karim@prive.test" not in text_of(browser.get(path))
    assert "Belaïd" not in text_of(browser.get(f"{PEOPLE}?q=karim@prive.test"))


# --- The list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["belaid", "BELAÏD karim", "egoutier", "kar bel"])
def test_people_are_found_whatever_the_accents(
    browser: Client, karim: Membership, words: str
) -> None:
    page = text_of(browser.get(PEOPLE, {"q": words}))
    assert "Karim Belaïd" in page
    assert "Sylvie Hoffmann</a>" not in page


def test_the_list_narrows_by_department_role_and_time(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department, sylvie: User
) -> None:
    gone = member(collectivite, last_name="Délogé")
    Membership.objects.filter(user=gone).update(ends_at=timezone.now())

    def names(**asked: str) -> str:
        return text_of(browser.get(PEOPLE, asked))

    above = roads.parent.ref
    assert "Karim" in names(service=above)  # those below too
    assert "Sylvie Hoffmann</a>" not in names(service=above)
    assert "Sylvie Hoffmann</a>" in names(service="sans")
    assert "Sylvie Hoffmann</a>" in names(role="coordinator")
    assert "Karim" not in names(role="coordinator")
    assert "Délogé" not in names()
    assert "Délogé" in names(etat="parties")
    assert "Personne ne correspond" in names(q="introuvable")
    assert "Direction technique › Voirie" in names()


def test_names_are_in_french_order(collectivite: Organisation) -> None:
    for last in ("Zola", "Éluard", "du Bellay", "Eco"):
        member(collectivite, last_name=last)
    from accounts.members.queries import Wanted

    ids = members_wanted(collectivite, Wanted())
    names = [Membership.objects.get(pk=pk).user.last_name for pk in ids]
    assert names == ["du Bellay", "Eco", "Éluard", "Zola"]


def test_the_pages_ask_as_many_queries_for_few_as_for_many(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department, sylvie: User
) -> None:
    sheet = f"{PEOPLE}{karim.ref}/"
    first = begin_membership(UserFactory(), collectivite, ["agent"], department=roads)
    role = begin_role(karim, "manager", sylvie, department=roads)
    name_deputy(role, first, sylvie, first_day=None, final_day=today(2))
    paths = (PEOPLE, f"{PEOPLE}?q=nom", f"{PEOPLE}journal/", SERVICES, sheet)
    paths += (f"{SERVICES}{roads.ref}/",)
    browser.get(PEOPLE)
    few = [queries_of(browser, path) for path in paths]
    for number in range(40):
        place = DepartmentFactory(organisation=collectivite, parent=roads if number % 2 else None)
        someone = begin_membership(UserFactory(), collectivite, ["agent"], department=place)
        begin_role(someone, "manager", sylvie, department=place)
    name_deputy(role, someone, sylvie, first_day=today(3), final_day=today(4))
    assert [queries_of(browser, path) for path in paths] == few
    assert max(few) <= 25


# --- One person ----------------------------------------------------------------------------------


def test_a_role_is_given_and_ended_from_the_sheet(browser: Client, karim: Membership) -> None:
    sheet = f"{PEOPLE}{karim.ref}/"
    answer = browser.post(sheet, {"action": "role", "role-kind": "editor"}, follow=True)
    assert "Le rôle est confié : rédaction" in text_of(answer)
    role = Role.objects.get(membership=karim, kind="editor")
    sent = {"action": "end_role", "end_role-role": role.pk}
    assert "enregistrée" in text_of(browser.post(sheet, sent, follow=True))
    # A second click, or another tab: told, not an error page.
    assert "déjà pris fin" in text_of(browser.post(sheet, sent, follow=True))


def test_what_is_refused_comes_back_with_what_was_typed(browser: Client, karim: Membership) -> None:
    sheet = f"{PEOPLE}{karim.ref}/"
    sent = {"action": "role", "role-kind": "manager", "role-first_day": "2001-01-01"}
    page = text_of(browser.post(sheet, sent))
    assert "Dites quel service" in page
    assert 'value="2001-01-01"' in page
    sent = {"action": "post", "post-job_title": "x" * 300}
    assert browser.post(sheet, sent).status_code == 200
    for action in ("", "inconnu", "form", "save"):
        assert browser.post(sheet, {"action": action}).status_code == 302
    karim.refresh_from_db()
    assert karim.job_title == "Égoutier"


@pytest.mark.parametrize("day", ["31/02/2026", "9999-12-31", "0001-01-01", "demain", "\x00"])
def test_a_strange_day_is_refused_with_a_sentence(
    browser: Client, karim: Membership, day: str
) -> None:
    for action in ("role", "end"):
        sent = {"action": action, "role-kind": "editor", f"{action}-final_day": day}
        answer = browser.post(f"{PEOPLE}{karim.ref}/", sent)
        assert answer.status_code == 200
        assert "error-summary" in text_of(answer)


def test_a_deputy_is_named_by_their_name(
    browser: Client, collectivite: Organisation, karim: Membership, sylvie: User
) -> None:
    role = begin_role(karim, "manager", sylvie, department=karim.department)
    for job in ("jardinier", "plombière"):
        twin = join(UserFactory(first_name="Anne", last_name="Klein"), collectivite)
        Membership.objects.filter(pk=twin.pk).update(job_title=job)
    sent = {
        "action": "deputy",
        "deputy-role": role.pk,
        "deputy-final_day": f"{today(9):%Y-%m-%d}",
    }
    sheet = f"{PEOPLE}{karim.ref}/"
    for name, why in (
        ("", "Écrivez le prénom"),
        ("Personne Inconnue", "Personne ne porte ce nom"),
        ("Anne Klein", "Plusieurs personnes"),
        ("Karim Belaïd", "quelqu’un d’autre"),
    ):
        assert why in text_of(browser.post(sheet, sent | {"deputy-deputy": name}))
    answer = browser.post(sheet, sent | {"deputy-deputy": "klein anne, Plombiere"}, follow=True)
    assert "Anne Klein supplée Karim Belaïd" in text_of(answer)
    assert role.deputies.get().membership.job_title == "plombière"


def test_who_left_has_no_more_gestures(browser: Client, karim: Membership, sylvie: User) -> None:
    sheet = f"{PEOPLE}{karim.ref}/"
    answer = browser.post(sheet, {"action": "end"}, follow=True)
    assert "ne fait plus partie" in text_of(answer)
    assert 'name="action"' not in text_of(answer)
    assert "a déjà quitté" in text_of(browser.post(sheet, {"action": "end"}, follow=True))


def test_the_last_coordinator_reads_why(browser: Client, sylvie: User) -> None:
    own = Membership.objects.get(user=sylvie)
    answer = text_of(browser.post(f"{PEOPLE}{own.ref}/", {"action": "end"}))
    assert "dernière personne de la coordination" in answer
    own.refresh_from_db()
    assert own.ends_at is None


# --- Departments ---------------------------------------------------------------------------------


def test_the_chart_is_made_moved_and_closed_from_its_pages(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department
) -> None:
    above = roads.parent
    browser.post(SERVICES, {"name": " Espaces   verts ", "parent": above.ref})
    parks = Department.objects.get(name="Espaces verts")
    assert parks.parent == above
    page = f"{SERVICES}{roads.ref}/"
    browser.post(page, {"action": "name", "name-name": "Voirie et propreté"})
    browser.post(page, {"action": "move", "move-parent": parks.ref})
    roads.refresh_from_db()
    assert (roads.name, roads.parent) == ("Voirie et propreté", parks)
    sent = {"action": "move", "move-parent": roads.ref}
    assert "service de la liste" in text_of(browser.post(f"{SERVICES}{parks.ref}/", sent))
    assert "quel service" in text_of(browser.post(page, {"action": "close"}))
    answer = browser.post(page, {"action": "close", "close-into": above.ref}, follow=True)
    assert "Personne n’a été perdu" in text_of(answer)
    karim.refresh_from_db()
    assert karim.department == above
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "A > B", "x" * 121, "\x00"])
def test_a_department_needs_a_name(browser: Client, collectivite: Organisation, name: str) -> None:
    answer = browser.post(SERVICES, {"name": name})
    assert answer.status_code == 200
    assert not Department.objects.filter(organisation=collectivite).exists()


def test_the_journal_says_who_did_what(browser: Client, karim: Membership, sylvie: User) -> None:
    end_role(begin_role(karim, "editor", sylvie), sylvie)
    page = text_of(browser.get(f"{PEOPLE}journal/"))
    assert page.count("Karim Belaïd") >= 2
    assert "Rôle terminé" in page
    assert "Sylvie Hoffmann" in page
