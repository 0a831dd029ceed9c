"""Before a file or a page is hidden or deleted, the public pages that miss it are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import Page, ReferenceIndex

from home.audience.public_pages import named, public_pages_with
from home.models import EditorialImage, SiteIdentity
from tests.home.factories import Intranet, document, guide, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(vallees: Intranet, client_for: Callable[..., Client]) -> Client:
    return client_for(vallees.person("editor"), vallees.host)


def lead(page: Any, target: Any) -> None:
    """Let the page show the file, or lead to the other page, in its words."""
    kind = "page" if isinstance(target, Page) else "document"
    if isinstance(target, EditorialImage):
        page.image = target
    else:
        link = f'<p><a linktype="{kind}" id="{target.pk}">Voir</a></p>'
        page.body = [{"type": "paragraph", "value": link}]
    page.save()
    ReferenceIndex.create_or_update_for_object(page)  # done once committed


def pages_around(place: Intranet, other: Intranet, target: Any) -> list[Any]:
    """Return two public pages with the target, besides one kept inside, a draft, another's, and
    one with nothing."""
    shown = [guide(place, f"ouvert-{number}") for number in range(2)]
    draft = guide(place, "brouillon", title="Brouillon")
    for page in [
        *shown,
        guide(place, "dedans", audience="internal", title="Dedans"),
        draft,
        guide(other, "la-bas", title="Là-bas"),
    ]:
        lead(page, target)
    draft.unpublish()
    guide(place, "sans-rien", title="Sans rien")
    return shown


def text_of(answer: Any) -> str:
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main
    return unescape(main[0])


def said_of(text: str) -> list[str]:
    titles = ["Guide ouvert-0", "Guide ouvert-1", "Dedans", "Brouillon", "Là-bas", "Sans rien"]
    return [title for title in titles if title in text]


BOTH = ["Guide ouvert-0", "Guide ouvert-1"]


@pytest.mark.parametrize("make", [picture, document])
def test_a_deletion_is_confirmed_with_the_public_pages_that_show_the_file(
    vallees: Intranet, dunes: Intranet, desk: Client, make: Any
) -> None:
    file = make(vallees, "Plan")
    path = desk_path(file, "delete")
    assert not said_of(text_of(desk.get(path)))
    shown = pages_around(vallees, dunes, file)
    text = text_of(desk.get(path))
    assert said_of(text) == BOTH
    assert "Ces 2 pages, que tout le monde lit" in text
    assert f"/cms/pages/{shown[0].pk}/edit/" in text
    desk.post(path)
    assert not type(file).objects.exists()


def desk_path(file: Any, verb: str = "") -> str:
    if isinstance(file, EditorialImage):
        return f"/cms/images/{file.pk}/{verb + '/' if verb else ''}"
    return f"/cms/documents/{verb or 'edit'}/{file.pk}/"


@pytest.mark.parametrize("make", [picture, document])
def test_a_file_that_public_pages_show_is_kept_inside_once_one_says_so(
    vallees: Intranet, dunes: Intranet, desk: Client, make: Any
) -> None:
    file = make(vallees, "Plan")
    inside = vallees.site.tenancy.internal_collection_id
    form = {"title": "Plan caché", "collection": inside, "consent": "nobody"}
    pages_around(vallees, dunes, file)
    text = text_of(desk.post(desk_path(file), form))
    assert said_of(text) == BOTH
    assert "Plan caché" in text  # what was typed is kept
    (box,) = re.findall(r'<input type="checkbox" name="hide_anyway"[^>]*>', text)
    assert "checked" not in box
    file.refresh_from_db()
    assert (file.title, file.collection_id == inside) == ("Plan", False)
    desk.post(desk_path(file), {**form, "hide_anyway": "on"})
    file.refresh_from_db()
    assert (file.title, file.collection_id) == ("Plan caché", inside)
    # It is there: nothing is asked any more, nor when it comes out.
    for where in (inside, vallees.site.tenancy.collection_id):
        desk.post(desk_path(file), {**form, "title": "Plan rouvert", "collection": where})
        file.refresh_from_db()
        assert (file.title, file.collection_id) == ("Plan rouvert", where)


def test_the_logo_of_the_site_is_hidden_or_deleted_once_one_says_so(
    vallees: Intranet, desk: Client
) -> None:
    """It is on every page, of which none names it."""
    logo = picture(vallees, "Blason")
    assert "logo du site" not in text_of(desk.get(desk_path(logo, "delete")))
    SiteIdentity.objects.filter(site=vallees.site).update(logo=logo)
    assert "le logo du site" in text_of(desk.get(desk_path(logo, "delete")))
    inside = vallees.site.tenancy.internal_collection_id
    form = {"title": "Blason", "collection": inside, "consent": "nobody"}
    assert "le logo du site" in text_of(desk.post(desk_path(logo), form))
    logo.refresh_from_db()
    assert logo.collection_id != inside
    desk.post(desk_path(logo), {**form, "hide_anyway": "on"})
    logo.refresh_from_db()
    assert logo.collection_id == inside


def test_a_file_that_no_public_page_shows_is_kept_inside_at_once(
    vallees: Intranet, desk: Client
) -> None:
    file = picture(vallees, "Plan")
    lead(guide(vallees, "dedans", audience="internal"), file)
    inside = vallees.site.tenancy.internal_collection_id
    desk.post(desk_path(file), {"title": "Plan", "collection": inside, "consent": "nobody"})
    file.refresh_from_db()
    assert file.collection_id == inside


def test_keeping_a_page_inside_names_the_public_pages_that_lead_to_it(
    vallees: Intranet, dunes: Intranet, desk: Client
) -> None:
    page = guide(vallees, "cible", title="La cible")
    path = f"/cms/pages/{page.pk}/public/"
    lead(page, page)  # to itself: nobody is led astray
    assert not said_of(text_of(desk.get(path)))
    pages_around(vallees, dunes, page)
    text = text_of(desk.get(path))
    assert said_of(text) == BOTH
    assert "leurs liens non" in text
    # Not before it is published, nor of one that opens.
    page.unpublish()
    assert not said_of(text_of(desk.get(path)))
    reserved = guide(vallees, "reservee", audience="internal", title="La réservée")
    lead(guide(vallees, "ouvert-0b", title="Guide ouvert-0"), reserved)
    assert not said_of(text_of(desk.get(f"/cms/pages/{reserved.pk}/public/")))


def test_it_costs_the_same_for_few_pages_and_many(
    vallees: Intranet, desk: Client, django_assert_num_queries: Any
) -> None:
    file = picture(vallees, "Plan")
    for number in range(12):
        page = guide(vallees, f"page-{number:02}", title=f"Page {number:02}")
        ReferenceIndex.objects.create(
            content_type=ContentType.objects.get_for_model(type(page)),
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id=str(page.pk),
            to_content_type=ContentType.objects.get_for_model(EditorialImage),
            to_object_id=str(file.pk),
            model_path="image",
            content_path="image",
            content_path_hash=f"00000000-0000-0000-0000-0000000000{number:02}",
        )
        if number in (0, 11):
            with django_assert_num_queries(2):
                pages = public_pages_with(file)
    assert len(pages) == 12
    assert named(pages[:1]) == "«\u00a0Page 00\u00a0»"
    assert named(pages).endswith("«\u00a0Page 09\u00a0» et 2 autres")
