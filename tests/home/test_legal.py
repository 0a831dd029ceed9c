"""The pages that the law asks for, and what the foot of every page says of accessibility."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.personal_data.durations import choose
from home.models import LegalNoticePage, PersonalDataPage, SiteIdentity
from home.provisioning.sites import provision_platform
from home.provisioning.starter import install_platform_pages, install_starter
from tests.home.desk_forms import NO_COMMENTS
from tests.home.factories import Intranet

NBSP = "\u00a0"
TODAY = timezone.localdate


@pytest.fixture
def legal(vallees: Intranet) -> Intranet:
    install_starter(vallees.site)
    return vallees


def audited(page: Any, **fields: Any) -> Any:
    """Fill the statement as an audit would, with these fields instead."""
    given = {
        "state": "partiellement conforme",
        "declared_on": TODAY(),
        "audited_on": TODAY() - timedelta(days=9),
        "rate": 71,
        "violations": "Des vidéos sans sous-titres.\n- Une carte au clavier.",
        "contact_email": "acces@vallees.example",
    }
    for name, value in (given | fields).items():
        setattr(page, name, value)
    return page


def test_a_new_site_says_what_is_missing_and_that_it_does_not_conform(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(None, legal.host)
    notice = browser.get("/mentions-legales/").content.decode()
    assert legal.organisation.name in notice
    assert "à compléter" in notice
    statement = browser.get("/accessibilite/").content.decode()
    assert "<strong>non conforme</strong>" in statement
    assert "Défenseur des droits" in statement
    assert f"Accessibilité{NBSP}: non conforme" in statement


def test_the_foot_of_every_page_follows_the_published_statement(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(None, legal.host)
    page = audited(legal.page("accessibilite"))
    draft = page.save_revision()
    assert f"Accessibilité{NBSP}: non conforme" in browser.get("/").content.decode()
    draft.publish()
    assert f"Accessibilité{NBSP}: partiellement conforme" in browser.get("/").content.decode()
    text = browser.get("/accessibilite/").content.decode()
    assert f"71{NBSP}%" in text
    assert "<li>Une carte au clavier.</li>" in text
    legal.page("accessibilite").unpublish()
    assert SiteIdentity.objects.get(site=legal.site).accessibility_state == "non conforme"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"audited_on": None}, "audited_on"),
        ({"rate": 49}, "rate"),
        ({"rate": None}, "rate"),
        ({"state": "totalement conforme", "rate": 99}, "rate"),
        ({"violations": " "}, "violations"),
        ({"declared_on": None}, "declared_on"),
        ({"contact_email": ""}, "contact_email"),
        ({"audited_on": timezone.localdate() + timedelta(days=2)}, "audited_on"),
    ],
)
def test_a_statement_that_no_audit_bears_out_is_not_published(
    legal: Intranet, fields: dict[str, Any], name: str
) -> None:
    problems = audited(legal.page("accessibilite"), **fields).publication_problems(public=True)
    assert list(problems) == [name]


def test_no_way_of_publishing_says_that_a_site_conforms_without_an_audit(legal: Intranet) -> None:
    page = audited(legal.page("accessibilite"), audited_on=None)
    with pytest.raises(ValidationError):
        page.save()


def test_an_editor_completes_the_notice_and_is_told_what_the_law_asks_for(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    page = legal.page("mentions-legales")
    browser = client_for(legal.person("coordinator"), legal.host)
    address = f"/cms/pages/{page.pk}/edit/"
    assert 'name="slug"' not in browser.get(address).content.decode()
    form = {"title": page.title, "publisher": page.publisher, "body-count": 0, **NO_COMMENTS}
    answer = browser.post(address, {**form, "siret": "123", "action-publish": "1"})
    text = answer.content.decode()
    assert "La loi demande l’adresse de l’hébergeur." in text
    assert "SIRET" in text
    given = {
        "publisher_address": "1 place",
        "publisher_phone": "01 99 00 10 00",
        "director": "Le maire",
        "host_name": "Hôte",
        "host_address": "2 rue",
        "host_phone": "01 99 00 10 01",
        "siret": "",
    }
    browser.post(address, {**form, **given, "action-publish": "1"})
    text = client_for(None, legal.host).get("/mentions-legales/").content.decode()
    assert "Le maire" in text
    assert "à compléter" not in text


def test_the_page_on_personal_data_says_how_long_as_it_is_in_force(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(None, legal.host)
    choose(legal.organisation, legal.person("coordinator"), {"memberships": 31})
    with CaptureQueriesContext(connection) as captured:
        text = browser.get("/donnees-personnelles/").content.decode()
    assert f"31{NBSP}mois" in text
    assert len(captured) <= 20


def test_the_platform_has_them_too_and_they_cannot_be_removed(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    install_platform_pages(provision_platform("localhost"))
    for path in ("/mentions-legales/", "/donnees-personnelles/", "/accessibilite/"):
        assert client_for().get(path).status_code == 200
    page = PersonalDataPage.objects.descendant_of(legal.site.root_page).get()
    browser = client_for(legal.person("coordinator"), legal.host)
    assert browser.post(f"/cms/pages/{page.pk}/delete/").status_code == 404
    assert browser.post(f"/cms/pages/{page.pk}/unpublish/").status_code == 404
    page.refresh_from_db()
    assert page.live


def test_whom_the_notice_names_is_reached_with_a_touch(
    legal: Intranet, client_for: Callable[..., Client]
) -> None:
    page = LegalNoticePage.objects.descendant_of(legal.site.root_page).get()
    page.publisher_phone, page.publisher_email = "01 99 00 10 10", "mairie@vallees.example"
    page.siret = "35600000000048"
    page.save()
    notice = client_for(None, legal.host).get("/mentions-legales/").content.decode()
    assert 'href="tel:+33199001010"' in notice
    assert 'href="mailto:mairie@vallees.example"' in notice
    assert NBSP.join(["356", "000", "000", "00048"]) in notice
