"""Against floods and double clicks, without keeping who answered nor when.

Both work on short-lived marks in the cache, made by a keyed digest: they hold no address, no
account, no time and no word, and nothing ties them to an answer.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

# A whole team may share one address: many, but not a flood.
MOST_UNNAMED = 20
WINDOW = 10 * 60
FORM_LIFE = 60 * 60
SENDING = 30  # seconds: longer than a database makes anybody wait


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


class BeingSent(Exception):
    """The same form is being saved at this very moment: nobody knows yet whether it will be."""


def consent_sent(form_token: str, words: str) -> str:
    """Return with which consent this very form was saved a moment ago with these very words;
    nothing when it was not."""
    return cache.get(_mark("form", f"{form_token}/{words}"), "")


@contextmanager
def sending(form_token: str, words: str, consent: str) -> Generator[None]:
    """Keep the same form from being saved twice at once, and remember it once it is saved.

    What fails, here or later in the transaction, leaves no mark that it was sent: it can be sent
    again, within the minute at the latest. Raises BeingSent.
    """
    mark, at_work = (_mark(kind, f"{form_token}/{words}") for kind in ("form", "sending"))
    if not cache.add(at_work, 1, SENDING):
        raise BeingSent
    try:
        yield
    except BaseException:
        cache.delete(at_work)
        raise
    transaction.on_commit(partial(cache.set, mark, consent, FORM_LIFE))
    transaction.on_commit(partial(cache.delete, at_work))


def _mark(kind: str, value: str) -> str:
    digest = salted_hmac(f"home.calls.{kind}", value, algorithm="sha256").hexdigest()
    return f"call:{kind}:{digest}"
