"""The hand-over on a phone: a GET shows, a POST does, twice is once, and pictures stay private."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.exchanges import timeline
from marketplace.exchanges.handover import rules
from marketplace.exchanges.handover.models import HandOver, HandOverPhoto, Incident
from marketplace.exchanges.handover.rules import State
from marketplace.exchanges.models import Exchange
from tests.marketplace.booking.factories import bikes, room
from tests.marketplace.exchanges.test_hand_over import LEAVING, RETURN, booked, lent
from tests.marketplace.factories import World, ask, decision, picture, published

Browser = Callable[..., Client]


def page(exchange: Exchange) -> str:
    return f"{exchange.get_absolute_url()}remise/"


def test_a_loan_leaves_with_its_list_and_its_photos(w: World, client_for: Browser) -> None:
    exchange = lent(w)
    keeper = client_for(w.nadia)
    assert "Noter le départ" in keeper.get(exchange.get_absolute_url()).content.decode()
    shown = keeper.get(page(exchange)).content.decode()
    assert "Tout est là, accessoires compris" in shown
    assert not HandOver.objects.exists()
    typed = {
        "moment": LEAVING,
        "condition": "worn",
        "words": "Une couture usée <b>là</b>.",
        "ticked": ["Cela fonctionne"],
        "photos": [picture(), picture()],
    }
    answer = keeper.post(page(exchange), typed)
    assert (answer.status_code, answer.url) == (302, page(exchange))
    keeper.post(page(exchange), {"moment": LEAVING, "condition": "good"})
    noted = HandOver.objects.get()
    assert (noted.condition, noted.photos.count()) == ("worn", 2)
    assert [line["ok"] for line in noted.checklist] == [False, True, False]
    read = client_for(w.odile).get(page(exchange)).content.decode()
    assert "&lt;b&gt;là&lt;/b&gt;" in read
    assert "Êtes-vous d’accord" in read


def test_what_is_wrong_is_said_and_nothing_is_lost(w: World, client_for: Browser) -> None:
    exchange = lent(w)
    keeper = client_for(w.nadia)
    wrong = {"moment": LEAVING, "condition": "damaged", "photos": [picture()]}
    answer = keeper.post(page(exchange), wrong)
    assert answer.status_code == 400
    assert "ce qui est abîmé" in answer.content.decode()
    assert "Choisissez de nouveau vos photos" in answer.content.decode()
    typed = {"moment": LEAVING, "condition": "good", "words": "Bien.", "photos": [decision()]}
    answer = keeper.post(page(exchange), typed)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "n’est pas une photo lisible" in text
    assert "Bien." in text
    assert keeper.post(page(exchange), {"moment": "autre"}).status_code == 400
    assert not HandOver.objects.exists()


def test_pictures_are_for_both_sides_and_the_coordination(w: World, client_for: Browser) -> None:
    exchange = lent(w)
    rules.record(exchange, w.nadia, LEAVING, State(photos=[picture()]))
    photo = HandOverPhoto.objects.get()
    url = photo.file.url
    readers = (w.nadia, w.odile, w.chloe)
    assert [client_for(one).get(url).status_code for one in readers] == [200] * 3
    assert [client_for(one).get(url).status_code for one in (w.karim, w.sonia)] == [404] * 2
    storage, name = photo.file.storage, photo.file.name
    assert storage.exists(name)


def test_the_licence_is_named_in_the_form(w: World, client_for: Browser) -> None:
    exchange = lent(w, "offer vehicle loan", title="Fourgon", terms={"licence": "permis B"})
    taker = client_for(w.odile)
    assert "est valide pour ce véhicule (permis B)" in taker.get(page(exchange)).content.decode()
    typed = {"moment": LEAVING, "condition": "good", "kilometres": "12000"}
    answer = taker.post(page(exchange), typed)
    assert answer.status_code == 400
    assert "aucune copie" in answer.content.decode()
    taker.post(page(exchange), typed | {"licence": "on"})
    assert HandOver.objects.get().kilometres == 12_000
    shown = client_for(w.nadia).get(page(exchange)).content.decode()
    assert "attesté le" in shown


def test_the_other_side_confirms_once(w: World, client_for: Browser) -> None:
    exchange = lent(w)
    rules.record(exchange, w.nadia, LEAVING, State())
    url = f"{page(exchange)}reponse/"
    assert client_for(w.odile).get(url).status_code == 405
    client_for(w.nadia).post(url, {"moment": LEAVING})
    assert HandOver.objects.get().answer == ""
    for words in ("", "Après coup"):
        client_for(w.odile).post(url, {"moment": LEAVING, "words": words})
    assert HandOver.objects.get().answer == "agrees"
    assert client_for(w.odile).post(url, {"moment": RETURN}).status_code == 404


def test_a_room_is_one_tap_from_its_exchange(w: World, client_for: Browser) -> None:
    exchange = booked(w, room(), "offer premises hosting")
    browser = client_for(w.paul)
    assert "J’y suis" in browser.get(exchange.get_absolute_url()).content.decode()
    for moment in (LEAVING, RETURN):
        browser.post(page(exchange), {"moment": moment, "condition": "good"})
    assert HandOver.objects.count() == 2
    assert "Retour noté" in browser.get(exchange.get_absolute_url()).content.decode()


def test_the_label_of_a_unit_leads_to_its_hand_over(w: World, client_for: Browser) -> None:
    exchange = booked(w, bikes(2))
    unit = exchange.allocations.get().unit
    url = f"/mes-echanges/exemplaires/{unit.ref}/"
    labels = client_for(w.nadia).get(f"/mes-annonces/{exchange.listing.ref}/etiquettes/")
    assert url in labels.content.decode()
    assert client_for(w.paul).get(url).url == page(exchange)
    assert client_for(w.sonia).get(url).url == exchange.listing.get_absolute_url()
    assert client_for(None).get(url).status_code == 302
    assert client_for(w.paul).get("/mes-echanges/exemplaires/inconnu000/").status_code == 404


def test_an_incident_is_settled_from_its_page(w: World, client_for: Browser) -> None:
    exchange = booked(w, bikes(1))
    rules.record(exchange, w.paul, LEAVING, State())
    rules.record(exchange, w.paul, RETURN, State(condition="damaged", words="Roue voilée."))
    incident = Incident.objects.get()
    url = incident.get_absolute_url()
    assert "Régler" not in client_for(w.paul).get(url).content.decode()
    assert client_for(w.sonia).get(url).status_code == 404
    keeper = client_for(w.nadia)
    assert keeper.post(url, {"outcome": "repaired"}).status_code == 400
    keeper.post(url, {"outcome": "repaired", "words": "Roue changée."})
    incident.refresh_from_db()
    assert incident.outcome == "repaired"
    assert "Roue changée." in client_for(w.paul).get(url).content.decode()


def test_time_without_dates_begins_by_a_button(w: World, client_for: Browser) -> None:
    need = published(w.odile, w.association, "need mission time")
    exchange = ask(need, w.karim, w.metropole, whose_time="own")
    Exchange.objects.filter(pk=exchange.pk).update(state="confirmed")
    browser = client_for(w.karim)
    assert "C’est commencé" in browser.get(exchange.get_absolute_url()).content.decode()
    browser.post(f"{exchange.get_absolute_url()}commencer/")
    exchange.refresh_from_db()
    assert exchange.state == "under_way"
    assert browser.get(page(exchange)).status_code == 404


def test_many_steps_cost_the_queries_of_one(w: World) -> None:
    exchanges = []
    for number in range(6):
        one = lent(w, title=f"Prêt {number}")
        rules.record(one, w.nadia, LEAVING, State())
        rules.record(one, w.nadia, RETURN, State(condition="damaged", words="Cassé."))
        exchanges.append(Exchange.objects.for_page().get(pk=one.pk))

    def cost(some: list[Exchange]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            list(timeline.steps_of(some, w.nadia))
        return len(caught)

    assert cost(exchanges[:1]) - 1 <= cost(exchanges) <= cost(exchanges[:1]) + 5
