"""«Mes recherches», and the link that stops one alert."""

from __future__ import annotations

from typing import Any

import pytest

from search.indexing import mark
from search.query import CatalogueQuery
from search.saved import rules
from search.saved.links import stop_path
from search.saved.models import SavedSearch
from tests.factories import CommuneFactory, ListingFactory, UserFactory
from tests.marketplace.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(w: World) -> SavedSearch:
    return rules.keep(w.karim, CatalogueQuery(text="barnum"), organisation=w.metropole)


def test_the_catalogue_leads_to_keeping_its_query(client_for: Any, w: World) -> None:
    browser = client_for(w.karim)
    address = "/marche/?q=barnum&sens=offre"
    assert (
        "/mes-recherches/garder/?q=barnum&amp;sens=offre" in browser.get(address).content.decode()
    )
    form = "/mes-recherches/garder/?q=barnum&sens=offre"
    page = browser.get(form).content.decode()
    assert "Barnum, offres" in page
    answer = browser.post(form, {"name": "Mes tentes", "rhythm": "weekly"})
    assert answer["Location"] == "/mes-recherches/"
    search = SavedSearch.objects.get()
    assert (search.owner, search.name, search.rhythm) == (w.karim, "Mes tentes", "weekly")
    again = browser.post(form, {"name": "Encore", "rhythm": "weekly"}).content.decode()
    assert "Vous gardez déjà cette recherche" in again
    opened = browser.get(f"/mes-recherches/{search.ref}/")
    assert opened["Location"] == "/marche/?q=barnum&sens=offre&tri=recent"


def test_without_an_account_one_is_sent_to_sign_in(client_for: Any, platform_site: Any) -> None:
    client = client_for(None)
    page = client.get("/marche/?q=barnum").content.decode()
    assert "/mes-recherches/garder/" in page
    answer = client.get("/mes-recherches/garder/?q=barnum")
    assert answer["Location"].startswith("/connexion/?next=")


def test_a_form_that_is_wrong_says_so(client_for: Any, w: World) -> None:
    answer = client_for(w.karim).post("/mes-recherches/garder/?q=x", {"name": "", "rhythm": "?"})
    assert "Donnez un nom à cette recherche." in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_rename_change_and_delete(client_for: Any, w: World, kept: SavedSearch) -> None:
    browser = client_for(w.karim)
    browser.post(f"/mes-recherches/{kept.ref}/modifier/", {"name": "Fêtes", "rhythm": "never"})
    kept.refresh_from_db()
    assert (kept.name, kept.rhythm) == ("Fêtes", "never")
    page = browser.get("/mes-recherches/").content.decode()
    assert "Fêtes" in page
    assert "Sans alerte" in page
    assert browser.get(f"/mes-recherches/{kept.ref}/supprimer/").status_code == 405
    browser.post(f"/mes-recherches/{kept.ref}/supprimer/")
    assert "Aucune recherche gardée" in browser.get("/mes-recherches/").content.decode()


def test_nobody_reads_anothers(client_for: Any, w: World, kept: SavedSearch) -> None:
    for person in (w.nadia, w.chloe, w.staff):
        browser = client_for(person)
        assert "barnum" not in browser.get("/mes-recherches/").content.decode().casefold()
        for action in ("", "modifier/"):
            assert browser.get(f"/mes-recherches/{kept.ref}/{action}").status_code == 404
        assert browser.post(f"/mes-recherches/{kept.ref}/supprimer/").status_code == 404
    assert SavedSearch.objects.count() == 1


def test_the_staff_of_the_platform_reads_neither_name_nor_words(
    client_for: Any, kept: SavedSearch
) -> None:
    staff = UserFactory(is_staff=True, is_superuser=True)
    rows = "/plateforme/search/savedsearch/"
    for path in (rows, f"{rows}{kept.pk}/change/"):
        page = client_for(staff).get(path)
        assert page.status_code == 200
        assert kept.ref in page.content.decode()
        assert "arnum" not in page.content.decode()


def test_the_link_of_a_letter_stops_that_alert_alone(
    client_for: Any, w: World, kept: SavedSearch
) -> None:
    client = client_for(None)
    other = rules.keep(w.karim, CatalogueQuery(text="tente"), organisation=w.metropole)
    path = stop_path(kept)
    assert "Arrêter cette alerte" in client.get(path).content.decode()
    kept.refresh_from_db()
    assert kept.rhythm == "daily"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    kept.refresh_from_db()
    other.refresh_from_db()
    w.karim.refresh_from_db()
    assert (kept.rhythm, other.rhythm) == ("never", "daily")
    assert w.karim.notice_rhythm != "never"
    assert client.get(path[:-2] + "x/").status_code == 404
    kept.delete()
    for answer in (client.get(path), client.post(path, {"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 200
        assert "Cette alerte n’existe plus" in answer.content.decode()


def test_html_typed_in_a_name_is_only_text(client_for: Any, w: World) -> None:
    typed = "<i onclick=z>&amp;"
    search = rules.keep(w.karim, CatalogueQuery(text=typed), organisation=w.metropole, name=typed)
    SavedSearch.objects.update(words=typed, name=typed)
    browser = client_for(w.karim)
    for path in (
        "/mes-recherches/",
        f"/mes-recherches/{search.ref}/modifier/",
        f"/mes-recherches/garder/?q={typed}",
        stop_path(search),
    ):
        page = browser.get(path).content.decode()
        assert "<i onclick" not in page
        assert "&lt;i onclick=z&gt;" in page


def test_nothing_found_says_what_one_can_do(client_for: Any, w: World) -> None:
    """A wider distance that has answers, a need to publish, an alert."""
    commune = CommuneFactory()
    listing = ListingFactory(title="Barnum", latitude=49.4, longitude=6.17)
    mark("listing", [listing.pk])
    page = client_for(w.karim).get(f"/marche/?q=barnum&lieu={commune.name}&rayon=5")
    text = page.content.decode()
    assert "Chercher jusqu’à 50\u00a0km" in text
    assert "rayon=50" in text
    assert "?sens=besoin" in text
    assert "M’avertir quand il y en aura" in text
    nowhere = client_for(w.karim).get("/marche/?q=zzqx&lieu=Metz&rayon=5").content.decode()
    assert "plus loin" not in nowhere
    assert "M’avertir quand il y en aura" in nowhere
