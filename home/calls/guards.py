"""Against floods and double clicks, without keeping who answered nor when.

Both work on short-lived marks in the cache, made by a keyed digest: they hold no address, no
account, no time and no word, and nothing ties them to an answer.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

# A whole team may share one address: many, but not a flood.
MOST_UNNAMED = 20
WINDOW = 10 * 60
FORM_LIFE = 60 * 60


def within_limit(request: HttpRequest, call_id: int) -> bool:
    """Count one more answer without a name from this network, and return whether it may pass."""
    try:
        network = get_adapter().get_client_ip(request)
    except PermissionDenied:
        network = ""
    key = _mark("flood", f"{timezone.localdate()}/{call_id}/{network}")
    cache.add(key, 0, WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # the window has just ended
        return True
    return count is None or count <= MOST_UNNAMED


def already_sent(form_token: str, words: str) -> bool:
    """Return whether this very form was sent a moment ago with these very words."""
    return not cache.add(_mark("form", f"{form_token}/{words}"), 1, FORM_LIFE)


def _mark(kind: str, value: str) -> str:
    digest = salted_hmac(f"home.calls.{kind}", value, algorithm="sha256").hexdigest()
    return f"call:{kind}:{digest}"
