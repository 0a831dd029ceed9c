"""The catalogue and the search box as a browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from accounts.models import Organisation
from accounts.signals import organisations_changed
from home.signals import pages_changed
from marketplace.models import Listing
from marketplace.signals import listings_changed
from search.catalogue import search_catalogue, search_pages
from search.indexing import mark
from search.models import IndexEntry, Row
from search.query import CatalogueQuery
from tests.factories import (
    AssociationFactory,
    CategoryFactory,
    CommuneFactory,
    ListingFactory,
    OrganisationFactory,
    VerificationFactory,
    join,
    member,
)
from tests.search.conftest import ENGINES, settle

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


def made(count: int, **fields: Any) -> None:
    category = CategoryFactory()
    listings = [
        ListingFactory(
            title=f"Vélo {n}", scope="public", category=category, commune=CommuneFactory(), **fields
        )
        for n in range(count)
    ]
    for listing in listings:
        listing.tags.add("mobilité")
    mark("listing", [listing.pk for listing in listings])


@pytest.mark.parametrize("path", ["/marche/?q=velo&lieu=Metz", "/marche/", "/recherche/?q=velo"])
def test_few_and_many_listings_cost_the_same_queries(
    path: str, collectivite: Organisation, client_for: ClientFor
) -> None:
    browser = client_for(member(collectivite, "agent"), "vallees.localhost")
    made(5)
    browser.get(path)  # what a process computes once
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert browser.get(path).status_code == 200
    made(495, organisation=OrganisationFactory())
    with CaptureQueriesContext(connection) as many:
        page = browser.get(path)
    assert "500" in page.content.decode()
    assert len(many) == len(few)
    # The one box asks for more kinds: events and people.
    assert len(many) <= (23 if path.startswith("/recherche/") else 20), "\n".join(
        query["sql"][:150] for query in many
    )


@pytest.mark.postgresql
@pytest.mark.parametrize("path", ["/marche/?q=velo&lieu=Metz", "/recherche/?q=velo"])
def test_an_import_not_counted_yet_does_not_make_the_search_slow(
    path: str, collectivite: Organisation, client_for: ClientFor
) -> None:
    browser = client_for(member(collectivite, "agent"), "vallees.localhost")
    made(50)
    Listing.objects.all().delete()
    Row.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the tables are empty, says PostgreSQL to itself
    made(500, organisation=OrganisationFactory())
    with connection.cursor() as cursor:
        # A quarter of a second; the plan that this forbids took more than a minute.
        cursor.execute("SET LOCAL statement_timeout = '15s'")
    assert browser.get(path).status_code == 200


ALL_FILTERS = (
    "/marche/?q=v%C3%A9loo+pliant&lieu=Metz&sens=offre&nature=materiel&mode=pret"
    "&theme={theme}&etiquette=mobilite&organisme={organisme}&du=2027-06-01&au=2027-06-03"
)


@pytest.mark.parametrize("reader", ["association", "two hats"])
@pytest.mark.parametrize("path", ["/marche/", ALL_FILTERS])
def test_the_costliest_reader_and_address_stay_within_their_queries(
    reader: str, path: str, collectivite: Organisation, client_for: ClientFor
) -> None:
    made(5, organisation=collectivite)
    association = AssociationFactory()
    VerificationFactory(association=association, by=collectivite)
    person = member(association, "representative")
    if reader == "two hats":
        join(person, collectivite, "agent")
    browser = client_for(person, "vallees.localhost")
    listing = Listing.objects.select_related("category", "organisation").first()
    assert listing is not None
    path = path.format(theme=listing.category.slug, organisme=listing.organisation.slug)
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    assert len(asked) <= 22, "\n".join(query["sql"][:150] for query in asked)


def test_the_address_holds_the_query_and_nothing_typed_is_lost(client_for: ClientFor) -> None:
    CommuneFactory()
    made(1)
    page = client_for().get(
        "/marche/?q=v%C3%A9lo&lieu=Metz,+12+km&nature=materiel&du=2027-06-03&au=2027-06-01&tri=recent"
    ).content.decode()  # fmt: skip
    assert 'value="vélo"' in page
    assert 'value="Metz, 12 km"' in page
    assert "échangez les deux dates" in page
    assert 'value="2027-06-03"' in page
    assert 'value="2027-06-01"' in page
    assert 'id="nature-materiel" name="nature" value="materiel" checked' in page
    assert "moins de 12" in page
    assert "Vélo</mark> 0" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "v%C3%A9lo+" * 2000, "q=%22%22%22*(NEAR/3+OR", "q=%00%E2%80%AE%F0%9F%9A%B2",
        "lieu=Atlantide", "lieu=99999999999999", "rayon=abc&lieu=Metz", "page=99999999999",
        "page=-1", "sens=autre&nature=x&theme=y&organisme=z&etiquette=w&tri=v", "du=hier&au=demain",
        "q=%ff%fe", "lieu=%22%3E%3Cscript%3E", "q=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)  # fmt: skip
def test_whatever_the_address_holds_is_answered_kindly(query: str, client_for: ClientFor) -> None:
    CommuneFactory()
    made(2)
    for path in ("/marche/", "/recherche/"):
        page = client_for().get(f"{path}?{query}")
        assert page.status_code == 200
        assert "<script>" not in page.content.decode().replace("<script src", "")


def test_no_agent_is_named_and_nothing_hidden_is_counted(client_for: ClientFor) -> None:
    author = member(OrganisationFactory(), first_name="Anatole", last_name="Quintrec")
    for scope in ("public", "verified"):
        listing = ListingFactory(author=author, scope=scope, transfer="time", nature="skill")
        mark("listing", [listing.pk])
    page = client_for().get("/marche/").content.decode()
    assert "1\u00a0annonce" in page
    assert "Quintrec" not in page
    assert "Anatole" not in page


def test_nothing_found_helps(client_for: ClientFor) -> None:
    CommuneFactory()
    made(1)
    page = client_for().get("/marche/?q=anaconda&lieu=Metz&rayon=5").content.decode()
    # There is none farther either: that way leads nowhere.
    assert "Chercher plus loin" not in page
    assert "Publier un besoin" in page


def test_what_the_rooms_say_is_heard() -> None:
    listing = ListingFactory(title="Barnum", scope="public")
    listings_changed.send(sender=Listing, listing_ids=[listing.pk])
    assert search_catalogue(CatalogueQuery(text="barnum"), listing.author).total == 1
    organisation = listing.organisation
    organisation.short_name = "Zéphyr"
    organisation.save()
    organisations_changed.send(sender=Organisation, organisation_ids=[organisation.pk])
    assert search_catalogue(CatalogueQuery(text="zephyr"), listing.author).total == 1


def test_a_deleted_object_keeps_its_version() -> None:
    listing = ListingFactory()
    pk = listing.pk
    mark("listing", [pk])
    listing.delete()
    mark("listing", [pk])
    assert not Row.objects.filter(kind="listing", object_id=pk).exists()
    entry = IndexEntry.objects.get(kind="listing", object_id=pk)
    assert (entry.version, entry.deleted) == (2, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_pages_by_their_own_visibility_own_site_first(
    engine: str, collectivite: Organisation, platform_site: Any
) -> None:
    root = collectivite.site.root_page
    public = root.add_child(instance=Page(title="Guide du vélo", slug="guide"))
    inside = root.add_child(instance=Page(title="Interne", slug="interne"))
    restricted = inside.add_child(instance=Page(title="Vélo de service", slug="velo"))
    draft = root.add_child(instance=Page(title="Vélo brouillon", slug="brouillon", live=False))
    elsewhere = platform_site.root_page.add_child(instance=Page(title="Vélo ailleurs", slug="v"))
    PageViewRestriction.objects.create(page=inside, restriction_type="login")
    ids = [page.pk for page in (public, inside, restricted, draft, elsewhere)]
    pages_changed.send(sender=Page, page_ids=ids)

    def found(user: Any, site: Any) -> list[str]:
        if engine == "elasticsearch":
            settle("page")
        result = search_pages("vélo", user, site, engine=engine)
        assert result.engine == engine
        assert result.total == len(result.hits)
        return [hit.item.title for hit in result.hits]

    agent, stranger = member(collectivite), member(OrganisationFactory())
    both = ["Guide du vélo", "Vélo de service"]
    assert sorted(found(agent, collectivite.site)[:2]) == both
    assert found(agent, collectivite.site)[2:] == ["Vélo ailleurs"]
    assert found(stranger, collectivite.site) == ["Guide du vélo", "Vélo ailleurs"]
    assert found(agent, platform_site) == ["Vélo ailleurs", "Guide du vélo"]

    # Privacy changes and the worker sleeps.
    PageViewRestriction.objects.create(page=public, restriction_type="login")
    pages_changed.send(sender=Page, page_ids=[public.pk])
    result = search_pages("vélo", stranger, collectivite.site, engine=engine)
    assert (result.total, [hit.item.title for hit in result.hits]) == (1, ["Vélo ailleurs"])
