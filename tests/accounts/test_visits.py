"""A visit, and the one before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from accounts.models import User, Visit
from accounts.people.visits import note_visit, with_visit_before
from accounts.personal_data.erasure import erase
from accounts.personal_data.exports import visits
from accounts.personal_data.kinds import visits_due
from marketplace.catalogue.places import home_of
from tests.factories import CommuneFactory, OrganisationFactory, UserFactory, join

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Site:
    return Site.objects.get(is_default_site=True)


def visit_before(user: User, site: Site) -> datetime | None:
    """Return when the person was last on this site before this visit."""
    return with_visit_before(User.objects.filter(pk=user.pk), user, site).get().visit_before


def last_seen(user: User, site: Site, ago: timedelta, before: timedelta | None = None) -> Visit:
    """Return the visit of the person, last seen so long ago, that began after another one."""
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(last_seen_at=now - ago)
    user.refresh_from_db()
    visit, _ = Visit.objects.update_or_create(
        user=user,
        site=site,
        defaults={"last_seen_at": now - ago, "previous_at": now - before if before else None},
    )
    return visit


def test_a_first_visit_has_none_before(site: Site) -> None:
    user = UserFactory()
    assert visit_before(user, site) is None
    note_visit(user, site)
    user.refresh_from_db()
    assert user.last_seen_at is not None
    assert visit_before(user, site) is None


def test_the_first_page_of_a_visit_already_knows_the_one_before(site: Site) -> None:
    user = UserFactory()
    seen = last_seen(user, site, 3 * HOUR).last_seen_at
    assert visit_before(user, site) == seen
    note_visit(user, site)
    assert visit_before(user, site) == seen


def test_the_one_before_does_not_move_during_the_visit(site: Site) -> None:
    user = UserFactory()
    visit = last_seen(user, site, timedelta(minutes=20), before=50 * HOUR)
    before = visit.previous_at
    note_visit(user, site)
    visit.refresh_from_db()
    assert timezone.now() - visit.last_seen_at < HOUR / 60
    assert visit_before(user, site) == before


def test_two_pages_at_once_begin_one_visit(site: Site) -> None:
    user = UserFactory()
    seen = last_seen(user, site, 3 * HOUR).last_seen_at
    note_visit(user, site)
    cache.clear()  # the other page did not find the mark of this one
    note_visit(User.objects.get(pk=user.pk), site)
    assert visit_before(user, site) == seen


def test_each_site_has_its_own_visits(site: Site) -> None:
    elsewhere = Site.objects.create(
        hostname="ailleurs.test", root_page=site.root_page, site_name="Ailleurs"
    )
    user = UserFactory()
    seen = last_seen(user, site, 3 * HOUR).last_seen_at
    assert visit_before(user, elsewhere) is None
    note_visit(user, elsewhere)
    assert visit_before(user, elsewhere) is None
    assert visit_before(user, site) == seen


def test_a_page_is_a_visit_and_a_file_is_not(client_for: Callable[..., Client], site: Site) -> None:
    user = UserFactory()
    browser = client_for(user)
    visit = last_seen(user, site, 3 * HOUR)
    cache.clear()
    browser.get("/theme.css")
    assert timezone.now() - User.objects.get(pk=user.pk).last_seen_at > HOUR
    browser.get("/mon-compte/")
    assert timezone.now() - User.objects.get(pk=user.pk).last_seen_at < HOUR
    visit.refresh_from_db()
    assert timezone.now() - visit.last_seen_at < HOUR


def test_a_visit_writes_once(site: Site, django_assert_num_queries: Any) -> None:
    user = UserFactory()
    last_seen(user, site, 3 * HOUR)
    with django_assert_num_queries(2):  # the visit of the site, and the person's last
        for _ in range(5):
            note_visit(user, site)


def test_visits_are_exported_and_go_with_the_account(site: Site) -> None:
    user = UserFactory()
    note_visit(user, site)
    [row] = visits(user)
    assert row["Dernière visite"]
    erase(user)
    assert not Visit.objects.filter(user=user).exists()


def test_old_visits_are_purged_for_the_body_of_the_site(site: Site) -> None:
    body = OrganisationFactory(site=site)
    visit = last_seen(UserFactory(), site, 400 * 24 * HOUR)
    last_seen(UserFactory(), site, HOUR)
    before = timezone.now() - 365 * 24 * HOUR
    assert list(visits_due(body, before)) == [visit]
    assert not visits_due(OrganisationFactory(), before).exists()
    assert not visits_due(None, before).exists()


def test_one_comes_from_the_place_one_chose(client_for: Callable[..., Client]) -> None:
    organisation = OrganisationFactory()
    user = UserFactory()
    join(user, organisation, "agent")
    metz = organisation.commune
    assert home_of(user, organisation) == (metz.latitude, metz.longitude)
    nancy = CommuneFactory(
        code="54395", name="Nancy", folded_name="nancy", latitude=48.6881, longitude=6.1734
    )
    form = {
        "first_name": "Nadia",
        "last_name": "Merle",
        "notice_rhythm": "daily",
        "workplace": "Nancy",
    }
    browser = client_for(user)
    browser.post("/mon-compte/", form)
    user.refresh_from_db()
    assert home_of(user, organisation) == (nancy.latitude, nancy.longitude)
    assert "Nancy, 54395" in browser.get("/mon-compte/").content.decode()
    answer = browser.post("/mon-compte/", form | {"workplace": "Nulle-Part"}).content.decode()
    assert "Nous ne connaissons pas de commune" in answer
    assert "Nulle-Part" in answer
    browser.post("/mon-compte/", form | {"workplace": ""})
    user.refresh_from_db()
    assert home_of(user, organisation) == (metz.latitude, metz.longitude)
