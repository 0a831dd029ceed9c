"""Each way of not entering: an exact sentence, a way out, and nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import HandOver, IdentityProvider, Membership, Organisation, User
from accounts.openid import handover
from tests.accounts.conftest import confirmed, text_of
from tests.accounts.openid.conftest import (
    HOST,
    UNSIGNED_REF,
    Traveller,
    free_port,
    make_provider,
    path_of,
)
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.openid]
REFUSED = f"http://{HOST}/connexion/openid/refus/"


def said(traveller: Traveller, url: str, code: str) -> str:
    """Return the page of the refusal that `url` leads to, which must be `code`."""
    assert url == f"{REFUSED}{code}/"
    page = traveller.home.get(path_of(url))
    assert page.status_code == (503 if code == "provider_down" else 403)
    assert traveller.user_id is None
    assert not HandOver.objects.exists()
    return text_of(page)


@pytest.mark.parametrize(
    ("login", "code", "sentence"),
    [
        ("elsewhere", "wrong_domain", "@vallees.example, @mairie.vallees.example"),
        ("lookalike", "wrong_domain", "n’est pas d’ici"),
        ("unproven", "unproven_email", "ne dit pas qu’elle est bien à vous"),
        ("silent", "no_siret", "n’a pas transmis de SIRET"),
        ("employee", "wrong_siret", "n’est pas celui de l’organisme Les Vallées"),
        ("strange", "wrong_siret", "Votre employeur n’est pas celui-ci"),
        ("nobody", "no_email", "Il manque votre adresse professionnelle"),
        ("odd", "no_email", "Il manque votre adresse professionnelle"),
    ],
)
def test_what_the_provider_says_does_not_open_this_door(
    provider: IdentityProvider, traveller: Traveller, login: str, code: str, sentence: str
) -> None:
    before = User.objects.count()
    assert sentence in said(traveller, traveller.passage(login), code)
    assert User.objects.count() == before
    assert not Membership.objects.exists()


def test_a_provider_that_vouches_for_nothing_must_say_that_the_address_is_proven(
    vallees: Organisation, issuer: str, traveller: Traveller
) -> None:
    make_provider(vallees, issuer, ref=UNSIGNED_REF, kind="standard")
    said(traveller, traveller.passage("silent"), "unproven_email")


def test_without_an_account_nor_the_choice_to_open_one(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    IdentityProvider.objects.update(opens_membership=False)
    page = said(traveller, traveller.passage("awa"), "no_account")
    assert "sur invitation" in page
    assert "Entrer par courriel" in page


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"is_active": False}, "closed_account"),
        ({"anonymised_at": timezone.now()}, "closed_account"),
        ({"is_staff": True}, "staff"),
        ({"is_superuser": True}, "staff"),
    ],
)
def test_closed_erased_and_platform_accounts_do_not_open(
    provider: IdentityProvider, traveller: Traveller, fields: dict[str, Any], code: str
) -> None:
    confirmed(UserFactory(email="awa.diallo@vallees.example", **fields))
    said(traveller, traveller.passage("awa"), code)


def test_an_account_closed_during_the_passage(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    passage = traveller.passage("awa")
    User.objects.filter(email="awa.diallo@vallees.example").update(is_active=False)
    response = traveller.home.get(path_of(passage))
    assert response.url == "/connexion/openid/refus/closed_account/"
    assert traveller.user_id is None


def test_consent_refused_at_the_providers(provider: IdentityProvider, traveller: Traveller) -> None:
    back = traveller.proves(traveller.leaves(), "awa", consents=False)
    page = said(traveller, traveller.returns(back), "cancelled")
    assert "rien n’a changé ici" in page
    assert "Recommencer" in page


def test_a_provider_that_does_not_answer(vallees: Organisation, traveller: Traveller) -> None:
    make_provider(vallees, f"http://127.0.0.1:{free_port()}")
    assert "ne répond pas" in said(traveller, traveller.leaves(), "provider_down")


def test_a_provider_that_stops_while_one_is_there(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    back = traveller.proves(traveller.leaves(), "awa")
    IdentityProvider.objects.update(issuer=f"http://127.0.0.1:{free_port()}")
    said(traveller, traveller.returns(back), "provider_down")


def test_an_address_that_is_no_provider(vallees: Organisation, traveller: Traveller) -> None:
    make_provider(vallees, "http://127.0.0.1:9")
    said(traveller, traveller.leaves(), "provider_down")


def test_an_issuer_that_says_another_name(
    vallees: Organisation, issuer: str, traveller: Traveller
) -> None:
    make_provider(vallees, issuer.replace("127.0.0.1", "localhost"))
    said(traveller, traveller.leaves(), "not_understood")


def test_proconnect_without_a_signature(
    vallees: Organisation, issuer: str, traveller: Traveller
) -> None:
    make_provider(vallees, issuer, ref=UNSIGNED_REF)
    said(traveller, traveller.passage("awa"), "not_understood")


def test_a_wrong_secret(provider: IdentityProvider, traveller: Traveller) -> None:
    provider.secret = "un autre secret"
    provider.save()
    said(traveller, traveller.passage("awa"), "not_understood")


def test_a_secret_that_the_key_of_today_cannot_read(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    IdentityProvider.objects.update(encrypted_secret="illisible")
    said(traveller, traveller.leaves(), "not_understood")


def test_an_answer_whose_state_is_unknown_or_used(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    back = traveller.proves(traveller.leaves(), "awa")
    said(traveller, traveller.returns(back.replace("state=", "state=x")), "expired")
    traveller.returns(back)
    HandOver.objects.all().delete()
    said(traveller, traveller.returns(back), "expired")


def test_an_answer_brought_by_another_browser(
    provider: IdentityProvider, traveller: Traveller, client_for: Callable[..., Client]
) -> None:
    back = traveller.proves(traveller.leaves(), "awa")
    assert client_for().get(path_of(back)).url == f"{REFUSED}expired/"


def test_an_answer_to_another_request_has_the_wrong_nonce(
    provider: IdentityProvider, traveller: Traveller
) -> None:
    back = traveller.proves(traveller.leaves(), "awa")
    session = traveller.platform.session
    for state in session["socialaccount_states"].values():
        state[0]["nonce"] = "celui d’une autre demande"
    session.save()
    said(traveller, traveller.returns(back), "not_understood")


def test_a_passage_serves_once(provider: IdentityProvider, traveller: Traveller) -> None:
    passage = path_of(traveller.passage("awa"))
    key = traveller.home.session["openid_asked"]
    assert traveller.home.get(passage).url == "/"
    traveller.home.post("/deconnexion/")
    session = traveller.home.session
    session["openid_asked"] = key
    session.save()
    assert traveller.home.get(passage).url == "/connexion/openid/refus/expired/"
    assert traveller.user_id is None


def test_a_passage_serves_in_the_browser_that_asked(
    provider: IdentityProvider, traveller: Traveller, client_for: Callable[..., Client]
) -> None:
    passage = path_of(traveller.passage("awa"))
    other = client_for(host=HOST)
    assert other.get(passage).url == "/connexion/openid/refus/expired/"
    assert other.get("/connexion/openid/").status_code == 302  # it asked for itself meanwhile
    assert other.get(passage).url == "/connexion/openid/refus/expired/"
    assert "_auth_user_id" not in other.session


def test_a_passage_lasts_a_minute(provider: IdentityProvider, traveller: Traveller) -> None:
    passage = path_of(traveller.passage("awa"))
    HandOver.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert traveller.home.get(passage).url == "/connexion/openid/refus/expired/"


def test_a_passage_is_for_one_host(provider: IdentityProvider, traveller: Traveller) -> None:
    other = OrganisationFactory()
    passage = traveller.passage("awa")
    signed = passage.rpartition("passage=")[2].replace("%3A", ":")
    with pytest.raises(handover.Refused):
        handover.take(signed, other, traveller.home.session["openid_asked"]["key"])


@pytest.mark.parametrize(
    "forged",
    ["", "x", "a:b:c", signing.TimestampSigner().sign("x")],
    ids=["empty", "word", "three parts", "signed for something else"],
)
def test_a_forged_passage_or_request(
    provider: IdentityProvider, traveller: Traveller, forged: str
) -> None:
    answer = traveller.home.get("/connexion/openid/arrivee/", {"passage": forged})
    assert answer.url == "/connexion/openid/refus/expired/"
    answer = traveller.platform.get(f"/connexion/openid/{provider.ref}/", {"demande": forged})
    assert answer.url == f"{REFUSED}expired/"


def test_a_door_that_was_closed(provider: IdentityProvider, traveller: Traveller) -> None:
    passage = path_of(traveller.passage("awa"))
    asked = traveller.home.get("/connexion/openid/").url
    IdentityProvider.objects.update(is_on=False)
    assert traveller.home.get("/connexion/openid/").url == "/connexion/openid/refus/off/"
    assert traveller.platform.get(path_of(asked)).url == f"{REFUSED}off/"
    assert "/refus/" in traveller.home.get(passage).url
    assert "Entrer par courriel" in text_of(traveller.home.get("/connexion/openid/refus/off/"))


def test_unknown_addresses(provider: IdentityProvider, traveller: Traveller) -> None:
    assert traveller.platform.get("/connexion/openid/").status_code == 404
    assert traveller.platform.get("/connexion/openid/inconnu000/").status_code == 404
    # The provider's answer is read on the platform's host alone.
    retour = f"/connexion/openid/{provider.ref}/retour/"
    assert traveller.home.get(retour).status_code == 404
    assert traveller.home.get("/connexion/openid/refus/autre/").status_code == 404
    assert traveller.platform.get(retour).url == f"{REFUSED}expired/"
