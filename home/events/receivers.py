"""What happens elsewhere and changes who comes, or what they should know."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from accounts.models import Membership
from accounts.signals import membership_ended
from home.events.announcing import announce, withdraw
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


@receiver(membership_ended, dispatch_uid="event_places_freed")
def places_freed(membership: Membership, **kwargs: Any) -> None:
    """Who left the organisation for which they were coming does not come."""
    release(membership.user_id, membership.organisation_id)
