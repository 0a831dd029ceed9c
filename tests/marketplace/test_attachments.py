"""Files joined to messages: a short safe list, read by both sides and the coordination only."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Notice
from marketplace.exchanges import rules
from marketplace.exchanges.attaching import personal_data
from marketplace.exchanges.attaching.models import Attachment
from marketplace.exchanges.attaching.presentation import size_words
from marketplace.exchanges.attaching.rules import attachment_guard
from marketplace.exchanges.models import Exchange, Message
from marketplace.personal_data import kinds
from marketplace.refusals import Refused
from tests.marketplace.factories import PDF, World, ask, picture, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def pdf(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def accepted(w: World) -> Exchange:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    return rules.accept(exchange, w.nadia)


def test_files_are_read_by_both_sides_and_the_coordination_only(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    exchange = accepted(w)
    rules.write(exchange, w.odile, "Le plan et une photo.", [pdf(), picture()])
    paths = list(Attachment.objects.values_list("file", flat=True))
    assert len(paths) == 2
    for path in paths:
        assert path.startswith(f"messages/{exchange.ref}/")
        for person in (w.nadia, w.odile, w.chloe):
            assert attachment_guard(path, person, None)
            assert client_for(person).get(f"/fichiers/{path}").status_code == 200
        for person in (w.paul, w.karim, w.remi, w.gone, w.staff):
            assert not attachment_guard(path, person, None)
            assert client_for(person).get(f"/fichiers/{path}").status_code == 404
    assert not attachment_guard(f"messages/{exchange.ref}/autre.pdf", w.nadia, None)
    answer = client_for(w.nadia).get(f"/fichiers/{paths[0]}")
    assert answer["Content-Disposition"].startswith("attachment")
    page = client_for(w.nadia).get(exchange.get_absolute_url()).content.decode()
    assert "plan.pdf" in page


def test_a_photo_says_nothing_of_where_it_was_taken(w: World) -> None:
    source, out = Image.new("RGB", (400, 300), "teal"), BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "AppareilDeNadia"
    source.save(out, "JPEG", exif=exif)
    upload = SimpleUploadedFile("IMG.jpg", out.getvalue())
    rules.write(accepted(w), w.odile, "Voici.", [upload])
    kept = default_storage.open(Attachment.objects.get().file.name).read()
    assert b"AppareilDeNadia" not in kept
    assert kept.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("facture.pdf", b"MZ\x90\x00 a program", "seuls les PDF et les photos"),
        ("photo.jpg", b"<html><script>alert(1)</script></html>", "seuls les PDF"),
        ("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "seuls les PDF"),
        ("tout.zip", b"PK\x03\x04rest", "seuls les PDF"),
        ("lettre.docx", b"PK\x03\x04word", "Enregistrez-le en PDF"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 broken", "pas une photo lisible"),
        ("coupe.pdf", b"%PDF-1.4 cut", "incomplet"),
        ("actif.pdf", b"%PDF-1.4 /JavaScript (x) %%EOF", "contient un programme"),
        ("grande.jpg", b"\xff\xd8\xff" + b"0" * (20 * 1024 * 1024), "dépasse 10 Mo"),
    ],
)
def test_what_may_hide_something_is_refused_with_a_sentence(
    w: World, name: str, content: bytes, sentence: str
) -> None:
    exchange = accepted(w)
    before = Message.objects.count()
    with pytest.raises(Refused, match=sentence) as refused:
        rules.write(exchange, w.odile, "Bonjour.", [SimpleUploadedFile(name, content)])
    assert str(refused.value).startswith(name)
    assert Message.objects.count() == before
    assert not Attachment.objects.exists()


def test_five_at_most_and_a_second_click_joins_nothing_more(w: World) -> None:
    exchange = accepted(w)
    with pytest.raises(Refused, match="Cinq fichiers"):
        rules.write(exchange, w.odile, "Tout.", [pdf() for _ in range(6)])
    rules.write(exchange, w.odile, "Le plan.", [pdf()])
    rules.write(exchange, w.odile, "Le plan.", [pdf()])
    assert Attachment.objects.count() == 1


def test_a_document_of_an_agent_waits_for_the_contact(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    with pytest.raises(Refused, match="porte souvent le nom"):
        rules.write(exchange, w.nadia, "Le règlement.", [pdf("règlement Nadia Merle.pdf")])
    rules.write(exchange, w.nadia, "Une photo.", [picture(name="Nadia Merle.jpg")])
    rules.write(exchange, w.odile, "Nos statuts.", [pdf("statuts.pdf")])
    page = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "Nadia" not in page
    assert "statuts.pdf" in page
    rules.accept(exchange, w.nadia)
    page = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "Nadia Merle.jpg" in page


def test_the_page_keeps_what_was_typed_and_says_which_file(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    exchange = accepted(w)
    browser, path = client_for(w.odile), f"{exchange.get_absolute_url()}message/"
    bad = SimpleUploadedFile("<b>x</b>.exe", b"MZ")
    answer = browser.post(path, {"body": "Mes mots à garder.", "files": [pdf(), bad]})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Mes mots à garder." in page
    assert "seuls les PDF" in page
    assert "<b>x</b>" not in page
    answer = browser.post(path, {"body": "Avec deux fichiers.", "files": [pdf(), picture()]})
    assert answer.status_code == 302
    assert Attachment.objects.count() == 2


def test_an_address_typed_before_the_contact_is_called_to_mind_not_censored(  # type: ignore[no-untyped-def]
    client_for, w: World
) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    browser, path = client_for(w.odile), f"{exchange.get_absolute_url()}message/"
    for words in ("Écrivez à odile@lire.example", "Appelez le 06 12 34 56 78", "+33 6.12.34.56.78"):
        answer = browser.post(path, {"body": words})
        assert answer.status_code == 400
        assert "contient une adresse ou un numéro" in answer.content.decode()
        assert words in answer.content.decode()
        assert browser.post(path, {"body": words, "anyway": "on"}).status_code == 302
    assert browser.post(path, {"body": "Salle 12, le 01/02/2027 à 10 h 30."}).status_code == 302
    rules.accept(exchange, w.nadia)
    assert browser.post(path, {"body": "06 12 34 56 78"}).status_code == 302


def test_our_letters_never_carry_a_private_address(  # type: ignore[no-untyped-def]
    w: World, django_capture_on_commit_callbacks, client_for
) -> None:
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
        rules.write(exchange, w.nadia, "Bonjour, nous regardons.")
        rules.accept(exchange, w.nadia)
        rules.write(exchange, w.odile, "Merci !", [pdf()])
    private = {person.email for person in (w.nadia, w.odile, w.chloe)}
    assert mail.outbox
    for letter in mail.outbox:
        message = letter.message()
        assert set(letter.to) <= private
        assert len(letter.to) == 1
        assert not letter.cc
        assert not letter.bcc
        others = private - set(letter.to)
        told = f"{message.as_string()} {letter.body} {letter.from_email} {letter.reply_to}"
        assert not any(address in told for address in others)
    notice = Notice.objects.filter(kind="exchange_message", recipient=w.nadia).latest("pk")
    assert notice.path == f"{exchange.get_absolute_url()}#conversation"
    assert "1\u00a0fichier" in notice.body
    # Who is not signed in signs in, and comes back.
    answer = client_for(None).get(exchange.get_absolute_url())
    assert answer.status_code == 302
    assert exchange.get_absolute_url() in answer["Location"]


def test_files_go_with_the_conversation_and_with_the_person(  # type: ignore[no-untyped-def]
    w: World, django_capture_on_commit_callbacks
) -> None:
    exchange = accepted(w)
    rules.write(exchange, w.odile, "Un.", [pdf("un.pdf")])
    rules.write(exchange, w.nadia, "Deux.", [pdf("deux.pdf")])
    assert [row["Fichier"] for row in personal_data.joined_by(w.odile)] == ["un.pdf"]
    stored = [default_storage.path(one.file.name) for one in Attachment.objects.order_by("pk")]
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.forget(w.odile)
    assert [one.name for one in Attachment.objects.all()] == ["deux.pdf"]
    assert not default_storage.exists(stored[0])
    with django_capture_on_commit_callbacks(execute=True):
        kinds.erase_conversations(Exchange.objects.all())
    assert not Attachment.objects.exists()
    assert not default_storage.exists(stored[1])
    assert timezone.now()


def test_sizes_are_said_as_people_say_them() -> None:
    assert size_words(10) == "1\u00a0Ko"
    assert size_words(1_300_000) == "1,2\u00a0Mo"
