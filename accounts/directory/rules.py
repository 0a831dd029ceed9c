"""To appear in the directory, or no longer: the person's own choice, at once."""

from __future__ import annotations

from accounts.models import Membership, User
from accounts.organisations.queries import PUBLIC_BODIES


def choose(user: User, ref: str, *, appears: bool) -> Membership | None:
    """Put the person's membership in its directory or take it out; returns it.

    None when it is not theirs, or over: a directory has only live members. Nobody else may choose:
    neither a coordinator nor an import.
    """
    mine = Membership.objects.live().filter(
        ref=ref,
        user=user,
        organisation__kind__in=PUBLIC_BODIES,
        organisation__closed_at__isnull=True,
    )
    membership: Membership | None = mine.select_related("organisation").first()
    if membership is None or not mine.update(in_directory=appears):
        return None
    membership.in_directory = appears
    return membership
