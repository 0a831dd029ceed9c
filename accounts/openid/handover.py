"""From the platform's host, where the provider returns, to the collectivité's: once, at once.

Sessions are per host. The browser first gets a key in its session of the collectivité's host; only
that browser can use the passage, so a link stolen or sent to somebody else opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.openid.models import HandOver, IdentityProvider
from accounts.openid.refusals import Refused
from accounts.openid.rules import refuse_closed

VALID_FOR = timedelta(seconds=60)
# How long one may take at the provider's.
ASK_VALID_FOR = timedelta(minutes=10)
_signer = signing.TimestampSigner(salt="accounts.openid.handover")
_ask_signer = signing.TimestampSigner(salt="accounts.openid.ask")


def new_key() -> str:
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def ask(browser_key: str) -> str:
    """Return what the collectivité's host tells the platform's of the browser that asks."""
    return _ask_signer.sign(digest(browser_key))


def read_ask(asked: str) -> str:
    """Return the hash of the browser's key; raises Refused when it is not ours, or too old."""
    try:
        return _ask_signer.unsign(asked, max_age=ASK_VALID_FOR)
    except signing.BadSignature:
        raise Refused("expired") from None


def give(provider: IdentityProvider, user: User, browser_hash: str, sign_out_url: str) -> str:
    """Record the passage and return its signed token; passages that nobody used go."""
    now = timezone.now()
    HandOver.objects.filter(expires_at__lte=now).delete()
    token = new_key()
    HandOver.objects.create(
        token_hash=digest(token),
        browser_hash=browser_hash,
        provider=provider,
        user=user,
        sign_out_url=sign_out_url,
        expires_at=now + VALID_FOR,
    )
    return _signer.sign(token)


def take(signed: str, organisation: Organisation, browser_key: str) -> tuple[User, str]:
    """Use the passage: return who arrives and where they sign out of the provider too.

    Raises Refused when it is forged, too old, already used, for another host or from another
    browser, or when the account or the door were closed meanwhile.
    """
    try:
        token = _signer.unsign(signed, max_age=VALID_FOR)
    except signing.BadSignature:
        raise Refused("expired") from None
    found = (
        HandOver.objects.filter(
            token_hash=digest(token),
            browser_hash=digest(browser_key),
            provider__organisation=organisation,
            expires_at__gt=timezone.now(),
        )
        .select_related("user", "provider")
        .first()
    )
    # Of two requests with the same token, one deletes the row and the other is refused.
    if found is None or not HandOver.objects.filter(pk=found.pk).delete()[0]:
        raise Refused("expired")
    if not found.provider.is_on:
        raise Refused("off")
    refuse_closed(found.user)
    return found.user, found.sign_out_url
