"""Photos: checked by content, cleaned of what they tell, never served to who may not see."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.catalogue import photos
from marketplace.catalogue.models import Photo, PhotoRendition
from marketplace.refusals import Refused
from tests.marketplace.factories import World, draft, picture


def bomb(width: int = 30_000, height: int = 30_000) -> SimpleUploadedFile:
    """A PNG of a few hundred bytes that says it is 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    content += chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return SimpleUploadedFile("bombe.png", content)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_four_formats_are_taken_whatever_the_name_says(w: World, file_format: str) -> None:
    listing = draft(w.nadia, w.metropole)
    photo = photos.add(
        listing, w.nadia, picture(file_format=file_format, name="nadia.txt"), "Un barnum"
    )
    assert photo.file.name.startswith(f"photos/{listing.ref}/")
    assert photo.file.name.endswith(".jpg")
    assert "nadia" not in photo.file.name
    assert photo.renditions.count() == len(photos.SIZES)
    for rendition in photo.renditions.all():
        assert rendition.file.name.startswith(f"photo_renditions/{listing.ref}/")


def test_place_and_camera_are_erased_and_the_picture_stands_upright(w: World) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Téléphone de Nadia"
    exif.get_ifd(0x8825)[1] = "N"
    upload = picture((800, 600), exif=exif.tobytes())
    photo = photos.add(draft(w.nadia, w.metropole), w.nadia, upload, "Un barnum")
    photo.refresh_from_db()
    stored = Image.open(BytesIO(photo.file.open().read()))
    assert not stored.getexif()
    assert "exif" not in stored.info
    assert stored.size == (600, 800)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (bomb(), "pixels"),
        (bomb(9000, 9000), "pixels"),
        (SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>"), "lisible"),
        (SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50), "lisible"),
        (picture(file_format="GIF"), "lisible"),
        (SimpleUploadedFile("x.jpg", b"\0" * (10 * 1024 * 1024 + 1)), "10\u00a0Mo"),
    ],
    ids=["bomb", "81 Mpx", "svg", "cut", "gif", "heavy"],
)
def test_what_is_not_a_fair_photo_is_refused_with_the_reason(
    w: World, upload: SimpleUploadedFile, words: str
) -> None:
    listing = draft(w.nadia, w.metropole)
    with pytest.raises(Refused, match=words):
        photos.add(listing, w.nadia, upload, "Un barnum")
    assert not Photo.objects.exists()


def test_words_are_asked_and_six_photos_are_enough(w: World) -> None:
    listing = draft(w.nadia, w.metropole)
    with pytest.raises(Refused, match="Décrivez"):
        photos.add(listing, w.nadia, picture(), " ")
    for number in range(6):
        photos.add(listing, w.nadia, picture((200, 150)), f"Photo {number}")
    with pytest.raises(Refused, match="6"):
        photos.add(listing, w.nadia, picture(), "La septième")


def test_a_removed_photo_leaves_no_file_behind(
    w: World, django_capture_on_commit_callbacks: object
) -> None:
    listing = draft(w.nadia, w.metropole)
    photo = photos.add(listing, w.nadia, picture(), "Un barnum")
    names = [file.name for file in photos.files_of(photo)]
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        photos.remove(listing, w.nadia, photo.ref)
    assert not any(default_storage.exists(name) for name in names)


def test_an_upload_that_fails_half_way_leaves_no_row_and_no_file(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = draft(w.nadia, w.metropole)

    def broken(self: Photo, *filters: str) -> dict:
        raise OSError("disk full")

    monkeypatch.setattr(Photo, "get_renditions", broken)
    with pytest.raises(OSError, match="disk full"):
        photos.add(listing, w.nadia, picture(), "Un barnum")
    assert not Photo.objects.exists()
    assert not PhotoRendition.objects.exists()
    folder = f"photos/{listing.ref}"
    assert not default_storage.exists(folder) or not default_storage.listdir(folder)[1]


def test_whatever_a_decoder_raises_on_a_broken_file_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """AVIF's raises RuntimeError, others struct.error or KeyError."""

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Failed to decode image")

    monkeypatch.setattr(photos.Pillow, "open", broken)
    with pytest.raises(Refused, match="lisible"):
        photos.clean(picture())
