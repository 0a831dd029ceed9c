"""The pages of a tag: those that the reader may see."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from wagtail.models import Page

from home.cards import cards_for
from home.pages.sections import PAGES_A_SCREEN
from home.queries import VisiblePageQuerySet
from home.tags.models import TaggedPage


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the list of the pages of this site that have the tag, newest first.

    Raises Http404 when there is none that the reader may see: a tag that only hidden pages have is
    like one that does not exist.
    """
    site = request.site  # type: ignore[attr-defined]
    on_it = TaggedPage.objects.filter(tag__site=site, tag__slug=slug)
    pages = (
        VisiblePageQuerySet(Page)
        .visible_to(request.user, site)
        .filter(pk__in=on_it.values("content_object"))
        .order_by("-first_published_at", "-pk")
    )
    entries = Paginator(pages, PAGES_A_SCREEN).get_page(request.GET.get("page"))
    found = on_it.select_related("tag").first()
    if not entries.object_list or found is None:
        raise Http404
    return render(
        request,
        "home/tag.html",
        {
            "tag": found.tag,
            "entries": entries,
            "cards": cards_for(entries.object_list, request),
            "breadcrumbs": [
                {"title": "Accueil", "url": "/"},
                {"title": capfirst(found.tag.name), "url": ""},
            ],
        },
    )
