"""Pictures and documents that serve on no page any more, and making sure of it before they go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from taggit.models import ItemBase
from wagtail.images.models import AbstractRendition
from wagtail.models import Collection, Page, ReferenceIndex, Site

from accounts.models import Organisation
from accounts.personal_data.kinds import delete_all
from home.media.models import EditorialDocument, EditorialImage
from home.personal_data.drafts import numbers_in_drafts
from home.queries import start_of
from home.tenancy.models import Tenancy


def pages_of(organisation: Organisation) -> QuerySet[Page]:
    """Return the pages of the organisation's intranet, none when it has none."""
    if organisation.site is None:
        return Page.objects.none()
    return Page.objects.filter(path__startswith=organisation.site.root_page.path).order_by()


def owned_by(organisation: Organisation | None, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of the rows whose `page` is in the intranet of the organisation.

    For None, those whose page is in nobody's, or is gone.
    """
    if organisation is not None:
        return rows.filter(page__in=pages_of(organisation))
    owned = Site.objects.filter(
        organisation__isnull=False,
        root_page__path=start_of("path", "root_page__path"),
    )
    return rows.exclude(page__in=Page.objects.filter(Exists(owned)).order_by().values("pk"))


def images_due(organisation: Organisation, before: datetime) -> QuerySet[Any]:
    return _unused(EditorialImage, organisation, before)


def documents_due(organisation: Organisation, before: datetime) -> QuerySet[Any]:
    return _unused(EditorialDocument, organisation, before)


def _unused(model: Any, organisation: Organisation, before: datetime) -> QuerySet[Any]:
    """Return the files of the organisation that no page uses, online or being written."""
    tenancy = getattr(organisation.site, "tenancy", None)
    if tenancy is None:
        return model.objects.none()
    uses = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id=Cast(OuterRef("pk"), CharField()),
    )
    old = model.objects.filter(
        collection__path__startswith=tenancy.collection.path, created_at__lt=before
    )
    for user, key in _keys_to(model):
        used = user._base_manager.filter(**{f"{key}__isnull": False})
        old = old.exclude(pk__in=used.order_by().values(key))
    return old.filter(~Exists(uses)).exclude(pk__in=numbers_in_drafts(pages_of(organisation)))


def _keys_to(model: Any) -> Iterator[tuple[Any, str]]:
    """Yield every foreign key to the model: Wagtail's index does not know those of site settings.

    But what hangs on the file itself: its renditions and its tags.
    """
    own = (AbstractRendition, ItemBase)
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or not (relation.one_to_many or relation.one_to_one):
            continue
        if not issubclass(relation.related_model, own):
            yield relation.related_model, relation.field.name


def erase_files(files: QuerySet[Any]) -> int:
    """Delete what really serves nowhere; Wagtail deletes the files and renditions after the commit.

    The index of references is written by tasks, and a task may be lost: it is written again first,
    and the question asked anew.
    """
    collections = Collection.objects.filter(pk__in=files.order_by().values("collection"))
    for instance in _what_may_use_files_of(list(collections.values_list("path", flat=True))):
        ReferenceIndex.create_or_update_for_object(instance)
    return delete_all(files)


def _what_may_use_files_of(collection_paths: list[str]) -> Iterator[Any]:
    """Yield the pages of the sites whose collections these are, and everything that is no page."""
    roots = [
        tenancy.site.root_page.path
        for tenancy in Tenancy.objects.select_related("site__root_page", "collection")
        if any(path.startswith(tenancy.collection.path) for path in collection_paths)
    ]
    for model in apps.get_models():
        if not ReferenceIndex.is_indexed(model):
            continue
        if not issubclass(model, Page):
            yield from model._default_manager.order_by("pk").iterator(chunk_size=500)
            continue
        for root in roots:
            pages = model._default_manager.filter(path__startswith=root)
            yield from pages.order_by("pk").iterator(chunk_size=500)
