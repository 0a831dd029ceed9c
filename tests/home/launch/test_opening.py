"""The platform's staff opens an intranet with the same rule as `create_collectivite`."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, Site

from accounts.models import Organisation, Role, User
from tests.factories import AssociationFactory, CommuneFactory, UserFactory, member, siret
from tests.home.factories import Intranet

pytestmark = pytest.mark.django_db
URL = "/plateforme/home/tenancy/"


@pytest.fixture
def staff(client_for: Any) -> Client:
    CommuneFactory()
    browser: Client = client_for(UserFactory(is_staff=True, is_superuser=True))
    return browser


def answers(**more: str) -> dict[str, str]:
    return {
        "name": "Ville nouvelle",
        "short_name": "Nouvelle",
        "siret": siret(888),
        "legal_form": "commune",
        "commune": "Metz",
        "hostname": "nouvelle.localhost",
        "port": "80",
        "coordinator": "anne@exemple.test",
        "first_name": "Anne",
        "last_name": "Martin",
        "with_starter": "on",
        **more,
    }


def plain(response: Any) -> str:
    text: str = response.content.decode()
    return text.replace("\u00a0", " ").replace("&nbsp;", " ")


def test_an_intranet_is_opened_and_leads_to_the_launch_kit(staff: Client) -> None:
    page = plain(staff.post(f"{URL}add/", answers(), follow=True))
    assert "L’intranet est prêt : Ville nouvelle." in page
    assert "http://nouvelle.localhost/coordination/lancement/" in page
    organisation = Organisation.objects.get(name="Ville nouvelle")
    assert organisation.site.hostname == "nouvelle.localhost"
    anne = User.objects.get(email="anne@exemple.test")
    assert Role.objects.get(membership__user=anne).kind == Role.Kind.COORDINATOR
    before = (Page.objects.count(), Site.objects.count(), Role.objects.count())
    assert staff.post(f"{URL}add/", answers()).status_code == 302  # safe to repeat
    assert (Page.objects.count(), Site.objects.count(), Role.objects.count()) == before


def test_who_has_the_coordination_is_written_to_once_and_comes_in_at_the_kit(
    staff: Client, client_for: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    """Nobody told them: the platform's staff alone knew that the intranet was there."""
    for _ in range(2):  # done again, the opening completes what is missing
        with django_capture_on_commit_callbacks(execute=True):
            staff.post(f"{URL}add/", answers())
    (letter,) = mailoutbox
    assert letter.to == ["anne@exemple.test"]
    assert "Nouvelle" in letter.subject
    way_in = "/connexion/code/?next=/coordination/lancement/"
    assert f"http://nouvelle.localhost{way_in}" in letter.body
    assert client_for(host="nouvelle.localhost").get(way_in).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"siret": "123"}, "Un SIRET compte 14 chiffres"),
        ({"hostname": "https://nouvelle.localhost/"}, "n’est pas un nom d’hôte"),
        ({"hostname": "localhost"}, "n’est pas un nom d’hôte"),
        ({"hostname": "vallees.localhost"}, "est déjà celui de Les Vallées"),
        ({"commune": "Nulle-Part-sur-Rien"}, "Nous ne connaissons pas de commune"),
        ({"coordinator": "anne"}, "adresse"),
        ({"port": "99999"}, "65535"),
    ],
)
def test_what_cannot_be_opened_is_refused_at_its_field(
    staff: Client, vallees: Intranet, wrong: dict[str, str], sentence: str
) -> None:
    before = (Organisation.objects.count(), Site.objects.count(), User.objects.count())
    answer = staff.post(f"{URL}add/", answers(**wrong))
    assert answer.status_code == 200
    assert sentence in plain(answer)
    assert "Ville nouvelle" in plain(answer)  # what was typed is kept
    assert (Organisation.objects.count(), Site.objects.count(), User.objects.count()) == before


def test_all_that_is_wrong_is_said_at_once(staff: Client) -> None:
    """Whoever mended one field after the other had it refused three times."""
    wrong = {"siret": "123", "hostname": "https://nouvelle.fr", "coordinator": "anne"}
    page = plain(staff.post(f"{URL}add/", answers(**wrong)))
    assert "Un SIRET compte 14 chiffres" in page
    assert "n’est pas un nom d’hôte" in page
    assert "Écrivez l’adresse en entier" in page


def test_the_buttons_say_what_they_do(staff: Client) -> None:
    assert "Ouvrir un intranet" in plain(staff.get(URL))
    form = plain(staff.get(f"{URL}add/"))
    assert 'value="Ouvrir l’intranet"' in form
    assert "Enregistrer" not in form


def test_the_siret_of_an_association_or_a_closed_account_is_refused(staff: Client) -> None:
    association = AssociationFactory(siret=siret(889))
    answer = staff.post(f"{URL}add/", answers(siret=association.siret))
    assert "n’est pas une collectivité" in plain(answer)
    UserFactory(email="anne@exemple.test", is_active=False)
    assert "est fermé" in plain(staff.post(f"{URL}add/", answers()))
    assert not Organisation.objects.filter(name="Ville nouvelle").exists()


def test_intranets_are_listed_for_the_staff_alone(
    staff: Client, vallees: Intranet, client_for: Any
) -> None:
    page = plain(staff.get(URL))
    assert "Les Vallées" in page
    assert "trousse de lancement" in page
    tenancy = vallees.site.tenancy
    assert staff.get(f"{URL}{tenancy.pk}/change/").status_code == 200
    assert staff.post(f"{URL}{tenancy.pk}/delete/", {"post": "yes"}).status_code == 403
    coordinator = client_for(member(vallees.organisation, "coordinator"), host=vallees.host)
    assert coordinator.get(f"{URL}add/").status_code in (302, 403)
