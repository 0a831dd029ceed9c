"""What belongs to the collectivité whose desk this is.

While a request of `/cms/` is served, the desk is known here, so that a chooser, a form field or a
rich text deep inside Wagtail accepts and shows only its own pages, pictures and documents. Outside
`/cms/`, and for the platform's staff, there is no desk and nothing is narrowed.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from wagtail.models import Page, Site


@dataclass(frozen=True)
class Desk:
    """One collectivité's desk in `/cms/`: its site, the path of its tree, its collections.

    Collections by their ids: Wagtail's search cannot filter by their path.
    """

    site: Site
    root_path: str
    collection_ids: tuple[int, ...]
    user_id: int


current_desk: ContextVar[Desk | None] = ContextVar("current_desk", default=None)


def own(queryset: QuerySet, desk: Desk | None = None) -> QuerySet:
    """Return the rows of the queryset that belong to the desk; all when there is no desk.

    Raises TypeError for a model of which nobody said what makes it a tenant's.
    """
    desk = desk or current_desk.get()
    if desk is None:
        return queryset
    return queryset.filter(own_q(queryset.model, desk))


def own_q(model: type, desk: Desk) -> Q:
    """Return the condition «belongs to this desk» for the model; raises TypeError if unknown."""
    if issubclass(model, Page):
        return Q(path__startswith=desk.root_path)
    fields = {field.name for field in model._meta.get_fields()}  # type: ignore[attr-defined]
    if "collection" in fields:
        return Q(collection__in=desk.collection_ids)
    if "site" in fields:
        return Q(site=desk.site)
    if "page" in fields:
        return Q(page__path__startswith=desk.root_path)
    raise TypeError(f"{model.__name__}: nobody said to whom its rows belong")


def is_own(model: type, pk: Any, desk: Desk | None = None) -> bool:
    """Return whether the row exists and belongs to the desk (any row when there is no desk)."""
    try:
        return own(model._default_manager.all(), desk).filter(pk=pk).exists()  # type: ignore[attr-defined]
    except (ValueError, OverflowError):
        return False


_LINK = re.compile(
    r'<a\b(?=[^>]*\blinktype="(?P<kind>[^"]*)")(?=[^>]*\bid="(?P<id>[^"]*)")[^>]*>'
    r"(?P<text>.*?)</a>",
    re.DOTALL,
)
_EMBED = re.compile(r"<embed\b[^>]*/?>")


def unlink_foreign(html: str) -> str:
    """Return the rich text with links to what is not the desk's replaced by their words."""
    if current_desk.get() is None:
        return html
    models = {"page": Page, "document": apps.get_model("home", "EditorialDocument")}

    def keep(match: re.Match[str]) -> str:
        model = models.get(match["kind"])
        if model is not None and is_own(model, match["id"]):
            return match[0]
        return match["text"]

    return _EMBED.sub("", _LINK.sub(keep, html))
