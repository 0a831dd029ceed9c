"""The desk asks the database as much for ten thousand pages in four intranets as for a hundred."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from home.models import GuidePage
from tests.home.factories import Intranet, guide, intranet

FEW, MANY = 100, 10_000


def fill(places: list[Intranet], total: int) -> None:
    """Have `total` guides in all, spread over the sections of the places, in a few statements."""
    each = total // len(places)
    for place in places:
        section = place.page("guides")
        first = section.get_children().first()
        known = section.get_children().count()
        pages = [_like(first, section, number) for number in range(known + 1, each + 1)]
        Page.objects.bulk_create(pages, batch_size=500)
        Page.objects.filter(pk=section.pk).update(numchild=each)
        _as_guides(first.pk, pages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, some minutes after an import


def _like(page: Page, section: Page, number: int) -> Page:
    slug = f"guide-{number}"
    return Page(
        path=Page._get_path(section.path, section.depth + 1, number),
        depth=section.depth + 1,
        title=f"Guide {number}",
        draft_title=f"Guide {number}",
        slug=slug,
        url_path=f"{section.url_path}{slug}/",
        locale_id=page.locale_id,
        content_type_id=page.content_type_id,
        live=True,
        first_published_at=page.first_published_at,
        last_published_at=page.last_published_at,
        latest_revision_created_at=page.latest_revision_created_at,
    )


def _as_guides(model_id: int, pages: list[Page]) -> None:
    """Give each page the row of a guide, as that of the model."""
    fields = [field for field in GuidePage._meta.local_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    of_model = ", ".join(f'g."{field.column}"' for field in fields)
    paths = [page.path for page in pages]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO home_guidepage (page_ptr_id, {names}) "  # noqa: S608 - our own columns
            f"SELECT p.id, {of_model} FROM wagtailcore_page p, home_guidepage g "
            "WHERE g.page_ptr_id = %s AND p.path BETWEEN %s AND %s",
            [model_id, min(paths), max(paths)],
        )


@pytest.fixture
def places(vallees: Intranet, dunes: Intranet) -> list[Intranet]:
    found = [vallees, dunes, intranet("landes"), intranet("belledonne")]
    for place in found:
        guide(place)
    return found


def test_ten_thousand_pages_cost_no_more_queries_than_a_hundred(
    places: list[Intranet], client_for: Callable[..., Client]
) -> None:
    own = places[0]
    browser = client_for(own.person("editor"), own.host)
    section = own.page("guides")
    addresses = [
        "/cms/",
        f"/cms/pages/{section.pk}/",
        f"/cms/pages/{section.pk}/?ordering=title",
        f"/cms/pages/{section.pk}/?q=Guide",
        "/cms/choose-page/",
        f"/cms/choose-page/{section.pk}/",
        "/cms/choose-page/search/?q=Guide",
        f"/cms/api/main/pages/?child_of={section.pk}&for_explorer=1",
    ]

    def cost() -> dict[str, int]:
        counted = {}
        for address in addresses:
            browser.get(address)  # what is kept for the next time
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get(address)
            assert answer.status_code == 200, address
            counted[address] = len(queries)
        return counted

    fill(places, FEW)
    few = cost()
    fill(places, MANY)
    assert GuidePage.objects.count() == MANY
    many = cost()
    more = {at: (few[at], many[at]) for at in addresses if many[at] > few[at]}
    assert more == {}
