"""One person at the desks of two collectivités: on each host, the rights of its roles alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from home.models import GuidePage
from home.rereading.models import PublishingMode
from home.rereading.rules import policy_of
from home.tenancy import middleware
from home.tenancy.groups import reconcile
from tests.factories import join
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide

PUBLISH = {"action-publish": "1"}


@pytest.fixture
def amel(vallees: Intranet, dunes: Intranet) -> User:
    """An editor who is not trusted to publish in one, and the coordination of the other."""
    policy = policy_of(vallees.site)
    policy.mode = PublishingMode.COORDINATION
    policy.save()
    person = vallees.person("editor")
    join(person, dunes.organisation, "coordinator")
    return person


def online(place: Intranet, author: User) -> Any:
    page = guide(place)
    page.save_revision(user=author).publish()
    return page


def text(page: Any) -> str:
    return GuidePage.objects.get(pk=page.pk).search_text()


def test_each_host_gives_the_rights_of_its_own_roles_in_turn(
    vallees: Intranet, dunes: Intranet, amel: User, client_for: Callable[..., Client]
) -> None:
    here, there = online(vallees, amel), online(dunes, amel)
    at_vallees, at_dunes = client_for(amel, vallees.host), client_for(amel, dunes.host)
    for turn in ("un", "deux"):
        write(at_dunes, there, f"Les dunes, {turn}.", **PUBLISH)
        assert f"Les dunes, {turn}." in text(there)
        write(at_vallees, here, f"Les vallées, {turn}.", **PUBLISH)
        assert "Les vallées" not in text(here), "the coordination of the dunes is nothing here"
        assert at_vallees.get(f"/cms/pages/{there.pk}/edit/").status_code == 404
        assert at_dunes.get(f"/cms/pages/{here.pk}/edit/").status_code == 404


def test_in_the_same_instant_on_both_less_is_allowed_and_never_more(
    vallees: Intranet,
    dunes: Intranet,
    amel: User,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Groups are one table for all hosts: a request to the other may change them meanwhile."""
    here, there = online(vallees, amel), online(dunes, amel)
    settled = middleware.reconcile

    def overtaken(user: Any, site: Any) -> None:
        settled(user, site)
        reconcile(user, (dunes if site == vallees.site else vallees).site)

    monkeypatch.setattr(middleware, "reconcile", overtaken)
    for place, page in ((vallees, here), (dunes, there)):
        answer = write(client_for(amel, place.host), page, "Au même instant.", **PUBLISH)
        assert answer.status_code == 302, "sent back, with a word"
        assert "Au même instant." not in text(page)
    monkeypatch.undo()
    write(client_for(amel, dunes.host), there, "Une seconde plus tard.", **PUBLISH)
    assert "Une seconde plus tard." in text(there)
