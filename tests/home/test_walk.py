"""A walk through every address of `/cms/`, as an editor and as a coordinator of A: after B's things
and after A's own.

A closed address is refused by its name alone, before its parameters are read: one request each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import resolve

from accounts.people import visits
from home.calls.rules import answer_unnamed
from home.events.rules import sign_up
from home.models import EditorialRendition
from home.tags.rules import tags_of_site
from home.tenancy.opened import OPENED
from tests.home import walk
from tests.home.canary import (
    CANARY,
    differences,
    every_row,
    queries_for,
    values_of,
)
from tests.home.events.factories import event
from tests.home.factories import Intranet, call, document, given, guide, picture

LEAVE = ("wagtailadmin_logout", "desk_logout")  # they end the walk


@pytest.fixture
def dunes(kept_canary: Callable[[], Intranet], vallees: Intranet) -> Intranet:
    """The other one: a canary word in every text."""
    return kept_canary()


@pytest.fixture(params=["editor", "coordinator"])
def person(request: pytest.FixtureRequest, vallees: Intranet) -> Any:
    """An editor or a coordinator of A, who has written and uploaded."""
    person = vallees.person(request.param)
    guide(vallees, "notre-guide").save_revision(user=person)
    sign_up(person, event(vallees, "notre-date", places=1))
    picture(vallees, "Atelier").tags.set(tags_of_site(vallees.site, ["atelier"]))
    document(vallees, "Notre note")
    asked = call(vallees, "notre-appel")
    answer_unnamed(asked, AnonymousUser(), given(asked, "Notre réponse."), "unnamed")
    return person


@pytest.fixture
def browser(
    vallees: Intranet,
    person: Any,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> Client:
    """That person's browser; it is spared the drawing of a thousand 404 pages.

    A walk may outlast what moves `last_seen_at` during a visit: here nothing does.
    """

    def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse("404", status=404)

    monkeypatch.setattr("portal.urls.handler404", not_found)
    monkeypatch.setattr(visits, "WRITTEN_EVERY", visits.PAUSE)
    client = client_for(person, vallees.host)
    client.raise_request_exception = False  # counted with the 500s, and not one is allowed
    assert client.get("/cms/").status_code == 200  # puts the person in their groups
    return client


def body(answer: Any) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode("utf-8", "replace")
    return answer.content.decode("utf-8", "replace")


def paths(place: Intranet, at_most: int, **first: list[Any]) -> Iterator[str]:
    """Return every address with the things of `place`, so many a pattern when it is open."""
    values = values_of(place) | first
    for name, route in walk.patterns():
        if name not in LEAVE:
            yield from walk.addresses(route, values, at_most if name in OPENED else 1)


def leak(path: str, answer: Any) -> str:
    """Return where the canary is in the answer, or nothing."""
    text = body(answer)
    where = text.lower().find(CANARY.lower())
    if where < 0:
        return ""
    return f"{path} ({answer.status_code}): …{text[max(0, where - 80) : where + 60]}…"


def test_the_list_names_only_addresses_that_exist() -> None:
    known = {name for name, _ in walk.patterns()}
    assert set(OPENED) - known == set()


def test_nothing_of_another_collectivite_comes_back(
    vallees: Intranet, dunes: Intranet, browser: Client
) -> None:
    before = every_row()
    problems, refused, opened, former = [], 0, 0, ""
    for path in paths(dunes, walk.MOST):
        name = resolve(path).view_name if walk.is_open(path) else ""
        if not name:
            answer = browser.get(path)
            assert answer.status_code == 404, f"open: {path}"
            refused += 1
            continue
        # The queries with the first address of each.
        for query in queries_for(dunes) if name != former else [""]:
            answer = browser.get(path + query)
            problems.append(leak(path + query, answer))
            if answer.status_code >= 500:
                problems.append(f"{path}{query}: {answer.status_code}")
            opened += 1
        former = name
    assert not list(filter(None, problems)), "\n".join(filter(None, problems))
    assert refused > 100
    assert opened > 200
    # Looking makes nothing but small versions of one's own pictures.
    changes = differences(before, every_row())
    made = EditorialRendition.objects.filter(image__collection=vallees.site.tenancy.collection)
    assert changes == {("home.EditorialRendition", pk.pk): "added" for pk in made}


def test_nothing_of_another_collectivite_changes(dunes: Intranet, browser: Client) -> None:
    before = every_row()
    theirs = values_of(dunes)
    taken = {
        "title": "Pris",
        "slug": "pris",
        "action-publish": "1",
        "ids": theirs["page_id"][0],
        "id": theirs["image_id"][0],
        "collection": dunes.site.tenancy.collection_id,
    }
    problems = []
    for path in paths(dunes, 4):
        if not walk.is_open(path):
            assert browser.post(path, taken).status_code == 404, f"open: {path}"
            continue
        for form in ({}, taken):
            answer = browser.post(path, form)
            problems.append(leak(path, answer))
            if answer.status_code >= 500:
                problems.append(f"{path} {form}: {answer.status_code}")
    assert not list(filter(None, problems)), "\n".join(filter(None, problems))
    assert differences(before, every_row()) == {}


# A coordinator may do all that an editor may.
@pytest.mark.parametrize("person", ["coordinator"], indirect=True)
def test_no_address_of_ones_own_fails(vallees: Intranet, browser: Client) -> None:
    nonsense = {
        "title": "x" * 3000,
        "slug": "é /",
        "file": "pas un fichier",
        "url": "javascript:1",
        "collection": "abc",
        "id": "abc",
        "ids": "abc",
        "action-publish": "1",
        "comments-TOTAL_FORMS": "abc",
        "body-count": "abc",
    }
    failed = []
    page, section = vallees.page("guides", "notre-guide"), vallees.page("guides")
    date, asked = vallees.page("agenda", "notre-date"), vallees.page("appels", "notre-appel")
    for path in paths(
        vallees,
        4,
        page_id=[page.pk, date.pk, asked.pk, vallees.root.pk, section.pk],
        parent_page_id=[section.pk, vallees.root.pk, page.pk],
    ):
        if not walk.is_open(path):
            continue
        for method, data in (("get", {}), ("post", {}), ("post", nonsense)):
            with transaction.atomic():
                answer = getattr(browser, method)(path, data)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                failed.append(f"{method} {path} {list(data)}: {answer.status_code}")
    assert not failed, "\n".join(failed)
