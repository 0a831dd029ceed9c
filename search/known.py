"""What a query names, looked up once: its themes, and the organisations that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation
from marketplace.models import Category, Listing
from search.engines.base import Themes


@dataclass(frozen=True)
class Known:
    """What was looked up for one reader; None: nobody asked yet."""

    themes: Themes | None = None
    organisation_ids: dict[str, int] | None = None  # by slug


def load_themes() -> Themes:
    """Return the tree of categories, in one query."""
    found = tuple(Category.objects.select_related("parent").order_by("position", "name"))
    return Themes(
        id_of={theme.slug: theme.pk for theme in found},
        parent_of={theme.pk: theme.parent_id for theme in found},
        ordered=found,
    )


def visible_organisations(slugs: Iterable[str], user: Any) -> dict[str, int]:
    """Return the ids, by slug, of those that have something in the reader's catalogue."""
    visible = Listing.objects.in_catalogue_for(user).order_by().values("organisation")
    found = Organisation.objects.filter(slug__in=list(slugs), pk__in=visible).order_by()
    return dict(found.values_list("slug", "pk"))
