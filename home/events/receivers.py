"""What happens elsewhere and changes who comes, or what they should know."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from accounts.models import Membership
from accounts.signals import membership_ended
from home.events.announcing import announce, close_to_outsiders, withdraw
from home.events.pages import EventPage
from home.events.rules import release


@receiver(page_published, sender=EventPage, dispatch_uid="event_published")
def event_published(instance: EventPage, **kwargs: Any) -> None:
    announce(instance.pk)


@receiver(page_unpublished, sender=EventPage, dispatch_uid="event_unpublished")
def event_unpublished(instance: EventPage, **kwargs: Any) -> None:
    withdraw(instance.pk)


@receiver(pre_delete, sender=EventPage, dispatch_uid="event_deleted")
def event_deleted(instance: EventPage, **kwargs: Any) -> None:
    withdraw(instance.pk, for_good=True)


@receiver(post_page_move, dispatch_uid="event_moved")
def moved(instance: Page, **kwargs: Any) -> None:
    """Whoever moves it, or a section above it, and by whichever screen."""
    _close_below(instance.pk)


@receiver(post_save, sender=PageViewRestriction, dispatch_uid="event_kept_inside")
def kept_inside(instance: PageViewRestriction, **kwargs: Any) -> None:
    _close_below(instance.page_id)


def _close_below(page_id: int) -> None:
    """Ask who may still read the events to come of that branch."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None:  # a restriction loaded before its page
        return
    events = EventPage.objects.to_come().filter(path__startswith=page.path)
    for event_id in events.values_list("pk", flat=True):
        close_to_outsiders(event_id)


@receiver(membership_ended, dispatch_uid="event_places_freed")
def places_freed(membership: Membership, **kwargs: Any) -> None:
    """Who left the organisation for which they were coming does not come."""
    release(membership.user_id, membership.organisation_id)
