"""The links that editors chose, as this reader may follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from home.frame.addresses import is_own_path
from home.frame.models import SiteNavigation

LISTS = ("menu", "footer", "quick_links")


@dataclass(frozen=True)
class Chosen:
    """A link as it was written: to a page by its id, or to an address."""

    title: str
    page_id: int | None = None
    address: str = ""
    icon: str = ""

    @property
    def path(self) -> str:
        """Return the path of the site that the address leads to, if it leads to one."""
        return self.address.split("?")[0].split("#")[0] if is_own_path(self.address) else ""

    @property
    def may_be_a_page(self) -> bool:
        """Return whether the address is that of a page: then only its readers see the link."""
        if not self.path:
            return False
        try:
            return resolve(_with_slash(self.path)).view_name == "wagtail_serve"
        except Resolver404:  # it leads nowhere
            return True


def chosen_links(site: Any, name: str) -> list[Chosen]:
    """Return the links of one list (menu, footer, quick_links) in their order; no query."""
    settings: SiteNavigation | None = getattr(site, "sitenavigation", None)  # read with the site
    if settings is None:
        return []
    return list(_read(getattr(settings, name).raw_data))


def _read(blocks: Any) -> Iterator[Chosen]:
    for block in blocks:
        value = block["value"]
        title, icon = value.get("title") or "", value.get("icon") or ""
        if block["type"] == "page" and value.get("page"):
            yield Chosen(title, page_id=value["page"], icon=icon)
        elif block["type"] == "address" and title and value.get("address"):
            yield Chosen(title, address=value["address"], icon=icon)


def wanted_pages(request: HttpRequest) -> tuple[set[int], set[str]]:
    """Return the ids and the tree paths of the pages that this site's links lead to."""
    site = request.site  # type: ignore[attr-defined]
    root = site.root_page.url_path
    found = [link for name in LISTS for link in chosen_links(site, name)]
    return (
        {link.page_id for link in found if link.page_id is not None},
        {root + _with_slash(link.path).lstrip("/") for link in found if link.may_be_a_page},
    )


def followed(
    links: list[Chosen], pages: list[Any], address_of: Callable[[Any], str]
) -> Iterator[tuple[str, str, str]]:
    """Return (title, address, pictogram) of the links that lead somewhere for this reader.

    `pages` are those that the reader may open, `address_of` says where each is.
    """
    by_id = {page.pk: page for page in pages}
    known = {address_of(page) for page in pages}
    for link in links:
        if link.page_id is not None:
            if page := by_id.get(link.page_id):
                yield link.title or page.title, address_of(page), link.icon
        elif not link.may_be_a_page or _with_slash(link.path) in known:
            yield link.title, link.address, link.icon


def _with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"
