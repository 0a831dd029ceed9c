"""Links of rich text to pages: an address only for those who may open it, else the words alone.

A page that is kept inside has its address in the text that leads to it: drawn for everybody, it
would tell that the page is there, and lead nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from wagtail.rich_text.pages import PageLinkHandler

from home.queries import pages_linked_for

_request: ContextVar[HttpRequest | None] = ContextVar("links_drawn_for", default=None)


class LinkedPagesMiddleware:
    """Keeps for whom the answer is drawn: Wagtail expands links without saying it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


class OpenPageLinkHandler(PageLinkHandler):
    """Out of a request (a feed that is sent, a job), links lead to what everybody may read."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        request = _request.get()
        ids = {str(attrs.get("id")) for attrs in attrs_list}
        pages = pages_linked_for(
            getattr(request, "user", None),
            getattr(request, "site", None),
            {int(one) for one in ids if one.isdecimal()},
        )
        urls = {str(page.pk): page.url for page in pages}
        return [
            f'<a href="{escape(url)}">' if (url := urls.get(str(attrs.get("id")))) else "<a>"
            for attrs in attrs_list
        ]
