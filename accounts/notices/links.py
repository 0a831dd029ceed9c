"""Signed links of e-mails: stopping them takes one click and no sign-in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.notices.stop"


def stop_path(user: User) -> str:
    """Return the path that stops the e-mails of `user`; it works as long as the account."""
    token = signing.dumps(user.ref, salt=SALT, compress=False)
    return reverse("notices_stop", args=[token])


def person_of(token: str) -> User | None:
    """Return whose e-mails the link stops, or None when it was tampered with."""
    try:
        ref = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(ref=ref, is_active=True).first()
