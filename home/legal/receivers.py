"""The foot of every page says what the accessibility statement says."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from home.legal.pages import AccessibilityPage
from home.legal.rules import tell_state


@receiver(page_published, sender=AccessibilityPage, dispatch_uid="statement_published")
def statement_published(instance: AccessibilityPage, **kwargs: Any) -> None:
    tell_state(instance, instance.state)


@receiver(page_unpublished, sender=AccessibilityPage, dispatch_uid="statement_unpublished")
def statement_unpublished(instance: AccessibilityPage, **kwargs: Any) -> None:
    tell_state(instance, AccessibilityPage.State.NONE)
