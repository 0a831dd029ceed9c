"""Signing in at a real provider: who enters, as whom, and with which rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings
from django.utils import timezone

from accounts.models import HandOver, IdentityProvider, Membership, Organisation, Role, User
from accounts.openid.rules import read_claims
from accounts.organisations.rules import begin_membership
from tests.accounts.conftest import confirmed, text_of
from tests.accounts.openid.conftest import (
    UNSIGNED_REF,
    Traveller,
    make_provider,
    query_of,
)
from tests.factories import UserFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.openid]


def test_a_first_visit_opens_an_account_with_an_agents_membership_and_no_more(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    response = traveller.signs_in("awa", "/mon-compte/")
    assert response.url == "/mon-compte/"
    user = User.objects.get(pk=traveller.user_id)
    assert (user.email, user.first_name, user.last_name) == (
        "awa.diallo@vallees.example", "Awa", "Diallo",
    )  # fmt: skip
    assert not user.has_usable_password()
    assert not user.is_staff
    assert EmailAddress.objects.get(user=user).verified
    membership = Membership.objects.live().get(user=user)
    assert membership.organisation == provider.organisation
    assert [role.kind for role in membership.roles.all()] == [Role.Kind.AGENT]
    assert traveller.home.get("/mon-compte/").status_code == 200


def test_nothing_stays_in_the_tables_of_the_library(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    traveller.signs_in("awa")
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    assert not HandOver.objects.exists()


def test_a_second_visit_finds_the_same_account_by_address(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    user = confirmed(
        member(provider.organisation, Role.Kind.MANAGER, email="awa.diallo@vallees.example")
    )
    traveller.signs_in("awa")
    assert traveller.user_id == str(user.pk)
    user.refresh_from_db()
    assert user.first_name != "Awa"  # what the person says of themselves stays
    assert user.has_usable_password()
    assert [r.kind for r in Role.objects.filter(membership__user=user)] == [Role.Kind.MANAGER]


def test_without_the_choice_of_the_collectivite_only_existing_accounts_are_recognised(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    IdentityProvider.objects.update(opens_membership=False)
    known = confirmed(UserFactory(email="awa.diallo@vallees.example"))
    traveller.signs_in("awa")
    assert traveller.user_id == str(known.pk)
    assert not Membership.objects.filter(user=known).exists()


def test_a_membership_that_ended_is_not_begun_again(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    user = confirmed(UserFactory(email="awa.diallo@vallees.example"))
    begin_membership(user, provider.organisation, [Role.Kind.AGENT])
    now = timezone.now()
    Membership.objects.update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=1))
    traveller.signs_in("awa")
    assert traveller.user_id == str(user.pk)
    assert not Membership.objects.live().filter(user=user).exists()


def test_a_password_set_before_the_address_was_proven_is_forgotten(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    user = UserFactory(email="awa.diallo@vallees.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    traveller.signs_in("awa")
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified


def test_another_establishment_of_the_collectivite_is_the_same_employer(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    traveller.signs_in("annexe")
    assert traveller.user_id


def test_a_provider_without_signed_userinfo_nor_siret_is_welcome_when_it_is_no_proconnect(
    vallees: Organisation, issuer: str, traveller: Traveller
) -> None:
    make_provider(vallees, issuer, ref=UNSIGNED_REF, kind="standard", name="le compte de la ville")
    traveller.signs_in("standard")
    assert User.objects.get(pk=traveller.user_id).last_name == "Diallo"


def test_the_request_carries_state_nonce_and_pkce(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    asked = query_of(traveller.leaves())
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 16
    assert set(asked["scope"].split()) == {
        "openid", "given_name", "usual_name", "email", "uid", "siret",
    }  # fmt: skip
    assert asked["redirect_uri"] == f"http://localhost/connexion/openid/{provider.ref}/retour/"


@pytest.mark.parametrize(
    "wanted", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"]
)
def test_next_never_leads_to_another_house(
    provider: IdentityProvider, traveller: Traveller, wanted: str
) -> None:
    assert traveller.signs_in("awa", wanted).url == "/"


def test_signing_out_leaves_the_provider_too_and_comes_home(
    provider: IdentityProvider, traveller: Traveller, issuer: str
) -> None:
    traveller.signs_in("awa")
    form = traveller.home.get("/deconnexion/")
    policy = form.headers["Content-Security-Policy"]
    assert f"form-action 'self' {issuer} {settings.PLATFORM_URL}" in policy
    away = traveller.home.post("/deconnexion/").url
    assert traveller.user_id is None
    assert away.startswith(f"{issuer}/session/end?")
    page = traveller.away.get(away)
    assert page.status_code == 200, page.text
    assert query_of(away)["post_logout_redirect_uri"] == "http://localhost/connexion/openid/sortie/"
    back = traveller.platform.get("/connexion/openid/sortie/", {"state": query_of(away)["state"]})
    assert back.url == "http://vallees.localhost/"


@pytest.mark.parametrize("state", ["", "inconnu", "https://ailleurs.example/"])
def test_the_way_back_from_signing_out_is_no_open_redirect(client_for: Any, state: str) -> None:
    assert client_for().get("/connexion/openid/sortie/", {"state": state}).url == "/"


def test_the_button_is_on_the_page_of_that_collectivite_only_when_it_is_on(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    page = text_of(traveller.home.get("/connexion/?next=/mes-echanges/"))
    assert "Se connecter avec ProConnect" in page
    assert "/connexion/openid/?next=/mes-echanges/" in page
    assert "Se connecter avec" not in text_of(traveller.platform.get("/connexion/"))
    IdentityProvider.objects.update(is_on=False)
    assert "Se connecter avec" not in text_of(traveller.home.get("/connexion/"))


def test_claims_of_another_type_than_text_are_left_unread(provider: IdentityProvider) -> None:
    claims = read_claims(
        provider, {"email": ["a@b"], "given_name": None, "usual_name": {"x": 1}, "siret": 12}
    )
    assert (claims.email, claims.first_name, claims.last_name, claims.siret) == ("", "", "", "12")
