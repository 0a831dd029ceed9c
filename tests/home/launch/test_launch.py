"""The launch kit: for the coordination of that collectivité, step by step, nobody invited twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.invitations import rules as invitations
from accounts.models import Invitation, Notice, Role, User
from home.launch import checklist, personal_data, waves
from home.launch.models import Guest, ManagersLetter, Tick, Wave
from home.launch.posters import POSTERS
from home.models import LegalNoticePage
from home.provisioning.starter import install_starter
from tests.factories import DepartmentFactory, MembershipFactory, UserFactory, member
from tests.home.factories import Intranet

pytestmark = pytest.mark.django_db
KIT = "/coordination/lancement/"
PAGES = ["", "vagues/", "affiches/", "affiches/propose/", "lettre/", "pages/"]


def plain(response: Any) -> str:
    text: str = response.content.decode()
    return text.replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.fixture
def sylvie(vallees: Intranet) -> User:
    return vallees.person(Role.Kind.COORDINATOR, first_name="Sylvie", last_name="Hoffmann")


@pytest.fixture
def desk(client_for: Callable[..., Client], vallees: Intranet, sylvie: User) -> Client:
    User.objects.filter(pk=sylvie.pk).update(last_login=timezone.now())
    return client_for(sylvie, host=vallees.host)


@pytest.fixture
def newcomers(vallees: Intranet) -> list[User]:
    return [vallees.person(Role.Kind.AGENT, last_name=f"Nouveau{n}") for n in range(4)]


@pytest.mark.parametrize("page", PAGES)
def test_only_the_coordination_of_this_collectivite(
    client_for: Callable[..., Client], vallees: Intranet, dunes: Intranet, desk: Client, page: str
) -> None:
    assert desk.get(KIT + page).status_code == 200
    assert client_for(host=vallees.host).get(KIT + page).status_code == 302
    for person in (vallees.person("editor"), vallees.person("manager"), UserFactory()):
        assert client_for(person, host=vallees.host).get(KIT + page).status_code == 403
    # A coordinator elsewhere; this one on the other's host; and nowhere, on the platform's.
    other = dunes.person("coordinator")
    assert client_for(other, host=vallees.host).get(KIT + page).status_code == 403
    assert client_for(other).get(KIT + page).status_code == 404


def test_what_is_done_is_ticked_once_with_who_and_when(
    desk: Client, vallees: Intranet, dunes: Intranet, sylvie: User
) -> None:
    for _ in range(2):
        answer = desk.post(f"{KIT}cocher/", {"key": "managers", "done": "1"})
        assert answer.url == f"{KIT}#managers"
    assert Tick.objects.get().done_by == sylvie
    page = plain(desk.get(KIT))
    assert "Fait par Sylvie Hoffmann le" in page
    assert "<strong>1</strong> sur 16" in page
    assert not any(line["tick"] for week in checklist.weeks_for(dunes.organisation)
                   for line in week["items"])  # fmt: skip
    desk.post(f"{KIT}cocher/", {"key": "managers", "done": "0"})
    assert not Tick.objects.exists()


@pytest.mark.parametrize("key", ["", "inconnue", "page-1", "page-x"])
def test_only_what_is_in_the_lists_can_be_ticked(desk: Client, key: str) -> None:
    assert desk.post(f"{KIT}cocher/", {"key": key, "done": "1"}).status_code == 404


def test_every_item_leads_to_a_screen_that_opens(desk: Client) -> None:
    for week in checklist.WEEKS:
        for item in week.items:
            assert desk.get(item.url).status_code in (200, 302), item.key


def test_starter_pages_of_this_site_wait_to_be_read_again(
    desk: Client, vallees: Intranet, dunes: Intranet, sylvie: User
) -> None:
    assert "Aucune page de départ" in plain(desk.get(f"{KIT}pages/"))
    install_starter(vallees.site)
    install_starter(dunes.site)
    guide = vallees.page("guides", "emprunter-du-materiel")
    page = plain(desk.get(f"{KIT}pages/"))
    assert page.count("À relire et à adapter") == page.count('class="launch-item"')
    assert f"/cms/pages/{guide.pk}/edit/" in page
    foreign = dunes.page("guides", "emprunter-du-materiel")
    assert f"/cms/pages/{foreign.pk}/edit/" not in page
    assert desk.post(f"{KIT}cocher/", {"key": f"page-{foreign.pk}", "done": "1"}).status_code == 404
    # Legal pages, which the first week asks to read again, come first.
    assert page.index("Pages légales<") < page.index("Pistes et dispositifs<")
    legal = LegalNoticePage.objects.descendant_of(vallees.site.root_page).get()
    assert f"/cms/pages/{legal.pk}/edit/" in page
    desk.post(f"{KIT}cocher/", {"key": f"page-{guide.pk}", "done": "1"})
    assert "Relue par Sylvie Hoffmann" in plain(desk.get(f"{KIT}pages/"))


# --- Waves ----------------------------------------------------------------------------------------


def test_a_wave_is_shown_before_it_leaves_and_nobody_is_written_to_twice(
    desk: Client, newcomers: list[User], django_capture_on_commit_callbacks: Any
) -> None:
    asked = {"source": "never", "size": "3"}
    preview = plain(desk.post(f"{KIT}vagues/", asked))
    assert "3 personnes à inviter" in preview
    assert "Nouveau0" in preview
    assert not Wave.objects.exists()
    seen = [one.ref for one in newcomers[:3]]
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):  # a double click
            desk.post(f"{KIT}vagues/", {**asked, "confirmed": "1", "person": seen})
    assert Wave.objects.get().number_sent == 3
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(n.email for n in newcomers[:3])
    letter = mail.outbox[0]
    assert "Les Vallées" in letter.body
    assert "code" in letter.body
    assert Notice.objects.filter(kind="launch_welcome").count() == 3
    preview = plain(desk.post(f"{KIT}vagues/", asked))
    assert "1 personne à inviter" in preview
    assert "Nouveau3" in preview


def test_only_those_who_were_shown_are_written_to(desk: Client, newcomers: list[User]) -> None:
    posted = {"source": "never", "size": "9", "confirmed": "1", "person": [newcomers[1].ref]}
    desk.post(f"{KIT}vagues/", posted)
    assert [guest.user for guest in Guest.objects.all()] == [newcomers[1]]


def test_those_of_another_collectivite_or_who_came_are_never_written_to(
    desk: Client, vallees: Intranet, dunes: Intranet
) -> None:
    foreign = dunes.person("agent")
    came = vallees.person("agent", last_login=timezone.now())
    posted = {"source": "never", "size": "9", "confirmed": "1", "person": [foreign.ref, came.ref]}
    page = plain(desk.post(f"{KIT}vagues/", posted, follow=True))
    assert "rien n’est parti" in page
    assert not Wave.objects.exists()


def prepared(vallees: Intranet, *names: str, **words: Any) -> list[Invitation]:
    """Return invitations as an import prepares them."""
    made = [
        invitations.prepared(
            vallees.organisation,
            None,
            f"{name}@ville.test",
            first_name=name.title(),
            last_name="Aubin",
            roles=["agent"],
            **words,
        )
        for name in names
    ]
    return Invitation.objects.bulk_create(made)


def test_a_wave_sends_what_an_import_prepared_once(
    desk: Client, vallees: Intranet, newcomers: list[User], django_capture_on_commit_callbacks: Any
) -> None:
    ada, bea = prepared(vallees, "ada", "bea")
    asked = {"source": "never", "size": "3"}
    preview = plain(desk.post(f"{KIT}vagues/", asked))
    assert "3 personnes à inviter" in preview
    assert preview.index("Ada Aubin") < preview.index("Bea Aubin") < preview.index("Nouveau0")
    seen = [ada.ref, bea.ref, newcomers[0].ref]
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            desk.post(f"{KIT}vagues/", {**asked, "confirmed": "1", "person": seen})
    assert Wave.objects.get().number_sent == 3
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        [ada.email, bea.email, newcomers[0].email]
    )
    assert "Sylvie Hoffmann vous invite" in mail.outbox[-1].body
    assert waves.how_many_wait(vallees.organisation) == 3
    invitations.accept(Invitation.objects.get(pk=ada.pk), UserFactory())
    assert waves.waves_of(vallees.organisation).get().arrived == 1


def test_an_address_that_was_prepared_gets_that_invitation(
    desk: Client, vallees: Intranet, dunes: Intranet
) -> None:
    (ada,) = prepared(vallees, "ada", job_title="Jardinière")
    prepared(dunes, "ada")
    asked = {"source": "addresses", "size": "30", "addresses": "Ada@ville.test"}
    assert "1 personne à inviter" in plain(desk.post(f"{KIT}vagues/", asked))
    desk.post(f"{KIT}vagues/", {**asked, "confirmed": "1"})
    assert Guest.objects.get().invitation == ada
    assert Invitation.objects.prepared().get().organisation == dunes.organisation


def test_a_department_counts_those_below_it(vallees: Intranet, newcomers: list[User]) -> None:
    top = DepartmentFactory(organisation=vallees.organisation)
    below = DepartmentFactory(organisation=vallees.organisation, parent=top)
    one = MembershipFactory(organisation=vallees.organisation, department=below).user
    assert list(waves.candidates(vallees.organisation, top)) == [one]
    assert list(waves.candidates(vallees.organisation, below)) == [one]
    assert waves.candidates(vallees.organisation, None).count() == 5


def test_a_department_of_another_collectivite_is_refused(
    desk: Client, vallees: Intranet, dunes: Intranet
) -> None:
    foreign = DepartmentFactory(organisation=dunes.organisation, name="Secret des dunes")
    DepartmentFactory(organisation=vallees.organisation)
    answer = desk.post(f"{KIT}vagues/", {"source": "never", "size": "3", "department": foreign.ref})
    page = plain(answer)
    assert "Ce service n’existe pas" in page
    assert "Secret des dunes" not in page


def test_addresses_are_sorted_out_and_invited_once(
    desk: Client, vallees: Intranet, sylvie: User, django_capture_on_commit_callbacks: Any
) -> None:
    known = vallees.person("agent")
    invitations.invite(
        sylvie, vallees.organisation, channel="email", roles=["agent"], email="deja@exemple.test"
    )
    typed = f"Neuf@exemple.test; neuf@exemple.test\n<deux@exemple.test>, {known.email} deja@exemple.test"  # noqa: E501
    asked = {"source": "addresses", "size": "30", "addresses": typed}
    preview = plain(desk.post(f"{KIT}vagues/", asked))
    assert "2 personnes à inviter" in preview
    assert "Laissées de côté" in preview
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{KIT}vagues/", {**asked, "confirmed": "1"})
    assert {letter.to[0] for letter in mail.outbox} == {"neuf@exemple.test", "deux@exemple.test"}
    again = plain(desk.post(f"{KIT}vagues/", {**asked, "confirmed": "1"}))
    assert "font déjà partie d’ici ou sont déjà invitées" in again
    assert "neuf@exemple.test" in again  # what was typed is kept
    assert Invitation.objects.count() == 3


def test_paper_sheets_are_made_once_and_printed_again(desk: Client, vallees: Intranet) -> None:
    preview = plain(desk.post(f"{KIT}vagues/", {"source": "paper", "size": "2"}))
    assert "2 feuilles à imprimer" in preview
    answer = desk.post(f"{KIT}vagues/", {"source": "paper", "size": "2", "confirmed": "1"})
    wave = Wave.objects.get()
    assert answer.url == f"{KIT}vagues/{wave.ref}/feuilles/"
    sheets = plain(desk.get(answer.url, follow=True))
    assert sheets.count('class="card stack invitation-sheet"') == 2
    invitation = Invitation.objects.order_by("pk")[0]
    invitations.accept(invitation, UserFactory())
    assert waves.waves_of(vallees.organisation).get().arrived == 1
    assert len(waves.sheets_of(wave)) == 1


def test_sheets_asked_for_twice_by_one_form_are_one_wave(desk: Client) -> None:
    asked = {"source": "paper", "size": "2"}
    key = re.search(r'name="key" value="(\w+)"', plain(desk.post(f"{KIT}vagues/", asked)))
    assert key
    confirmed = asked | {"confirmed": "1", "key": key[1]}
    first = desk.post(f"{KIT}vagues/", confirmed)
    codes = plain(desk.get(first.url, follow=True)).partition("<article")[2]
    again = desk.post(f"{KIT}vagues/", confirmed)
    assert again.url == first.url
    page = plain(desk.get(again.url, follow=True))
    assert "Ces feuilles étaient déjà prêtes" in page
    assert page.partition("<article")[2] == codes
    assert (Wave.objects.count(), Invitation.objects.count()) == (1, 2)
    # The same form with another number asks for other sheets; so does another preview.
    desk.post(f"{KIT}vagues/", confirmed | {"size": "3"})
    assert sorted(Wave.objects.values_list("number_sent", flat=True)) == [2, 3]


@pytest.mark.parametrize("key", ["", "<b>", "x" * 11, "ABCDEFGHJK"])
def test_a_key_that_is_not_ours_makes_a_wave_of_its_own(desk: Client, key: str) -> None:
    asked = {"source": "paper", "size": "1", "confirmed": "1", "key": key}
    assert desk.post(f"{KIT}vagues/", asked).status_code == 302
    assert Wave.objects.get().ref != key


def test_another_collectivites_sheets_are_not_found(desk: Client, dunes: Intranet) -> None:
    wave, _ = waves.print_sheets(dunes.organisation, dunes.person("coordinator"), 1, None)
    assert desk.get(f"{KIT}vagues/{wave.ref}/feuilles/").status_code == 404
    assert "sur papier" not in plain(desk.get(f"{KIT}vagues/")).partition("Préparer une vague")[0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Choisissez qui inviter."),
        ({"source": "never", "size": "0"}, "Invitez au moins une personne."),
        ({"source": "never", "size": "101"}, "Invitez 100 personnes au plus"),
        ({"source": "never", "size": "beaucoup"}, "Écrivez un nombre."),
        ({"source": "never", "size": "5"}, "Personne n’attend d’être invité ici"),
        ({"source": "paper", "size": "31"}, "Imprimez 30 feuilles au plus"),
        ({"source": "addresses", "size": "5"}, "Écrivez au moins une adresse"),
        (
            {"source": "addresses", "size": "5", "addresses": "anne@, bob@exemple.test"},
            "Corrigez ou effacez : anne@.",
        ),
        ({"source": "ailleurs", "size": "5"}, "ailleurs"),
    ],
)
def test_what_cannot_be_sent_is_refused_kindly(
    desk: Client, asked: dict[str, str], sentence: str
) -> None:
    answer = desk.post(f"{KIT}vagues/", asked)
    assert answer.status_code == 200
    assert sentence in plain(answer)
    assert not Wave.objects.exists()


def test_changing_something_keeps_what_was_typed(desk: Client, newcomers: list[User]) -> None:
    page = plain(desk.post(f"{KIT}vagues/", {"source": "never", "size": "2", "again": "1"}))
    assert "Voir qui serait invité" in page
    assert 'value="2"' in page
    assert not Wave.objects.exists()


def test_what_the_waves_gave_costs_the_same_for_few_and_many(
    desk: Client, vallees: Intranet, sylvie: User
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"{KIT}vagues/").status_code == 200
        return len(queries)

    def wave(number: int) -> None:
        people = [member(vallees.organisation) for _ in range(number)]
        waves.write_to_waiting(vallees.organisation, sylvie, [one.ref for one in people], None)

    wave(1)
    cost()
    few = cost()
    for _ in range(5):
        wave(3)
    assert cost() == few


# --- Letter and posters ---------------------------------------------------------------------------


def test_the_letter_is_a_model_until_it_is_rewritten(
    desk: Client, vallees: Intranet, dunes: Intranet
) -> None:
    page = plain(desk.get(f"{KIT}lettre/"))
    assert "Dans quelques jours, un intranet d’entraide s’ouvre chez nous" in page
    assert "http://vallees.localhost" in page
    assert 'href="mailto:?subject=Un%20intranet' in page
    desk.post(f"{KIT}lettre/", {"text": "Chers tous,\n\nVenez <b>voir</b>."})
    page = plain(desk.get(f"{KIT}lettre/"))
    assert "Venez &lt;b&gt;voir&lt;/b&gt;." in page
    assert ManagersLetter.objects.get().organisation == vallees.organisation
    assert "est vide" in plain(desk.post(f"{KIT}lettre/", {"text": " "}))
    desk.post(f"{KIT}lettre/", {"model": "1"})
    assert not ManagersLetter.objects.exists()


def test_posters_carry_a_code_and_the_address_of_this_host(desk: Client) -> None:
    page = plain(desk.get(f"{KIT}affiches/"))
    assert "J’ai besoin." in page
    page = plain(desk.get(f"{KIT}affiches/besoin/?format=a3"))
    assert "poster-a3" in page
    assert "vallees.localhost/marche/" in page
    assert 'viewBox="0 0 ' in page.partition('class="poster-code"')[2]  # whole at any size
    assert desk.get(f"{KIT}affiches/inconnue/").status_code == 404
    assert "poster-a4" in plain(desk.get(f"{KIT}affiches/besoin/?format=x"))


def test_every_poster_leads_to_a_page_that_understands_its_address(
    desk: Client, settings: Any
) -> None:
    # Whatever engine the other tests have: its own notices are no matter of the posters.
    settings.ELASTICSEARCH_URL = ""
    for one in POSTERS:
        page = desk.get(one.path)
        assert page.status_code == 200, one.key
        assert "notice-warning" not in plain(page), one.key


# --- What is kept ---------------------------------------------------------------------------------


def test_who_was_written_to_is_told_in_their_data_and_forgotten_in_time(
    vallees: Intranet, dunes: Intranet, sylvie: User, newcomers: list[User]
) -> None:
    wave = waves.write_to_waiting(
        vallees.organisation, sylvie, [one.ref for one in newcomers[:2]], None
    )
    assert personal_data.export(newcomers[0])[0]["Pour rejoindre"] == "Les Vallées"
    assert personal_data.export(newcomers[3]) == []
    personal_data.forget(newcomers[0])
    assert Guest.objects.get().user == newcomers[1]
    now = timezone.now()
    assert not personal_data.due(dunes.organisation, now).exists()
    assert personal_data.erase(personal_data.due(vallees.organisation, now)) == 1
    wave.refresh_from_db()
    assert wave.number_sent == 2


def test_a_welcome_no_longer_says_who_sent_it_and_a_homonym_s_still_does(
    vallees: Intranet, sylvie: User, newcomers: list[User]
) -> None:
    homonym = vallees.person("coordinator", first_name="Sylvie", last_name="Hoffmann")
    for sender, guest in zip((sylvie, homonym), newcomers, strict=False):
        waves.write_to_waiting(vallees.organisation, sender, [guest.ref], None)
    personal_data.forget(sylvie)
    words = {one.recipient_id: one.body for one in Notice.objects.filter(kind="launch_welcome")}
    assert words[newcomers[0].pk].startswith("Personne partie vous y attend")
    assert words[newcomers[1].pk].startswith("Sylvie Hoffmann vous y attend")
