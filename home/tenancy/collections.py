"""Whose a collection of files is."""

from __future__ import annotations

from wagtail.models import Collection

from home.tenancy.models import Tenancy


def tenancy_of(collection: Collection) -> Tenancy | None:
    """Return the tenancy that has the collection or one above it; None for one of nobody."""
    above = [
        collection.path[:end]
        for end in range(collection.steplen, len(collection.path) + 1, collection.steplen)
    ]
    return (
        Tenancy.objects.select_related("site__organisation", "internal_collection")
        .filter(collection__path__in=above)
        .first()
    )


def is_kept_inside(collection: Collection) -> bool:
    """Return whether only the collectivité's people may have the files of the collection."""
    tenancy = tenancy_of(collection)
    return tenancy is not None and tenancy.keeps_inside(collection)
