"""«Mes données»: what is kept of me, taking it with me, and leaving for good."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from accounts.invitations.rules import accept, invite
from accounts.joining.rules import ask_to_join
from accounts.members.rules import begin_role
from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Role,
    User,
)
from accounts.notices.rules import tell
from accounts.people.arrivals import new_person, person_at
from accounts.personal_data import registry
from accounts.personal_data.archive import archive_of
from accounts.personal_data.durations import choose
from accounts.personal_data.erasure import erase, to_do_first
from accounts.personal_data.registry import ErasureRefused
from accounts.personal_data.traces import NEUTRAL_NAME, Traces
from tests.accounts.conftest import confirmed, last_code, queries_of, text_of
from tests.accounts.factories import JoinRequestFactory, NoticeFactory
from tests.factories import (
    PASSWORD,
    AssociationFactory,
    DepartmentFactory,
    OrganisationFactory,
    UserFactory,
    join,
    member,
)

pytestmark = pytest.mark.django_db
HOST = "vallees.localhost"
ERASE, CONFIRM = "/mon-compte/effacer/", "/mon-compte/effacer/confirmer/"


@pytest.fixture
def nadia(collectivite: Organisation) -> User:
    return confirmed(
        member(
            collectivite,
            "agent",
            first_name="Nadia",
            last_name="Merle",
            email="nadia.merle@maison.test",
            skills="La voile",
        )
    )


@pytest.fixture
def without_password(nadia: User) -> User:
    nadia.set_unusable_password()
    nadia.save()
    return nadia


# What is kept


def test_the_page_shows_the_durations_of_my_collectivite(
    client_for: Any, nadia: User, collectivite: Organisation
) -> None:
    choose(collectivite, nadia, {"notices": 7})
    page = text_of(client_for(nadia, HOST).get("/mon-compte/mes-donnees/"))
    assert collectivite.name in page
    assert "7 mois" in page
    assert "Connexions ouvertes" in page


def test_collectivites_that_say_the_same_are_one_table(
    client_for: Any, nadia: User, collectivite: Organisation
) -> None:
    other = OrganisationFactory(name="Zèbre-sur-Mer")
    join(nadia, other, "agent")
    page = text_of(client_for(nadia).get("/mon-compte/mes-donnees/"))
    assert f"{collectivite.name} et Zèbre-sur-Mer" in page
    choose(other, nadia, {"notices": 7})
    page = text_of(client_for(nadia).get("/mon-compte/mes-donnees/"))
    assert page.count("<table") == 2
    assert "la plus longue de leurs durées" in page


def test_without_a_collectivite_one_reads_the_defaults(client_for: Any) -> None:
    page = text_of(
        client_for(member(AssociationFactory(), "agent")).get("/mon-compte/mes-donnees/")
    )
    assert "Comptes que personne n’utilise" in page


# The export


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_export_has_the_same_data_as_json_and_as_tables(client_for: Any, nadia: User) -> None:
    answer = client_for(nadia, HOST).get("/mon-compte/mes-donnees/export/")
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    files = unpacked(answer.content)
    told = json.loads(files["donnees.json"])
    assert told["Mon compte"][0]["Adresse électronique"] == "nadia.merle@maison.test"
    assert told["Mes organismes"][0]["Organisme"] == "Les Vallées"
    table = files["01-mon-compte.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(table), delimiter=";"))
    assert rows[0]["On peut m’appeler pour"] == "La voile"
    assert rows[0]["Adresse électronique"] == "nadia.merle@maison.test"
    assert "01-mon-compte.csv" in files["LISEZ-MOI.txt"].decode()


def test_the_export_is_mine_alone_and_nobody_s_address_is_in_it(
    nadia: User, collectivite: Organisation
) -> None:
    paul = member(collectivite, "agent", email="paul.prive@maison.test", wishes="Un secret")
    invite(nadia, collectivite, channel="email", roles=["agent"], email="lea.prive@maison.test")
    tell(
        nadia,
        kind="test",
        subject=f"Écrivez à {paul.email}",
        body="Mot de Paul, qui est à lui.",
    )
    NoticeFactory(recipient=paul, subject="Pour Paul seulement")
    whole = b"".join(unpacked(archive_of(nadia)).values()).decode()
    for private in (paul.email, "lea.prive", "Un secret", "Pour Paul", "Mot de Paul"):
        assert private not in whole
    assert "Écrivez à [adresse d’une autre personne]" in whole
    assert nadia.email in whole


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_spreadsheet_takes_nothing_for_a_formula(nadia: User, start: str) -> None:
    nadia.skills = f"{start}HYPERLINK(1)"
    nadia.save()
    table = unpacked(archive_of(nadia))["01-mon-compte.csv"].decode("utf-8-sig")
    row = next(csv.DictReader(StringIO(table), delimiter=";"))
    assert row["On peut m’appeler pour"] == f"'{start}HYPERLINK(1)"


def test_the_export_asks_as_many_queries_for_few_and_for_many(
    client_for: Any, nadia: User, collectivite: Organisation
) -> None:
    browser = client_for(nadia, HOST)
    few = queries_of(browser, "/mon-compte/mes-donnees/export/")
    for _ in range(6):
        NoticeFactory(recipient=nadia, organisation=collectivite)
        JoinRequestFactory(user=nadia)
        join(nadia, OrganisationFactory(), "agent", "editor")
    assert queries_of(browser, "/mon-compte/mes-donnees/export/") == few


@pytest.mark.parametrize(
    "path",
    [
        "/mon-compte/mes-donnees/",
        "/mon-compte/mes-donnees/export/",
        ERASE,
        CONFIRM,
        "/mon-compte/confirmer-par-code/",
    ],
)
def test_nothing_of_it_is_for_a_visitor(client_for: Any, collectivite: Any, path: str) -> None:
    answer = client_for(None, HOST).get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/connexion/")


# Leaving: the page, the proof, the last step


def test_the_page_says_what_goes_and_what_stays(client_for: Any, nadia: User) -> None:
    page = text_of(client_for(nadia, HOST).get(ERASE))
    assert "Personne partie" in page
    assert "nous ne changeons pas les mots des autres" in page
    assert f'href="{CONFIRM}"' in page


def test_a_password_is_asked_again_and_then_the_account_is_gone(
    client_for: Any, nadia: User, mailbox: list
) -> None:
    browser = client_for(nadia, HOST)
    answer = browser.get(CONFIRM)
    assert answer["Location"].startswith("/connexion/confirmer/?next=")
    answer = browser.post(answer["Location"], {"password": "pas celui-là"})
    assert "n’est pas le bon" in text_of(answer)
    answer = browser.post(
        "/connexion/confirmer/", {"password": PASSWORD, "next": CONFIRM}, follow=True
    )
    assert "nadia.merle@maison.test" in text_of(answer)
    answer = browser.post(CONFIRM, {})
    assert "Cochez cette case" in text_of(answer)
    answer = browser.post(CONFIRM, {"understood": "on"}, follow=True)
    assert "Le compte est effacé" in text_of(answer)
    nadia.refresh_from_db()
    assert str(nadia) == "Personne partie"
    assert mailbox[-1].to == ["nadia.merle@maison.test"]
    assert "Votre compte est effacé" in mailbox[-1].subject
    # The browser is signed out, here as on every other device.
    assert browser.get("/mon-compte/").status_code == 302


def test_who_has_nothing_to_confirm_is_told_so_and_led_back(
    client_for: Any, nadia: User, without_password: User
) -> None:
    page = "/connexion/confirmer/"
    for person in (nadia, without_password):
        answer = client_for(person, HOST).get(page)
        assert answer.status_code == 200
        assert "Vous n’avez rien à confirmer" in text_of(answer)
        assert 'href="/mon-compte/"' in text_of(answer)
    assert client_for(None, HOST).get(page)["Location"].startswith("/connexion/?next=")
    # A form left open too long, or sent by hand.
    answer = client_for(without_password, HOST).post(page, {"password": "x", "next": CONFIRM})
    assert answer["Location"].startswith("/mon-compte/confirmer-par-code/?next=")


def test_who_signs_in_with_codes_receives_another_one(
    client_for: Any, without_password: User, mailbox: list
) -> None:
    browser = client_for(without_password, HOST)
    page = browser.get(CONFIRM)["Location"]
    assert page.startswith("/mon-compte/confirmer-par-code/")
    assert "Recevoir un code" in text_of(browser.get(page))
    assert not mailbox, "reading a page sends nothing"
    browser.post(page, {"action": "send", "next": CONFIRM})
    assert mailbox[-1].to == [without_password.email]
    answer = browser.post(page, {"code": "AAAAAA", "next": CONFIRM})
    assert "Ce code n’est pas le bon" in text_of(answer)
    answer = browser.post(page, {"code": last_code().lower(), "next": CONFIRM})
    assert answer["Location"] == CONFIRM
    assert browser.post(CONFIRM, {"understood": "on"})["Location"] == "/compte-efface/"
    without_password.refresh_from_db()
    assert without_password.anonymised_at


def test_nothing_is_erased_without_the_proof(client_for: Any, nadia: User) -> None:
    answer = client_for(nadia, HOST).post(CONFIRM, {"understood": "on"})
    assert answer.status_code == 302
    nadia.refresh_from_db()
    assert nadia.anonymised_at is None


def test_a_code_serves_five_tries_and_one_time(
    client_for: Any, without_password: User, mailbox: list
) -> None:
    browser = client_for(without_password, HOST)
    page = "/mon-compte/confirmer-par-code/"
    browser.post(page, {"action": "send"})
    code = last_code()
    for _ in range(5):
        answer = browser.post(page, {"code": "AAAAAA"})
    assert "Demandez-en un autre" in text_of(answer)
    assert "Demandez-en un autre" in text_of(browser.post(page, {"code": code}))
    browser.post(page, {"action": "send"})
    code = last_code()
    assert browser.post(page, {"code": code}).status_code == 302
    assert "Demandez-en un autre" in text_of(browser.post(page, {"code": code}))


@override_settings(ACCOUNT_RATE_LIMITS={"prove_by_code": "5/10m/user"})
def test_codes_are_not_sent_without_end(
    client_for: Any, without_password: User, mailbox: list
) -> None:
    browser = client_for(without_password, HOST)
    for _ in range(5):
        browser.post("/mon-compte/confirmer-par-code/", {"action": "send"})
    answer = browser.post("/mon-compte/confirmer-par-code/", {"action": "send"})
    assert "Patientez dix minutes" in text_of(answer)
    assert len(mailbox) == 5


def test_the_proof_never_leads_to_another_house(
    client_for: Any, without_password: User, mailbox: list
) -> None:
    browser = client_for(without_password, HOST)
    page = "/mon-compte/confirmer-par-code/"
    for elsewhere in ("https://ailleurs.test/", "//ailleurs.test/", "javascript:alert(1)", ""):
        browser.post(page, {"action": "send"})
        answer = browser.post(page, {"code": last_code(), "next": elsewhere})
        assert answer["Location"] == "/mon-compte/"
        mail.outbox.clear()


def test_a_second_click_finds_the_account_already_gone(nadia: User) -> None:
    erase(nadia)
    nadia.refresh_from_db()
    ref, when = nadia.ref, nadia.anonymised_at
    erase(nadia)
    nadia.refresh_from_db()
    assert (nadia.ref, nadia.anonymised_at) == (ref, when)


# What must be done first


def test_the_last_coordination_of_a_collectivite_is_handed_over_first(
    client_for: Any, nadia: User, collectivite: Organisation
) -> None:
    chloe = confirmed(member(collectivite, "coordinator"))
    page = text_of(client_for(chloe, HOST).get(ERASE))
    assert "la dernière personne à assurer la coordination des Vallées" in page
    assert CONFIRM not in page
    join_again = member(collectivite, "coordinator")
    assert to_do_first(chloe) == []
    join_again.is_active = False
    join_again.save()
    assert len(to_do_first(chloe)) == 1


def test_the_last_representative_hands_over_unless_nobody_is_left() -> None:
    association = AssociationFactory()
    odile = member(association, "representative")
    assert to_do_first(odile) == [], "alone, one may close the door behind oneself"
    member(association, "agent")
    assert "la dernière personne à représenter" in to_do_first(odile)[0][1]
    # A representative of a public body is not what it stands on.
    body = OrganisationFactory()
    member(body, "agent")
    assert to_do_first(member(body, "representative")) == []


def test_the_last_administration_of_the_platform_stays(client_for: Any) -> None:
    staff = UserFactory(is_staff=True, is_superuser=True)
    assert "administre la plateforme" in to_do_first(staff)[0][1]
    UserFactory(is_staff=True, is_superuser=True)
    assert to_do_first(staff) == []


def test_the_last_step_refuses_too(
    client_for: Any, collectivite: Organisation, nadia: User
) -> None:
    chloe = confirmed(member(collectivite, "coordinator"))
    browser = client_for(chloe, HOST)
    browser.post("/connexion/confirmer/", {"password": PASSWORD, "next": CONFIRM})
    answer = browser.post(CONFIRM, {"understood": "on"})
    assert "Confiez-la d’abord à quelqu’un" in text_of(answer)
    chloe.refresh_from_db()
    assert chloe.anonymised_at is None


def test_a_room_may_refuse_and_nothing_has_changed(
    nadia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(person: User) -> None:
        Membership.objects.filter(user=person).update(job_title="à moitié fait")
        raise ErasureRefused("Rendez d’abord le vélo.")

    monkeypatch.setattr(registry, "_erasures", [refuse])
    with pytest.raises(ErasureRefused, match="vélo"):
        erase(nadia)
    nadia.refresh_from_db()
    assert nadia.first_name == "Nadia"
    assert nadia.memberships.get().job_title == ""


# What is left


def test_the_row_can_neither_sign_in_nor_be_found_again(
    client_for: Any, nadia: User, mailbox: list
) -> None:
    address, ref = nadia.email, nadia.ref
    erase(nadia)
    nadia.refresh_from_db()
    assert not nadia.has_usable_password()
    assert nadia.ref != ref
    assert not EmailAddress.objects.filter(user=nadia).exists()
    assert person_at(address) is None
    for login in (address, nadia.email):
        answer = client_for(None, HOST).post("/connexion/", {"login": login, "password": PASSWORD})
        assert answer.status_code == 200
    # The same person may come back, as somebody new.
    again = new_person(address, proven=True)
    assert again.pk != nadia.pk


def test_an_invitation_makes_a_new_account_and_not_the_old_one(
    nadia: User, collectivite: Organisation
) -> None:
    chloe = member(collectivite, "coordinator")
    waiting = invite(
        chloe,
        OrganisationFactory(),
        channel="email",
        roles=["agent"],
        email="nadia.merle@maison.test",
        first_name="Nadia",
    )
    used = invite(
        chloe, OrganisationFactory(), channel="email", roles=["agent"], email="autre@maison.test"
    )
    accept(used, nadia)
    erase(nadia)
    waiting.refresh_from_db()
    assert waiting.withdrawn_at
    assert set(Invitation.objects.values_list("email", "first_name", "last_name")) == {
        ("invitation@personne-partie.invalid", "", "")
    }


def test_memberships_and_roles_end_and_say_no_trade(
    nadia: User, collectivite: Organisation
) -> None:
    future = join(nadia, OrganisationFactory(), "editor")
    Membership.objects.filter(pk=future.pk).update(starts_at=timezone.now() + timedelta(days=9))
    Membership.objects.filter(organisation=collectivite).update(job_title="Éclusière")
    erase(nadia)
    left = Membership.objects.get(user=nadia)
    assert left.ends_at
    assert left.job_title == ""
    assert not Membership.objects.live().filter(user=nadia).exists()
    assert all(role.ends_at for role in left.roles.all())


def test_open_sessions_are_closed_everywhere(client_for: Any, nadia: User) -> None:
    phone, desk = client_for(nadia, HOST), client_for(nadia)
    other = client_for(UserFactory(), HOST)
    erase(nadia)
    assert phone.get("/mon-compte/").status_code == 302
    assert desk.get("/mon-compte/").status_code == 302
    assert other.get("/mon-compte/").status_code == 200
    assert Session.objects.count() == 1


def test_what_others_were_told_of_her_gestures_no_longer_says_who(
    nadia: User, collectivite: Organisation
) -> None:
    """By the rows of the gestures: an invitation accepted, a role given, a request to join."""
    chloe = member(collectivite, "coordinator")
    place, association = OrganisationFactory(), AssociationFactory()
    odile = member(association, "representative")
    accept(invite(chloe, place, channel="email", roles=["agent"], email=nadia.email), nadia)
    Role.objects.create(
        membership=nadia.memberships.get(organisation=collectivite), kind=Role.Kind.COORDINATOR
    )
    begin_role(chloe.memberships.get(), Role.Kind.EDITOR, nadia)
    ask_to_join(nadia, association, "Bonjour")
    tell(nadia, kind="test", subject="Pour elle", body="…")
    erase(nadia)
    kinds = {"invitation_accepted", "role_begun", "join_asked"}
    letters = Notice.objects.filter(recipient__in=[chloe, odile], kind__in=kinds)
    assert {one.kind for one in letters} == kinds
    for one in letters:
        assert "Personne partie" in one.subject + one.body
        assert "Merle" not in one.subject + one.body
    assert not Notice.objects.filter(recipient=nadia).exists()


def test_what_others_were_told_of_a_homonym_or_of_nobody_known_stays(
    nadia: User, collectivite: Organisation
) -> None:
    chloe = member(collectivite, "coordinator")
    place = OrganisationFactory()
    other = member(collectivite, "agent", first_name="Nadia", last_name="Merle")
    accept(invite(chloe, place, channel="email", roles=["agent"], email=nadia.email), nadia)
    accept(invite(chloe, place, channel="email", roles=["agent"], email=other.email), other)
    hers, another = Notice.objects.filter(kind="invitation_accepted").order_by("pk")
    # The other one came earlier: the same inviter, organisation and name.
    Notice.objects.filter(pk=another.pk).update(created_at=timezone.now() - timedelta(days=1))
    free = tell(chloe, kind="test", subject="Nadia Merle expose", body="", organisation=place)
    erase(nadia)
    for one in (hers, another, free):
        one.refresh_from_db()
    assert hers.subject == "Personne partie a accepté votre invitation"
    assert another.subject == "Nadia Merle a accepté votre invitation"
    assert free.subject == "Nadia Merle expose"


@pytest.mark.parametrize(
    ("text", "others", "own"),
    [
        ("MERLE  Nadia et Nadiane Merlette", "P et Nadiane Merlette", "P et Nadiane Merlette"),
        ("Nadia Merle, nadia merle", "P, nadia merle", "P, P"),
        ("nadia.merle@maison.test", "adresse effacée", "adresse effacée"),
        ("Demandez Nadia", "Demandez Nadia", "Demandez P"),
        ("Le merle chante", "Le merle chante", "Le merle chante"),
        ("Le Service Merle, Merle", "Le Service Merle, Merle", "Le Service Merle, P"),
    ],
)
def test_how_a_name_is_found_in_what_others_and_oneself_wrote(
    nadia: User, text: str, others: str, own: str
) -> None:
    DepartmentFactory(name="Service Merle")
    traces = Traces(nadia)
    assert traces.cleaned(text) == others.replace("P", NEUTRAL_NAME)
    assert traces.cleaned(text, own=True) == own.replace("P", NEUTRAL_NAME)


def test_a_request_that_waits_disappears_and_a_past_one_says_nothing(nadia: User) -> None:
    JoinRequestFactory(user=nadia, message="Je m’appelle Nadia")
    JoinRequestFactory(user=nadia, message="Bonjour", state="refused", decided_at=timezone.now())
    erase(nadia)
    assert JoinRequest.objects.get().message == ""


def test_a_coordinator_has_no_way_to_erase_somebody_s_account(
    client_for: Any, nadia: User, collectivite: Organisation
) -> None:
    """Only the person, the clock and the platform: a collectivité ends its own memberships."""
    chloe = member(collectivite, "coordinator")
    member(collectivite, "coordinator")
    browser = client_for(chloe, HOST)
    browser.post("/connexion/confirmer/", {"password": PASSWORD, "next": CONFIRM})
    confirmed(chloe)
    for extra in ({"user": nadia.pk}, {"ref": nadia.ref}, {"email": nadia.email}):
        browser.post(f"{CONFIRM}?ref={nadia.ref}", extra)
    nadia.refresh_from_db()
    assert nadia.anonymised_at is None
