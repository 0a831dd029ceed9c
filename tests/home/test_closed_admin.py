"""`/cms/` is closed unless opened: what its people may do there, and what they may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Role
from home.models import EditorialImage, EditorialTag, Tenancy
from home.tags.rules import tags_of_site
from tests.factories import join
from tests.home.canary import CANARY
from tests.home.factories import Intranet, document, guide, picture, picture_bytes
from tests.home.walk import is_open


@pytest.fixture
def dunes(kept_canary: Callable[[], Intranet], vallees: Intranet) -> Intranet:
    """The other one: a canary word in every text."""
    return kept_canary()


def test_who_coordinates_finds_the_way_back_to_the_coordination(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    """The launch kit sends to the desk, and nothing there led back."""
    coordinator = client_for(vallees.person("coordinator"), vallees.host)
    assert '"url": "/coordination/"' in coordinator.get("/cms/").content.decode()
    editor = client_for(vallees.person("editor"), vallees.host)
    assert '"url": "/coordination/"' not in editor.get("/cms/").content.decode()


def test_own_screens_open(vallees: Intranet, client_for: Callable[..., Client]) -> None:
    editor = vallees.person("editor")
    page = guide(vallees)
    page.save_revision(user=editor)
    picture(vallees)
    document(vallees)
    browser = client_for(editor, vallees.host)
    for path in (
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/{vallees.root.pk}/",
        f"/cms/pages/{page.pk}/edit/",
        f"/cms/pages/{page.pk}/history/",
        f"/cms/pages/{vallees.page('guides').pk}/add_subpage/",
        f"/cms/pages/add/home/guidepage/{vallees.page('guides').pk}/",
        f"/cms/pages/{page.pk}/delete/",
        "/cms/choose-page/",
        "/cms/choose-page/1/",
        "/cms/pages-choisies/",
        "/cms/choose-page/search/?q=guide",
        "/cms/images/",
        "/cms/images/add/",
        "/cms/images/chooser/",
        "/cms/documents/",
        "/cms/documents/chooser/",
        f"/cms/settings/home/siteidentity/{vallees.site.pk}/",
    ):
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        # What Wagtail does not allow it sends back to the first screen.
        assert path == "/cms/" or ("/cms/", 302) not in answer.redirect_chain, path


def test_no_screen_offers_what_is_closed(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    page = guide(vallees)
    page.save_revision(user=editor)
    image, note = picture(vallees), document(vallees)
    section = vallees.page("guides")
    browser = client_for(editor, vallees.host)
    dead, seen = [], set()
    for path in (
        "/cms/",
        f"/cms/pages/{vallees.root.pk}/",
        f"/cms/pages/{section.pk}/",
        f"/cms/pages/{vallees.root.pk}/edit/",
        f"/cms/pages/{section.pk}/edit/",
        f"/cms/pages/{page.pk}/edit/",
        f"/cms/pages/{page.pk}/history/",
        f"/cms/pages/{page.pk}/delete/",
        f"/cms/pages/{page.pk}/usage/",
        f"/cms/pages/add/home/guidepage/{section.pk}/",
        "/cms/images/",
        f"/cms/images/{image.pk}/",
        "/cms/documents/",
        f"/cms/documents/edit/{note.pk}/",
        "/cms/images/chooser/",
        "/cms/choose-page/",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        found = re.findall(r'href=\\?"(/cms/[^"#?\\]*)', answer.content.decode())
        for link in {link for link in found if "/bulk/" not in link} - seen:
            seen.add(link)
            # Only what takes away looks at more than the name: the frame of the site stays.
            asks = link.endswith(("/delete/", "/unpublish/"))
            closed = browser.get(link).status_code == 404 if asks else not is_open(link)
            if closed:
                dead.append(f"{path}: {link}")
    assert not dead, "\n".join(dead)


def test_the_menu_of_pages_begins_at_ones_own_home(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    answer = browser.get(f"/cms/api/main/pages/{vallees.root.pk}/")
    assert answer.json()["title"] == vallees.root.title
    below = browser.get(f"/cms/api/main/pages/?child_of={vallees.root.pk}&for_explorer=1")
    assert vallees.page("guides").pk in [item["id"] for item in below.json()["items"]]
    for other in (dunes.root.pk, Page.get_first_root_node().pk, 999_999):
        assert browser.get(f"/cms/api/main/pages/{other}/").status_code == 404


def test_a_picture_that_another_collectivite_has_too_is_no_copy(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    picture(dunes, f"{CANARY} atelier")
    browser = client_for(vallees.person("editor"), vallees.host)

    def add() -> dict[str, Any]:
        fields = {
            "title": "Atelier",
            "file": SimpleUploadedFile("atelier.png", picture_bytes()),
            "collection": vallees.site.tenancy.collection_id,
            "consent": "nobody",
            "tags": "",
        }
        form = {f"image-chooser-upload-{name}": value for name, value in fields.items()}
        answer = browser.post("/cms/images/chooser/create/", form)
        assert CANARY not in answer.content.decode()
        return answer.json()

    assert add()["step"] == "chosen"
    assert add()["step"] == "duplicate_found"  # one's own


def test_only_live_editors_and_coordination_come_in(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    assert client_for(vallees.person("editor"), vallees.host).get("/cms/").status_code == 200
    assert client_for(vallees.person("coordinator"), vallees.host).get("/cms/").status_code == 200
    assert client_for(vallees.person("agent"), vallees.host).get("/cms/").status_code == 404
    assert client_for(dunes.person("editor"), vallees.host).get("/cms/").status_code == 404
    assert client_for(vallees.person("editor"), "localhost").get("/cms/").status_code == 404
    asked = client_for(None, vallees.host).get("/cms/pages/1/")
    assert asked.status_code == 302
    assert "/connexion/" in asked["Location"]


def test_a_role_that_ends_is_out_at_once(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    browser = client_for(editor, vallees.host)
    assert browser.get("/cms/").status_code == 200
    assert editor.groups.count() == 1
    Role.objects.filter(membership__user=editor).update(ends_at=timezone.now())
    assert browser.get("/cms/").status_code == 404
    assert editor.groups.count() == 0


def test_who_belongs_to_two_works_in_one_at_a_time(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    join(editor, dunes.organisation, "editor")
    page = guide(dunes)
    assert client_for(editor, dunes.host).get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    here = client_for(editor, vallees.host)
    assert here.get(f"/cms/pages/{page.pk}/edit/").status_code == 404
    assert set(editor.groups.all()) == {vallees.site.tenancy.editors}


@pytest.mark.parametrize("target", ["root", "guides", "interne"])
def test_the_frame_of_the_site_cannot_be_taken_away(
    vallees: Intranet, client_for: Callable[..., Client], target: str
) -> None:
    page = vallees.root if target == "root" else vallees.page(target)
    browser = client_for(vallees.person("coordinator"), vallees.host)
    for action in ("delete", "unpublish"):
        assert browser.post(f"/cms/pages/{page.pk}/{action}/").status_code == 404
    assert Page.objects.get(pk=page.pk).live


def test_anothers_picture_is_refused_in_a_page_like_an_unknown_one(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    browser = client_for(editor, vallees.host)
    parent = vallees.page("actualites")
    theirs = EditorialImage.objects.get(collection=dunes.site.tenancy.collection)
    answers = []
    for pk in (theirs.pk, 999_999):
        form = {
            "title": "Notre nouvelle",
            "slug": "notre-nouvelle",
            "summary": "Court",
            "image": pk,
            "body-count": 1,
            "body-0-deleted": "",
            "body-0-order": 0,
            "body-0-type": "image",
            "body-0-id": "",
            "body-0-value-image": pk,
            "body-0-value-alt": "",
            "body-0-value-caption": "",
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
        }
        answer = browser.post(f"/cms/pages/add/home/newspage/{parent.pk}/", form)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
        answers.append(sorted(map(str, answer.context["form"].errors)))
    assert answers[0] == answers[1]
    assert "image" in answers[0]


def test_links_to_anothers_page_lose_their_link(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    theirs = Page.objects.get(slug="zarbi-brouillon")
    content = (
        '{"blocks":[{"key":"a","text":"voir ici","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[{"offset":5,"length":3,"key":0}]}],'
        f'"entityMap":{{"0":{{"type":"LINK","mutability":"MUTABLE","data":{{"id":{theirs.pk}}}}}}}}}'
    )
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Avec un lien",
        "slug": "avec-un-lien",
        "body-count": 1,
        "body-0-deleted": "",
        "body-0-order": 0,
        "body-0-type": "paragraph",
        "body-0-id": "",
        "body-0-value": content,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "action-publish": "1",
    }
    parent = vallees.page("actualites")
    browser.post(f"/cms/pages/add/home/newspage/{parent.pk}/", form)
    page = vallees.page("actualites", "avec-un-lien")
    assert page.live
    assert "voir ici" in page.body[0].value.source
    assert "linktype" not in page.body[0].value.source


def test_completion_of_tags_shows_only_own(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    tags_of_site(vallees.site, ["zarbouche"])
    browser = client_for(vallees.person("editor"), vallees.host)
    for path in ("/cms/tag-autocomplete/", "/cms/tag-autocomplete/home/editorialtag/"):
        assert browser.get(path, {"term": "zarb"}).json() == ["zarbouche"]
    assert EditorialTag.objects.filter(name__istartswith="zarb").count() > 1  # theirs are there


def test_a_tag_is_completed_whatever_the_case_and_the_accents_of_what_one_types(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    tags_of_site(vallees.site, ["école", "énergie"])
    browser = client_for(vallees.person("editor"), vallees.host)
    for term in ("éc", "Éc", "ÉC", "eco"):
        found = browser.get("/cms/tag-autocomplete/home/editorialtag/", {"term": term})
        assert found.json() == ["école"], term
    assert browser.get("/cms/tag-autocomplete/", {"term": " ?"}).json() == []


def test_every_tenancy_has_its_own_groups(vallees: Intranet, dunes: Intranet) -> None:
    groups = [pk for row in Tenancy.objects.values_list("editors", "coordinators") for pk in row]
    assert len(groups) == len(set(groups)) == 4
    assert ContentType.objects.get_for_model(Page)
