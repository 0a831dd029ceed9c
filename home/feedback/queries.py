"""What the desk sees of what readers said."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from wagtail.models import Page, Site

from home.feedback.models import FeedbackQuerySet, PageFeedback

# Fewer answers say nothing of a page; below this share of «oui», it does not do its work.
ENOUGH_ANSWERS = 5
HELPFUL_SHARE = 0.6


@dataclass(frozen=True)
class UnhelpfulPage:
    """A published page that did not help: how many said «oui», of how many."""

    page: Page
    yes: int
    answers: int

    @property
    def percent(self) -> int:
        return round(100 * self.yes / self.answers)


def unhelpful_pages(site: Site) -> list[UnhelpfulPage]:
    """Return the published pages of `site` that helped too few, the least helpful first.

    Counted from the last time that someone said they had revised the page; two queries.
    """
    counted = {
        row["page_id"]: row
        for row in PageFeedback.objects.in_tree(site.root_page.path)
        .open()
        .order_by()
        .values("page_id")
        .annotate(answers=Count("pk"), yes=Count("pk", filter=Q(answer=PageFeedback.Answer.YES)))
        .filter(answers__gte=ENOUGH_ANSWERS, yes__lt=F("answers") * HELPFUL_SHARE)
    }
    if not counted:
        return []
    found = [
        UnhelpfulPage(page, counted[page.pk]["yes"], counted[page.pk]["answers"])
        for page in Page.objects.live().filter(pk__in=counted)
    ]
    return sorted(found, key=lambda one: (one.yes / one.answers, -one.answers, one.page.pk))


def comments_to_read(root_path: str) -> FeedbackQuerySet:
    """Return the words that nobody has dealt with, of one site, oldest first."""
    return (
        PageFeedback.objects.in_tree(root_path)
        .open()
        .comments()
        .select_related("page", "user")
        .order_by("changed_at", "pk")
    )
