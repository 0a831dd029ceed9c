"""A small meaningful corpus, and the engines that must answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Organisation, User
from marketplace.models import Listing
from search.catalogue import search_catalogue
from search.documents import all_kinds
from search.indexing import mark, send_pending
from search.query import CatalogueQuery
from search.results import CatalogueResult
from tests.factories import ListingFactory, OrganisationFactory, member

ENGINES = [
    "embedded",
    pytest.param("elasticsearch", marks=pytest.mark.elasticsearch),
]


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest) -> Iterator[None]:
    """On a loaded machine a slow answer is not a wrong one; the tests of faults keep the limit."""
    usual = settings.ELASTICSEARCH_TIMEOUT
    if not request.node.get_closest_marker("faults"):
        settings.ELASTICSEARCH_TIMEOUT = 10
    yield
    settings.ELASTICSEARCH_TIMEOUT = usual


def settle(*kinds: str) -> None:
    """Do what the worker does, and wait until Elasticsearch shows it."""
    for kind in kinds or [kind.name for kind in all_kinds()]:
        send_pending(kind, refresh=True)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def publish(db: Any, request: pytest.FixtureRequest) -> Callable[..., Listing]:
    """Return a function that publishes a listing and marks it, as the rules and receivers do."""

    def build(*tags: str, **fields: Any) -> Listing:
        listing = ListingFactory(**fields)
        listing.tags.add(*tags)
        mark("listing", [listing.pk])
        return listing

    return build


@pytest.fixture
def find(engine: str) -> Callable[..., CatalogueResult]:
    """Return a function that searches with the engine under test, as `user`, fields of the query
    as keywords; everything marked is indexed first."""

    def search(user: Any, *, own: int | None = None, **fields: Any) -> CatalogueResult:
        if engine == "elasticsearch":
            settle("listing")
        result = search_catalogue(CatalogueQuery(**fields), user, own, engine)
        assert result.engine == engine
        assert not result.fell_back
        return result

    return search


@pytest.fixture
def reader(db: Any) -> User:
    """An agent of a public body, so a verified member."""
    return member(OrganisationFactory(), "agent")


@pytest.fixture
def organisation(db: Any) -> Organisation:
    return OrganisationFactory(short_name="Parc des mobilités")


def titles(result: CatalogueResult) -> list[str]:
    return [hit.item.title for hit in result.hits]
