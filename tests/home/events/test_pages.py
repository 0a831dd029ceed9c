"""The pages of events, as each reader meets them, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from home.events.rules import sign_up
from home.models import EventPage
from search.catalogue import search_pages
from tests.factories import AssociationFactory, VerificationFactory, join, member
from tests.home.events.factories import event, publish
from tests.home.factories import Intranet, picture

MOST_QUERIES = 20
SECRET = "https://visio.exemple.test/salle-secrete"
ClientFor = Callable[..., Client]


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode().replace("\u00a0", " ")


def over(page: EventPage) -> EventPage:
    now = timezone.now()
    EventPage.objects.filter(pk=page.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )
    page.refresh_from_db()
    return page


@pytest.fixture
def page(vallees: Intranet) -> EventPage:
    return event(vallees, places=2, online_url=SECRET, organiser="Mission", contact="03 00")


def test_one_tap_takes_a_place_and_a_second_changes_nothing(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    browser = client_for(vallees.person("agent"), vallees.host)
    assert "Je m’inscris" in text_of(browser, "/agenda/cafe/")
    for _ in range(2):
        answer = browser.post(f"/evenements/{page.ref}/inscription/", follow=True)
        assert answer.redirect_chain == [("/agenda/cafe/#inscription", 302)]
        assert "Votre place est retenue" in answer.content.decode()
    assert page.sign_ups.count() == 1


def test_the_page_says_what_one_may_do(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    people = [vallees.person("agent") for _ in range(4)]
    for person in people[:3]:
        sign_up(person, page)
    waiting = text_of(client_for(people[2], vallees.host), "/agenda/cafe/")
    assert "En liste d’attente, 1re position" in waiting
    assert "Quitter la liste d’attente" in waiting
    late = text_of(client_for(people[3], vallees.host), "/agenda/cafe/")
    assert "C’est complet" in late
    assert "1 personne avant vous" in late
    assert "2 personnes, pour 2 places, 1 en attente" in late
    nobody = text_of(client_for(None, vallees.host), "/agenda/cafe/")
    assert "Se connecter pour s’inscrire" in nobody
    assert "/connexion/?next=%2Fagenda%2Fcafe%2F%23inscription" in nobody


def test_the_place_on_the_waiting_list_is_counted_not_read(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    people = [vallees.person("agent") for _ in range(6)]
    for person in people:
        sign_up(person, page)
    # Two at the very same moment: the first recorded is before.
    page.sign_ups.filter(user__in=people[2:4]).update(signed_up_at=timezone.now())
    for position, person in (("2e", people[5]), ("3e", people[2]), ("4e", people[3])):
        browser = client_for(person, vallees.host)
        with CaptureQueriesContext(connection) as queries:
            assert f"En liste d’attente, {position} position" in text_of(browser, "/agenda/cafe/")
        mine = [one["sql"] for one in queries if 'FROM "home_signup"' in one["sql"]]
        assert all("LIMIT" in sql or "COUNT(" in sql for sql in mine), mine


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cancel_reason": "La salle est inondée."}, "La salle est inondée."),
        ({"takes_sign_ups": False, "online_url": ""}, "On y vient sans s’inscrire"),
        ({"sign_up_opens_at": timedelta(days=2)}, "Les inscriptions ouvrent"),
        ({"sign_up_closes_at": timedelta(hours=-1)}, "Les inscriptions sont closes"),
    ],
    ids=["cancelled", "open door", "not yet", "closed"],
)
def test_what_takes_nobody_answers_kindly_on_the_page_and_to_the_button_of_an_old_tab(
    vallees: Intranet,
    page: EventPage,
    client_for: ClientFor,
    changes: dict[str, Any],
    words: str,
) -> None:
    now = timezone.now()
    publish(
        page,
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in changes.items()
        },
    )
    browser = client_for(vallees.person("agent"), vallees.host)
    text = text_of(browser, "/agenda/cafe/")
    assert words in text
    assert "Je m’inscris" not in text
    answer = browser.post(f"/evenements/{page.ref}/inscription/", follow=True)
    assert answer.status_code == 200
    assert not page.sign_ups.exists()


def test_reading_changes_nothing_and_who_is_not_signed_in_is_sent_to_sign_in(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    agent, nobody = (
        client_for(vallees.person("agent"), vallees.host),
        client_for(None, vallees.host),
    )
    for action in ("inscription", "desistement"):
        path = f"/evenements/{page.ref}/{action}/"
        assert agent.get(path)["Location"] == "/agenda/cafe/#inscription"
        assert nobody.post(path)["Location"].startswith("/connexion/?next=/agenda/cafe/")
        assert agent.put(path).status_code == 405
    assert not page.sign_ups.exists()


def test_a_place_is_given_back_on_the_page(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    person = vallees.person("agent")
    sign_up(person, page)
    browser = client_for(person, vallees.host)
    assert "Rendre ma place" in text_of(browser, "/agenda/cafe/")
    for words in ("merci d’avoir prévenu", "pas de place ici"):
        answer = browser.post(f"/evenements/{page.ref}/desistement/", follow=True)
        assert words in answer.content.decode()
    assert not page.sign_ups.exists()


def test_the_link_to_attend_is_for_who_has_a_place(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    people = [vallees.person("agent") for _ in range(3)]
    for person in people:
        sign_up(person, page)
    publish(page, summary="Pour de vrai.")
    shown = {}
    for name, person in {"coming": people[0], "waiting": people[2], "nobody": None}.items():
        browser = client_for(person, vallees.host)
        file = browser.get(f"/evenements/{page.ref}/agenda.ics").content.decode()
        texts = [text_of(browser, "/agenda/cafe/"), file.replace("\r\n ", "")]
        shown[name] = [SECRET in text for text in texts]
        assert SECRET not in text_of(browser, "/agenda/") + text_of(browser, "/agenda.ics")
    assert shown == {
        "coming": [True, True],
        "waiting": [False, False],
        "nobody": [False, False],
    }
    assert SECRET not in page.search_text()


def test_who_comes_is_a_number_and_never_a_name(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    seen = vallees.person("agent", first_name="Zélie", last_name="Quincampoix")
    sign_up(seen, page)
    readers = [None, vallees.person("agent"), vallees.person("agent", "editor", "coordinator")]
    for reader in readers:
        browser = client_for(reader, vallees.host)
        paths = ["/agenda/cafe/", "/agenda/", "/", f"/evenements/{page.ref}/agenda.ics"]
        for path in [*paths, "/agenda.ics"]:
            assert "Quincampoix" not in browser.get(path).content.decode()
    assert "1 personne, pour 2 places" in text_of(client_for(None, vallees.host), "/agenda/cafe/")


@pytest.mark.parametrize("reader", ["nobody", "neighbour"])
def test_an_internal_event_does_not_exist_for_others(
    vallees: Intranet, dunes: Intranet, client_for: ClientFor, reader: str
) -> None:
    page = event(vallees, title="Entre nous seuls", audience="internal")
    person = dunes.person("agent", "coordinator") if reader == "neighbour" else None
    browser = client_for(person, vallees.host)
    paths = [
        "/interne/agenda/cafe/",
        "/interne/agenda/",
        f"/evenements/{page.ref}/",
        f"/evenements/{page.ref}/agenda.ics",
    ]
    for path in paths:
        assert browser.get(path).status_code == 404, path
    for action in ("inscription", "desistement"):
        assert browser.post(f"/evenements/{page.ref}/{action}/").status_code == 404
    for path in ("/agenda/", "/agenda.ics", "/", "/plan-du-site/"):
        assert "Entre nous seuls" not in text_of(browser, path)
    assert not page.sign_ups.exists()


def test_the_address_of_letters_leads_to_the_page_from_any_host(
    vallees: Intranet, dunes: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    path = f"/evenements/{page.ref}/"
    assert client_for(None, vallees.host).get(path)["Location"] == "/agenda/cafe/"
    for host in ("localhost", dunes.host):
        leads_to = client_for(None, host).get(path)["Location"]
        assert leads_to == f"http://{vallees.host}/agenda/cafe/"
    inside = event(vallees, "dedans", audience="internal")
    person = vallees.person("agent")
    assert client_for(None).get(f"/evenements/{inside.ref}/").status_code == 404
    assert client_for(person).get(f"/evenements/{inside.ref}/").status_code == 302
    page.unpublish()
    assert client_for(None, vallees.host).get(path).status_code == 404


def test_an_association_signs_up_where_it_is_welcome(
    vallees: Intranet, client_for: ClientFor
) -> None:
    page = event(vallees, open_to_associations=True)
    association = AssociationFactory(short_name="Le Port")
    VerificationFactory(association=association, by=vallees.organisation)
    browser = client_for(member(association, "representative"), vallees.host)
    assert "c’est Le Port qui vient" in text_of(browser, "/agenda/cafe/")
    browser.post(f"/evenements/{page.ref}/inscription/")
    assert page.sign_ups.get().organisation == association
    closed = event(vallees, "ferme")
    assert "pas aux associations" in text_of(browser, "/agenda/ferme/")
    browser.post(f"/evenements/{closed.ref}/inscription/")
    assert not closed.sign_ups.exists()


def test_who_wears_two_hats_chooses(vallees: Intranet, client_for: ClientFor) -> None:
    page = event(vallees, open_to_associations=True)
    association = AssociationFactory()
    VerificationFactory(association=association, by=vallees.organisation)
    person = vallees.person("agent")
    join(person, association)
    browser = client_for(person, vallees.host)
    assert f'value="{association.ref}"' in text_of(browser, "/agenda/cafe/")
    wrong = browser.post(f"/evenements/{page.ref}/inscription/", {"pour": "xx'; --"}, follow=True)
    assert "Choisissez pour qui vous venez" in wrong.content.decode()
    browser.post(f"/evenements/{page.ref}/inscription/", {"pour": association.ref})
    assert page.sign_ups.get().organisation == association


def test_the_agenda_shows_what_comes_first_and_keeps_the_past(
    vallees: Intranet, client_for: ClientFor
) -> None:
    event(vallees, "plus-tard", title="Plus tard", in_days=40)
    event(vallees, "bientot", title="Bientôt", in_days=2, places=3)
    event(vallees, "dedans", title="Dedans", audience="internal", in_days=1)
    publish(event(vallees, "annule", title="Reporté"), cancel_reason="Grève.")
    over(event(vallees, "fini", title="Fini depuis peu"))
    agent, nobody = (
        client_for(vallees.person("agent"), vallees.host),
        client_for(None, vallees.host),
    )
    seen = text_of(agent, "/agenda/")
    assert seen.index("Dedans") < seen.index("Bientôt") < seen.index("Plus tard")
    assert "Fini depuis peu" not in seen
    assert "annulé" in seen
    assert "Dedans" not in text_of(nobody, "/agenda/")
    assert "Bientôt" not in text_of(agent, "/interne/agenda/")
    past = text_of(agent, "/agenda/?quand=passes")
    assert "Fini depuis peu" in past
    assert "Bientôt" not in past
    for query in ("?quand=x&page=abc", "?page=99999", "?quand=passes&page=-1"):
        assert agent.get(f"/agenda/{query}").status_code == 200
    front = text_of(agent, "/")
    assert "Dedans" in front
    assert "3 places" in front
    assert "Reporté" not in front


def test_an_empty_agenda_says_so(vallees: Intranet, client_for: ClientFor) -> None:
    browser = client_for(None, vallees.host)
    assert "Aucun événement n’est annoncé" in text_of(browser, "/agenda/")
    assert "Aucun événement passé" in text_of(browser, "/agenda/?quand=passes")
    assert "À l’agenda" not in text_of(browser, "/")


def test_calendars_hold_when_where_and_what(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    publish(page, address="4 rue du Four, 57000 Metz", title="Café, thé ; et \\ biscuits")
    answer = client_for(None, vallees.host).get(f"/evenements/{page.ref}/agenda.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="cafe.ics"'
    (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert entry["summary"] == "Café, thé ; et \\ biscuits"
    assert entry.decoded("dtstart") == page.starts_at
    assert entry.decoded("dtend") == page.ends_at
    assert entry["dtstart"].params["TZID"] == "Europe/Paris"
    assert entry["location"] == "Maison des projets, 4 rue du Four, 57000 Metz"
    assert entry["url"] == f"http://{vallees.host}/evenements/{page.ref}/"
    assert entry["status"] == "CONFIRMED"
    assert not {"ATTENDEE", "ORGANIZER"} & set(entry)
    publish(page, cancel_reason="Grève.")
    again = client_for(None, vallees.host).get(f"/evenements/{page.ref}/agenda.ics").content
    (entry,) = Calendar.from_ical(again).walk("VEVENT")
    assert entry["status"] == "CANCELLED"


def test_the_feed_has_the_public_events_of_this_site_for_anyone(
    vallees: Intranet, dunes: Intranet, client_for: ClientFor
) -> None:
    event(vallees, "ouvert", title="Ouvert à tous")
    event(vallees, "dedans", title="Dedans", audience="internal")
    event(dunes, "ailleurs", title="Ailleurs")
    event(vallees, "brouillon", title="Brouillon").unpublish()
    for person in (None, vallees.person("agent", "editor")):
        answer = client_for(person, vallees.host).get("/agenda.ics")
        calendar = Calendar.from_ical(answer.content)
        assert [entry["summary"] for entry in calendar.walk("VEVENT")] == ["Ouvert à tous"]
        assert calendar["x-wr-calname"] == "Agenda · Les Vallées"
        assert "public" in answer["Cache-Control"]
    assert client_for(None).get("/agenda.ics").status_code == 404


def test_search_says_that_it_is_an_event_and_when(
    vallees: Intranet, page: EventPage, client_for: ClientFor
) -> None:
    found = search_pages("maison projets", vallees.person("agent"), vallees.site, 1, 5)
    assert [hit.item.specific for hit in found.hits] == [page]
    text = text_of(client_for(None, vallees.host), "/recherche/?q=maison+projets")
    assert re.search(r"Événement · \w+ \d+(er)? \w+ 20\d\d, 9 h", text)


def test_what_editors_type_is_shown_as_text(vallees: Intranet, client_for: ClientFor) -> None:
    names = ("title", "summary", "place", "address", "organiser", "contact", "cancel_reason")
    event(vallees, **{name: f"<script>{name}</script>" for name in names})
    browser = client_for(vallees.person("agent"), vallees.host)
    for path in ("/agenda/cafe/", "/agenda/", "/"):
        assert "<script>" not in re.sub(r"<script src=[^>]*>", "", text_of(browser, path))


@pytest.mark.parametrize("roles", [("agent",), ("agent", "editor", "coordinator", "manager")])
def test_each_page_costs_at_most_twenty_queries_few_or_many(
    vallees: Intranet, client_for: ClientFor, roles: tuple[str, ...]
) -> None:
    page = event(vallees, image=picture(vallees), places=3, open_to_associations=True)
    person = vallees.person(*roles)
    association = AssociationFactory()
    VerificationFactory(association=association, by=vallees.organisation)
    join(person, association, "representative")
    sign_up(vallees.person("agent"), page)
    event(vallees, "passe", in_days=-3)
    event(vallees, "demain", in_days=1)
    browser = client_for(person, vallees.host)
    paths = [
        "/",
        "/agenda/",
        "/agenda/?quand=passes",
        "/agenda/cafe/",
        "/interne/agenda/",
        "/agenda.ics",
        f"/evenements/{page.ref}/agenda.ics",
    ]
    event(vallees, "dedans", audience="internal")
    few = {path: queries(browser, path) for path in paths}
    for number in range(12):
        sign_up(vallees.person("agent"), page)
        soon = event(vallees, f"bientot-{number}", in_days=1, audience="internal")
        sign_up(person, soon)
        sign_up(vallees.person("agent"), soon)
        event(vallees, f"passe-{number}", in_days=-number - 4)
    sign_up(person, page)
    for path in paths:
        many = queries(browser, path)
        assert many <= MOST_QUERIES, f"{path}: {many}"
        assert many - few[path] <= 1, f"{path}: {few[path]}, then {many}"


def queries(browser: Client, path: str) -> int:
    browser.get(path)  # fills the renditions and Wagtail's cache of addresses
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200, path
    return len(captured)
