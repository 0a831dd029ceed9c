"""Photos of a listing: checked by content, cleaned of what they tell, cut to the sizes we show."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Max, prefetch_related_objects
from django.utils import timezone
from PIL import Image as Pillow
from PIL import ImageOps

from accounts.models import User
from marketplace import rights
from marketplace.catalogue import focus, guards, telling
from marketplace.catalogue.models import Listing, Photo
from marketplace.refusals import Refused
from marketplace.signals import listings_changed

MAX_PHOTOS = 6
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
# What is kept is enough for a printed poster; the rest is only weight.
LARGEST_SIDE = 2400
# Sizes shown (twice the CSS pixels): a row of a list, the panel of the page, a thumbnail.
ROW, PANEL, THUMBNAIL = "fill-344x264", "fill-1376x640", "fill-320x240"
SIZES = (ROW, PANEL, THUMBNAIL, focus.WHOLE)

TOO_HEAVY = "Cette photo dépasse 10 Mo : choisissez-en une plus légère."
TOO_LARGE = "Cette photo a plus de 50 millions de pixels : réduisez-la avant de l’envoyer."
NOT_A_PHOTO = (
    "Ce fichier n’est pas une photo lisible : envoyez un JPEG, un PNG, un WebP ou un AVIF."
)
TOO_MANY = f"Une annonce montre au plus {MAX_PHOTOS} photos : enlevez-en une d’abord."
NO_WORDS = "Décrivez la photo en quelques mots, pour qui ne la voit pas."


def clean(upload: Any) -> ContentFile:
    """Return the picture encoded anew: upright, without EXIF nor GPS, under an opaque name.

    Raises Refused when it is not one of our formats, too heavy, or too large: its size is read
    from the header, before a single pixel is decoded.
    """
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise Refused(TOO_HEAVY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            upload.seek(0)
            picture = Pillow.open(upload, formats=FORMATS)
            if picture.width * picture.height > settings.PHOTO_MAX_PIXELS:
                raise Refused(TOO_LARGE)
            return _encoded(picture)
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError):
        raise Refused(TOO_LARGE) from None
    except Refused:
        raise
    except Exception:  # each decoder breaks in its own way on a broken file
        raise Refused(NOT_A_PHOTO) from None


def _encoded(picture: Pillow.Image) -> ContentFile:
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        rgba = upright.convert("RGBA")
        # Drawings with a transparent ground stand on white, as on paper.
        flat = Pillow.new("RGB", rgba.size, "white")
        flat.paste(rgba, mask=rgba.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    out = BytesIO()
    # A new image carries no metadata of the old one.
    fresh = Pillow.new("RGB", flat.size)
    fresh.paste(flat)
    fresh.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name="photo.jpg")


def add(listing: Listing, actor: User, upload: Any, description: str) -> Photo:
    """Add a photo with its alternative text; returns it, with its renditions already made.

    Raises Refused with the sentence to show.
    """
    if refusal := rights.why_not_edit(actor, listing):
        raise Refused(refusal)
    description = description.strip()
    if not description:
        raise Refused(NO_WORDS)
    content = clean(upload)
    written: list[Any] = []
    try:
        with transaction.atomic():
            # The row of the listing orders two uploads that arrive together.
            held = Listing.objects.select_for_update().get(pk=listing.pk)
            if listing.photos.count() >= MAX_PHOTOS:
                raise Refused(TOO_MANY)
            last = listing.photos.aggregate(last=Max("position"))["last"]
            photo = Photo(
                listing=listing,
                title=listing.display_title[:255],
                description=description[:255],
                file=content,
                position=0 if last is None else last + 1,
                uploaded_by_user=actor,
            )
            photo.save()
            written.append(photo.file)
            for rendition in photo.get_renditions(*SIZES).values():
                written.append(rendition.file)
            _touch(listing)
            if guards.needs_moderation(held):
                telling.changed_online(held, actor)
    except Exception:
        for file in written:
            file.storage.delete(file.name)
        raise
    return photo


@transaction.atomic
def remove(listing: Listing, actor: User, ref: str) -> None:
    """Remove a photo and, after the commit, its files. Raises Refused; unknown is nothing."""
    if refusal := rights.why_not_edit(actor, listing):
        raise Refused(refusal)
    photo = listing.photos.filter(ref=ref).first()
    if photo is None:
        return
    delete_files_after_commit([photo])
    listing.photos.filter(position__gt=photo.position).update(position=F("position") - 1)
    photo.delete()
    _touch(listing)


def keep_in_sight(listing: Listing, actor: User, ref: str, point: tuple[int, int]) -> Photo | None:
    """Have every crop of a photo keep a point (hundredths of width and height) in sight.

    Returns the photo, None when it is not there any more. Raises Refused.
    """
    if refusal := rights.why_not_edit(actor, listing):
        raise Refused(refusal)
    written: list[Any] = []
    try:
        with transaction.atomic():
            Listing.objects.select_for_update().get(pk=listing.pk)
            photo = listing.photos.filter(ref=ref).first()
            if photo is None:
                return None
            # The whole picture stays as it is, whatever its crops keep.
            crops = photo.renditions.exclude(filter_spec=focus.WHOLE)
            stored = [(one.file.storage, one.file.name) for one in crops]
            for one in crops:
                one.purge_from_cache()
            crops.delete()
            photo.focal_point_x = photo.width * point[0] // 100
            photo.focal_point_y = photo.height * point[1] // 100
            # Around the point, what is worth seeing whole: a face, a wheel.
            photo.focal_point_width = max(1, photo.width // 10)
            photo.focal_point_height = max(1, photo.height // 10)
            photo.save()
            for rendition in photo.get_renditions(*SIZES).values():
                written.append(rendition.file)
            kept = {file.name for file in written}
            gone = [(storage, name) for storage, name in stored if name not in kept]
            transaction.on_commit(lambda: [storage.delete(name) for storage, name in gone])
            _touch(listing)
    except Exception:
        for file in written:
            file.storage.delete(file.name)
        raise
    return photo


def _touch(listing: Listing) -> None:
    """A photo is part of what is read and moderated: the listing is no longer the same."""
    Listing.objects.filter(pk=listing.pk).update(updated_at=timezone.now())
    listings_changed.send(sender=Listing, listing_ids=[listing.pk])


def files_of(photo: Photo) -> list[Any]:
    """Return the stored files of a photo: its own and those of its renditions."""
    return [photo.file, *(rendition.file for rendition in photo.renditions.all())]


def delete_files_after_commit(photos: Iterable[Photo]) -> None:
    """Delete the files of these photos and of their renditions, once the rows are gone for good."""
    found = list(photos)
    prefetch_related_objects(found, "renditions")
    stored = [(file.storage, file.name) for photo in found for file in files_of(photo)]
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in stored])


def shown(photo: Photo | None, size: str) -> dict[str, Any] | None:
    """Return what `components/picture.html` draws; no query when renditions are prefetched."""
    if photo is None:
        return None
    try:
        rendition = photo.get_rendition(size)
    except (OSError, ValueError):
        # The file was lost: the pictogram stands in for it.
        return None
    return {
        "url": rendition.url,
        "width": rendition.width,
        "height": rendition.height,
        "alt": photo.description,
    }


def first_photo(listing: Listing, size: str = ROW) -> dict[str, Any] | None:
    """Return the first photo of a listing fetched with `for_rows` or `for_page`, or None."""
    photos = listing.photos.all()
    return shown(photos[0], size) if photos else None
