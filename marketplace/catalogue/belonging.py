"""The reader's own organisations, fetched once a request."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from accounts.readers import reader_for


def organisations_of(user: Any) -> list[Organisation]:
    """Return the organisations of `user`, by name, with their commune; one query a request."""
    reader = reader_for(user)
    if not reader.organisation_ids:
        return []
    known = getattr(user, "_organisations", None)
    if known is None or known[0] is not reader:
        found = Organisation.objects.filter(pk__in=reader.organisation_ids)
        known = user._organisations = (reader, list(found.select_related("commune")))
    return known[1]
