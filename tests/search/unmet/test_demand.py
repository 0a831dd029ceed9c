"""Words without answer: counted from five people on, and nobody in what is kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from search.text import TextQuery
from search.unmet.models import Demand, DemandAsker, SeasonSecret
from search.unmet.rules import close_due, count, season_of
from tests.factories import ListingFactory, member
from tests.home.factories import Intranet, intranet

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 20)
WORDS = TextQuery.parse("des remorques à bateau")


@pytest.fixture
def place(db: Any) -> Intranet:
    return intranet("vallees", name="Les Vallées")


def people(place: Intranet, number: int) -> list[User]:
    return [place.person("agent") for _ in range(number)]


def test_the_fifth_person_makes_the_words_readable(place: Intranet) -> None:
    askers = people(place, 5)
    for person in askers[:4] * 3:
        demand = count(place.organisation, WORDS, person, DAY)
    assert (demand.askers, demand.words) == (4, "")
    # In another order, in the singular: the same words to the analyser.
    demand = count(place.organisation, TextQuery.parse("bateaux remorque"), askers[4], DAY)
    assert (demand.askers, demand.words) == (5, "bateaux remorque")


def test_of_a_phrase_only_what_five_people_typed_is_read(place: Intranet) -> None:
    shared = "remorque à bateau"
    for person in people(place, 4):
        count(place.organisation, TextQuery.parse(f"« {shared} »"), person, DAY)
    (fifth,) = people(place, 1)
    demand = count(place.organisation, TextQuery.parse("« remorque de sa bateau »"), fifth, DAY)
    assert demand.words == "«\u00a0remorque bateau\u00a0»"


def test_nothing_that_is_kept_leads_to_anybody(place: Intranet) -> None:
    (person,) = people(place, 1)
    demand = count(place.organisation, WORDS, person, DAY)
    other = count(place.organisation, TextQuery.parse("échafaudage"), person, DAY)
    fields = {field.name for model in (Demand, DemandAsker) for field in model._meta.fields}
    assert fields == {"id", "organisation", "season", "mark", "words", "askers", "demand"}
    first, second = DemandAsker.objects.order_by("pk")
    assert first.mark != second.mark
    assert demand.words == other.words == ""


def test_a_season_ends_with_its_key_and_what_few_asked(place: Intranet) -> None:
    for person in people(place, 5):
        count(place.organisation, WORDS, person, DAY)
    count(place.organisation, TextQuery.parse("échafaudage"), people(place, 1)[0], DAY)
    assert close_due(DAY) == 0
    assert close_due(date(2026, 7, 1)) == 1
    assert not SeasonSecret.objects.exists()
    assert not DemandAsker.objects.exists()
    assert Demand.objects.get().askers == 5
    assert close_due(date(2026, 12, 31)) == 0
    assert close_due(date(2027, 1, 1)) == 1
    assert not Demand.objects.exists()
    assert season_of(date(2026, 12, 31)) == date(2026, 10, 1)


def test_a_new_season_counts_anew(place: Intranet) -> None:
    askers = people(place, 4)
    for person in askers:
        count(place.organisation, WORDS, person, DAY)
    later = count(place.organisation, WORDS, askers[0], DAY + timedelta(days=92))
    assert later.askers == 1


def test_the_catalogue_counts_what_found_nothing(client_for: Any, place: Intranet) -> None:
    ListingFactory(organisation=place.organisation, title="Barnum", scope="public")
    browser = client_for(place.person("agent"), place.host)
    for address in ("?q=", "?sens=besoin", "?q=zzqx&page=2"):
        browser.get(f"/marche/{address}")
    client_for(None, place.host).get("/marche/?q=zzqx")
    client_for(place.person("agent")).get("/marche/?q=zzqx")  # on the platform's host
    assert not Demand.objects.exists()
    browser.get("/marche/?q=zzqx")
    browser.get("/marche/?q=zzqx&sens=offre")
    assert Demand.objects.get().askers == 1


def test_what_only_the_filters_left_empty_is_no_demand(client_for: Any, place: Intranet) -> None:
    from search.indexing import mark

    listing = ListingFactory(organisation=place.organisation, title="Barnum", scope="public")
    mark("listing", [listing.pk])
    browser = client_for(place.person("agent"), place.host)
    for address in ("?q=barnum&sens=besoin", "?q=barnun"):
        browser.get(f"/marche/{address}")
    assert not Demand.objects.exists()


def test_only_the_coordination_of_that_body_reads_it(client_for: Any, place: Intranet) -> None:
    for person in people(place, 5):
        count(place.organisation, WORDS, person)
    for person in people(place, 4):
        count(place.organisation, TextQuery.parse("fronde secrète"), person)
    chloe = place.person("agent", "coordinator")
    browser = client_for(chloe, place.host)
    for path in ("/coordination/recherches-sans-reponse/", "/coordination/"):
        page = browser.get(path).content.decode()
        assert "remorques bateau" in page
        assert "5\u00a0personnes" in page
        assert "fronde" not in page
    page = browser.get("/coordination/recherches-sans-reponse/").content.decode()
    assert "/marche/publier/?sens=besoin&amp;titre=" in page
    assert "/cms/ecrire/appel/" in page
    other = intranet("moeres", name="Les Moëres")
    stranger = other.person("coordinator")
    page = client_for(stranger, other.host).get("/coordination/recherches-sans-reponse/")
    assert "remorques" not in page.content.decode()
    agent = client_for(member(place.organisation), place.host)
    assert agent.get("/coordination/recherches-sans-reponse/").status_code == 403


def test_html_typed_in_words_is_only_text(client_for: Any, place: Intranet) -> None:
    for person in people(place, 5):
        demand = count(place.organisation, WORDS, person)
    Demand.objects.filter(pk=demand.pk).update(words="<i onclick=z>")
    browser = client_for(place.person("agent", "coordinator"), place.host)
    for path in ("/coordination/recherches-sans-reponse/", "/coordination/"):
        page = browser.get(path).content.decode()
        assert "<i onclick" not in page
        assert "&lt;i onclick=z&gt;" in page
