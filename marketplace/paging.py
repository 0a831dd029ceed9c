"""Pages of a list; on a page that holds several lists, each turns its own."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


class NamedPaginator(Paginator):
    """A paginator that knows the parameter of the address that turns its pages, and where it is."""

    def __init__(self, rows: Any, size: int, *, param: str = "page", anchor: str = "") -> None:
        super().__init__(rows, size)
        self.param, self.anchor = param, anchor


def page_of(
    request: HttpRequest, rows: Any, size: int, *, param: str = "page", anchor: str = ""
) -> Page:
    """Return the page of `rows` that the address asks for, `size` to a page; else the nearest.

    `anchor` is the id of the list, for a page that holds several.
    """
    found = NamedPaginator(rows, size, param=param, anchor=anchor)
    return found.get_page(request.GET.get(param))
