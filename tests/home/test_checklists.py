"""Lines that one ticks in a guide, and finds ticked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.personal_data.registry import retention
from home.checklists.personal_data import forget, rows
from home.checklists.rules import keep_ticks, lines_of
from home.models import ChecklistTick
from tests.home.factories import Intranet, guide

pytestmark = pytest.mark.django_db
LINES = ["J’ai prévenu mon équipe.", "Je sais qui me remplace."]


@pytest.fixture
def page(vallees: Intranet) -> Any:
    return guide(vallees, "liste", body=[{"checklist": LINES}], audience="internal")


@pytest.fixture
def agent(vallees: Intranet) -> User:
    return vallees.person("agent")


def test_lines_keep_their_identifiers(page: Any) -> None:
    ids = list(lines_of(page))
    page.refresh_from_db()
    assert list(lines_of(page)) == ids
    page.save_revision().publish()
    assert lines_of(type(page).objects.get(pk=page.pk)) == dict(zip(ids, LINES, strict=True))


def test_what_is_ticked_is_found_again_without_script_and_by_nobody_else(
    vallees: Intranet, agent: User, page: Any, client_for: Callable[..., Client]
) -> None:
    first, second = lines_of(page)
    browser = client_for(agent, vallees.host)
    address = f"/listes/{page.pk}/"
    answer = browser.post(address, {"ligne": [first, second], "fait": [second]}, follow=True)
    assert answer.redirect_chain[0][0] == f"/interne/guides/liste/#liste-{first}"
    text = answer.content.decode()
    assert f'value="{second}" checked' in text
    assert f'value="{first}" checked' not in text
    assert "Une ligne cochée" in text
    # Twice is once, and what is unticked is forgotten.
    browser.post(address, {"ligne": [first, second], "fait": [second]})
    assert ChecklistTick.objects.count() == 1
    colleague = client_for(vallees.person("agent"), vallees.host)
    assert " checked" not in colleague.get("/interne/guides/liste/").content.decode()
    browser.post(address, {"ligne": [first, second]})
    assert not ChecklistTick.objects.exists()


def test_lines_that_were_not_shown_or_are_not_of_the_page_are_left_alone(
    agent: User, page: Any
) -> None:
    first, second = lines_of(page)
    keep_ticks(agent, page, [first, second], [first])
    assert keep_ticks(agent, page, [second, "zzz\0"], [second, "zzz\0"]) == 1
    assert set(ChecklistTick.objects.values_list("item", flat=True)) == {first, second}


def test_reading_changes_nothing_and_a_visitor_is_asked_to_sign_in(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees, "ouverte", body=[{"checklist": LINES}])
    visitor = client_for(None, vallees.host)
    assert visitor.get(f"/listes/{page.pk}/")["Location"] == "/guides/ouverte/"
    answer = visitor.post(f"/listes/{page.pk}/", {"ligne": list(lines_of(page))})
    assert answer.status_code == 302
    assert "/connexion/" in answer["Location"]
    read = visitor.get("/guides/ouverte/").content.decode()
    assert "Connectez-vous" in read
    assert 'type="checkbox"' in read
    assert not ChecklistTick.objects.exists()


def test_a_page_that_one_may_not_read_is_not_found(
    dunes: Intranet, vallees: Intranet, page: Any, client_for: Callable[..., Client]
) -> None:
    for person, host in [
        (None, vallees.host),
        (dunes.person("agent"), vallees.host),
        (dunes.person("agent"), dunes.host),
    ]:
        browser = client_for(person, host)
        data = {"ligne": list(lines_of(page)), "fait": list(lines_of(page))}
        assert browser.get(f"/listes/{page.pk}/").status_code == 404
        assert browser.post(f"/listes/{page.pk}/", data).status_code == 404
    assert not ChecklistTick.objects.exists()


def test_ticks_are_exported_purged_and_erased(vallees: Intranet, agent: User, page: Any) -> None:
    first, second = lines_of(page)
    keep_ticks(agent, page, [first, second], [first, second])
    assert [row["Ligne"] for row in rows(agent)] == LINES
    kind = retention("checklist_ticks")
    ChecklistTick.objects.filter(item=first).update(
        ticked_at=timezone.now() - timezone.timedelta(days=900)
    )
    before = timezone.now() - timezone.timedelta(days=800)
    assert kind.due(None, before).count() == 0
    assert kind.erase(kind.due(vallees.organisation, before)) == 1
    forget(agent)
    assert not ChecklistTick.objects.exists()
