"""An association registers once, by somebody whose address is proven."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.joining import rules as joining
from accounts.models import (
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Role,
    User,
    Verification,
)
from accounts.registration import rules
from accounts.rights import can_answer_join_request
from accounts.todos.registry import COORDINATION, MINE, todos_for
from tests.accounts.conftest import confirmed, last_code, text_of
from tests.accounts.factories import JoinRequestFactory
from tests.factories import (
    AssociationFactory,
    CommuneFactory,
    OrganisationFactory,
    UserFactory,
    VerificationFactory,
    member,
    siret,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Organisation:
    return OrganisationFactory(name="Ville de Belledonne")


@pytest.fixture
def volunteer() -> User:
    return confirmed(UserFactory(first_name="Françoise", last_name="Schneider"))


def typed(city: Organisation, **changes: str) -> dict[str, str]:
    CommuneFactory()
    data = {
        "name": "Lire en Moselle",
        "purpose": "Faire lire partout, à tout âge.",
        "commune": "metz",
        "siret": "",
        "siren": "",
        "rna": "W123456789",
        "register_court": "",
        "register_volume": "",
        "register_folio": "",
        "by": str(city.pk),
        "message": "Nous tenons la bibliothèque de rue.",
    }
    return data | changes


def test_first_the_address_then_the_association(
    client_for: Any, city: Organisation, mailbox: list
) -> None:
    coordinator = member(city, "coordinator")
    browser = client_for()
    response = browser.post(
        "/inscription/",
        {"first_name": "Françoise", "last_name": "Schneider", "email": "f@courriel.test"},
    )
    assert response.url == "/connexion/code/saisir/?next=%2Finscription%2F"
    assert not Organisation.objects.associations().exists()
    response = browser.post(response.url, {"code": last_code(), "next": "/inscription/"})
    assert response.url == "/inscription/"
    response = browser.post("/inscription/", typed(city))
    association = Organisation.objects.associations().get()
    assert response.url == f"/mon-association/{association.ref}/"
    told = text_of(browser.get(response.url))
    assert f"L’association « {association.name} » est inscrite. La coordination" in told
    membership = Membership.objects.get(organisation=association)
    assert membership.user.get_full_name() == "Françoise Schneider"
    assert set(membership.roles.values_list("kind", flat=True)) == {"agent", "representative"}
    verification = Verification.objects.get()
    assert (verification.state, verification.by) == ("asked", city)
    assert Notice.objects.get(recipient=coordinator).kind == "verification_asked"
    assert [todo.kind for todo in todos_for(coordinator, COORDINATION)] == ["verification"]


def test_the_form_sends_the_same_page_to_who_has_an_account(
    client_for: Any, volunteer: User, mailbox: list
) -> None:
    response = client_for().post(
        "/inscription/", {"first_name": "A", "last_name": "B", "email": volunteer.email}
    )
    assert response.url == "/connexion/code/saisir/?next=%2Finscription%2F"
    volunteer.refresh_from_db()
    assert volunteer.first_name == "Françoise"


def test_an_address_that_was_never_proven_comes_first(client_for: Any, city: Organisation) -> None:
    response = client_for(UserFactory()).post("/inscription/", typed(city))
    assert response.url == "/mon-compte/adresse/"
    assert not Organisation.objects.associations().exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom de l’association."),
        ({"purpose": ""}, "Dites en une phrase ce que fait l’association."),
        ({"commune": ""}, "Indiquez la commune."),
        ({"commune": "Metzz"}, "Nous ne connaissons pas de commune « Metzz »."),
        ({"by": ""}, "Choisissez la collectivité qui vous vérifiera."),
        ({"by": "999999"}, "Cette collectivité ne peut pas être choisie"),
        ({"rna": ""}, "Donnez au moins un identifiant :"),
        ({"rna": "123"}, "Un numéro RNA compte 10 caractères et commence par W"),
        ({"siret": "356 000 000 0004"}, "Un SIRET compte 14 chiffres ; celui-ci en a 13."),
        ({"siret": "12345678901234"}, "Ce SIRET n’est pas juste"),
        ({"siret": "abc"}, "Un SIRET ne contient que des chiffres."),
        ({"siren": "123"}, "Un SIREN compte 9 chiffres ; celui-ci en a 3."),
        ({"rna": "", "register_court": "Metz"}, "Écrivez le volume du registre."),
        ({"rna": "", "register_volume": "12"}, "Écrivez le tribunal qui tient le registre."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client_for: Any, volunteer: User, city: Organisation, changes: dict, sentence: str
) -> None:
    page = text_of(client_for(volunteer).post("/inscription/", typed(city, **changes)))
    assert sentence in page
    assert "Nous tenons la bibliothèque de rue." in page
    assert not Organisation.objects.associations().exists()


def test_the_register_of_a_court_is_for_three_departments(
    client_for: Any, volunteer: User, city: Organisation
) -> None:
    CommuneFactory(code="38185", name="Grenoble", folded_name="grenoble", department_code="38")
    register = {"register_court": "Metz", "register_volume": "12", "register_folio": "3"}
    data = typed(city, rna="", commune="grenoble", **register)
    page = text_of(client_for(volunteer).post("/inscription/", data))
    assert "Ce registre n’existe qu’en Moselle" in page
    client_for(volunteer).post("/inscription/", typed(city, rna="", **register))
    assert Organisation.objects.associations().get().register_court == "Tribunal judiciaire de Metz"


def test_identifiers_are_kept_without_spaces(
    client_for: Any, volunteer: User, city: Organisation
) -> None:
    number = siret(77)
    spaced = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"
    client_for(volunteer).post("/inscription/", typed(city, siret=spaced, rna="w123456789"))
    association = Organisation.objects.associations().get()
    assert (association.siret, association.rna) == (number, "W123456789")


KNOWN = [
    ({"rna": "W123456789"}, {"rna": "w 123 456 789"}),
    ({"siret": siret(5), "rna": ""}, {"siret": siret(5), "rna": ""}),
    ({"siret": siret(5), "rna": ""}, {"siren": siret(5)[:9], "rna": ""}),
    ({"siren": siret(5)[:9], "rna": ""}, {"siret": siret(5), "rna": ""}),
    (
        {
            "rna": "",
            "register_court": "Tribunal judiciaire de Metz",
            "register_volume": "123",
            "register_folio": "45",
        },
        {
            "rna": "",
            "register_court": "metz",
            "register_volume": "123",
            "register_folio": "45",
        },
    ),
]


@pytest.mark.parametrize(("kept", "asked"), KNOWN)
def test_a_known_association_is_joined_and_not_registered_twice(
    client_for: Any, volunteer: User, city: Organisation, kept: dict, asked: dict
) -> None:
    known = AssociationFactory(name="Le Port", **kept)
    page = text_of(client_for(volunteer).post("/inscription/", typed(city, **asked)))
    assert "Cette association est déjà inscrite" in page
    assert f"/rejoindre/{known.ref}/" in page
    assert "Nous tenons la bibliothèque de rue." in page
    assert Organisation.objects.associations().count() == 1


def test_the_number_of_a_public_body_is_not_an_association_s(
    client_for: Any, volunteer: User, city: Organisation
) -> None:
    page = text_of(client_for(volunteer).post("/inscription/", typed(city, siret=city.siret)))
    assert "n’est pas celui d’une association" in page
    assert "/rejoindre/" not in page


def test_sent_twice_it_is_registered_once(
    client_for: Any, volunteer: User, city: Organisation
) -> None:
    browser = client_for(volunteer)
    first = browser.post("/inscription/", typed(city))
    second = browser.post("/inscription/", typed(city))
    assert first.url == second.url
    assert Organisation.objects.associations().count() == 1
    assert Verification.objects.count() == 1


def test_the_database_has_the_last_word_between_two_that_register_at_once(
    volunteer: User, city: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    AssociationFactory(rna="W123456789", name="Arrivée la première")
    looked: list[int] = []
    look = rules.known_organisation

    def late(identifiers: rules.Identifiers) -> Organisation | None:
        looked.append(1)
        return look(identifiers) if len(looked) > 1 else None

    monkeypatch.setattr(rules, "known_organisation", late)
    with pytest.raises(rules.AlreadyKnown, match="Arrivée la première"):
        rules.register_association(
            volunteer,
            name="Arrivée la seconde",
            purpose="x",
            commune=CommuneFactory(),
            identifiers=rules.Identifiers(rna="W123456789"),
            verifier=city,
        )
    assert not Membership.objects.filter(user=volunteer).exists()
    assert not Verification.objects.exists()


def test_on_its_own_host_a_collectivite_is_chosen_already(
    client_for: Any, volunteer: User, collectivite: Organisation
) -> None:
    page = text_of(client_for(volunteer, "vallees.localhost").get("/inscription/"))
    assert f'value="{collectivite.pk}" selected' in page


def test_html_in_every_field_is_text(client_for: Any, volunteer: User, city: Organisation) -> None:
    evil = "<script>alert(1)</script>"
    data = typed(city, name=evil, purpose=evil, message=evil)
    coordinator = member(city, "coordinator")
    page = text_of(client_for(volunteer).post("/inscription/", data, follow=True))
    assert evil not in page
    verification = Verification.objects.get()
    for user, path in (
        (coordinator, f"/coordination/verifications/{verification.ref}/"),
        (coordinator, "/mon-compte/nouvelles/"),
    ):
        page = text_of(client_for(user).get(path))
        assert evil not in page
        assert "&lt;script&gt;" in page


# Joining


def test_a_second_volunteer_asks_and_the_representative_accepts(
    client_for: Any, volunteer: User
) -> None:
    association = AssociationFactory()
    president = member(association, "representative")
    client_for(volunteer).post(f"/rejoindre/{association.ref}/", {"message": "Trésorière"})
    client_for(volunteer).post(f"/rejoindre/{association.ref}/", {"message": "Trésorière"})
    asked = JoinRequest.objects.get()
    assert [todo.kind for todo in todos_for(president, MINE)] == ["join_request"]
    assert Notice.objects.get(recipient=president).kind == "join_asked"
    client_for(president).post(f"/demandes-pour-rejoindre/{asked.ref}/", {"answer": "accept"})
    membership = Membership.objects.live().get(user=volunteer, organisation=association)
    assert not membership.roles.filter(kind=Role.Kind.REPRESENTATIVE).exists()
    assert Notice.objects.get(recipient=volunteer).kind == "join_accepted"


def test_without_a_representative_left_the_coordination_answers(volunteer: User) -> None:
    verification = VerificationFactory()
    coordinator = member(verification.by, "coordinator")
    asked = joining.ask_to_join(volunteer, verification.association)
    assert can_answer_join_request(coordinator, asked)
    assert Notice.objects.get(recipient=coordinator).kind == "join_asked"
    assert [todo.kind for todo in todos_for(coordinator, COORDINATION)] == ["join_request"]


@pytest.mark.parametrize("who", ["the one who asks", "a simple member", "another coordination"])
def test_who_may_not_answer(client_for: Any, volunteer: User, who: str) -> None:
    asked = JoinRequestFactory(user=volunteer)
    user = {
        "the one who asks": lambda: volunteer,
        "a simple member": lambda: member(asked.association, "agent"),
        "another coordination": lambda: member(OrganisationFactory(), "coordinator"),
    }[who]()
    assert not can_answer_join_request(user, asked)
    response = client_for(user).post(f"/demandes-pour-rejoindre/{asked.ref}/", {"answer": "accept"})
    assert response.status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_answered_twice_the_first_answer_stands(volunteer: User) -> None:
    asked = JoinRequestFactory(user=volunteer)
    president = member(asked.association, "representative")
    stale = JoinRequest.objects.get(pk=asked.pk)
    joining.answer(asked, president, accepted=False)
    with pytest.raises(joining.AlreadyDecided, match="refusée"):
        joining.answer(stale, president, accepted=True)
    assert not Membership.objects.filter(user=volunteer).exists()


def test_a_member_has_nothing_to_ask(client_for: Any) -> None:
    association = AssociationFactory()
    user = member(association, "agent")
    response = client_for(user).post(f"/rejoindre/{association.ref}/")
    assert response.url == f"/mon-association/{association.ref}/"
    assert not JoinRequest.objects.exists()
