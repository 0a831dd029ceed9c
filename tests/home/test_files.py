"""Who may have a picture or a document; what may be uploaded."""

from __future__ import annotations

import io
import zipfile
import zlib
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


HTML = b"<html><script>1</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(name: str, content: str = "<x/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


# A PNG of four lines that says it is 60,000 pixels wide and high: 10 GB once opened.
BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00"


def bomb() -> bytes:
    header = BOMB[12:]
    data = zlib.compress(b"\x00" * 100)
    chunks = [header, b"IDAT" + data, b"IEND"]
    sizes = [13, len(data), 0]
    return BOMB[:8] + b"".join(
        size.to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        for size, chunk in zip(sizes, chunks, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("dessin.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "JPEG"),
        ("page.html", HTML, "JPEG"),
        ("faux.png", HTML, "n’est pas une image de ce format"),
        ("dessin.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "de ce format"),
        ("autre.png", picture_bytes("JPEG"), "finit par .png"),
        ("autre.jpg", picture_bytes(), "finit par .jpg,"),
        ("autre.JPEG", picture_bytes(), "finit par .jpeg,"),
        ("coupee.png", picture_bytes()[:40], "abîmé"),
        ("coupee-plus-loin.jpg", picture_bytes("JPEG", (400, 300))[:900], "abîmé"),
        ("vide.png", b"", "vide"),
        ("trop-grande.png", picture_bytes(size=(9000, 6000)), "1\u00a0600 pixels"),
        ("bombe.png", bomb(), ""),
        ("lourde.png", picture_bytes() + b"0" * 10 * 1024 * 1024, "la limite est de 10\u00a0Mo."),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
@pytest.mark.parametrize("address", ["images/add/", "images/chooser/create/"])
def test_wrong_pictures_are_refused_with_a_reason(
    vallees: Intranet,
    client_for: Callable[..., Client],
    address: str,
    name: str,
    content: bytes,
    words: str,
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    prefix = "image-chooser-upload-" if "chooser" in address else ""
    form = {
        f"{prefix}title": "Essai",
        f"{prefix}file": SimpleUploadedFile(name, content),
        f"{prefix}collection": vallees.site.tenancy.collection_id,
        f"{prefix}consent": "nobody",
    }
    answer = browser.post(f"/cms/{address}", form)
    assert answer.status_code == 200
    if "chooser" not in address:
        (reason,) = answer.context["form"].errors["file"]
        assert words in reason
    assert EditorialImage.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.html", HTML, "Enregistrez-le en PDF"),
        ("script.js", HTML, "Enregistrez-le en PDF"),
        ("dessin.svg", HTML, "Enregistrez-le en PDF"),
        ("programme.exe", HTML, "Enregistrez-le en PDF"),
        ("sans-fin", HTML, "Enregistrez-le en PDF"),
        ("lourd.pdf", b"%PDF-" + b"0" * 20 * 1024 * 1024, "la limite est de 20"),
        ("faux.pdf", HTML, "n’est pas celui d’un fichier PDF"),
        ("deux-en-un.pdf", HTML + b"%PDF-1.4", "n’est pas celui d’un fichier PDF"),
        ("image.pdf", SVG, "n’est pas celui d’un fichier PDF"),
        ("page.txt", b"\xef\xbb\xbf \n" + HTML, "n’est pas celui d’un fichier TXT"),
        ("page-16.txt", HTML.decode().encode("utf-16"), "n’est pas celui d’un fichier TXT"),
        ("image.csv", SVG, "n’est pas celui d’un fichier CSV"),
        ("octets.csv", b"a;b\n\0\0", "n’est pas celui d’un fichier CSV"),
        ("page.vtt", HTML, "n’est pas celui d’un fichier VTT"),
        ("page.mp4", HTML, "n’est pas celui d’un fichier MP4"),
        ("page.webm", b"\x1a\x45\xdf\xa3" + HTML, "n’est pas celui d’un fichier WEBM"),
        ("page.docx", HTML, "n’est pas celui d’un fichier DOCX"),
        ("archive.docx", zipped("page.html"), "n’est pas celui d’un fichier DOCX"),
        ("coupe.docx", zipped("word/document.xml")[:40], "n’est pas celui d’un fichier DOCX"),
        ("classeur.odt", zipped("mimetype", ODS), "n’est pas celui d’un fichier ODT"),
        ("sans-genre.odt", zipped("content.xml"), "n’est pas celui d’un fichier ODT"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
@pytest.mark.parametrize("address", ["documents/add/", "documents/multiple/add/"])
def test_wrong_documents_are_refused_with_a_reason(
    vallees: Intranet,
    client_for: Callable[..., Client],
    address: str,
    name: str,
    content: bytes,
    words: str,
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    many = "multiple" in address
    form = {
        "title": "Mon titre tapé",
        # What a browser says of a file is as easy to falsify as its name.
        "files[]" if many else "file": SimpleUploadedFile(name, content, "application/pdf"),
        "collection": vallees.site.tenancy.collection_id,
    }
    answer = browser.post(f"/cms/{address}", form)
    assert answer.status_code == 200
    said = (
        answer.json()["error_message"] if many else " ".join(answer.context["form"].errors["file"])
    )
    assert words in said
    assert "extension" not in said  # said once, by us
    if not many:
        assert "Mon titre tapé" in answer.content.decode()
    assert EditorialDocument.objects.count() == 0


def test_a_document_as_large_as_the_limit_is_taken(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile("rapport.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024 - 5)),
        "collection": vallees.site.tenancy.collection_id,
    }
    browser.post("/cms/documents/add/", form)
    assert EditorialDocument.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("releve.csv", b"nom;ville\nL\xe9a;Metz\n"),  # as a spreadsheet of Windows saves it
        ("calcul.txt", b"si a < b, alors\n"),
        ("note.docx", zipped("word/document.xml")),
        ("budget.xlsx", zipped("xl/workbook.xml")),
        ("diapos.pptx", zipped("ppt/presentation.xml")),
        ("budget.ods", zipped("mimetype", ODS)),
        ("film.mp4", b"\0\0\0\x20ftypisom"),
        ("film.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"),
        ("film.vtt", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\nBonjour\n".encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_documents_of_each_kind_are_taken(
    vallees: Intranet, client_for: Callable[..., Client], name: str, content: bytes
) -> None:
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile(name, content),
        "collection": vallees.site.tenancy.collection_id,
    }
    client_for(vallees.person("editor"), vallees.host).post("/cms/documents/add/", form)
    (kept,) = EditorialDocument.objects.all()
    assert kept.file.read() == content


def test_a_page_behind_a_picture_is_only_ever_a_picture(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    """A file may be both; a browser is told which, and may run nothing of it."""
    browser = client_for(vallees.person("editor"), vallees.host)
    form = {
        "title": "Essai",
        "file": SimpleUploadedFile("deux-en-un.gif", picture_bytes("GIF") + HTML, "text/html"),
        "collection": vallees.site.tenancy.collection_id,
        "consent": "nobody",
    }
    browser.post("/cms/images/add/", form)
    kept = EditorialImage.objects.get()
    answer = browser.get(f"/fichiers/{kept.file.name}")
    assert answer["Content-Type"] == "image/gif"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


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


@pytest.mark.parametrize("address", ["images/add/", "documents/add/", "documents/multiple/add/"])
def test_the_limit_of_a_file_is_said_as_one_says_it(
    vallees: Intranet, client_for: Callable[..., Client], address: str
) -> None:
    """«10 Mo»: Django's French is «10,0 Mio»."""
    page = client_for(vallees.person("editor"), vallees.host).get(f"/cms/{address}")
    text = page.content.decode()
    assert "10\u00a0Mo" in text or "20\u00a0Mo" in text
    assert "Mio" not in text
    assert ",0\u00a0Mo" not in text
