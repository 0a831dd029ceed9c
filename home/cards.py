"""Pages as a list shows them: title, one line that says what they are, a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from wagtail.models import Page

from home.media.drawing import drawn

SMALL = "fill-564x240"
LARGE = "fill-940x495"


def cards_for(pages: Iterable[Page], request: HttpRequest) -> list[dict[str, Any]]:
    """Return one card a page, in the same order.

    Queries: the pages, one for what their types add, one for the pictures and one for their
    renditions, whatever the number of pages and of types.
    """
    found = _specific(list(pages))
    image_ids = {page.image_id for page in found if getattr(page, "image_id", None)}
    images: dict[int, Any] = {}
    if image_ids:
        image_model = apps.get_model("home", "EditorialImage")
        images = {
            image.pk: image
            for image in image_model.objects.filter(pk__in=image_ids).prefetch_renditions(
                SMALL, LARGE
            )
        }
    return [
        _card(page, images.get(getattr(page, "image_id", None)), request)  # type: ignore[arg-type]
        for page in found
    ]


def _specific(pages: list[Page]) -> list[Any]:
    """Return the pages as their own types, without their bodies; one query for all types."""
    found: dict[int, Any] = {page.pk: page for page in pages if type(page) is page.specific_class}
    models = {page.specific_class for page in pages if page.pk not in found}
    if models:
        # From the plain page to its own type is a join: all types at once.
        below = {model: model._meta.model_name for model in models}
        bodies = [
            f"{name}__{field}" for m, name in below.items() for field in m.get_streamfield_names()
        ]
        plain = Page.objects.filter(pk__in=[page.pk for page in pages if page.pk not in found])
        for page in plain.select_related(*below.values()).defer(*bodies):
            found[page.pk] = getattr(page, below[page.specific_class])
    return [found[page.pk] for page in pages if page.pk in found]


def _card(page: Any, image: Any, request: HttpRequest) -> dict[str, Any]:
    return {
        "page": page,
        "url": page.get_url(request),
        "title": page.title,
        "kicker": page.kicker,
        "summary": getattr(page, "summary", ""),
        "icon_name": page.icon_name,
        "photo": _photo(image, SMALL),
        "photo_large": _photo(image, LARGE),
        "action": getattr(page, "call_to_action_label", ""),
        "action_url": getattr(page, "call_to_action_path", ""),
    }


def _photo(image: Any, spec: str) -> dict[str, Any] | None:
    rendition = drawn(image, spec)
    if rendition is None:  # the pictogram stands in
        return None
    return {
        "url": rendition.url,
        "width": rendition.width,
        "height": rendition.height,
        "alt": image.description,
        "credit": image.credit,
    }
