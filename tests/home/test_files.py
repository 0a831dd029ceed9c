"""Who may have a picture or a document; what may be uploaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.models import Collection

from home.models import EditorialDocument, EditorialImage
from tests.home.factories import Intranet, document, picture, picture_bytes


@pytest.mark.parametrize("make", [picture, document])
def test_files_of_the_restricted_branch_are_for_members_now(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client], make: Any
) -> None:
    public, kept = make(vallees, "Ouvert"), make(vallees, "Reserve", internal=True)
    readers = {
        None: (200, 404),
        dunes.person("agent", "editor"): (200, 404),
        vallees.person("agent"): (200, 200),
    }
    for reader, (expected_public, expected_kept) in readers.items():
        browser = client_for(reader, vallees.host)
        assert browser.get(f"/fichiers/{public.file.name}").status_code == expected_public
        assert browser.get(f"/fichiers/{kept.file.name}").status_code == expected_kept


def test_renditions_follow_their_picture(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    rendition = picture(vallees, "Reserve", internal=True).get_rendition("width-20")
    path = f"/fichiers/{rendition.file.name}"
    assert client_for(None, vallees.host).get(path).status_code == 404
    assert client_for(vallees.person("agent"), vallees.host).get(path).status_code == 200


def test_files_of_nobody_are_refused(vallees: Intranet, client_for: Callable[..., Client]) -> None:
    stray = picture(vallees, "Egare")
    EditorialImage.objects.filter(pk=stray.pk).update(collection=Collection.get_first_root_node())
    browser = client_for(vallees.person("editor"), vallees.host)
    assert browser.get(f"/fichiers/{stray.file.name}").status_code == 404
    assert browser.get("/fichiers/images/inconnue.png").status_code == 404
    assert browser.get("/documents/1/note.pdf").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dessin.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
        ("page.html", b"<script>1</script>"),
        ("faux.png", b"<html>pas une image</html>"),
        ("trop-grande.png", picture_bytes(size=(9000, 6000))),
    ],
)
def test_wrong_pictures_are_refused_with_a_reason(
    vallees: Intranet, client_for: Callable[..., Client], name: str, content: bytes
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile(name, content),
        "collection": vallees.site.tenancy.collection_id,
        "consent": "nobody",
    }
    answer = browser.post("/cms/images/add/", form)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert EditorialImage.objects.count() == 0


@pytest.mark.parametrize("name", ["page.html", "script.js", "dessin.svg", "programme.exe"])
def test_wrong_documents_are_refused(
    vallees: Intranet, client_for: Callable[..., Client], name: str
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile(name, b"<script>1</script>"),
        "collection": vallees.site.tenancy.collection_id,
    }
    answer = browser.post("/cms/documents/add/", form)
    assert answer.context["form"].errors["file"]
    assert EditorialDocument.objects.count() == 0


def test_an_upload_goes_only_to_an_own_collection(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile("bonne.png", picture_bytes()),
        "consent": "nobody",
    }
    theirs = dunes.site.tenancy.collection_id
    browser.post("/cms/images/add/", {**form, "collection": theirs})
    assert not EditorialImage.objects.filter(collection=theirs).exists()
