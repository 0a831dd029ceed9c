"""Who may have the files of the intranets: pictures, their renditions, documents.

What is in a collectivité's collection goes with its public pages; what is in the collection kept
for its people is for those who are its members now. Anything else is refused.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import Collection

from accounts.media import register_guard
from accounts.readers import reader_for
from home.media.models import EditorialDocument, EditorialImage, EditorialRendition
from home.rights import can_open_desk
from home.tenancy.collections import tenancy_of


def may_have_image(path: str, user: Any, request: Any) -> bool:
    image = EditorialImage.objects.filter(file=path).values_list("collection_id", flat=True)
    return _may_have(image.first(), user, request)


def may_have_rendition(path: str, user: Any, request: Any) -> bool:
    collection = EditorialRendition.objects.filter(file=path).values_list(
        "image__collection_id", flat=True
    )
    return _may_have(collection.first(), user, request)


def may_have_document(path: str, user: Any, request: Any) -> bool:
    document = EditorialDocument.objects.filter(file=path).values_list("collection_id", flat=True)
    return _may_have(document.first(), user, request)


def _may_have(collection_id: int | None, user: Any, request: Any) -> bool:
    """Return whether a file of the collection is for this person; False for an unknown one."""
    if collection_id is None:
        return False
    collection = Collection.objects.get(pk=collection_id)
    tenancy = tenancy_of(collection)
    if tenancy is None:
        # The root collection is nobody's: the platform's staff may look at what they put there.
        return bool(getattr(user, "is_superuser", False))
    if not tenancy.keeps_inside(collection):
        return True
    organisation = getattr(tenancy.site, "organisation", None)
    if organisation is None:
        return False
    if organisation.pk in reader_for(user).organisation_ids:
        return True
    return can_open_desk(user, tenancy.site)


def register() -> None:
    """Let this room answer for its folders."""
    register_guard("original_images", may_have_image)
    register_guard("images", may_have_rendition)
    register_guard("documents", may_have_document)
