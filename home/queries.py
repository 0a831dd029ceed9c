"""Which pages a person may see: the only door for lists, details, search, feeds and jobs."""

from __future__ import annotations

import re
from typing import Any, Self

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet

from accounts.readers import reader_for
from home.bookmarks.models import Bookmark
from home.feedback.models import PageFeedback

NO_LONGER = "Une page que vous ne pouvez plus lire"
_PATH = re.compile(r"/(?:[\w-]+/){0,20}", re.ASCII)


def start_of(path: str, other: str) -> Substr:
    """Return the start of the outer row's path, as long as the other: equal when that is above."""
    return Substr(OuterRef(path), 1, Length(other))


def restricted(path: str = "path") -> Exists:
    """Return the condition «the page at this path of the row, or one above it, is restricted»."""
    return Exists(PageViewRestriction.objects.filter(page__path=start_of(path, "page__path")))


def _in_some_site() -> Exists:
    return Exists(Site.objects.filter(root_page__path=start_of("path", "root_page__path")))


def root_path_of(path: str) -> str:
    """Return the path of the root of the site in whose tree this path is."""
    # The root of a site is at depth 2: the first two steps of the path.
    return path[: 2 * Page.steplen]


def site_of(path: str) -> Site | None:
    """Return the site in whose tree the page at this path is."""
    return Site.objects.filter(root_page__path=root_path_of(path)).first()


def is_reserved(path: str) -> bool:
    """Return whether the page at this path of the tree, or one above it, is kept from some."""
    above = [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]
    return PageViewRestriction.objects.filter(page__path__in=above).exists()


def is_inside(user: Any, site: Site) -> bool:
    """Return whether the person is, now, a member of the collectivité whose site this is."""
    organisation = getattr(site, "organisation", None)
    return organisation is not None and organisation.pk in reader_for(user).organisation_ids


class VisiblePageQuerySet(PageQuerySet):
    def visible_to(self, user: Any, site: Site) -> Self:
        """Return the published pages of `site` that `user` may read.

        The restricted branch is for those who are members of the site's collectivité now; being
        signed in, or a member of another one, opens nothing.
        """
        pages = self.live().filter(path__startswith=site.root_page.path)
        return pages if is_inside(user, site) else pages.exclude(restricted())

    def public_elsewhere(self, site: Site) -> Self:
        """Return the published pages that other sites show to everybody."""
        pages = self.live().exclude(path__startswith=site.root_page.path)
        return pages.filter(_in_some_site()).exclude(restricted())

    def with_restriction(self) -> Self:
        """Return the pages, each with `is_restricted`: kept from some, here or above."""
        return self.annotate(is_restricted=restricted())

    def with_marks_of(self, user: Any) -> Self:
        """Return the pages, each with `is_kept` and `own_answer`: what the person did with it."""
        mine = PageFeedback.objects.filter(page=OuterRef("pk"), user=user)
        return self.annotate(
            is_kept=Exists(Bookmark.objects.filter(page=OuterRef("pk"), user=user)),
            own_answer=Subquery(mine.values("answer")[:1]),
        )

    def open_to_all(self) -> Self:
        """Return the published pages that any site shows to everybody."""
        return self.live().filter(_in_some_site()).exclude(restricted())


def pages_visible_to(user: Any, site: Site) -> VisiblePageQuerySet:
    """Return the plain pages of `site` that `user` may read, in the order of the tree."""
    return VisiblePageQuerySet(Page).visible_to(user, site).order_by("path")


def pages_linked_for(user: Any, site: Site | None, page_ids: set[int]) -> list[Page]:
    """Return those of the pages to which a text may lead this reader: open to all, or theirs.

    One query; without a reader or a site, what is open to all.
    """
    pages = VisiblePageQuerySet(Page).open_to_all()
    if user is not None and site is not None:
        pages |= VisiblePageQuerySet(Page).visible_to(user, site)
    return list(pages.filter(pk__in=page_ids))


def visible_page_at(request: HttpRequest, path: str) -> Page | None:
    """Return the plain page at a path of the request's site («/guides/tri/») if its reader may
    open it; one query, none for what is no path."""
    if not _PATH.fullmatch(path):
        return None
    site: Any = request.site  # type: ignore[attr-defined]
    at = site.root_page.url_path + path.lstrip("/")
    return pages_visible_to(request.user, site).filter(url_path=at).first()


def public_elsewhere(site: Site) -> VisiblePageQuerySet:
    """Return the plain pages that other sites show to everybody."""
    return VisiblePageQuerySet(Page).public_elsewhere(site).order_by("path")


def audience_tokens(page_ids: list[int]) -> dict[int, list[str]]:
    """Return, for each published page in a site, the reader tokens that open it.

    `public` for everybody, else `org:<id>` of the site's collectivité; a page that nobody may
    read, or that is gone, is absent. Three queries whatever the number of pages.
    """
    pages = Page.objects.live().filter(pk__in=page_ids).values_list("pk", "path")
    open_ids = set(
        VisiblePageQuerySet(Page).open_to_all().filter(pk__in=page_ids).values_list("pk", flat=True)
    )
    owners = list(
        Site.objects.filter(organisation__isnull=False).values_list(
            "root_page__path", "organisation__pk"
        )
    )
    tokens: dict[int, list[str]] = {}
    for pk, path in pages:
        if pk in open_ids:
            tokens[pk] = ["public"]
            continue
        for root_path, organisation_id in owners:
            if path.startswith(root_path):
                tokens[pk] = [f"org:{organisation_id}"]
    return tokens


def titles_for(user: Any, pages: list[Page]) -> dict[int, str]:
    """Return the titles of the pages by their ids; of those that `user` may no longer read, that.

    For what a person takes away with them: a page that closed since must not tell its name.
    """
    tokens = audience_tokens([page.pk for page in pages])
    mine = set(reader_for(user).tokens)
    return {
        page.pk: page.title if mine.intersection(tokens.get(page.pk, ())) else NO_LONGER
        for page in pages
    }
