"""Floods of answers from one place, and the second thoughts of who is not signed in."""

from __future__ import annotations

from allauth.core import ratelimit
from django.core import signing
from django.http import HttpRequest
from wagtail.models import Page

from accounts.references import new_reference
from home.feedback.models import PageFeedback

SALT = "home.feedback"
AN_HOUR = 60 * 60
A_DAY = 24 * AN_HOUR


def may_answer(request: HttpRequest) -> bool:
    """Return whether one more answer may come from here; of a person, it is always the same."""
    return request.user.is_authenticated or _within(request, "page_feedback")


def may_comment(request: HttpRequest) -> bool:
    """Return whether one more word may come from this person, or from this network."""
    signed = request.user.is_authenticated
    return _within(request, "page_comment_signed" if signed else "page_comment")


def _within(request: HttpRequest, action: str) -> bool:
    return bool(ratelimit.consume(request, action=action))


def fresh_reading(page: Page) -> str:
    """Return what the form of one reading of the page carries.

    A double click, or a second thought before leaving the page, changes one answer instead of
    adding another; and nothing of the browser or the network needs to be known for it.
    """
    return signing.dumps([page.pk, new_reference()], salt=f"{SALT}.reading")


def reference_of(reading: str, page: Page) -> str:
    """Return the reference of the answer given in this reading; a new one when it is false, old or
    of another page."""
    try:
        page_id, ref = signing.loads(reading, salt=f"{SALT}.reading", max_age=A_DAY)
    except signing.BadSignature:
        return new_reference()
    return ref if page_id == page.pk else new_reference()


def token_for(feedback: PageFeedback) -> str:
    """Return what proves, for an hour, that one just gave this answer."""
    return signing.dumps(feedback.ref, salt=SALT)


def feedback_of(token: str, request: HttpRequest) -> PageFeedback | None:
    """Return the answer that the token is for; None when it is old, false or another person's."""
    try:
        ref = signing.loads(token, salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        return None
    found = PageFeedback.objects.select_related("page").filter(ref=ref).first()
    if found is not None and found.user_id not in (None, request.user.pk):
        return None
    return found
