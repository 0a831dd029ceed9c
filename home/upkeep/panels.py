"""Of the first screen of `/cms/`: what is published and needs a look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.admin.ui.components import Component
from wagtail.models import Page

from accounts.models import Membership
from home.feedback.queries import unhelpful_pages
from home.tenancy.own import Desk, own
from home.upkeep.links import REASONS, pages_with_broken_links
from home.upkeep.reviews import stale_guides

AT_MOST = 8  # mending some shows the others


class UpkeepPanel(Component):
    """Guides whose review date has passed, pages that help too few, links that lead nowhere; seven
    queries at most."""

    name = "upkeep"
    template_name = "home/desk/upkeep.html"
    order = 30

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def _with_who_answers(self, pages: Iterable[Any]) -> list[dict[str, Any]]:
        """Return the pages with who answers for each, as far as they are still of the house."""
        pages = list(pages)
        people = [[one for one in (page.author, page.owner) if one] for page in pages]
        here = set(
            Membership.objects.live()
            .filter(
                organisation__site=self.desk.site,
                user__in={one.pk for both in people for one in both},
                user__is_active=True,
            )
            .values_list("user_id", flat=True)
        )
        return [
            {"page": page, "who": next((one for one in both if one.pk in here), None)}
            for page, both in zip(pages, people, strict=True)
        ]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        stale = own(stale_guides(), self.desk)
        unhelpful = unhelpful_pages(self.desk.site)
        broken = pages_with_broken_links(own(Page.objects.all(), self.desk))
        return {
            "stale": self._with_who_answers(stale.select_related("author", "owner")[:AT_MOST]),
            "more_stale": max(0, stale.count() - AT_MOST),
            "unhelpful": unhelpful[:AT_MOST],
            "more_unhelpful": max(0, len(unhelpful) - AT_MOST),
            "broken": [
                {
                    "page": page,
                    "links": [
                        {**link, "reason": REASONS[link["reason"]]}
                        for link in page.link_check.broken[:AT_MOST]
                    ],
                }
                for page in broken[:AT_MOST]
            ],
            "more_broken": max(0, broken.count() - AT_MOST),
        }
