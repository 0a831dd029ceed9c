"""«Garder de côté» is the person's own: listed, exported, erased, shown to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.personal_data.erasure import erase
from marketplace.catalogue import rules as listing_rules
from marketplace.favourites import personal_data, rules
from marketplace.favourites.models import Favourite
from marketplace.refusals import Refused
from tests.marketplace.factories import World, published

Browser = Callable[..., Client]
LIST = "/mes-annonces/favoris/"


def test_one_keeps_a_listing_finds_it_again_and_lets_it_go(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    url = f"{listing.get_absolute_url()}garder/"
    browser = client_for(w.odile)
    for _ in range(2):
        browser.post(url, {"garder": "1"})
    assert Favourite.objects.count() == 1
    assert listing.title in browser.get(LIST).content.decode()
    assert "Ne plus garder" in browser.get(listing.get_absolute_url()).content.decode()
    browser.post(url, {"garder": "0", "retour": "liste"})
    assert listing.title not in browser.get(LIST).content.decode()


def test_a_visitor_signs_in_first_and_what_is_hidden_is_not_kept(
    w: World, client_for: Browser
) -> None:
    listing = published(w.nadia, w.metropole, scope="partners")
    url = f"{listing.get_absolute_url()}garder/"
    assert client_for(None).post(url, {"garder": "1"}).status_code == 404
    assert client_for(w.sonia).post(url, {"garder": "1"}).status_code == 404
    shown = published(w.chloe, w.metropole, scope="public")
    answer = client_for(None).post(f"{shown.get_absolute_url()}garder/", {"garder": "1"})
    assert answer.headers["Location"].startswith("/connexion/?next=")
    assert not Favourite.objects.exists()


def test_what_left_the_catalogue_is_counted_and_may_be_let_go(
    w: World, client_for: Browser
) -> None:
    listing = published(w.nadia, w.metropole)
    rules.keep(w.odile, listing)
    listing_rules.pause(listing, w.nadia)
    text = client_for(w.odile).get(LIST).content.decode()
    assert "n’est pas en ligne" in text
    assert listing.title not in text
    client_for(w.odile).post(f"{listing.get_absolute_url()}garder/", {"garder": "0"})
    assert not Favourite.objects.exists()


def test_nobody_else_reads_who_keeps_it(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    rules.keep(w.karim, listing)
    for other in (w.nadia, w.chloe):
        assert (
            "Ne plus garder"
            not in client_for(other).get(listing.get_absolute_url()).content.decode()
        )
        assert listing.title not in client_for(other).get(LIST).content.decode()


def test_the_list_has_an_end(w: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    rules.keep(w.odile, published(w.nadia, w.metropole))
    with pytest.raises(Refused):
        rules.keep(w.odile, published(w.nadia, w.metropole))


def test_it_is_exported_and_leaves_with_its_person(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    rules.keep(w.karim, listing)
    assert [row["Annonce"] for row in personal_data.kept_by(w.karim)] == [listing.title]
    erase(w.karim)
    assert not Favourite.objects.exists()


def test_the_list_costs_the_same_for_few_and_many(w: World, client_for: Browser) -> None:

    browser, counts = client_for(w.odile), []
    for number in (1, 6):
        for _ in range(number):
            rules.keep(w.odile, published(w.nadia, w.metropole))
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
