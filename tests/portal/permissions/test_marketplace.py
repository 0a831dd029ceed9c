"""The matrix of the marketplace and of the search.

Each address × thirteen kinds of persons × whose things they are.

A new address without a row fails; whoever may not post changes nothing, whatever the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver
from wagtail.models import Site

from marketplace.urls import urlpatterns as marketplace_patterns
from portal.desks.urls import urlpatterns as desk_patterns
from search.pinned.urls import urlpatterns as pinned_patterns
from search.urls import urlpatterns as search_patterns
from tests.portal.permissions import rows, rows_of_desks, rows_of_dossiers, rows_of_search
from tests.portal.permissions.rows import Row
from tests.portal.permissions.world import PERSONS, RELATIONS, World, build, fingerprint
from tests.portal.test_permissions import COVERED_ELSEWHERE

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("nothing_drawn"),
]

LOGIN = "sign in"
# 409: what it was about has moved on; 410: it has left the catalogue.
REFUSALS = {403, 404, 409, 410, LOGIN}
FILES = (rows.ROWS, rows_of_dossiers.ROWS, rows_of_desks.ROWS, rows_of_search.ROWS)
ROWS = {name: row for each in FILES for name, row in each.items()}
HOLDER = "link"


def answer(
    client: Client, method: str, path: str, host: str, data: dict[str, str] | None = None
) -> int | str:
    """Return the status, or that one is asked to sign in."""
    response: HttpResponse = getattr(client, method)(path, data, headers={"host": host})
    if response.status_code == 302 and "/connexion/" in response["Location"]:
        return LOGIN
    return response.status_code


def _asked() -> Iterator[tuple[str, Row, str]]:
    for name, row in ROWS.items():
        for method, who in (("get", row.reads), ("post", row.posts)):
            if who is not None:
                yield name, row, method


def test_no_address_is_in_two_files() -> None:
    assert len(ROWS) == sum(len(each) for each in FILES)


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_person_gets_what_is_theirs(platform_site: Site, relation: str) -> None:
    world = build()
    wrong: list[str] = []
    for name, row, method in _asked():
        allowed = ((row.reads if method == "get" else row.posts) or {})[relation]
        before = fingerprint() if method == "post" else None
        for person in PERSONS:
            said, changed = _try(world, relation, person, method, row, keep=person not in allowed)
            if not _is_right(said, person, allowed, row.told[relation]):
                wrong.append(f"{method} {name}, {person}: {said}")
            elif row.data and person in allowed and not changed and method == "post":
                wrong.append(f"{method} {name}, {person}: nothing changed ({said})")
        if before is not None and fingerprint() != before:
            wrong.append(f"{method} {name}: somebody changed what is not theirs")
    assert wrong == []


def _try(
    world: World, relation: str, person: str, method: str, row: Row, *, keep: bool
) -> tuple[int | str, bool]:
    """Return what is answered, and whether it changed anything.

    What an allowed person changes is undone, so that the next one finds it as it was.
    """
    refs = world.references[relation]
    if person != HOLDER:
        refs = refs | {name: f"x{key[1:]}" for name, key in refs.items() if name.endswith("_key")}
    data = {name: value.format(**refs) for name, value in row.data.items()}
    path, host = row.path.format(**refs), world.hosts[relation]
    writes = Writes()
    with transaction.atomic(), connection.execute_wrapper(writes):
        said = answer(world.clients[person], method, path, host, data if method == "post" else None)
        transaction.set_rollback(not keep)
    return said, writes.seen


class Writes:
    """Sees whether anything of the marketplace or of the search is written."""

    WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(marketplace|search)_')

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen = self.seen or bool(self.WRITE.match(sql))
        return execute(sql, params, many, context)


def _is_right(said: int | str, person: str, allowed: frozenset[str], told: frozenset[str]) -> bool:
    if person in allowed:
        return said not in REFUSALS and said != 405 and int(said) < 500
    # 400: the page comes back with the sentence that says no.
    return said in REFUSALS or (person in told and said in (302, 400))


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_file_is_served_to_whom_it_is_for(platform_site: Site, relation: str) -> None:
    world = build()
    refs, host = world.references[relation], world.hosts[relation]
    for name, readers in rows_of_dossiers.FILES.items():
        served = {
            person
            for person in PERSONS
            if answer(world.clients[person], "get", f"/fichiers/{refs[name]}", host) == 200
        }
        assert served == readers[relation], name


def test_who_opened_a_link_is_nobody_elsewhere(platform_site: Site) -> None:
    """A key opens one door: it signs nobody in."""
    world = build()
    refs, host = world.references["own"], world.hosts["own"]
    holder = world.clients[HOLDER]
    for path in (f"/accord/{refs['consent_key']}/", f"/agenda/{refs['feed_key']}.ics"):
        assert answer(holder, "get", path, host) == 200
    for path in ("/mes-echanges/", f"/mes-echanges/{refs['given']}/", "/mon-equipe/"):
        assert answer(holder, "get", path, host) == LOGIN
    forwarded = answer(world.clients["coordinator"], "get", f"/accord/{refs['consent_key']}/", host)
    assert forwarded == 403, "it was for somebody else"


def test_what_only_shows_takes_nothing_and_what_only_acts_shows_nothing(
    platform_site: Site,
) -> None:
    world = build()
    agent, host, references = world.clients["agent"], world.hosts["own"], world.references["own"]
    for name, row in ROWS.items():
        for method, who in (("get", row.reads), ("post", row.posts)):
            if who is None:
                said = answer(agent, method, row.path.format(**references), host)
                assert said == 405, f"{method} {name}: {said}"


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, str(pattern.pattern)


def test_every_address_has_a_row() -> None:
    """Here; or it is named among those of the tests of their room."""
    patterns = (marketplace_patterns, desk_patterns, search_patterns, pinned_patterns)
    addresses = dict(name for each in patterns for name in _names(each))
    assert addresses.keys() - (ROWS.keys() | COVERED_ELSEWHERE) == set()
    assert ROWS.keys() - addresses.keys() == set()
