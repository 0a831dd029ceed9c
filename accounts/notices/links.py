"""Where a notice leads, and the signed links by which its e-mails stop without a sign-in."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing
from django.urls import reverse
from wagtail.models import Site

from accounts.letters import intranets_of
from accounts.models import Notice, User

SALT = "accounts.notices.stop"


def has_a_path(notice: Notice) -> bool:
    """Return whether the notice leads to a page of ours."""
    return notice.path.startswith("/") and not notice.path.startswith("//")


def leading_elsewhere(user: User, notices: Iterable[Notice], here: Site) -> dict[int, str]:
    """Return, by id, the address of each notice that another intranet of `user` told; one query.

    A form cannot lead there: its `form-action` is this host (Content-Security-Policy).
    """
    others = {one.pk: one.base_url for one in intranets_of(user) if one.site_id != here.pk}
    return {
        notice.pk: others[notice.organisation_id] + notice.path
        for notice in notices
        if notice.organisation_id in others and has_a_path(notice)
    }


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
