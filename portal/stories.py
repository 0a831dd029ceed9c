"""A story begins: what one side would tell, as a draft in the intranet of who gave."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks

from accounts.models import Organisation
from accounts.notices.rules import tell_all
from home.models import SectionPage, StoryPage
from home.queries import is_reserved
from home.telling import editors_of
from marketplace.models import StoryOffer
from marketplace.recognition.stories import PROMPTS
from marketplace.signals import story_offered, story_offers_erased
from marketplace.words import NBSP


@receiver(story_offered, dispatch_uid="portal_begin_story")
def begin_story(sender: Any, offer: StoryOffer, **kwargs: Any) -> None:
    """Add the draft among the stories between colleagues, and tell its editors, once."""
    giver = offer.exchange.giver
    section = stories_of(giver)
    if section is None or offer.page_id is not None:
        return
    story = StoryPage(
        title=offer.exchange.listing.display_title,
        person=offer.by.first_name[:60] if offer.may_name else "",
        live=False,
        has_unpublished_changes=True,
        body=_body(offer),
    )
    section.add_child(instance=story)
    story.save_revision(log_action=True)
    StoryOffer.objects.filter(pk=offer.pk).update(page_id=story.pk)
    offer.page_id = story.pk
    tell_all(
        editors_of(giver),
        kind="story_offered",
        subject=f"Un récit à écrire{NBSP}: {story.title}"[:200],
        body="Quelqu’un veut bien raconter un échange. Ses mots sont dans un brouillon, que rien "
        "ne publie sans vous. L’accord des personnes reste à recueillir.",
        path=reverse("wagtailadmin_pages:edit", args=[story.pk]),
        action="Ouvrir le brouillon",
        organisation=giver,
    )


@receiver(story_offers_erased, dispatch_uid="portal_hold_stories")
def hold_stories(sender: Any, page_ids: list[int], **kwargs: Any) -> None:
    """Delete the drafts that nobody ever read; keep the others from being published again.

    The words go with the person who gave them, or waits for their consent anew.
    """
    stories = StoryPage.objects.filter(pk__in=page_ids)
    for draft in stories.filter(live=False, first_published_at__isnull=True):
        draft.delete()
    StoryPage._base_manager.filter(pk__in=page_ids).update(answer_withdrawn_at=timezone.now())


def stories_of(giver: Organisation) -> SectionPage | None:
    """Return the section of stories of its intranet: that between colleagues, if there is one."""
    if giver.site is None:
        return None
    sections: Any = SectionPage.objects.descendant_of(giver.site.root_page).filter(kind="stories")
    ordered = sorted(sections, key=lambda one: (not is_reserved(one.path), one.path))
    return ordered[0] if ordered else None


def _body(offer: StoryOffer) -> list[dict[str, Any]]:
    """Return the words under their prompts; all escaped."""
    blocks: list[tuple[str, str]] = []
    for name, prompt in PROMPTS:
        if words := getattr(offer, name):
            blocks.append(("heading", prompt))
            blocks.append(("paragraph", linebreaks(words, autoescape=True)))
    return [{"type": kind, "value": value, "id": str(uuid4())} for kind, value in blocks]
