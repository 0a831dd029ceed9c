"""The pictures and documents that a page shows, as it is written: a draft's too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Collection, Page, ReferenceIndex

from home.media.models import EditorialDocument, EditorialImage
from home.pages.fields import ImageKey
from home.queries import is_reserved, site_of
from home.tenancy.models import Tenancy
from home.typography import NBSP


def files_shown(page: Page) -> tuple[list[EditorialImage], list[EditorialDocument]]:
    """Return the pictures and the documents in the fields and blocks of this page object."""
    found: dict[Any, set[str]] = {EditorialImage: set(), EditorialDocument: set()}
    for model, pk in _references(page):
        if model in found:
            found[model].add(pk)
    images = EditorialImage.objects.filter(pk__in=found[EditorialImage])
    documents = EditorialDocument.objects.filter(pk__in=found[EditorialDocument])
    return list(images.order_by("title", "pk")), list(documents.order_by("title", "pk"))


def _references(page: Page) -> Iterator[tuple[Any, str]]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for model, pk, _, _ in field.extract_references(getattr(page, field.name)):
                yield model, str(pk)
        elif isinstance(field, ImageKey) and getattr(page, field.attname):
            yield EditorialImage, str(getattr(page, field.attname))


def reserved_collections(tenancy: Tenancy) -> set[int]:
    """Return the ids of the collections whose files only the collectivité's people may have."""
    above: Collection = tenancy.internal_collection
    return set(above.get_descendants(inclusive=True).values_list("pk", flat=True))


def only_on(file: Any, page: Page) -> bool:
    """Return whether no other page, nor anything else, shows the file."""
    usages = ReferenceIndex.get_references_to(file)
    return not usages.exclude(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id=str(page.pk),
    ).exists()


def problems_for_everybody(page: Any, parent: Page) -> list[str]:
    """Return what keeps a page, as written, from being published below a public `parent`, besides
    what its own fields say; nothing when the parent is restricted."""
    if is_reserved(parent.path):
        return []
    images, documents = files_shown(page)
    tenancy = Tenancy.objects.filter(site=site_of(parent.path)).first()
    reserved = reserved_collections(tenancy) if tenancy else set()
    return consent_problems(images) + reserved_problems([*images, *documents], reserved)


def publishing_problems(page: Any) -> list[str]:
    """Return what keeps the page, as written, from being published where it stands today."""
    parent = page.get_parent()
    own = page.publication_problems(public=not is_reserved(parent.path))
    return [*own.values(), *problems_for_everybody(page, parent)]


def consent_problems(images: list[EditorialImage]) -> list[str]:
    """Return what keeps pictures from being shown to everybody, in sentences."""
    return [
        f"Sur l’image «{NBSP}{image.title}{NBSP}», l’accord des personnes montrées reste à "
        "demander. Notez-le dans la fiche de l’image, ou choisissez-en une autre."
        for image in images
        if image.consent == EditorialImage.Consent.TO_ASK
    ]


def reserved_problems(files: list[Any], reserved: set[int]) -> list[str]:
    """Return which files a public page could not show, in sentences."""
    return [
        f"«{NBSP}{file.title}{NBSP}» est dans la collection réservée aux agents{NBSP}: les autres "
        "lectrices et lecteurs ne l’auraient pas. Changez-le de collection, ou choisissez-en un "
        "autre."
        for file in files
        if file.collection_id in reserved
    ]
