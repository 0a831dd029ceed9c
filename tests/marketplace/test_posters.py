"""A listing on paper leads back to its page, shows no name, and is printed by whom may read it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from marketplace.catalogue.models import Listing
from marketplace.catalogue.posters import printed_address
from tests.marketplace.booking.factories import bikes
from tests.marketplace.factories import World, published

Browser = Callable[..., Client]


def test_the_poster_leads_to_the_page_and_shows_no_name(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    text = client_for(w.paul).get(f"{listing.get_absolute_url()}affiche/").content.decode()
    assert printed_address(listing).partition("://")[2] in text
    assert "<svg" in text
    assert "Merle" not in text


def test_what_one_may_not_read_is_not_printed(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole, scope="organisation")
    assert client_for(w.paul).get(f"{listing.get_absolute_url()}affiche/").status_code == 404
    assert client_for(w.karim).get(f"/mes-annonces/{listing.ref}/etiquettes/").status_code == 404


def test_each_unit_has_its_label(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    url = f"/mes-annonces/{listing.ref}/etiquettes/"
    assert client_for(w.nadia).get(url).content.decode().count('class="thing-label"') == 1
    Listing.objects.filter(pk=listing.pk).update(resource=bikes(3, w.metropole))
    text = client_for(w.nadia).get(url).content.decode()
    assert "Vélo 1" in text
    assert "Vélo 3" in text
    assert text.count('class="thing-label"') == 3
