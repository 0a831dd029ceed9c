"""The host decides whose pages are shown, and an unknown one is refused."""

import pytest

pytestmark = pytest.mark.django_db


def test_an_unknown_host_is_refused_with_a_sentence(client_for):
    response = client_for(host="inconnu.exemple.test").get("/")
    assert response.status_code == 404
    assert "adresse" in response.content.decode().lower()


def test_an_unknown_host_is_not_shown_another_collectivites_pages(client_for, collectivite):
    response = client_for(host="autre.localhost").get("/marche/")
    assert response.status_code == 404
    assert collectivite.name not in response.content.decode()


def test_the_host_of_a_collectivite_is_its_own(client_for, collectivite):
    response = client_for(host="vallees.localhost").get("/connexion/")
    assert response.wsgi_request.collectivite == collectivite


def test_capitals_in_a_host_name_change_nothing(client_for, collectivite):
    response = client_for(host="Vallees.LOCALHOST").get("/connexion/")
    assert response.wsgi_request.collectivite == collectivite


def test_the_platform_host_belongs_to_no_collectivite(client_for, collectivite):
    response = client_for().get("/connexion/")
    assert response.wsgi_request.collectivite is None


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_answers_on_any_host(client_for, path):
    assert client_for(host="10.0.0.1").get(path).status_code == 200
