"""The signed link by which one alert stops, without a sign-in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from search.saved.models import SavedSearch

SALT = "search.saved.stop"


def stop_path(search: SavedSearch) -> str:
    """Return the path that stops this alert alone; it works as long as the search is kept."""
    token = signing.dumps(search.ref, salt=SALT, compress=False)
    return reverse("alert_stop", args=[token])


def search_of(token: str) -> SavedSearch | None:
    """Return the search whose alert the link stops; None when it is gone.

    Raises BadSignature when the link was tampered with.
    """
    ref = signing.loads(token, salt=SALT)
    return SavedSearch.objects.filter(ref=ref, owner__is_active=True).first()
