"""The platform's staff sets providers up; the secret goes in and never comes out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import IdentityProvider, Organisation
from tests.accounts.conftest import text_of
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db
URL = "/plateforme/accounts/identityprovider/"


@pytest.fixture
def staff(client_for: Any) -> Client:
    browser: Client = client_for(UserFactory(is_staff=True, is_superuser=True))
    return browser


def answers(organisation: Organisation, **more: Any) -> dict[str, Any]:
    return {
        "organisation": organisation.pk,
        "kind": "proconnect",
        "name": "ProConnect",
        "issuer": "https://fca.exemple.fr/api/v2",
        "client_id": "entraide",
        "new_secret": "le secret du client",
        "email_domains": "Vallees.example, mairie.vallees.example",
        "is_on": "on",
        **more,
    }


def test_a_provider_is_opened_with_its_secret_encrypted(
    staff: Client, collectivite: Organisation
) -> None:
    assert staff.post(f"{URL}add/", answers(collectivite)).status_code == 302
    provider = IdentityProvider.objects.get()
    assert provider.domains == ["vallees.example", "mairie.vallees.example"]
    assert "secret du client" not in provider.encrypted_secret
    assert provider.secret == "le secret du client"
    page = text_of(staff.get(f"{URL}{provider.pk}/change/"))
    assert "le secret du client" not in page
    assert provider.encrypted_secret not in page
    assert f"http://localhost/connexion/openid/{provider.ref}/retour/" in page


def test_an_empty_secret_keeps_the_one_in_place(staff: Client, collectivite: Organisation) -> None:
    staff.post(f"{URL}add/", answers(collectivite))
    provider = IdentityProvider.objects.get()
    staff.post(f"{URL}{provider.pk}/change/", answers(collectivite, new_secret="", name="la ville"))
    provider.refresh_from_db()
    assert (provider.name, provider.secret) == ("la ville", "le secret du client")


def test_a_former_key_still_reads_the_secret(
    staff: Client, collectivite: Organisation, settings: Any
) -> None:
    staff.post(f"{URL}add/", answers(collectivite))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une autre clé, " + "x" * 50
    assert IdentityProvider.objects.get().secret == "le secret du client"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"new_secret": ""}, "Donnez le secret avant d’ouvrir"),
        ({"email_domains": ""}, "Écrivez un domaine au moins"),
        ({"email_domains": "orange.fr"}, "donne une adresse à qui en demande une"),
        ({"email_domains": "awa@vallees.example"}, "n’est pas un domaine"),
        ({"issuer": "http://fca.exemple.fr"}, "commence par https://"),
        ({"issuer": "javascript:alert(1)"}, "commence par https://"),
        ({"issuer": "https://fca.exemple.fr/?a=1"}, "s’arrête au chemin"),
    ],
)
def test_what_would_not_work_or_let_anybody_in_is_refused(
    staff: Client, collectivite: Organisation, wrong: dict[str, str], sentence: str
) -> None:
    page = text_of(staff.post(f"{URL}add/", answers(collectivite, **wrong)))
    assert sentence in page
    assert not IdentityProvider.objects.exists()


def test_one_that_is_on_is_not_deleted_by_a_slip(staff: Client, collectivite: Organisation) -> None:
    staff.post(f"{URL}add/", answers(collectivite))
    provider = IdentityProvider.objects.get()
    assert staff.post(f"{URL}{provider.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_else_and_not_through_the_tables_of_the_library(
    staff: Client, collectivite: Organisation, client_for: Any
) -> None:
    coordinator = client_for(member(collectivite, "coordinator"))
    assert coordinator.get(URL).status_code in (302, 403)
    assert staff.get("/plateforme/socialaccount/socialapp/").status_code == 404
