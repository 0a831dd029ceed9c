"""Editorial pages as findable things: who may see them, and their document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from home.events.pages import EventPage
from home.queries import audience_tokens, is_inside, pages_visible_to, public_elsewhere
from search.documents import Document, Kind, register
from search.engines.base import BUT_EVENTS, EVENTS, PAGE


def visible_pages(user: Any, site: Site) -> PageQuerySet:
    """Return the pages of `site` that the person may read, and what other sites show to all."""
    pages: PageQuerySet = pages_visible_to(user, site) | public_elsewhere(site)
    return pages.order_by()


def of_kind(pages: PageQuerySet, kind: str) -> PageQuerySet:
    """Return the events among the pages, the others, or all of them (`PageRequest.kind`)."""
    if kind == EVENTS:
        return pages.type(EventPage)
    return pages.not_type(EventPage) if kind == BUT_EVENTS else pages


def page_tokens(user: Any, site: Site) -> list[str]:
    """Return the tokens of the documents that `visible_pages` allows, the same rule as words."""
    tokens = ["public"]
    if is_inside(user, site):
        tokens.append(f"org:{site.organisation.pk}")
    return tokens


def load_pages(ids: Sequence[int]) -> Iterable[Document]:
    """Return the documents of the published pages among `ids`, one query for each page type."""
    tokens = audience_tokens(list(ids))
    sites = list(Site.objects.values_list("pk", "root_page__path"))
    for page in Page.objects.filter(pk__in=tokens).specific():
        yield Document(
            object_id=page.pk,
            title=page.title,
            keywords=" ".join(getattr(page, "get_search_keywords", list)()),
            summary=summary_of(page),
            body=text_of(page),
            sort_at=page.first_published_at,
            attributes={
                "readers": tokens[page.pk],
                "site": next(
                    (pk for pk, path in sites if path and page.path.startswith(path)), None
                ),
                "page_type": page._meta.model_name,
                "published_at": page.first_published_at,
            },
        )


def summary_of(page: Page) -> str:
    """Return one or two sentences that say what a page is, from whichever field it has."""
    for name in ("summary", "introduction", "intro", "lead", "search_description"):
        value = getattr(page, name, "")
        if isinstance(value, str) and value.strip():
            return value
    return ""


def text_of(page: Page) -> str:
    """Return the whole text of a page as it says it itself, empty when it has none to find."""
    text = getattr(page, "search_text", None)
    return str(text()) if callable(text) else ""


def all_page_ids() -> Iterable[int]:
    return Page.objects.live().filter(depth__gt=1).order_by("pk").values_list("pk", flat=True)


register(Kind(PAGE, load_pages, all_page_ids))
