"""One door: a password, or a code sent by e-mail; never a word about who has an account."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings

from accounts.invitations.rules import prepared
from tests.accounts.conftest import confirmed, last_code, plain, sender, text_of
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client: Any, email: str, password: str, **more: str) -> Any:
    return client.post("/connexion/", {"login": email, "password": password, **more})


def test_a_password_opens_the_page_one_came_for(client_for: Any) -> None:
    user = confirmed(UserFactory())
    response = sign_in(client_for(), user.email.upper(), PASSWORD, next="/mon-compte/")
    assert response.status_code == 302
    assert response.url == "/mon-compte/"


def test_without_a_page_in_mind_one_lands_on_the_home_page(client_for: Any) -> None:
    user = confirmed(UserFactory())
    assert sign_in(client_for(), user.email, PASSWORD).url == "/"


def test_next_never_leads_to_another_house(client_for: Any) -> None:
    user = confirmed(UserFactory())
    response = sign_in(client_for(), user.email, PASSWORD, next="https://ailleurs.example/")
    assert response.url == "/"


def test_the_page_offers_the_second_way_and_keeps_next(client_for: Any) -> None:
    page = text_of(client_for().get("/connexion/?next=/mes-echanges/"))
    assert "Recevoir un code par courriel" in page
    assert "/connexion/code/?next=%2Fmes-echanges%2F" in page
    assert 'value="/mes-echanges/"' in page


def test_a_wrong_password_is_refused_kindly_and_the_address_is_kept(client_for: Any) -> None:
    user = confirmed(UserFactory())
    page = text_of(sign_in(client_for(), user.email, "pas le bon mot de passe"))
    assert "L’adresse ou le mot de passe n’est pas le bon." in page
    assert f'value="{user.email}"' in page


def test_a_code_opens_too_and_proves_the_address(client_for: Any, mailbox: list) -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    browser = client_for()
    response = browser.post("/connexion/code/", {"email": user.email, "next": "/mon-compte/"})
    assert response.url.startswith("/connexion/code/saisir/")
    assert mailbox[-1].to == [user.email]
    response = browser.post(response.url, {"code": last_code(), "next": "/mon-compte/"})
    assert response.url == "/mon-compte/"
    assert EmailAddress.objects.get(user=user).verified


def test_a_wrong_code_is_refused_and_three_close_the_page(client_for: Any, mailbox: list) -> None:
    user = confirmed(UserFactory())
    browser = client_for()
    browser.post("/connexion/code/", {"email": user.email})
    response = browser.post("/connexion/code/saisir/", {"code": "AAAAAA"})
    assert "Ce code n’est pas le bon." in text_of(response)
    browser.post("/connexion/code/saisir/", {"code": "AAAAAA"})
    response = browser.post("/connexion/code/saisir/", {"code": "AAAAAA"})
    assert response.status_code == 302
    assert browser.get("/mon-compte/").status_code == 302


def test_an_unknown_address_gets_the_same_page_and_a_letter_that_helps(
    client_for: Any, mailbox: list
) -> None:
    browser = client_for()
    response = browser.post("/connexion/code/", {"email": "inconnue@exemple.test"})
    assert response.url.startswith("/connexion/code/saisir/")
    assert "aucun compte" in mailbox[-1].body
    assert "http://localhost/inscription/" in mailbox[-1].body


def test_who_is_to_be_invited_and_comes_first_gets_the_invitation(
    client_for: Any, collectivite: Any, mailbox: list
) -> None:
    invitation = prepared(collectivite, None, "karim@ville.test", roles=["agent"])
    invitation.save()
    for host, said in (("localhost", "aucun compte"), ("vallees.localhost", "La coordination")):
        response = client_for(host=host).post("/connexion/code/", {"email": "Karim@ville.test"})
        assert response.url.startswith("/connexion/code/saisir/")  # the same page for everybody
        assert said in mailbox[-1].body
    assert f"http://vallees.localhost/invitation/{invitation.ref}/?code=" in mailbox[-1].body
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


def test_a_letter_says_which_collectivite_it_comes_from(
    client_for: Any, collectivite: Any, mailbox: list
) -> None:
    user = confirmed(UserFactory())
    client_for(host="vallees.localhost").post("/connexion/code/", {"email": user.email})
    letter = mailbox[-1]
    assert sender(letter).startswith("Les Vallées")
    assert "Les Vallées" in letter.body
    assert "http://vallees.localhost/" in letter.body
    assert letter.alternatives[0].mimetype == "text/html"


def test_from_the_platform_the_platform_signs(client_for: Any, mailbox: list) -> None:
    user = confirmed(UserFactory())
    client_for().post("/connexion/code/", {"email": user.email})
    assert sender(mailbox[-1]).startswith("Entraide")


def test_a_forgotten_password_is_chosen_again_by_a_link_that_serves_once(
    client_for: Any, mailbox: list
) -> None:
    user = confirmed(UserFactory())
    browser = client_for()
    response = browser.post("/mot-de-passe/", {"email": user.email})
    assert response.url == "/mot-de-passe/envoye/"
    link = next(word for word in mailbox[-1].body.split() if "/mot-de-passe/" in word)
    page = browser.get(link.removeprefix("http://localhost"), follow=True)
    chosen = {"password1": "la cour du vélo bleu", "password2": "la cour du vélo bleu"}
    assert browser.post(page.redirect_chain[-1][0], chosen).status_code == 302
    user.refresh_from_db()
    assert user.check_password("la cour du vélo bleu")
    again = client_for().get(link.removeprefix("http://localhost"), follow=True)
    assert "Ce lien ne sert plus" in text_of(again)


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "20/5m/ip,5/15m/key"})
def test_five_wrong_passwords_close_the_door_for_a_while_and_say_until_when(
    client_for: Any,
) -> None:
    user = confirmed(UserFactory())
    browser = client_for()
    for _ in range(5):
        assert "n’est pas le bon" in text_of(sign_in(browser, user.email, "mauvais mot de passe"))
    page = text_of(sign_in(browser, user.email, PASSWORD))
    assert "Réessayez dans 15 minutes, ou recevez un code par courriel." in page
    other = confirmed(UserFactory())
    assert sign_in(browser, other.email, PASSWORD).status_code == 302


def test_nobody_signs_up_from_nowhere(client_for: Any) -> None:
    page = text_of(client_for().get("/inscription/"))
    assert "Inscrire une association" in page


@pytest.mark.parametrize("door", ["/plateforme/login/", "/cms/login/"])
def test_the_admins_have_no_door_of_their_own(client_for: Any, door: str) -> None:
    response = client_for().get(f"{door}?next={door}")
    assert response.status_code == 302
    assert response.url.startswith("/connexion/?next=")


def test_the_platform_admin_sends_to_the_one_door(client_for: Any) -> None:
    response = client_for().get("/plateforme/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/connexion/")


def test_who_may_not_enter_the_admin_is_told_so_and_not_sent_in_circles(client_for: Any) -> None:
    response = client_for(UserFactory()).get("/plateforme/", follow=True)
    assert response.status_code == 403
    assert "réservée" in text_of(response)


def test_signing_out_asks_first_and_then_does(client_for: Any) -> None:
    browser = client_for(UserFactory())
    assert "Se déconnecter" in text_of(browser.get("/deconnexion/"))
    assert browser.get("/mon-compte/").status_code == 200
    browser.post("/deconnexion/")
    assert browser.get("/mon-compte/").status_code == 302


def test_a_session_is_for_one_host(client_for: Any, collectivite: Any) -> None:
    user = confirmed(UserFactory())
    browser = client_for()
    sign_in(browser, user.email, PASSWORD)
    assert browser.cookies["sessionid"]["domain"] == ""


def test_a_new_address_only_counts_once_its_code_is_typed(client_for: Any, mailbox: list) -> None:
    user = confirmed(UserFactory())
    before = user.email
    browser = client_for(user)
    browser.post("/mon-compte/adresse/", {"email": "nouvelle@exemple.test", "action_add": ""})
    user.refresh_from_db()
    assert user.email == before
    assert mailbox[-1].to == ["nouvelle@exemple.test"]
    browser.post("/connexion/adresse/", {"code": last_code()})
    user.refresh_from_db()
    assert user.email == "nouvelle@exemple.test"


@pytest.mark.parametrize(
    "path",
    ["/connexion/", "/connexion/code/", "/mot-de-passe/", "/mot-de-passe/envoye/", "/invitation/"],
)
def test_every_page_is_in_french_and_ours(client_for: Any, path: str) -> None:
    page = plain(text_of(client_for().get(path)))
    for foreign in ("Sign In", "E-mail", "Email", "Password", "placeholder="):
        assert foreign not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_another_code_can_be_asked_for_and_the_page_wanted_is_kept(
    client_for: Any, mailbox: list
) -> None:
    user = confirmed(UserFactory())
    browser = client_for()
    page = browser.post(
        "/connexion/code/", {"email": user.email, "next": "/mon-compte/"}, follow=True
    )
    assert "Recevoir un autre code" in text_of(page)
    assert 'name="next" value="/mon-compte/"' in text_of(page)
    browser.post("/connexion/code/saisir/", {"action": "resend", "next": "/mon-compte/"})
    assert len(mailbox) == 2
    response = browser.post(
        "/connexion/code/saisir/", {"code": last_code(), "next": "/mon-compte/"}
    )
    assert response.url == "/mon-compte/"


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_too_many_requests_get_a_page_of_ours(client_for: Any) -> None:
    browser = client_for()
    for _ in range(3):
        response = sign_in(browser, "a@b.test", "rien")
    assert response.status_code == 429
    assert "Un peu de patience" in text_of(response)
