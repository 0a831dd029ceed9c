"""Two people on one page: the second to save is told, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from home.models import GuidePage
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide


def loaded(page: Page) -> dict[str, Any]:
    """Return what the form says of the version that it was opened with."""
    latest = Page.objects.get(pk=page.pk).latest_revision
    return {
        "loaded_revision_id": latest.pk,
        "loaded_revision_created_at": latest.created_at.isoformat(),
    }


@pytest.mark.parametrize("act", [{}, {"action-publish": "1"}])
def test_the_second_to_save_is_told_and_then_decides(
    vallees: Intranet, client_for: Callable[..., Client], act: dict[str, str]
) -> None:
    page = guide(vallees)
    page.save_revision().publish()
    lea = vallees.person("editor", first_name="Léa", last_name="")
    first = client_for(lea, vallees.host)
    second = client_for(vallees.person("editor"), vallees.host)
    opened = loaded(page)
    write(first, page, "Les mots de Léa.", **opened)
    theirs = loaded(page)

    answer = write(second, page, "Mes mots.", **opened, **act)
    shown = answer.content.decode()
    assert "Léa a enregistré cette page" in shown
    assert "Mes mots." in shown
    assert f'value="{theirs["loaded_revision_id"]}"' in shown
    assert loaded(page) == theirs  # nothing was saved over hers
    assert "Mes mots." not in GuidePage.objects.get(pk=page.pk).search_text()

    assert write(second, page, "Mes mots.", **theirs, **act).status_code == 302
    kept = [one.as_object().search_text() for one in page.revisions.order_by("pk")]
    assert "Les mots de Léa." in kept[-2]
    assert "Mes mots." in kept[-1]


def test_saving_by_itself_stops_instead_of_writing_over(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees)
    page.save_revision().publish()
    opened = loaded(page)
    write(client_for(vallees.person("editor"), vallees.host), page, "Les premiers mots.", **opened)
    browser = client_for(vallees.person("editor"), vallees.host)
    browser.defaults["HTTP_ACCEPT"] = "application/json"
    answer = write(browser, page, "Les seconds.", **opened).json()
    assert not answer["success"]
    assert answer["error_message"].startswith("Quelqu’un a enregistré une version plus récente")
    assert page.revisions.count() == 2


def test_what_the_form_saved_by_itself_is_nobody_elses(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees)
    page.save_revision().publish()
    opened = loaded(page)
    writer = vallees.person("editor")
    typing, saving = client_for(writer, vallees.host), client_for(writer, vallees.host)
    typing.defaults["HTTP_ACCEPT"] = "application/json"
    assert write(typing, page, "En train d’écrire.", **opened).json()["success"]
    assert write(saving, page, "J’ai fini.", **opened).status_code == 302


def test_an_odd_moment_in_the_form_is_no_failure(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees)
    page.save_revision(user=vallees.person("editor")).publish()
    browser = client_for(vallees.person("editor"), vallees.host)
    for moment in ("", "hier", "2026-02-31T10:00:00+00:00", "2026-02-01T10:00:00"):
        opened = {**loaded(page), "loaded_revision_created_at": moment}
        assert "a enregistré cette page" in write(browser, page, **opened).content.decode()
