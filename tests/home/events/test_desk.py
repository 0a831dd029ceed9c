"""Events at the desk: the form, and who comes as it may be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, streamfield

from accounts.models import Membership
from home.events.participants import participants
from home.events.rules import sign_up
from home.models import EventPage
from tests.factories import AssociationFactory, DepartmentFactory, VerificationFactory, member
from tests.home.events.factories import event, publish
from tests.home.factories import Intranet

ClientFor = Callable[..., Client]


def in_days(days: int, hour: int = 9) -> str:
    at = timezone.localtime().replace(hour=hour, minute=0) + timedelta(days=days)
    return at.strftime("%d/%m/%Y %H:%M")


def hour_that_does_not_exist() -> str:
    """Return half past two on the last Sunday of next March, when clocks jump from two to three."""
    last = date(timezone.localdate().year + 1, 3, 31)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    return sunday.strftime("%d/%m/%Y 02:30")


def typed(**changes: Any) -> dict[str, Any]:
    """Return what an editor's browser sends for a new event."""
    form = {
        "title": "Atelier soudure",
        "slug": "atelier-soudure",
        "summary": "Deux heures, un fer.",
        "starts_at": in_days(5, 14),
        "ends_at": in_days(5, 16),
        "place": "Atelier du dépôt",
        "address": "",
        "online_url": "",
        "organiser": "Parc des mobilités",
        "contact": "",
        "takes_sign_ups": "on",
        "places": "8",
        "sign_up_opens_at": "",
        "sign_up_closes_at": "",
        "cancel_reason": "",
        "icon": "",
        "image": "",
        "body": streamfield([]),
        "go_live_at": "",
        "expire_at": "",
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
        "action-publish": "1",
    } | changes
    return nested_form_data(form)


@pytest.fixture
def desk(vallees: Intranet, client_for: ClientFor) -> Client:
    return client_for(vallees.person("editor"), vallees.host)


def add(desk: Client, vallees: Intranet, **changes: Any) -> Any:
    section = vallees.page("agenda")
    return desk.post(f"/cms/pages/add/home/eventpage/{section.pk}/", typed(**changes))


def test_an_editor_announces_an_event(desk: Client, vallees: Intranet) -> None:
    assert add(desk, vallees).status_code == 302
    page = vallees.page("agenda", "atelier-soudure")
    assert page.live
    assert timezone.localtime(page.starts_at).hour == 14
    assert page.places == 8


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": in_days(5, 13)}, "La fin doit venir après le début"),
        ({"ends_at": in_days(5, 14)}, "La fin doit venir après le début"),
        ({"starts_at": in_days(-2), "ends_at": in_days(-2, 11)}, "Cette date est passée"),
        ({"starts_at": in_days(-1), "ends_at": in_days(2)}, "Cette date est passée"),
        ({"starts_at": "31/12/9999 23:00", "ends_at": "31/12/9999 23:30"}, "Vérifiez l’année"),
        ({"starts_at": "demain matin"}, "la date et l’heure en chiffres"),
        ({"starts_at": hour_that_does_not_exist()}, "Europe/Paris"),
        ({"starts_at": ""}, "Donnez le jour et l’heure du début"),
        ({"place": ""}, "Dites où cela se passe"),
        ({"online_url": "javascript:alert(1)"}, "https://"),
        ({"online_url": "http://visio.exemple.test/"}, "https://"),
        ({"online_url": "https://visio.test/x", "takes_sign_ups": ""}, "gardez l’inscription"),
        ({"places": "0"}, "Au moins une place"),
        ({"places": "-3"}, "Au moins une place"),
        ({"places": "99999999999999999999"}, "laissez vide"),
        ({"places": "beaucoup"}, "nombre entier"),
        ({"sign_up_opens_at": in_days(6)}, "s’ouvrent avant le début"),
        ({"sign_up_closes_at": in_days(6)}, "au plus tard à la fin"),
        (
            {"sign_up_opens_at": in_days(3), "sign_up_closes_at": in_days(2)},
            "ferment après leur ouverture",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_how_to_mend_it_and_nothing_typed_is_lost(
    desk: Client, vallees: Intranet, changes: dict[str, Any], words: str
) -> None:
    answer = add(desk, vallees, **changes)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    assert "Deux heures, un fer." in text
    for value in changes.values():
        assert not value or value in text
    assert not EventPage.objects.exists()


def test_a_draft_need_not_know_where(desk: Client, vallees: Intranet) -> None:
    assert add(desk, vallees, place="", **{"action-publish": ""}).status_code == 302
    assert not vallees.page("agenda", "atelier-soudure").live


def test_what_took_place_may_still_be_told(desk: Client, vallees: Intranet) -> None:
    page = event(vallees, "fini", in_days=-3)
    starts, ends = (timezone.localtime(at) for at in (page.starts_at, page.ends_at))
    form = typed(
        title="Fini, et réussi",
        slug="fini",
        starts_at=starts.strftime("%d/%m/%Y %H:%M"),
        ends_at=ends.strftime("%d/%m/%Y %H:%M"),
    )
    assert desk.post(f"/cms/pages/{page.pk}/edit/", form).status_code == 302
    page.refresh_from_db()
    assert page.title == "Fini, et réussi"


def test_the_form_says_how_many_come_and_when_they_are_more_than_the_places(
    desk: Client, vallees: Intranet
) -> None:
    page = event(vallees, places=3)
    for _ in range(3):
        sign_up(vallees.person("agent"), page)
    publish(page, places=2)
    text = desk.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "3 inscriptions confirmées" in text
    assert "toutes gardent la leur" in text
    assert f"/cms/evenements/{page.pk}/inscriptions/" in text
    listed = desk.get(f"/cms/evenements/{page.pk}/inscriptions/").content.decode()
    assert "1 personne de plus que de places" in listed


@pytest.fixture
def attended(vallees: Intranet, dunes: Intranet) -> EventPage:
    """An event with two agents (one waits), a neighbour, and a volunteer."""
    page = event(vallees, places=3, open_to_associations=True)
    department = DepartmentFactory(organisation=vallees.organisation, name="Voirie")
    agent = vallees.person("agent", first_name="Zoé", last_name="=HYPERLINK(1)")
    Membership.objects.filter(user=agent).update(department=department)
    neighbour = dunes.person("agent", first_name="Nina", last_name="Voisine")
    association = AssociationFactory(name="Le Port", short_name="+Le Port")
    VerificationFactory(association=association, by=vallees.organisation)
    volunteer = member(association, first_name="Odile", last_name="Bénévole")
    late = vallees.person("agent", first_name="Luc", last_name="Tardif")
    for person in (neighbour, volunteer, agent, late):
        sign_up(person, page)
    return page


def test_own_people_are_named_and_others_come_as_their_organisation(
    desk: Client, attended: EventPage
) -> None:
    for path in ("", "emargement/", "tableau.csv"):
        answer = desk.get(f"/cms/evenements/{attended.pk}/inscriptions/{path}")
        text = answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert "Zoé" in text, path
        assert "Voirie" in text, path
        assert "Les Dunes" in text, path
        for hidden in ("Voisine", "Nina", "Bénévole", "Odile"):
            assert hidden not in text, path
    assert "Tardif" in desk.get(f"/cms/evenements/{attended.pk}/inscriptions/").content.decode()
    sheet = desk.get(f"/cms/evenements/{attended.pk}/inscriptions/emargement/").content.decode()
    assert "Tardif" not in sheet


def test_who_left_is_not_named_any_more(vallees: Intranet, attended: EventPage) -> None:
    Membership.objects.filter(user__last_name="Tardif").update(ends_at=timezone.now())
    assert "Tardif" not in {one.last_name for one in participants(attended, vallees.organisation)}


def test_a_spreadsheet_shows_formulas_and_runs_none(desk: Client, attended: EventPage) -> None:
    answer = desk.get(f"/cms/evenements/{attended.pk}/inscriptions/tableau.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="inscriptions-cafe.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Rang", "Nom", "Prénom", "Service ou organisme", "État", "Inscription"]
    assert rows[1][:5] == ["1", "'=HYPERLINK(1)", "Zoé", "Voirie", "inscription confirmée"]
    assert rows[2][:4] == ["2", "", "", "'+Le Port"]
    assert rows[4][:2] + rows[4][4:5] == ["1", "Tardif", "liste d’attente"]
    assert datetime.strptime(rows[1][5], "%d/%m/%Y %H:%M").year == timezone.localdate().year  # noqa: DTZ007


@pytest.mark.parametrize(
    ("roles", "status"),
    [(("editor",), 200), (("coordinator",), 200), (("agent", "manager"), 404)],
)
def test_the_list_is_for_the_desk_of_the_event(
    vallees: Intranet, dunes: Intranet, client_for: ClientFor, roles: tuple[str, ...], status: int
) -> None:
    mine, theirs = event(vallees), event(dunes)
    browser = client_for(vallees.person(*roles), vallees.host)
    for path in ("", "emargement/", "tableau.csv"):
        assert browser.get(f"/cms/evenements/{mine.pk}/inscriptions/{path}").status_code == status
        assert browser.get(f"/cms/evenements/{theirs.pk}/inscriptions/{path}").status_code == 404
        home = vallees.site.root_page_id
        assert browser.get(f"/cms/evenements/{home}/inscriptions/{path}").status_code == 404
    nobody = client_for(None, vallees.host).get(f"/cms/evenements/{mine.pk}/inscriptions/")
    assert nobody["Location"].startswith("/connexion/")


def test_the_list_costs_the_same_for_few_and_for_many(
    desk: Client, vallees: Intranet, attended: EventPage
) -> None:
    path = f"/cms/evenements/{attended.pk}/inscriptions/"
    few = queries(desk, path)
    publish(attended, places=50)
    for _ in range(15):
        sign_up(vallees.person("agent"), attended)
    assert queries(desk, path) == few


def queries(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)
