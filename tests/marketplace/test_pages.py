"""The pages: everyone's journey, and what goes wrong answered kindly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.catalogue import photos
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange, Message
from tests.factories import CategoryFactory, CommuneFactory, join
from tests.marketplace.factories import World, ask, decision, draft, picture, published, skill

Browser = Callable[..., Client]
HOSTILE = "<script>alert('x')</script><b>gras</b>"


def page(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


# --- Writing -----------------------------------------------------------------------------------


def test_four_short_steps_from_nothing_to_online(w: World, client_for: Browser) -> None:
    CommuneFactory()
    category = CategoryFactory(slug="animer")
    browser = client_for(w.nadia)
    first = browser.post("/marche/publier/", {"direction": "offer", "kind": "skill-time"})
    listing = Listing.objects.get()
    base = f"/marche/publier/{listing.ref}"
    assert first.headers["Location"] == f"{base}/etape-2/"
    assert "Sur quel temps" in page(browser, f"{base}/etape-2/")
    second = browser.post(
        f"{base}/etape-2/",
        {
            "whose_time": "own",
            "wish": "Apprendre à animer.",
            "title": "Animer une réunion",
            "summary": "Avec plaisir.",
            "category": category.slug,
            "tags": "réunion, Réunion, atelier",
        },
    )
    assert second.headers["Location"] == f"{base}/etape-3/"
    third = browser.post(
        f"{base}/etape-3/", {"place": "Metz", "scope": "verified", "accepts_requests": "on"}
    )
    assert third.headers["Location"] == f"{base}/etape-4/"
    assert "Mettre en ligne" in page(browser, f"{base}/etape-4/")
    browser.post(f"/mes-annonces/{listing.ref}/publier/")
    listing.refresh_from_db()
    assert listing.state == "published"
    assert listing.skill_terms.whose_time == "own"
    assert sorted(listing.tags.names()) == ["atelier", "réunion"]
    assert "J’aimerais" in page(client_for(w.paul), listing.get_absolute_url())


def test_a_step_with_an_error_keeps_what_was_typed(w: World, client_for: Browser) -> None:
    gift = draft(w.nadia, w.metropole, "offer equipment gift", {"unit_value": 20})
    answer = client_for(w.nadia).post(
        f"/marche/publier/{gift.ref}/etape-2/",
        {
            "title": "Un piano",
            "unit_value": "900",
            "quantity": "1",
            "description": "Droit, accordé.",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "300\u00a0€" in text
    assert "prêter" in text
    assert "Droit, accordé." in text
    gift.refresh_from_db()
    assert gift.title == "Barnum 3 × 6 m"


def test_an_unverified_association_reads_why_it_only_drafts(w: World, client_for: Browser) -> None:
    browser = client_for(w.remi)
    assert "pas encore vérifiée" in page(browser, "/marche/publier/")
    need = draft(w.remi, w.newcomers, "need equipment loan")
    review = page(browser, f"/marche/publier/{need.ref}/etape-4/")
    assert "pas encore vérifiée" in review
    browser.post(f"/mes-annonces/{need.ref}/publier/")
    need.refresh_from_db()
    assert need.state == "draft"


def test_who_belongs_to_two_says_for_which(w: World, client_for: Browser) -> None:
    join(w.nadia, w.association)
    browser = client_for(w.nadia)
    assert "Pour quel organisme" in page(browser, "/marche/publier/")
    browser.post(
        "/marche/publier/",
        {"direction": "need", "kind": "equipment-loan", "organisation": w.association.pk},
    )
    assert Listing.objects.get().organisation == w.association
    browser.post(
        "/marche/publier/",
        {"direction": "need", "kind": "equipment-loan", "organisation": w.stranger.pk},
    )
    assert Listing.objects.count() == 1


def test_nobody_edits_what_is_not_theirs(w: World, client_for: Browser) -> None:
    mine = draft(w.nadia, w.metropole)
    online = published(w.nadia, w.metropole)
    for user, status in ((w.paul, 404), (w.odile, 404), (w.karim, 404)):
        for listing in (mine, online):
            for url in (
                f"/marche/publier/{listing.ref}/etape-2/",
                f"/mes-annonces/{listing.ref}/pause/",
            ):
                assert client_for(user).get(url).status_code == status
    assert client_for(w.chloe).get(f"/marche/publier/{online.ref}/etape-2/").status_code == 403


def test_pause_and_resume_are_one_click_and_archive_asks_again(
    w: World, client_for: Browser
) -> None:
    listing, browser = published(w.nadia, w.metropole), client_for(w.nadia)
    assert "Mettre en pause" in page(browser, "/mes-annonces/")
    browser.post(f"/mes-annonces/{listing.ref}/pause/")
    assert "En pause" in page(browser, listing.get_absolute_url())
    browser.post(f"/mes-annonces/{listing.ref}/reprendre/")
    assert "pour de bon" in page(browser, f"/mes-annonces/{listing.ref}/archiver/")
    browser.post(f"/mes-annonces/{listing.ref}/archiver/")
    twice = browser.post(f"/mes-annonces/{listing.ref}/archiver/", follow=True)
    assert twice.status_code == 200
    listing.refresh_from_db()
    assert listing.state == "archived"


def test_a_wrong_photo_is_refused_on_the_page_and_its_words_are_kept(
    w: World, client_for: Browser
) -> None:
    listing, browser = draft(w.nadia, w.metropole), client_for(w.nadia)
    url = f"/marche/publier/{listing.ref}/photos/"
    wrong = browser.post(url, {"file": picture(file_format="GIF"), "description": "Le barnum bleu"})
    assert wrong.status_code == 400
    assert "lisible" in wrong.content.decode()
    assert "Le barnum bleu" in wrong.content.decode()
    browser.post(url, {"file": picture(), "description": "Le barnum bleu"})
    photo = listing.photos.get()
    text = page(browser, listing.get_absolute_url())
    assert 'alt="Le barnum bleu"' in text
    rendition = photo.get_rendition(photos.PANEL)
    assert browser.get(rendition.url).status_code == 200
    assert client_for(w.paul).get(rendition.url).status_code == 404
    browser.post(f"/marche/publier/{listing.ref}/photos/{photo.ref}/enlever/")
    assert not listing.photos.exists()


# --- Asking and answering ----------------------------------------------------------------------


def test_from_the_listing_to_the_agreement(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole, quantity=2)
    odile, nadia = client_for(w.odile), client_for(w.nadia)
    assert "Demander ce prêt" in page(odile, listing.get_absolute_url())
    day = timezone.localdate() + timedelta(days=10)
    sent = odile.post(
        f"{listing.get_absolute_url()}demander/",
        {"message": "Bonjour.", "first_day": day, "last_day": day, "quantity": "2"},
    )
    exchange = Exchange.objects.get()
    assert sent.headers["Location"] == exchange.get_absolute_url()
    assert exchange.wanted_until - exchange.wanted_from == timedelta(days=1)
    assert "Lire en Moselle" in page(nadia, "/mes-echanges/")
    assert "Donner mon accord" in page(nadia, exchange.get_absolute_url())
    nadia.post(f"{exchange.get_absolute_url()}accord/", {"state": "proposed"})
    after = page(odile, exchange.get_absolute_url())
    assert "Accord donné" in after
    assert "Nadia Merle" in after


def test_a_double_click_and_two_tabs_make_one_request(w: World, client_for: Browser) -> None:
    listing, browser = published(w.nadia, w.metropole), client_for(w.odile)
    url = f"{listing.get_absolute_url()}demander/"
    browser.post(url, {"message": "Bonjour."})
    again = browser.post(url, {"message": "Bonjour."}, follow=True)
    assert "Votre demande est déjà partie" in again.content.decode()
    assert (Exchange.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize("gone", ["pause", "archive", "withdraw"])
def test_what_was_typed_is_given_back_when_the_listing_is_gone(
    w: World, client_for: Browser, gone: str
) -> None:
    listing = published(w.nadia, w.metropole)
    if gone == "withdraw":
        listing_rules.withdraw(listing, w.chloe, "Déjà vendu.")
    else:
        getattr(listing_rules, gone)(listing, w.nadia)
    browser = client_for(w.odile)
    answer = browser.post(f"{listing.get_absolute_url()}demander/", {"message": "Mes longs mots."})
    assert answer.status_code == 404
    assert "Mes longs mots." in answer.content.decode()
    nowhere = browser.post("/marche/offres/0000000000/demander/", {"message": "Mes longs mots."})
    assert nowhere.status_code == 404
    assert "Mes longs mots." in nowhere.content.decode()
    assert not Exchange.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"message": ""}, "à une personne"),
        ({"message": "x", "quantity": "99"}, "Il y en a 2"),
        ({"message": "x", "first_day": "2020-01-01"}, "passée"),
        ({"message": "x", "first_day": "2090-01-03", "last_day": "2090-01-01"}, "après le début"),
        ({"message": "x", "first_day": "demain"}, "date"),
        ({"message": "x" * 6000}, "5"),
    ],
)
def test_a_wrong_request_is_refused_kindly(
    w: World, client_for: Browser, wrong: dict, words: str
) -> None:
    listing = published(w.nadia, w.metropole, quantity=2)
    answer = client_for(w.odile).post(
        f"{listing.get_absolute_url()}demander/", {"quantity": "1"} | wrong
    )
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Exchange.objects.exists()


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(w: World, client_for: Browser) -> None:
    listing = listing_rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    assert "Se connecter pour demander" in page(client_for(), listing.get_absolute_url())
    answer = client_for().get(f"{listing.get_absolute_url()}demander/")
    assert answer.headers["Location"].startswith("/connexion/?next=/marche/offres/")
    refused = client_for(w.remi).get(f"{listing.get_absolute_url()}demander/")
    assert refused.status_code == 403
    assert "vérifiée" in refused.content.decode()


def test_declining_on_the_page_asks_the_reason(w: World, client_for: Browser) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    browser, url = client_for(w.nadia), f"{exchange.get_absolute_url()}decliner/"
    assert "raison" in browser.post(url, {"code": ""}).content.decode()
    browser.post(url, {"code": "not_now", "words": "En travaux."})
    exchange.refresh_from_db()
    assert exchange.state == "declined"
    too_late = browser.post(f"{exchange.get_absolute_url()}accord/", follow=True)
    assert "déjà reçu une réponse" in too_late.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_year_off_the_calendar_is_mended_not_an_error(
    w: World, client_for: Browser, day: str
) -> None:
    listing = published(w.nadia, w.metropole)
    step = f"/marche/publier/{listing.ref}/etape-3/"
    where = {"place": "Metz", "scope": "verified"}
    asked = client_for(w.odile).post(
        f"{listing.get_absolute_url()}demander/", {"message": "Bonjour.", "last_day": day}
    )
    for field in ("first_day", "last_day"):
        answer = client_for(w.nadia).post(step, where | {field: day})
        assert answer.status_code == 200
        assert any(word in answer.content.decode() for word in ("l’année", "passée"))
    assert any(word in asked.content.decode() for word in ("l’année", "passée"))
    assert not Exchange.objects.exists()


def test_two_clicks_on_meeting_do_not_give_the_agreement(w: World, client_for: Browser) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.paul, w.partner)
    nadia, url = client_for(w.nadia), exchange.get_absolute_url()
    assert '<input type="hidden" name="state" value="introduction">' in page(nadia, url)
    nadia.post(f"{url}accord/", {"state": "introduction"})
    again = nadia.post(f"{url}accord/", {"state": "introduction"}, follow=True)
    assert "déjà dit" in again.content.decode()
    nadia.post(f"{url}accord/")
    exchange.refresh_from_db()
    assert exchange.state == "proposed"


def test_the_decision_is_added_on_the_page_and_unlocks_the_agreement(
    w: World, client_for: Browser
) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    nadia = client_for(w.nadia)
    assert "décision signée" in page(nadia, exchange.get_absolute_url())
    url = f"{exchange.get_absolute_url()}decision/"
    wrong = nadia.post(url, {"decision": decision(b"nothing")})
    assert wrong.status_code == 400
    client_for(w.chloe).post(url, {"decision": decision()})
    exchange.refresh_from_db()
    assert nadia.get(exchange.decision.url).status_code == 200
    nadia.post(f"{exchange.get_absolute_url()}accord/", {"state": "proposed"})
    exchange.refresh_from_db()
    assert exchange.state == "agreed"


def test_moderation_reads_as_everybody_will_and_settles(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    url, chloe = f"/coordination/annonces/{listing.ref}/", client_for(w.chloe)
    assert "Merle" not in page(chloe, url)
    assert client_for(w.nadia).get(url).status_code == 404
    assert client_for(w.sonia).get(url).status_code == 404
    without = chloe.post(url, {"decision": "return", "reason": ""})
    assert without.status_code == 200
    listing.refresh_from_db()
    assert listing.state == "submitted"
    assert f'name="version" value="{listing.version}"' in page(chloe, url)
    chloe.post(url, {"decision": "publish", "version": "2020-01-01T00:00:00+00:00"})
    listing.refresh_from_db()
    assert listing.state == "submitted"
    chloe.post(url, {"decision": "publish", "version": listing.version})
    listing.refresh_from_db()
    assert listing.state == "published"


def test_html_in_every_field_is_shown_as_text(w: World, client_for: Browser) -> None:
    listing = published(
        w.nadia,
        w.metropole,
        title=HOSTILE,
        summary=HOSTILE,
        description=HOSTILE,
        place_label=HOSTILE,
        availability=HOSTILE,
        terms={"to_plan": HOSTILE, "conditions": HOSTILE, "hand_over": HOSTILE},
    )
    listing.tags.add("<i>étiquette</i>")
    photos.add(listing, w.nadia, picture(), HOSTILE)
    exchange = ask(listing, w.odile, w.association, message=HOSTILE)
    rules.write(exchange, w.nadia, HOSTILE)
    rules.decline(exchange, w.nadia, "other", HOSTILE)
    nadia = client_for(w.nadia)
    urls = [
        listing.get_absolute_url(),
        exchange.get_absolute_url(),
        "/mes-annonces/",
        "/mes-echanges/",
    ]
    urls += [f"/marche/publier/{listing.ref}/etape-{step}/" for step in (1, 2, 3, 4)]
    for url in urls:
        text = page(nadia, url)
        assert "<script>alert" not in text
        assert "<b>gras" not in text
        assert "<i>étiquette" not in text
    text = page(client_for(w.karim), f"{listing.get_absolute_url()}demander/")
    assert "<script>alert" not in text


# --- Counting queries --------------------------------------------------------------------------


def queries(browser: Client, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["odile", "nadia", "chloe", "nobody"])
def test_a_listing_page_costs_as_much_with_many_listings_tags_and_photos(
    w: World, client_for: Browser, who: str
) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    listing_rules.approve(listing, w.chloe)
    listing.tags.add("un")
    photos.add(listing, w.nadia, picture((200, 150)), "Une")
    browser = client_for(None if who == "nobody" else getattr(w, who))
    for similar in fill(w, 3):
        photos.add(similar, w.nadia, picture((200, 150)), "Une")
    few = queries(browser, listing.get_absolute_url())
    listing.tags.add(*(f"mot {number}" for number in range(8)))
    for number in range(5):
        photos.add(listing, w.nadia, picture((200, 150)), f"Photo {number}")
    fill(w, 500)
    ask(listing, w.karim, w.metropole)
    many = queries(browser, listing.get_absolute_url())
    # The newest of those that are similar have no photo: one query less.
    assert many <= few <= 30


def test_my_lists_cost_as_much_for_many(w: World, client_for: Browser) -> None:
    browser, urls = client_for(w.nadia), ("/mes-annonces/", "/mes-echanges/")
    first = published(w.nadia, w.metropole)
    photos.add(first, w.nadia, picture((200, 150)), "Une")
    ask(first, w.odile, w.association)
    few = [queries(browser, url) for url in urls]
    for listing in fill(w, 15):
        photos.add(listing, w.nadia, picture((200, 150)), "Une")
        ask(listing, w.odile, w.association)
    many = [queries(browser, url) for url in urls]
    assert many == few
    assert max(many) <= 20


def test_an_exchange_costs_as_much_with_a_long_conversation(w: World, client_for: Browser) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    browser = client_for(w.odile)
    few = queries(browser, exchange.get_absolute_url())
    for number in range(20):
        rules.write(exchange, (w.nadia, w.odile, w.chloe)[number % 3], f"Mot {number}")
    assert queries(browser, exchange.get_absolute_url()) == few
    # What leaves and comes back, consents, insurance and the ways out each ask once.
    assert few <= 30


def fill(w: World, number: int) -> list[Any]:
    category = CategoryFactory()
    return Listing.objects.bulk_create(
        Listing(
            direction="offer",
            nature="equipment",
            transfer="loan",
            title=f"Objet {one}",
            summary="Utile.",
            category=category,
            organisation=w.metropole,
            author=w.nadia,
            keeper=w.nadia,
            scope="verified",
            state="published",
            published_at=timezone.now(),
        )
        for one in range(number)
    )


def test_one_arrives_ready_to_say_a_need(w: World, client_for: Browser) -> None:
    browser = client_for(w.nadia)
    for word, value in (("besoin", "need"), ("offre", "offer")):
        text = page(browser, f"/marche/publier/?sens={word}")
        (checked,) = [one for one in text.split("<input") if " checked" in one.split(">")[0]]
        assert f'value="{value}"' in checked
    assert " checked" not in page(browser, "/marche/publier/?sens=<script>")


def test_the_words_that_found_nothing_begin_the_title_of_the_need(
    w: World, client_for: Browser
) -> None:
    said = {"direction": "need", "kind": "equipment-loan"}
    client_for(w.nadia).post("/marche/publier/?sens=besoin&titre=remorque%20%C3%A0%20bateau", said)
    assert Listing.objects.get(title="remorque à bateau").direction == "need"
    client_for(w.nadia).post(f"/marche/publier/?titre={'x' * 500}", said)
    assert Listing.objects.filter(title="x" * 120).exists()


def test_a_team_offers_to_welcome_someone(w: World, client_for: Browser) -> None:
    browser = client_for(w.nadia)
    browser.post("/marche/publier/", {"direction": "offer", "kind": "mission-hosting"})
    listing = Listing.objects.get()
    assert listing.access == "meet_first"
    base = f"/marche/publier/{listing.ref}"
    text = page(browser, f"{base}/etape-2/")
    assert "Rendez-vous" in text
    assert "assurance" not in text
    browser.post(
        f"{base}/etape-2/",
        {"title": "Un matin au dépôt", "summary": "Voir le métier.", "hand_over": "6 h, portail."},
    )
    shown = page(browser, listing.get_absolute_url())
    assert "Immersion · accueil · rencontre d’abord" in shown
    assert "Rendez-vous" in shown
    assert "attestation d’assurance" not in shown


def test_a_need_to_be_welcomed_counts_persons(w: World, client_for: Browser) -> None:
    browser = client_for(w.nadia)
    browser.post("/marche/publier/", {"direction": "need", "kind": "mission-hosting"})
    base = f"/marche/publier/{Listing.objects.get().ref}"
    assert "Combien de personnes" in page(browser, f"{base}/etape-2/")


def test_the_page_that_asks_where_suggests_communes(w: World, client_for: Browser) -> None:
    listing = draft(w.nadia, w.metropole)
    assert "js/places.js" in page(client_for(w.nadia), f"/marche/publier/{listing.ref}/etape-3/")


def test_what_is_missing_is_said_in_words(w: World, client_for: Browser) -> None:
    browser = client_for(w.nadia)
    assert (
        "Remplissez ce champ" not in browser.post("/marche/publier/", {"kind": ""}).content.decode()
    )
    browser.post("/marche/publier/", {"direction": "offer", "kind": "skill-time"})
    base = f"/marche/publier/{Listing.objects.get().ref}"
    for address in ("etape-2/", "etape-3/", "photos/"):
        text = browser.post(f"{base}/{address}", {"title": ""}).content.decode()
        assert "À corriger" in text, address
        assert "Remplissez ce champ" not in text, address


@pytest.mark.parametrize("typed", ["1 234,50", "1\u202f234,50 €", "1234.5"])
def test_an_amount_is_read_as_people_write_it(w: World, client_for: Browser, typed: str) -> None:
    listing = draft(w.nadia, w.metropole)
    browser = client_for(w.nadia)
    values = {"title": "Sono", "quantity": "1", "exclusive_use": "True"}
    address = f"/marche/publier/{listing.ref}/etape-2/"
    answer = browser.post(address, values | {"replacement_value": typed})
    assert answer.status_code == 302
    listing.refresh_from_db()
    assert listing.loan_terms.replacement_value == Decimal("1234.50")
    refused = browser.post(address, values | {"replacement_value": "cher"}).content.decode()
    assert "en chiffres" in refused


def test_whoever_left_is_offered_only_what_they_may_do(client_for: Any, w: World) -> None:
    """«Publier» would answer them 403."""
    left = client_for(w.gone)
    Listing.objects.filter(pk=published(w.nadia, w.metropole).pk).update(author=w.gone)
    for address in (
        "/mes-echanges/",
        "/mes-annonces/",
        "/mes-annonces/favoris/",
        "/marche/?q=anaconda",
    ):
        page = left.get(address)
        assert page.status_code == 200, address
        assert "/marche/publier/" not in page.content.decode(), address
    assert "/marche/publier/" in client_for(w.karim).get("/mes-echanges/").content.decode()
    assert "/marche/publier/" in client_for(None).get("/marche/?q=anaconda").content.decode()
