"""An invitation opens the access of one person, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings
from django.utils import timezone

from accounts.invitations import rules
from accounts.invitations.codes import code_of, display
from accounts.invitations.models import MAX_ATTEMPTS
from accounts.models import Invitation, Membership, Notice, Organisation, User
from accounts.rights import can_invite
from tests.accounts.conftest import confirmed, last_code, queries_of, text_of
from tests.factories import (
    AssociationFactory,
    DepartmentFactory,
    OrganisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Organisation:
    return OrganisationFactory(name="Ville de Belledonne", short_name="Belledonne")


@pytest.fixture
def coordinator(city: Organisation) -> User:
    return member(city, "coordinator", first_name="Sylvie", last_name="Hoffmann")


def by_email(coordinator: User, city: Organisation, **more: Any) -> Invitation:
    more.setdefault("email", "karim@courriel.test")
    return rules.invite(coordinator, city, channel="email", roles=["agent"], **more)


def on_paper(coordinator: User, city: Organisation) -> Invitation:
    return rules.invite(coordinator, city, channel="print", roles=["agent"])


def path_of(invitation: Invitation) -> str:
    return f"/invitation/{invitation.ref}/?code={code_of(invitation)}"


NAMES = {"first_name": "Karim", "last_name": "Belaïd"}


# Who may invite


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        ("collectivite", "coordinator", True),
        ("collectivite", "agent", False),
        ("collectivite", "manager", False),
        ("collectivite", "editor", False),
        ("collectivite", "representative", False),
        ("association", "representative", True),
        ("association", "agent", False),
        ("association", "coordinator", True),
    ],
)
def test_who_may_invite(kind: str, role: str, may: bool) -> None:
    factory = AssociationFactory if kind == "association" else OrganisationFactory
    organisation = factory()
    assert can_invite(member(organisation, role), organisation) is may


def test_nobody_invites_for_others(coordinator: User) -> None:
    assert not can_invite(coordinator, OrganisationFactory())


def test_an_agent_is_told_that_inviting_is_not_theirs(client_for: Any, city: Organisation) -> None:
    response = client_for(member(city, "agent")).get("/coordination/invitations/")
    assert response.status_code == 403
    assert "revient à la coordination" in text_of(response)


# Inviting


def test_an_invitation_by_e_mail_leaves_with_its_link(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    response = client_for(coordinator).post(
        "/coordination/invitations/",
        {
            "organisation": city.pk,
            "channel": "email",
            "email": "Karim@courriel.test",
            "roles": ["agent"],
        },
    )
    assert response.status_code == 302
    invitation = Invitation.objects.get()
    letter = mailbox[-1]
    assert letter.to == ["karim@courriel.test"]
    assert f"/invitation/{invitation.ref}/?code={code_of(invitation)}" in letter.body
    assert "Sylvie Hoffmann" in letter.subject
    assert coordinator.email not in letter.message().as_string()


def test_an_address_invited_twice_by_one_form_is_invited_once(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    """A second press is answered as the first; other words, or another form, are told."""
    path = "/coordination/invitations/"
    browser = client_for(coordinator)
    (key,) = re.findall(r'name="key" value="(\w+)"', text_of(browser.get(path)))
    asked = {"organisation": city.pk, "channel": "email", "roles": ["agent"], "key": key}
    asked["email"] = "Karim@courriel.test"
    for _ in range(2):
        assert "L’invitation part à" in text_of(browser.post(path, asked, follow=True))
    for other in ({"job_title": "Jardinier"}, {"key": "zzzzzzzzzz"}):
        assert "Une invitation attend déjà" in text_of(browser.post(path, asked | other))
    assert (Invitation.objects.count(), len(mailbox)) == (1, 1)
    # Somebody else, by the form that «back» shows again.
    browser.post(path, asked | {"email": "nadia@courriel.test"})
    assert (Invitation.objects.count(), len(mailbox)) == (2, 2)


def test_an_association_cannot_give_the_role_of_a_coordinator(client_for: Any) -> None:
    association = AssociationFactory()
    response = client_for(member(association, "representative")).post(
        "/coordination/invitations/",
        {
            "organisation": association.pk,
            "channel": "email",
            "email": "a@b.test",
            "roles": ["coordinator"],
        },
    )
    assert response.status_code == 200
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": ""}, "Écrivez l’adresse à laquelle envoyer l’invitation."),
        ({"email": "karim"}, "Cette adresse n’est pas complète."),
        ({"roles": []}, "Choisissez au moins un rôle."),
        (
            {"channel": "print", "number": "2", "first_name": "Karine"},
            "Une invitation à un nom sert à une seule personne",
        ),
        ({"channel": "print", "number": "500"}, "Imprimez 30 invitations au plus à la fois."),
        ({"channel": "pigeon"}, "Choisissez dans la liste"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client_for: Any, coordinator: User, city: Organisation, wrong: dict, sentence: str
) -> None:
    data = {
        "organisation": city.pk,
        "channel": "email",
        "email": "karim@courriel.test",
        "roles": ["agent"],
        "job_title": "Agent de propreté",
    }
    page = text_of(client_for(coordinator).post("/coordination/invitations/", data | wrong))
    assert sentence in page
    assert "Agent de propreté" in page
    assert not Invitation.objects.exists()


def test_a_department_of_another_house_is_refused(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    DepartmentFactory(organisation=city)
    foreign = DepartmentFactory()
    client_for(coordinator).post(
        "/coordination/invitations/",
        {
            "organisation": city.pk,
            "channel": "email",
            "email": "a@b.test",
            "roles": ["agent"],
            "department": foreign.pk,
        },
    )
    assert not Invitation.objects.exists()


def test_who_manages_is_invited_for_a_service_where_there_are_services(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    asked = {"organisation": city.pk, "channel": "email", "email": "a@b.test", "roles": ["manager"]}
    roads = DepartmentFactory(organisation=city)
    page = text_of(client_for(coordinator).post("/coordination/invitations/", asked))
    assert "Dites quel service cette personne encadre." in page
    assert not Invitation.objects.exists()
    client_for(coordinator).post("/coordination/invitations/", asked | {"department": roads.pk})
    assert Invitation.objects.get().department == roads


def test_an_invitation_that_lost_its_service_makes_nobody_the_manager_of_all(
    coordinator: User, city: Organisation
) -> None:
    DepartmentFactory(organisation=city)
    invitation = rules.invite(
        coordinator, city, channel="email", email="a@b.test", roles=["agent", "manager"]
    )
    membership = rules.accept(invitation, UserFactory())
    assert [role.kind for role in membership.roles.all()] == ["agent"]


def test_a_member_who_leaves_one_day_is_not_invited_meanwhile(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    leaving = member(city, "agent", email="nadia@ville.test")
    leaving.memberships.update(ends_at=timezone.now() + timedelta(days=40))
    page = text_of(
        client_for(coordinator).post(
            "/coordination/invitations/",
            {
                "organisation": city.pk,
                "channel": "email",
                "email": "Nadia@ville.test",
                "roles": ["agent"],
            },
        )
    )
    assert "fait déjà partie de l’organisme" in page
    assert not Invitation.objects.exists()


def test_printed_invitations_come_with_a_drawing_and_a_code_each(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    response = client_for(coordinator).post(
        "/coordination/invitations/",
        {"organisation": city.pk, "channel": "print", "number": "3", "roles": ["agent"]},
        follow=True,
    )
    page = text_of(response)
    assert page.count("<svg") >= 3
    for invitation in Invitation.objects.all():
        assert display(code_of(invitation)) in page
    assert "style=" not in page.split("<main", 1)[1]


def test_sheets_asked_for_twice_by_one_form_are_made_once(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    browser = client_for(coordinator)
    key = re.search(r'name="key" value="(\w+)"', text_of(browser.get("/coordination/invitations/")))
    assert key
    asked = {"organisation": city.pk, "channel": "print", "number": "2", "roles": ["agent"]}
    asked["key"] = key[1]
    first, again = (browser.post("/coordination/invitations/", asked) for _ in range(2))
    assert first.url == again.url
    assert Invitation.objects.count() == 2
    assert "Ces feuilles étaient déjà prêtes" in text_of(browser.get(again.url))
    # Other words in the same form are other sheets.
    browser.post("/coordination/invitations/", asked | {"job_title": "Jardinière"})
    assert Invitation.objects.count() == 4


def test_a_sheet_shown_again_keeps_its_code(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    invitation = on_paper(coordinator, city)
    code = display(code_of(invitation))
    colleague = member(city, "coordinator")
    for person in (coordinator, coordinator, colleague):
        page = client_for(person).get(f"/coordination/invitations/imprimer/?refs={invitation.ref}")
        assert code in text_of(page)
    invitation.refresh_from_db()
    assert display(code_of(invitation)) == code


def test_a_sheet_is_replaced_after_one_saw_which_stops_working_and_once(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    invitation = on_paper(coordinator, city)
    given = code_of(invitation)
    browser, colleague = client_for(coordinator), client_for(member(city, "coordinator"))
    replace = f"/coordination/invitations/{invitation.ref}/remplacer/"
    # Neither looking nor the former button voids the paper that somebody holds.
    page = text_of(browser.get(replace))
    assert "Celle-ci ne servira plus" in page
    assert invitation.ref in page
    browser.post(f"/coordination/invitations/{invitation.ref}/renvoyer/")
    invitation.refresh_from_db()
    assert code_of(invitation) == given
    # Two coordinators saw the same sheet: the first replaces it, the second is shown that one.
    seen = {"version": str(invitation.code_version)}
    assert "ne sert plus" in text_of(browser.post(replace, seen, follow=True))
    invitation.refresh_from_db()
    new = display(code_of(invitation))
    assert code_of(invitation) != given
    second = text_of(colleague.post(replace, seen, follow=True))
    assert "vient d’être remplacée" in second
    assert new in second
    rules.withdraw(invitation)
    assert "déjà retirée" in text_of(browser.get(replace, follow=True))


def test_a_letter_sent_again_by_two_presses_leaves_once(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    invitation = by_email(coordinator, city)
    browser, seen = client_for(coordinator), {"version": str(invitation.code_version)}
    path = f"/coordination/invitations/{invitation.ref}/renvoyer/"
    browser.post(path, seen)
    assert "le dernier lien est le bon" in text_of(browser.post(path, seen, follow=True))
    assert len(mailbox) == 2


def test_another_coordinator_prints_nothing_of_ours(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    invitation = on_paper(coordinator, city)
    stranger = member(OrganisationFactory(), "coordinator")
    page = client_for(stranger).get(f"/coordination/invitations/imprimer/?refs={invitation.ref}")
    assert display(code_of(invitation)) not in text_of(page)
    for action in ("retirer", "renvoyer", "remplacer"):
        response = client_for(stranger).post(
            f"/coordination/invitations/{invitation.ref}/{action}/"
        )
        assert response.status_code == 404


# Accepting


def test_by_e_mail_a_new_person_gives_a_name_and_is_in(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    invitation = by_email(coordinator, city)
    browser = client_for()
    assert "Sylvie Hoffmann vous invite" in text_of(browser.get(path_of(invitation)))
    response = browser.post(path_of(invitation), NAMES | {"code": code_of(invitation)})
    assert response.url == "/mon-compte/"
    user = User.objects.get(email="karim@courriel.test")
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert Membership.objects.live().filter(user=user, organisation=city).exists()
    assert browser.get("/mon-compte/").status_code == 200
    assert Notice.objects.get(recipient=coordinator).kind == "invitation_accepted"


def test_a_weak_password_is_refused_and_the_name_is_kept(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    invitation = by_email(coordinator, city)
    page = text_of(
        client_for().post(
            path_of(invitation), NAMES | {"code": code_of(invitation), "password": "court"}
        )
    )
    assert "Belaïd" in page
    assert "12" in page
    assert not User.objects.filter(email="karim@courriel.test").exists()


def test_on_paper_the_address_is_proven_before_the_invitation_is_used(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    invitation = on_paper(coordinator, city)
    browser = client_for()
    found = browser.post("/invitation/", {"code": display(code_of(invitation)).lower()})
    assert found.url == path_of(invitation)
    response = browser.post(
        found.url, NAMES | {"email": "perso@courriel.test", "code": code_of(invitation)}
    )
    assert response.url.startswith("/connexion/code/saisir/")
    invitation.refresh_from_db()
    assert invitation.used_at is None
    response = browser.post(response.url, {"code": last_code(), "next": path_of(invitation)})
    assert response.url == path_of(invitation)
    browser.post(path_of(invitation), {"code": code_of(invitation)})
    user = User.objects.get(email="perso@courriel.test")
    assert user.first_name == "Karim"
    assert Membership.objects.live().filter(user=user, organisation=city).exists()


def test_somebody_who_has_an_account_joins_with_one_button(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    user = confirmed(UserFactory(email="karim@courriel.test"))
    invitation = by_email(coordinator, city)
    assert "Connectez-vous" in text_of(client_for().get(path_of(invitation)))
    browser = client_for(user)
    assert "Rejoindre Belledonne" in text_of(browser.get(path_of(invitation)))
    assert browser.post(path_of(invitation), {"code": code_of(invitation)}).status_code == 302
    assert Membership.objects.live().filter(user=user, organisation=city).exists()


def test_a_member_does_not_use_up_an_invitation(coordinator: User, city: Organisation) -> None:
    invitation = by_email(coordinator, city)
    with pytest.raises(rules.InvitationRefused, match="déjà partie"):
        rules.accept(invitation, member(city, "agent"))
    invitation.refresh_from_db()
    assert invitation.is_open


# Refusing kindly


def test_it_serves_once(client_for: Any, coordinator: User, city: Organisation) -> None:
    invitation = by_email(coordinator, city)
    rules.accept(invitation, UserFactory())
    page = text_of(client_for().get(path_of(invitation)))
    assert "Cette invitation a déjà servi" in page


def test_it_expires(client_for: Any, coordinator: User, city: Organisation) -> None:
    invitation = by_email(coordinator, city)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page = text_of(client_for().get(path_of(invitation)))
    assert "n’est plus valable depuis le" in page
    assert "Demandez-en une autre à Sylvie Hoffmann" in page


def test_it_can_be_withdrawn(client_for: Any, coordinator: User, city: Organisation) -> None:
    invitation = by_email(coordinator, city)
    client_for(coordinator).post(f"/coordination/invitations/{invitation.ref}/retirer/")
    assert "a été retirée" in text_of(client_for().get(path_of(invitation)))


def test_a_coordinator_who_leaves_has_no_way_back_on_paper(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    charge = rules.invite(coordinator, city, channel="print", roles=["agent", "coordinator"])
    simple = on_paper(coordinator, city)
    other = member(city, "coordinator")
    coordinator.memberships.update(ends_at=timezone.now())
    for invitation in (charge, simple):
        invitation.refresh_from_db()
    with pytest.raises(rules.InvitationRefused, match="plus en charge des invitations"):
        rules.accept(charge, UserFactory())
    assert "plus en charge des invitations" in text_of(client_for(None).get(path_of(charge)))
    assert not Membership.objects.live().filter(roles__kind="coordinator", user=coordinator)
    assert rules.accept(simple, UserFactory()).roles.get().kind == "agent"
    # Sent again, it is given by who does it.
    assert rules.send_again(charge, other)
    assert rules.accept(Invitation.objects.get(pk=charge.pk), UserFactory())


def test_sent_again_the_former_code_stops_working(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    invitation = by_email(coordinator, city)
    before = path_of(invitation)
    client_for(coordinator).post(f"/coordination/invitations/{invitation.ref}/renvoyer/")
    invitation.refresh_from_db()
    assert len(mailbox) == 2
    assert "n’est pas le bon" in text_of(client_for().get(before))
    assert "Sylvie Hoffmann vous invite" in text_of(client_for().get(path_of(invitation)))


def test_five_wrong_codes_lock_it(client_for: Any, coordinator: User, city: Organisation) -> None:
    invitation = on_paper(coordinator, city)
    browser = client_for()
    wrong = f"/invitation/{invitation.ref}/?code=AAAAAAAAAAAA"
    for left in ("4 essais", "3 essais", "2 essais", "un essai"):
        assert f"Il vous reste {left}." in text_of(browser.get(wrong))
    assert "Trop de codes faux" in text_of(browser.get(wrong))
    assert "Trop de codes faux" in text_of(browser.get(path_of(invitation)))
    assert rules.send_again(invitation, coordinator)
    assert "Sylvie" in text_of(browser.get(path_of(invitation)))


def test_codes_tried_all_at_once_are_no_more_than_five(
    coordinator: User, city: Organisation
) -> None:
    invitation = on_paper(coordinator, city)
    same = Invitation.objects.get(pk=invitation.pk)  # read before the others were counted
    Invitation.objects.update(attempts=MAX_ATTEMPTS)
    with pytest.raises(rules.InvitationRefused, match="Trop de codes faux"):
        rules.check(same, code_of(invitation))
    assert Invitation.objects.get().attempts == MAX_ATTEMPTS


@override_settings(ACCOUNT_RATE_LIMITS={"invitation_code": "5/15m/ip"})
def test_codes_are_not_guessed_without_a_link_either(client_for: Any) -> None:
    browser = client_for()
    for _ in range(5):
        page = text_of(browser.post("/invitation/", {"code": "AAAA-BBBB-CCCC"}))
        assert "ne correspond à aucune invitation" in page
    page = text_of(browser.post("/invitation/", {"code": "AAAA-BBBB-CCCC"}))
    assert "Trop d’essais" in page


def test_an_unknown_reference_is_not_found(client_for: Any) -> None:
    assert client_for().get("/invitation/zzzzzzzzzz/").status_code == 404


def test_of_two_people_who_accept_at_once_one_joins_and_the_other_is_told(
    coordinator: User, city: Organisation
) -> None:
    invitation = on_paper(coordinator, city)
    same = Invitation.objects.get(pk=invitation.pk)  # read before the other one wrote
    first, second = UserFactory(), UserFactory()
    rules.accept(invitation, first)
    with pytest.raises(rules.InvitationRefused, match="déjà servi"):
        rules.accept(same, second)
    assert not Membership.objects.filter(user=second).exists()
    assert Invitation.objects.get().used_by == first


@pytest.mark.parametrize("typed", ["é" * 12, "²", "٣٣٣٣", "\u202e"])
def test_a_code_typed_with_other_letters_is_only_a_wrong_code(
    client_for: Any, coordinator: User, city: Organisation, typed: str
) -> None:
    invitation = on_paper(coordinator, city)
    response = client_for().post(f"/invitation/{invitation.ref}/", {"code": typed})
    assert response.status_code == 200
    assert "pas le bon" in text_of(response)


@override_settings(ACCOUNT_RATE_LIMITS={"request_login_code": "1/m/key"})
def test_a_paper_invitation_does_not_flood_a_mailbox(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    path = path_of(on_paper(coordinator, city))
    asked = NAMES | {"email": "karim@courriel.test"}
    assert client_for().post(path, asked).status_code == 302
    again = client_for().post(path, asked)
    assert "Patientez une minute" in text_of(again)
    assert "Karim" in text_of(again)
    assert len(mailbox) == 1


def test_the_code_of_an_e_mail_is_never_printed_for_who_sent_it(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    """It proves the address: printed, it would open a proven account at anybody's address."""
    invitation = by_email(coordinator, city, email="victime@courriel.test")
    browser = client_for(coordinator)
    page = text_of(browser.get(f"/coordination/invitations/imprimer/?refs={invitation.ref}"))
    assert code_of(invitation) not in page
    assert display(code_of(invitation)) not in page


def test_what_people_type_is_shown_as_text(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    by_email(coordinator, city, first_name="<script>alert(1)</script>", last_name="<b>x</b>")
    page = text_of(client_for(coordinator).get("/coordination/invitations/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# The list


@pytest.mark.parametrize("tab", ["ouvertes", "acceptees", "fermees", "nimporte"])
def test_each_pile_answers(
    client_for: Any, coordinator: User, city: Organisation, tab: str
) -> None:
    by_email(coordinator, city)
    response = client_for(coordinator).get(f"/coordination/invitations/?etat={tab}")
    assert response.status_code == 200


def test_a_long_list_asks_no_more_of_the_database(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    department = DepartmentFactory(organisation=city)
    browser = client_for(coordinator)

    def invite(start: int, end: int) -> int:
        for number in range(start, end):
            by_email(coordinator, city, email=f"a{number}@courriel.test", department=department)
        return queries_of(browser, "/coordination/invitations/")

    invite(0, 1)  # the first page of a visit asks once what the next ones remember
    few = invite(1, 3)
    assert invite(3, 60) == few <= 20


# Prepared by an import


def ready(city: Organisation, email: str = "karim@ville.test", **more: Any) -> Invitation:
    invitation = rules.prepared(city, None, email, roles=["agent"], **more)
    invitation.save()
    return invitation


def test_what_an_import_prepared_waits_in_its_list_and_is_sent_from_there(
    client_for: Any, coordinator: User, city: Organisation, mailbox: list
) -> None:
    invitation = ready(city, first_name="Karim", last_name="Belaïd")
    browser = client_for(coordinator)
    assert "Karim Belaïd" not in text_of(browser.get("/coordination/invitations/"))
    page = text_of(browser.get("/coordination/invitations/?etat=preparees"))
    assert "Karim Belaïd" in page
    assert "Envoyer de nouveau" not in page
    assert "1 personne est prête à être invitée" in text_of(browser.get("/coordination/personnes/"))
    sent = browser.post(f"/coordination/invitations/{invitation.ref}/renvoyer/")
    assert sent.url == "/coordination/invitations/?etat=preparees"
    assert "Sylvie Hoffmann vous invite" in mailbox[-1].body
    assert "Karim Belaïd" in text_of(browser.get("/coordination/invitations/"))


def test_who_came_another_way_is_not_written_to_any_more(
    coordinator: User, city: Organisation
) -> None:
    for email in ("karim@ville.test", "lise@ville.test"):
        ready(city, email)
    ready(OrganisationFactory(), "karim@ville.test")
    rules.accept(on_paper(coordinator, city), UserFactory(email="Karim@ville.test"))
    left = Invitation.objects.prepared().filter(organisation=city)
    assert [one.email for one in left] == ["lise@ville.test"]
    assert Invitation.objects.prepared().count() == 2


def test_invitations_are_looked_for_without_accents(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    for n in range(31):
        ready(city, f"n{n}@ville.test", first_name=f"Zoé{n}", last_name="Roy")
    ready(city, first_name="Karim", last_name="Belaïd")
    browser = client_for(coordinator)
    page = text_of(browser.get("/coordination/invitations/?etat=preparees&q=belaid"))
    assert "Karim Belaïd" in page
    assert "Zoé" not in page
    page = text_of(browser.get("/coordination/invitations/?etat=preparees&q=rien"))
    assert "Aucune ne correspond" in page


def test_the_pages_of_people_are_beside_for_who_keeps_them(
    client_for: Any, coordinator: User
) -> None:
    page = text_of(client_for(coordinator).get("/coordination/invitations/"))
    tabs = page.partition('aria-label="Personnes et services"')[2].partition("</nav>")[0]
    assert '<a href="/coordination/invitations/" aria-current="page">' in tabs
    assert "/coordination/services/" in tabs
    volunteer = member(AssociationFactory(), "representative")
    page = text_of(client_for(volunteer).get("/coordination/invitations/"))
    assert "/coordination/services/" not in page


def test_who_has_an_account_finds_the_invitation_there_once_it_was_sent(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    person = confirmed(UserFactory(email="Karim@ville.test"))
    EmailAddress.objects.create(user=UserFactory(), email="autre@ville.test", verified=False)
    ready(city, "autre@ville.test")
    invitation = ready(city)
    browser = client_for(person)
    assert "vous invite à rejoindre" not in text_of(browser.get("/mon-compte/"))
    rules.send_again(invitation, coordinator)
    page = text_of(browser.get("/mon-compte/"))
    assert "Sylvie Hoffmann vous invite à rejoindre Ville de Belledonne" in page
    assert f"/invitation/{invitation.ref}/?code=" in page
    assert "autre@" not in page


def test_an_invitation_with_a_last_day_is_over_after_it(
    client_for: Any, coordinator: User, city: Organisation
) -> None:
    ends = timezone.now() + timedelta(days=3)
    invitation = ready(city, ends_at=ends)
    assert "Dernier jour" in text_of(client_for().get(path_of(invitation)))
    assert rules.accept(invitation, UserFactory()).ends_at == ends
    late = ready(city, "late@ville.test", ends_at=timezone.now() - timedelta(minutes=1))
    assert not late.is_open
    assert "valait jusqu’au" in text_of(client_for().get(path_of(late)))
    with pytest.raises(rules.InvitationRefused, match="coordination"):
        rules.accept(late, UserFactory())
