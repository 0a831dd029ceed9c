"""The matrix of the marketplace: each address × thirteen kinds of persons × whose things they are.

A new address without a row fails; whoever may not post changes nothing, whatever the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver
from wagtail.models import Site

from marketplace.urls import urlpatterns as marketplace_patterns
from portal.desks.urls import urlpatterns as desk_patterns
from tests.portal.permissions.rows import ROWS, Row
from tests.portal.permissions.world import PERSONS, RELATIONS, World, build, fingerprint
from tests.portal.test_permissions import COVERED_ELSEWHERE
from tests.portal.test_permissions import ROWS as ALL_ROWS

pytestmark = pytest.mark.django_db

LOGIN = "sign in"
# 409: what it was about has moved on; 410: it has left the catalogue.
REFUSALS = {403, 404, 409, 410, LOGIN}
# What holders of a link have that visitors do not is a row of its own room.
SAME_AS_ANONYMOUS = "link"


def answer(client: Client, method: str, path: str, host: str) -> int | str:
    """Return the status, or that one is asked to sign in."""
    response: HttpResponse = getattr(client, method)(path, headers={"host": host})
    if response.status_code == 302 and "/connexion/" in response["Location"]:
        return LOGIN
    return response.status_code


def _asked() -> Iterator[tuple[str, Row, str]]:
    for name, row in ROWS.items():
        for method, who in (("get", row.reads), ("post", row.posts)):
            if who is not None:
                yield name, row, method


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_person_gets_what_is_theirs(platform_site: Site, relation: str) -> None:
    world = build(platform_site)
    host = world.hosts[relation]
    wrong: list[str] = []
    for name, row, method in _asked():
        path = row.path.format(**world.references[relation])
        allowed = (row.reads if method == "get" else row.posts) or {}
        before = fingerprint() if method == "post" else None
        for person in PERSONS:
            if person == SAME_AS_ANONYMOUS:
                continue
            said = _try(world, person, method, path, host, keep=person not in allowed[relation])
            if not _is_right(said, person, allowed[relation], row.told[relation]):
                wrong.append(f"{method} {name}, {person}: {said}")
        if before is not None and fingerprint() != before:
            wrong.append(f"{method} {name}: somebody changed what is not theirs")
    assert wrong == []


def _try(world: World, person: str, method: str, path: str, host: str, *, keep: bool) -> int | str:
    """Ask; what an allowed person changes is undone, so that the next one finds it as it was."""
    with transaction.atomic():
        said = answer(world.clients[person], method, path, host)
        transaction.set_rollback(not keep)
    return said


def _is_right(said: int | str, person: str, allowed: frozenset[str], told: frozenset[str]) -> bool:
    if person in allowed:
        return said not in REFUSALS and said != 405 and int(said) < 500
    return said in REFUSALS or (person in told and said == 302)


def test_what_only_shows_takes_nothing_and_what_only_acts_shows_nothing(
    platform_site: Site,
) -> None:
    world = build(platform_site)
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


def test_every_address_of_the_marketplace_has_a_row() -> None:
    """Here, or in the simpler matrix of all addresses for what is a key or a step of another."""
    addresses = dict([*_names(marketplace_patterns), *_names(desk_patterns)])
    simple = {path.strip("/").split("{")[0].strip("/") for path in ALL_ROWS}
    missing = [
        name
        for name, route in addresses.items()
        if name not in ROWS
        and name not in COVERED_ELSEWHERE
        and route.split("<")[0].strip("/") not in simple
    ]
    assert missing == []
    assert set(ROWS) - set(addresses) == set()
