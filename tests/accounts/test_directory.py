"""The directory: by one's own choice, for colleagues only, wishes before posts, and no ranking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.directory.queries import found_in, skills_of
from accounts.importing.applying import apply
from accounts.importing.reading import table_of
from accounts.importing.reading import text_of as text_of_file
from accounts.members.rules import begin_role, end_membership
from accounts.models import Department, Membership, Organisation, User
from accounts.organisations.rules import begin_membership
from accounts.personal_data.erasure import erase
from tests.accounts.conftest import queries_of, text_of
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    ListingFactory,
    OrganisationFactory,
    UserFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db
HOST = "vallees.localhost"
DIRECTORY, CHART = "/annuaire/", "/annuaire/organigramme/"


@pytest.fixture
def roads(collectivite: Organisation) -> Department:
    above = DepartmentFactory(organisation=collectivite, name="Direction technique")
    return DepartmentFactory(organisation=collectivite, name="Voirie", parent=above)


@pytest.fixture
def karim(collectivite: Organisation, roads: Department) -> Membership:
    person = UserFactory(
        first_name="Karim",
        last_name="Belaïd",
        email="karim@prive.test",
        wishes="J’aimerais conduire une laveuse.",
        skills="Soudure à l’arc, arabe parlé\nSoudure à l’arc",
    )
    return appearing(
        begin_membership(person, collectivite, ["agent"], department=roads, job_title="Égoutier")
    )


def appearing(membership: Membership) -> Membership:
    Membership.objects.filter(pk=membership.pk).update(in_directory=True)
    membership.refresh_from_db()
    return membership


@pytest.fixture
def nadia(collectivite: Organisation) -> User:
    return member(collectivite, first_name="Nadia", last_name="Meyer")


@pytest.fixture
def browser(nadia: User, client_for: Callable[..., Client]) -> Client:
    return client_for(nadia, HOST)


# --- By one's own choice -------------------------------------------------------------------------


def test_nobody_appears_without_having_chosen_it(
    browser: Client, collectivite: Organisation, nadia: User
) -> None:
    assert "attend ses premières pages" in text_of(browser.get(DIRECTORY))
    assert "Nadia Meyer</a>" not in text_of(browser.get(CHART))
    own = nadia.memberships.get()
    assert browser.get(f"{DIRECTORY}{own.ref}/").status_code == 404


def test_one_enters_and_leaves_from_ones_account_at_once(
    browser: Client, client_for: Callable[..., Client], collectivite: Organisation, nadia: User
) -> None:
    colleague = client_for(member(collectivite), HOST)
    own = nadia.memberships.get()
    assert "Paraître dans l’annuaire" in text_of(browser.get("/mon-compte/"))
    choice = f"/mon-compte/annuaire/{own.ref}/"
    answer = browser.post(choice, {"appears": "1"}, follow=True)
    assert "Vous paraissez dans l’annuaire" in text_of(answer)
    assert "Nadia Meyer" in text_of(colleague.get(DIRECTORY))
    assert colleague.get(f"{DIRECTORY}{own.ref}/").status_code == 200
    browser.post(choice, {"appears": "0"})
    browser.post(choice, {"appears": "0"})  # a double click
    assert "Nadia Meyer" not in text_of(colleague.get(DIRECTORY))
    assert colleague.get(f"{DIRECTORY}{own.ref}/").status_code == 404


def test_nobody_else_chooses(
    client_for: Callable[..., Client], collectivite: Organisation, nadia: User, karim: Membership
) -> None:
    own = nadia.memberships.get()
    boss = client_for(member(collectivite, "coordinator"), HOST)
    for ref, appears in ((own.ref, "1"), (karim.ref, "0"), ("inconnue00", "1")):
        answer = boss.post(f"/mon-compte/annuaire/{ref}/", {"appears": appears})
        assert answer.status_code == 404
    anyone = client_for(None, HOST).post(f"/mon-compte/annuaire/{own.ref}/", {"appears": "1"})
    assert "/connexion/" in anyone.url
    own.refresh_from_db()
    karim.refresh_from_db()
    assert (own.in_directory, karim.in_directory) == (False, True)


def test_an_import_puts_nobody_in_and_takes_nobody_out(
    collectivite: Organisation, karim: Membership
) -> None:
    file = "Email;Prénom;Nom;Métier\nkarim@prive.test;K;B;Chef\nlise@vallees.test;Lise;Roy;Agente\n"
    apply(collectivite, table_of(text_of_file(file.encode())), None)
    appear = collectivite.memberships.filter(in_directory=True)
    assert [one.pk for one in appear] == [karim.pk]


def test_who_is_of_two_chooses_for_each(
    client_for: Callable[..., Client], collectivite: Organisation, nadia: User
) -> None:
    village = OrganisationFactory(short_name="Village")
    other = join(nadia, village)
    join(nadia, AssociationFactory(short_name="Le Port"))
    browser = client_for(nadia)
    page = text_of(browser.get("/mon-compte/"))
    assert "annuaire de Village" in page
    assert "annuaire de Le Port" not in page
    browser.post(f"/mon-compte/annuaire/{other.ref}/", {"appears": "1"})
    assert "Nadia Meyer" in text_of(browser.get(f"{DIRECTORY}?pour={village.ref}"))
    assert browser.get(f"{DIRECTORY}{other.ref}/").status_code == 200
    theirs = client_for(member(collectivite), HOST)
    assert "Nadia Meyer" not in text_of(theirs.get(f"{DIRECTORY}?pour={village.ref}"))
    assert theirs.get(f"{DIRECTORY}{other.ref}/").status_code == 404
    # The host of a collectivité is for that one only.
    assert client_for(nadia, HOST).get(f"{DIRECTORY}{other.ref}/").status_code == 404


# --- For colleagues only -------------------------------------------------------------------------


def test_nothing_of_another_collectivite_is_shown(
    browser: Client, client_for: Callable[..., Client], karim: Membership
) -> None:
    place = OrganisationFactory(name="Zarbi Dunes", short_name="Zarbi Dunes")
    department = DepartmentFactory(organisation=place, name="Zarbi service")
    theirs = appearing(
        begin_membership(
            UserFactory(last_name="Zarbi", wishes="Zarbi", skills="Zarbi"),
            place,
            ["manager"],
            department=department,
            job_title="Zarbi",
        )
    )
    paths = [
        DIRECTORY,
        CHART,
        f"{DIRECTORY}?service={department.ref}&pour={place.ref}",
        f"{CHART}?pour={place.ref}",
        f"{DIRECTORY}?q=zar",
        f"{DIRECTORY}?page=x&service=x&q=%00",
        f"{DIRECTORY}{karim.ref}/",
    ]
    for path in paths:
        answer = browser.get(path)
        assert (answer.status_code, "Zarbi" in text_of(answer)) == (200, False), path
    assert browser.get(f"{DIRECTORY}{theirs.ref}/").status_code == 404
    stranger = client_for(member(place, "coordinator"), HOST)
    for path in (DIRECTORY, CHART, f"{DIRECTORY}{karim.ref}/", f"{DIRECTORY}{theirs.ref}/"):
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert "Belaïd" not in text_of(answer)


def test_who_left_or_was_erased_is_in_no_directory(
    browser: Client, collectivite: Organisation, karim: Membership
) -> None:
    boss = member(collectivite, "coordinator")
    end_membership(karim, boss)
    assert "Belaïd" not in text_of(browser.get(DIRECTORY))
    karim.refresh_from_db()
    assert not karim.in_directory  # nor if they come back
    lise = appearing(member(collectivite, last_name="Roy").memberships.get())
    erase(lise.user)
    lise.refresh_from_db()
    assert not lise.in_directory
    assert not found_in(boss, collectivite, "", None)


def test_a_membership_that_is_over_is_out_before_anything_ticks(
    browser: Client, karim: Membership
) -> None:
    Membership.objects.filter(pk=karim.pk).update(ends_at=timezone.now())
    assert "Belaïd" not in text_of(browser.get(DIRECTORY))
    assert browser.get(f"{DIRECTORY}{karim.ref}/").status_code == 404


def test_no_address_no_role_beyond_managing_and_no_figure(
    browser: Client, collectivite: Organisation, karim: Membership
) -> None:
    boss = member(collectivite, "coordinator")
    begin_role(karim, "manager", boss, department=karim.department)
    begin_role(karim, "editor", boss)
    for path in (DIRECTORY, CHART, f"{DIRECTORY}{karim.ref}/", f"{DIRECTORY}?q=karim@prive.test"):
        page = text_of(browser.get(path))
        assert "karim@prive.test" not in page.replace('value="karim@prive.test"', "").replace(
            "« karim@prive.test »", ""
        )
        for word in ("rédaction", "catégorie", "score", "dernière visite"):
            assert word not in page.split("<main")[1].split("</main>")[0]
    assert not found_in(boss, collectivite, "karim@prive.test", None)


# --- Finding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["laveuse", "SOUDURE", "arabe soud", "belaid", "egoutier", "voirie", "l’arc"]
)
def test_people_are_found_by_wish_skill_name_job_or_service(
    browser: Client, karim: Membership, words: str
) -> None:
    assert "Karim Belaïd" in text_of(browser.get(DIRECTORY, {"q": words}))


def test_the_list_narrows_by_department_and_those_below(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department
) -> None:
    culture = DepartmentFactory(organisation=collectivite, name="Culture")
    assert "Karim" in text_of(browser.get(DIRECTORY, {"service": roads.parent.ref}))
    assert "Personne ne répond" in text_of(browser.get(DIRECTORY, {"service": culture.ref}))


def test_wishes_and_skills_come_before_the_post(browser: Client, karim: Membership) -> None:
    for path in (DIRECTORY,):
        page = text_of(browser.get(path))
        assert page.index("laveuse") < page.index("Soudure") < page.index("Égoutier")
    assert skills_of(karim.user.skills) == ["Soudure à l’arc", "arabe parlé"]


def test_the_order_is_that_of_names(collectivite: Organisation, nadia: User) -> None:
    for last in ("Zola", "Éluard", "Eco"):
        appearing(member(collectivite, last_name=last).memberships.get())
    names = [
        Membership.objects.get(pk=pk).user.last_name
        for pk in found_in(nadia, collectivite, "", None)
    ]
    assert names == ["Eco", "Éluard", "Zola"]


def test_the_sheet_leads_to_what_the_person_offers(
    browser: Client, collectivite: Organisation, karim: Membership
) -> None:
    fields = {"organisation": collectivite, "author": karim.user, "keeper": karim.user}
    offer = ListingFactory(title="Apprendre la soudure", **fields)
    ListingFactory(title="Brouillon secret", state="draft", published_at=None, **fields)
    page = text_of(browser.get(f"{DIRECTORY}{karim.ref}/"))
    assert "Apprendre la soudure" in page
    assert offer.get_absolute_url() in page
    assert "Brouillon secret" not in page


def test_the_chart_shows_each_in_their_department_managers_first(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department
) -> None:
    boss = member(collectivite, "coordinator")
    thomas = appearing(
        begin_membership(
            UserFactory(first_name="Thomas", last_name="Wagner"),
            collectivite,
            ["agent"],
            department=roads,
        )
    )
    begin_role(thomas, "manager", boss, department=roads)
    alone = appearing(member(collectivite, last_name="Sansservice").memberships.get())
    page = text_of(browser.get(CHART))
    assert page.index("Direction technique") < page.index("Voirie</a>")
    assert page.index("Voirie</a>") < page.index("Thomas Wagner") < page.index("Karim Belaïd")
    assert page.index("Sans service") < page.index(str(alone.user))


def test_the_pages_ask_as_many_queries_for_few_as_for_many(
    browser: Client, collectivite: Organisation, karim: Membership, roads: Department
) -> None:
    paths = (DIRECTORY, f"{DIRECTORY}?q=soudure", CHART, f"{DIRECTORY}{karim.ref}/", "/mon-compte/")
    browser.get(DIRECTORY)
    few = [queries_of(browser, path) for path in paths]
    boss = member(collectivite, "coordinator")
    for number in range(40):
        place = DepartmentFactory(organisation=collectivite, parent=roads if number % 2 else None)
        person = UserFactory(wishes="Rire", skills="soudure")
        someone = appearing(begin_membership(person, collectivite, ["agent"], department=place))
        begin_role(someone, "manager", boss, department=place)
    assert [queries_of(browser, path) for path in paths] == few
    assert max(few) <= 20


@pytest.mark.parametrize("role", ["agent", "manager", "editor", "coordinator"])
def test_every_agent_finds_it_in_their_menu(
    collectivite: Organisation, client_for: Callable[..., Client], role: str
) -> None:
    inside: Any = client_for(member(collectivite, role), HOST).get("/mon-compte/")
    assert 'href="/annuaire/"' in text_of(inside)
    outside = client_for(member(OrganisationFactory(), role), HOST).get("/mon-compte/")
    assert 'href="/annuaire/"' not in text_of(outside).split("<main")[0]
