"""`/cms/` is closed unless opened: a walk through every address, as an editor of A, after B's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.serializers import serialize
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.models import Role
from home.models import EditorialDocument, EditorialImage, EditorialTag, SiteIdentity, Tenancy
from home.tenancy.opened import OPENED
from tests.factories import join
from tests.home import walk
from tests.home.factories import Intranet, document, guide, intranet, news, picture, story

CANARY = "Zarbi"
TAG = f"{CANARY}tag"
TYPED = "Zarb"  # what the editor types: its echo is not the canary
WATCHED = (
    "wagtailcore.Page",
    "wagtailcore.Site",
    "wagtailcore.Collection",
    "wagtailcore.PageViewRestriction",
    "home.EditorialImage",
    "home.EditorialDocument",
    "home.SiteIdentity",
    "home.GuidePage",
    "home.Tenancy",
    "auth.Group",
    "accounts.User",
    "accounts.Organisation",
)


@pytest.fixture
def dunes(vallees: Intranet) -> Intranet:
    """The other one: a canary word in every text."""
    place = intranet("zarbidunes", name=f"{CANARY} Dunes")
    place.person("editor", first_name=f"{CANARY}prénom", last_name=f"{CANARY}nom")
    texts = {"summary": f"{CANARY} résumé", "body": [{"paragraph": f"<p>{CANARY} texte</p>"}]}
    image = picture(place, f"{CANARY}image")
    image.tags.add(TAG)
    document(place, f"{CANARY}document").tags.add(f"{CANARY}autre")
    page = guide(place, "zarbi-guide", title=f"{CANARY} guide", **texts)
    page.owner = place.organisation.memberships.get().user
    page.image = image
    page.save_revision(user=page.owner).publish()
    story(place, "zarbi-recit", title=f"{CANARY} récit", **texts)
    news(place, "zarbi-interne", title=f"{CANARY} interne", audience="internal", **texts)
    draft = guide(place, "zarbi-brouillon", title=f"{CANARY} brouillon", **texts)
    draft.unpublish()
    SiteIdentity.objects.filter(site=place.site).update(footer_text=f"{CANARY} bas de page")
    return place


def values_of(place: Intranet) -> dict[str, list[Any]]:
    """Return what each parameter of an address can be, among the things of `place`."""
    pages = list(
        Page.objects.filter(path__startswith=place.site.root_page.path).values_list("pk", flat=True)
    )
    images = list(
        EditorialImage.objects.filter(collection=place.site.tenancy.collection).values_list(
            "pk", flat=True
        )
    )
    documents = list(
        EditorialDocument.objects.filter(collection=place.site.tenancy.collection).values_list(
            "pk", flat=True
        )
    )
    revisions = list(
        Revision.objects.filter(object_id__in=[str(pk) for pk in pages]).values_list(
            "pk", flat=True
        )
    ) or [1]
    some = [pages[0], pages[-1], *pages[1:-1]]
    return {
        "*": [some[0], place.site.pk, (images or [1])[0]],
        "page_id": some,
        "parent_page_id": some,
        "page_to_move_id": some,
        "destination_id": some[:3],
        "image_id": images or [1],
        "document_id": documents or [1],
        "doc_id": documents or [1],
        "revision_id": revisions,
        "revision_id_a": [*revisions[:2], "earliest", "live"],
        "revision_id_b": [*revisions[:2], "latest", "live"],
        "pk": [*some[:3], *images, *documents, place.site.pk],
        "object_id": some[:3],
        "session_id": [1],
        "action_name": ["publish", "delete", "copy"],
        "action": ["delete", "move", "publish", "add_tags"],
        "app_label": ["wagtailcore", "home"],
        "app_name": ["home", "wagtailcore"],
        "model_name": ["page", "guidepage", "editorialimage", "siteidentity", "editorialtag"],
        "content_type_app_name": ["home"],
        "content_type_model_name": ["guidepage", "contentpage"],
        "filter_spec": ["max-165x165"],
        "token": ["x"],
        "uidb64": ["x"],
        "collection_id": [place.site.tenancy.collection_id],
        "site_id": [place.site.pk],
    }


def query_for(place: Intranet) -> list[str]:
    ids = values_of(place)
    page, image = ids["page_id"][0], ids["image_id"][0]
    people = [m.user_id for m in place.organisation.memberships.all()]
    return [
        "",
        f"?q={TYPED}&term={TYPED}&search={TYPED}",
        f"?id={page}&id={image}&ids={page}&child_of={page}&parent_page_id={page}&for_explorer=1",
        f"?owner={people[0]}&edited_by={people[0]}&site={place.site.pk}&user={people[0]}",
        f"?collection_id={place.site.tenancy.collection_id}&tag={TAG}&multiple=1",
        f"?page_type=home.guidepage&target_pages[]={page}&fields=*",
        "?export=csv",
    ]


def rows_of(place: Intranet) -> str:
    """Return everything that is B's, as text, to be compared."""
    kept = []
    for label in WATCHED:
        model = apps.get_model(label)
        for row in model._default_manager.order_by("pk"):
            text = serialize("json", [row])
            if CANARY.lower() in text.lower() or getattr(row, "site_id", None) == place.site.pk:
                kept.append(text)
    return "\n".join(kept)


def get(browser: Client, path: str) -> Any:
    """Return the answer, and undo what it did."""
    with transaction.atomic():
        answer = browser.get(path)
        transaction.set_rollback(True)
    return answer


def body(answer: Any) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode("utf-8", "replace")
    return answer.content.decode("utf-8", "replace")


def name_of(path: str) -> str:
    try:
        return resolve(path.split("?")[0]).view_name or "?"
    except Resolver404:
        return "?"


def test_the_list_names_only_addresses_that_exist(db: Any) -> None:
    known = {name for name, _ in walk.patterns()}
    assert set(OPENED) - known == set()


def test_nothing_of_another_collectivite_comes_back(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    guide(vallees, "notre-guide").save_revision(user=editor)
    picture(vallees, "Atelier").tags.add("atelier")
    browser = client_for(editor, vallees.host)
    before = rows_of(dunes)
    theirs = values_of(dunes)
    leaks, refused, opened = [], 0, 0
    for name, route in walk.patterns():
        is_open = name in OPENED
        for number, path in enumerate(walk.addresses(route, theirs, walk.MOST if is_open else 1)):
            for query in query_for(dunes) if number == 0 else [""]:
                answer = get(browser, path + query)
                # The address may come back in links; the words of the other may not.
                text = body(answer).replace(TAG, "")
                if CANARY.lower() in text.lower():
                    where = text.lower().index(CANARY.lower())
                    around = text[max(0, where - 80) : where + 60]
                    leaks.append(f"{name} {path}{query} ({answer.status_code}): …{around}…")
                if name_of(path) in OPENED:
                    opened += 1
                else:
                    assert answer.status_code == 404, f"{name} is open: {path}{query}"
                    refused += 1
    assert not leaks, "\n".join(leaks)
    assert rows_of(dunes) == before
    assert refused > 100
    assert opened > 40


def test_nothing_of_another_collectivite_changes(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    editor = vallees.person("editor")
    browser = client_for(editor, vallees.host)
    browser.raise_request_exception = False  # an incomplete form may be too much for a stock view
    before = rows_of(dunes)
    theirs = values_of(dunes)
    forms = [
        {},
        {
            "title": "Pris",
            "slug": "pris",
            "action-publish": "1",
            "ids": theirs["page_id"][0],
            "collection": dunes.site.tenancy.collection_id,
        },
    ]
    for name, route in walk.patterns():
        if name in ("wagtailadmin_logout", "desk_logout"):
            continue
        for path in walk.addresses(route, theirs, 4 if name in OPENED else 1):
            for form in forms:
                answer = browser.post(path, form)
                assert CANARY not in body(answer), f"{name} {path}"
                if name_of(path) not in OPENED:
                    assert answer.status_code == 404, f"{name} {path}"
    assert rows_of(dunes) == before


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
        assert CANARY not in body(answer)
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
    picture(vallees).tags.add("zarbouche")
    browser = client_for(vallees.person("editor"), vallees.host)
    for path in ("/cms/tag-autocomplete/", "/cms/tag-autocomplete/home/editorialtag/"):
        assert browser.get(path, {"term": "zarb"}).json() == ["zarbouche"]
    assert EditorialTag.objects.filter(name__istartswith="zarb").count() == 3


def test_every_tenancy_has_its_own_groups(vallees: Intranet, dunes: Intranet) -> None:
    groups = [pk for row in Tenancy.objects.values_list("editors", "coordinators") for pk in row]
    assert len(groups) == len(set(groups)) == 4
    assert ContentType.objects.get_for_model(Page)
