"""A story is kept inside or made public, with the consent of those it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from home.audience.rules import AudienceRefused, keep_inside, make_public
from home.models import EditorialImage
from home.queries import audience_tokens
from home.rereading.rules import ensure_workflow
from tests.home.events.factories import event
from tests.home.factories import Intranet, document, guide, picture, story

pytestmark = pytest.mark.django_db
WORD = "Zinzolin"
INSIDE = {"by": "Karim B.", "days_ago": 3, "scope": "internal"}
TEXTS = {"title": f"{WORD} récit", "summary": f"{WORD} résumé", "before": f"{WORD} avant"}


@pytest.fixture
def kept(vallees: Intranet) -> Any:
    return story(vallees, "kept", audience="internal", tags=["zinzolin"], **TEXTS)


# Where an outsider might find a story that was told to them before.
PLACES = [
    "/", "/recits/", "/recits/?page=1", "/guides/", "/guides/voisin/", "/interne/",
    "/plan-du-site/", "/etiquettes/zinzolin/", "/etiquettes/commun/", "/agenda.ics",
    "/recherche/?q=zinzolin", "/recits/kept/", "/interne/recits/kept/",
]  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "neighbour"])
def test_a_story_kept_inside_is_seen_nowhere_from_outside(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client], who: str
) -> None:
    told = story(vallees, "kept", tags=["zinzolin", "commun"], **TEXTS)
    guide(vallees, "voisin", tags=["commun"])
    browser = client_for(None if who == "nobody" else dunes.person("agent"), vallees.host)
    assert WORD in browser.get("/etiquettes/commun/").content.decode()
    assert WORD in browser.get("/guides/voisin/").content.decode()
    keep_inside(told, vallees.person("editor"))
    for path in PLACES:
        answer = browser.get(path)
        assert WORD not in answer.content.decode(), path
        assert "/interne/" not in answer.get("Location", ""), path
    assert browser.get("/recits/kept/").status_code == 404
    assert browser.get("/etiquettes/zinzolin/").status_code == 404
    agent = client_for(vallees.person("agent"), vallees.host)
    assert agent.get("/recits/kept/")["Location"] == "/interne/recits/kept/"
    assert WORD in agent.get("/etiquettes/zinzolin/").content.decode()


def test_a_story_made_public_is_read_by_all_and_its_former_address_leads_there(
    vallees: Intranet, kept: Any, client_for: Callable[..., Client]
) -> None:
    page = make_public(kept, vallees.person("editor"))
    visitor = client_for(None, vallees.host)
    assert WORD in visitor.get("/recits/kept/").content.decode()
    answer = visitor.get("/interne/recits/kept/")
    assert (answer.status_code, answer["Location"]) == (302, "/recits/kept/")
    assert "no-store" in answer["Cache-Control"]
    assert audience_tokens([page.pk]) == {page.pk: ["public"]}
    assert visitor.get("/interne/recits/kept/%00").status_code == 404


def test_nothing_is_public_without_the_consent_of_those_it_shows(vallees: Intranet) -> None:
    page = story(vallees, "reserve", audience="internal", consent=INSIDE)
    with pytest.raises(AudienceRefused, match="accord"):
        make_public(page, vallees.person("editor"))
    with pytest.raises(ValidationError):
        story(vallees, "sans-accord", consent=None)
    # A draft waits for it.
    page.unpublish()
    moved = make_public(Page.objects.get(pk=page.pk), vallees.person("editor"))
    with pytest.raises(ValidationError):
        moved.save_revision().publish()


def test_pictures_whose_people_were_not_asked_keep_the_story_inside(
    vallees: Intranet, kept: Any
) -> None:
    image = picture(vallees, "Portrait", internal=True)
    kept = Page.objects.get(pk=kept.pk).specific
    kept.image = image
    kept.save()
    EditorialImage.objects.update(consent=EditorialImage.Consent.TO_ASK)
    with pytest.raises(AudienceRefused, match="Portrait"):
        make_public(kept, vallees.person("editor"))
    EditorialImage.objects.update(consent=EditorialImage.Consent.GIVEN)
    make_public(kept, vallees.person("editor"))
    image.refresh_from_db()
    assert image.collection == vallees.site.tenancy.collection


@pytest.mark.parametrize("waits", ["date", "rereading"])
def test_what_waits_is_asked_for_consent_too_and_takes_its_files_along(
    vallees: Intranet, kept: Any, waits: str
) -> None:
    image = picture(vallees, "Portrait", internal=True)
    editor = vallees.person("editor")
    kept = Page.objects.get(pk=kept.pk).specific
    kept.image = image
    if waits == "date":
        kept.go_live_at = timezone.now() + timedelta(days=1)
        kept.save_revision(user=editor).publish()
    else:
        kept.save_revision(user=editor)
        ensure_workflow(vallees.site.tenancy).start(kept, editor)
    EditorialImage.objects.update(consent=EditorialImage.Consent.TO_ASK)
    page = Page.objects.get(pk=kept.pk)
    with pytest.raises(AudienceRefused, match="Portrait"):
        make_public(page, editor)
    EditorialImage.objects.update(consent=EditorialImage.Consent.GIVEN)
    make_public(Page.objects.get(pk=kept.pk), editor)
    image.refresh_from_db()
    assert image.collection == vallees.site.tenancy.collection


def test_its_files_and_their_copies_are_kept_inside_with_it(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    told = story(vallees, "kept")
    image, shared = picture(vallees, "Seule"), picture(vallees, "Commune")
    other = guide(vallees, "voisin")
    other.image = shared
    other.save_revision().publish()
    note = document(vallees, "Note")
    told.image = image
    told.body = [("document", {"document": note}), ("image", {"image": shared})]
    told.save_revision().publish()
    for page in (told, other):  # as Wagtail does once a transaction is done
        ReferenceIndex.create_or_update_for_object(page)
    paths = {
        f"/fichiers/{one.file.name}": one is not shared
        for one in (image, image.get_rendition("width-20"), note, shared)
    }
    visitor = client_for(None, vallees.host)
    assert {visitor.get(path).status_code for path in paths} == {200}
    keep_inside(Page.objects.get(pk=told.pk), vallees.person("editor"))
    agent = client_for(vallees.person("agent"), vallees.host)
    for path, went in paths.items():
        answer = visitor.get(path)
        assert answer.status_code == (404 if went else 200), path
        assert agent.get(path).status_code == 200, path


def test_a_page_that_has_the_address_is_not_pushed_away(vallees: Intranet, kept: Any) -> None:
    story(vallees, "kept")
    with pytest.raises(AudienceRefused, match="adresse"):
        make_public(kept, vallees.person("editor"))


def test_the_button_says_what_it_does_and_does_it_once(
    vallees: Intranet, dunes: Intranet, kept: Any, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    address = f"/cms/pages/{kept.pk}/public/"
    assert "Rendre public" in browser.get(address).content.decode()
    browser.post(address, {"pour": "tous"})
    browser.post(address, {"pour": "tous"})  # a double click, or another tab
    assert Page.objects.get(pk=kept.pk).url_path == "/vallees/recits/kept/"
    other = client_for(dunes.person("editor"), dunes.host)
    assert other.get(address).status_code == 404
    assert other.post(address, {"pour": "entre-nous"}).status_code == 404
    assert Page.objects.get(pk=kept.pk).url_path == "/vallees/recits/kept/"


def test_the_names_of_who_agreed_stay_at_the_desk(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = story(vallees, consent={"by": f"{WORD} Martin", "days_ago": 2, "scope": "public"})
    assert WORD not in client_for(None, vallees.host).get("/recits/recit/").content.decode()
    assert WORD not in page.search_text()


def test_an_event_is_not_moved_by_an_address_typed_by_hand(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    meeting = event(vallees)
    desk = client_for(vallees.person("editor"), vallees.host)
    address = f"/cms/pages/{meeting.pk}/public/"
    assert desk.get(address).status_code == 404
    assert desk.post(address, {"pour": "entre-nous"}).status_code == 404
    assert type(meeting).objects.get(pk=meeting.pk).path == meeting.path
