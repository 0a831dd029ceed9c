"""Tags: words of one collectivité, and pages that list only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection

from home.models import EditorialDocument, EditorialImage, EditorialTag
from home.tags.rules import check_tags, tags_of_site
from tests.factories import UserFactory
from tests.home.factories import Intranet, article, document, guide, news, picture, picture_bytes

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


def test_a_tag_lists_the_pages_of_its_site_that_one_may_read(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "un", title="Guide ouvert", tags=["Vélo"])
    news(vallees, "deux", title="Nouvelle réservée", tags=["vélo"], audience="internal")
    guide(vallees, "trois", title="Brouillon", tags=["vélo"]).unpublish()
    guide(dunes, "quatre", title="Ailleurs", tags=["vélo", "sable"])
    visitor = client_for(None, vallees.host)
    text = visitor.get("/etiquettes/velo/").content.decode()
    assert "Guide ouvert" in text
    assert "1 page sur ce sujet" in text
    assert not {"Nouvelle réservée", "Brouillon", "Ailleurs"} & {
        title for title in ("Nouvelle réservée", "Brouillon", "Ailleurs") if title in text
    }
    agent = client_for(vallees.person("agent"), vallees.host)
    assert "Nouvelle réservée" in agent.get("/etiquettes/velo/").content.decode()
    assert agent.get("/etiquettes/sable/").status_code == 404
    assert EditorialTag.objects.filter(slug="velo").count() == 2


def test_a_page_leads_to_its_tags_and_to_pages_that_share_them(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    for number in range(4):
        article(vallees, f"autre-{number}", title=f"Autre {number}")
    guide(vallees, "proche", title="Proche parent", tags=["accueil"], days_ago=300)
    article(vallees, "lu", tags=["accueil"])
    text = client_for(None, vallees.host).get("/articles/lu/").content.decode()
    assert 'href="/etiquettes/accueil/"' in text
    assert "Proche parent" in text


def test_a_tag_page_costs_as_little_with_many(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    guide(vallees, "un", tags=["vélo"])
    article(vallees, "deux", tags=["vélo"])
    browser = client_for(vallees.person("agent"), vallees.host)

    def queries() -> int:
        browser.get("/etiquettes/velo/")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/etiquettes/velo/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(9):
        guide(vallees, f"guide-{number}", tags=["vélo"])
        article(vallees, f"article-{number}", tags=["vélo"])
    assert queries() <= min(few + 1, MOST_QUERIES)


@pytest.mark.parametrize(
    ("names", "reason"),
    [(["?!"], "mot"), (["a" * 60], "trop long"), ([f"mot{n}" for n in range(9)], "au plus")],
)
def test_words_that_are_no_tags_are_refused_with_a_reason(names: list[str], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        check_tags(names)


def test_a_word_is_one_tag_however_it_is_typed() -> None:
    assert check_tags(["Vélo", "  vélo ", "velo"]) == ["vélo"]


@pytest.mark.parametrize("kind", ["image", "document"])
def test_a_file_takes_the_tags_of_its_own_site(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client], kind: str
) -> None:
    theirs = tags_of_site(dunes.site, ["fusion-secrete", "velo"])
    (mine,) = tags_of_site(vallees.site, ["velo"])
    file: Any = picture(vallees) if kind == "image" else document(vallees)
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Atelier",
        "collection": file.collection_id,
        "consent": "nobody",
        "tags": "Fusion-Secrete, Vélo, tout nouveau",
    }
    # One at a time, then as after many were sent at once.
    prefix = "image" if kind == "image" else "doc"
    many = f"/cms/{kind}s/multiple/{file.pk}/"
    prefixed = {f"{prefix}-{file.pk}-{name}": value for name, value in form.items()}
    addresses = {"image": f"/cms/images/{file.pk}/", "document": f"/cms/documents/edit/{file.pk}/"}
    for address, sent in ((addresses[kind], form), (many, prefixed)):
        file.tags.clear()
        answer = browser.post(address, sent, headers={"x-requested-with": "XMLHttpRequest"})
        assert answer.status_code in (200, 302)
        tags = {tag.slug: tag for tag in file.tags.all()}
        assert set(tags) == {"fusion-secrete", "velo", "tout-nouveau"}
        assert {tag.site for tag in tags.values()} == {vallees.site}
        assert tags["velo"] == mine
        assert not set(tags.values()) & set(theirs)
    dunes.site.delete()
    assert file.tags.count() == 3


def test_a_new_picture_is_refused_tags_that_are_none(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile("essai.png", picture_bytes()),
        "collection": vallees.site.tenancy.collection_id,
        "consent": "nobody",
        "tags": "?!",
    }
    answer = client_for(vallees.person("editor"), vallees.host).post("/cms/images/add/", form)
    assert "Une étiquette est un mot" in str(answer.context["form"].errors["tags"])
    assert not EditorialTag.objects.filter(name="?!").exists()


def test_what_is_in_no_intranet_has_no_tags(client_for: Callable[..., Client]) -> None:
    stray = EditorialDocument.objects.create(
        title="Égaré", collection=Collection.get_first_root_node(), file="documents/egare.pdf"
    )
    form = {"title": "Égaré", "collection": stray.collection_id, "tags": "velo"}
    answer = client_for(UserFactory(is_staff=True, is_superuser=True)).post(
        f"/cms/documents/edit/{stray.pk}/", form
    )
    assert "dans aucun intranet" in str(answer.context["form"].errors["tags"])


def test_files_that_had_the_tags_of_others_get_their_own(
    vallees: Intranet, dunes: Intranet
) -> None:
    theirs = tags_of_site(dunes.site, ["Fusion-Secrete"])
    image, kept = picture(vallees), document(dunes)
    stray = EditorialImage.objects.create(
        title="Égaré", collection=Collection.get_first_root_node(), file="x.png", width=1, height=1
    )
    for file in (image, kept, stray):
        file.tags.set(theirs)
    mend = import_module("home.migrations.0012_own_tags").give_tags_to_their_site
    mend(apps, None)
    mend(apps, None)
    assert [(tag.site, tag.name) for tag in image.tags.all()] == [(vallees.site, "fusion-secrete")]
    assert list(kept.tags.all()) == theirs
    assert not stray.tags.exists()
