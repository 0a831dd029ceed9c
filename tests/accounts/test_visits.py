"""A visit, and the one before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.people.visits import note_visit, visit_before
from marketplace.catalogue.places import home_of
from tests.factories import CommuneFactory, OrganisationFactory, UserFactory, join

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def last_seen(user: User, ago: timedelta, before: timedelta | None = None) -> User:
    """Return the person, last seen so long ago, in a visit that began after another one."""
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(
        last_seen_at=now - ago, previous_visit_at=now - before if before else None
    )
    user.refresh_from_db()
    return user


def test_a_first_visit_has_none_before() -> None:
    user = UserFactory()
    assert visit_before(user) is None
    note_visit(user)
    user.refresh_from_db()
    assert user.last_seen_at is not None
    assert visit_before(user) is None


def test_the_first_page_of_a_visit_already_knows_the_one_before() -> None:
    user = last_seen(UserFactory(), 3 * HOUR)
    seen = user.last_seen_at
    assert visit_before(user) == seen
    note_visit(user)
    user.refresh_from_db()
    assert visit_before(user) == seen


def test_the_one_before_does_not_move_during_the_visit() -> None:
    user = last_seen(UserFactory(), timedelta(minutes=20), before=50 * HOUR)
    before = user.previous_visit_at
    note_visit(user)
    user.refresh_from_db()
    assert timezone.now() - user.last_seen_at < HOUR / 60
    assert visit_before(user) == before


def test_two_pages_at_once_begin_one_visit() -> None:
    user = last_seen(UserFactory(), 3 * HOUR)
    other_tab = User.objects.get(pk=user.pk)
    seen = user.last_seen_at
    note_visit(user)
    note_visit(other_tab)
    user.refresh_from_db()
    assert visit_before(user) == seen


def test_a_page_is_a_visit_and_a_file_is_not(client_for: Callable[..., Client]) -> None:
    user = UserFactory()
    browser = client_for(user)
    last_seen(user, 3 * HOUR)
    browser.get("/theme.css")
    assert timezone.now() - User.objects.get(pk=user.pk).last_seen_at > HOUR
    browser.get("/mon-compte/")
    assert timezone.now() - User.objects.get(pk=user.pk).last_seen_at < HOUR


def test_a_visit_writes_once(
    client_for: Callable[..., Client], django_assert_num_queries: Any
) -> None:
    user = last_seen(UserFactory(), 3 * HOUR)
    with django_assert_num_queries(1):
        for _ in range(5):
            note_visit(user)


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
