"""A crop keeps in sight the point that the person chose."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.catalogue import copying, focus, photos
from marketplace.refusals import Refused
from tests.marketplace.factories import draft, picture, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world()


@pytest.fixture
def listing(w, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return draft(w.nadia, w.metropole)


def two_halves():
    """Return a tall picture, red above and blue below."""
    picture = Image.new("RGB", (600, 1200), "red")
    picture.paste("blue", (0, 600, 600, 1200))
    out = BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("halves.png", out.getvalue())


def colour(photo, size):
    with photo.get_rendition(size).file.open() as file:
        red, _, blue = Image.open(file).convert("RGB").resize((1, 1)).getpixel((0, 0))
    return "red" if red > blue else "blue"


def test_every_crop_keeps_the_point_and_the_former_files_go(
    w, listing, django_capture_on_commit_callbacks
):
    photo = photos.add(listing, w.nadia, two_halves(), "Deux moitiés")
    former = [one.file.name for one in photo.renditions.all()]
    for place, wanted in (("haut", "red"), ("bas", "blue")):
        with django_capture_on_commit_callbacks(execute=True):
            photos.keep_in_sight(listing, w.nadia, photo.ref, focus.PLACES[place][1])
        photo = listing.photos.get()
        assert colour(photo, photos.PANEL) == wanted
        assert colour(photo, photos.ROW) == wanted
        assert focus.nearest(focus.point_of(photo)) == place
    assert photo.renditions.count() == len(photos.SIZES)
    storage = photo.file.storage
    now = {one.file.name for one in photo.renditions.all()}
    assert not [name for name in former if name not in now and storage.exists(name)]
    assert all(storage.exists(name) for name in now)


def test_a_click_on_the_picture_is_read_in_its_pixels():
    whole = {"width": 256, "height": 128}
    assert focus.sent_point({"point.x": "128", "point.y": "127"}, whole) == (50, 99)
    assert focus.sent_point({"point.x": "9999", "point.y": "1"}, whole) == (100, 0)
    # The keyboard sends 0, 0: the place chosen counts.
    assert focus.sent_point({"point.x": "0", "point.y": "0", "place": "bas"}, whole) == (50, 90)
    assert focus.sent_point({"place": "ailleurs"}, whole) is None
    assert focus.sent_point({"point.x": "a"}, whole) is None


def test_the_page_asks_and_saves(client_for, w, listing):
    photo = photos.add(listing, w.nadia, two_halves(), "Deux <b>moitiés</b>")
    client = client_for(w.nadia)
    page = client.get(f"/marche/publier/{listing.ref}/etape-4/").content.decode()
    assert 'type="image"' in page
    assert "En bas à droite" in page
    assert "<b>moitiés" not in page
    path = f"/marche/publier/{listing.ref}/photos/{photo.ref}/recadrer/"
    assert client.post(path, {"place": "bas"}).status_code == 302
    assert focus.point_of(listing.photos.get()) == (50, 90)
    client.post(path, {"point.x": "1", "point.y": "1", "place": "bas"})
    assert focus.nearest(focus.point_of(listing.photos.get())) == "haut-gauche"
    assert client.get(path).status_code == 405
    assert client_for(w.karim).post(path, {"place": "haut"}).status_code == 404


def test_only_who_answers_for_the_listing_crops_it(w, listing):
    photo = photos.add(listing, w.nadia, picture(), "Un barnum")
    with pytest.raises(Refused):
        photos.keep_in_sight(listing, w.karim, photo.ref, (1, 1))
    assert photos.keep_in_sight(listing, w.nadia, "inconnue00", (1, 1)) is None


def test_a_copy_keeps_the_crop(w, listing):
    photo = photos.add(listing, w.nadia, two_halves(), "Deux moitiés")
    photos.keep_in_sight(listing, w.nadia, photo.ref, (50, 90))
    copied = copying.copy(listing, w.nadia).photos.get()
    assert focus.point_of(copied) == (50, 90)


def test_a_photo_of_20_mb_is_refused_and_the_words_stay(client_for, w, listing):
    heavy = SimpleUploadedFile("plage.jpg", b"\xff\xd8" + b"0" * (20 * 1024 * 1024))
    page = client_for(w.nadia).post(
        f"/marche/publier/{listing.ref}/photos/", {"file": heavy, "description": "La <i>plage</i>"}
    )
    assert page.status_code == 400
    text = page.content.decode()
    assert "dépasse 10" in text
    assert "La &lt;i&gt;plage" in text
    assert not listing.photos.exists()
