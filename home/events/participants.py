"""Who comes, as the desk of the event may read it.

The collectivité's own people by their name and service. Everybody else by their organisation: an
association decides whom it sends, and another body's agents are its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Membership, Organisation
from accounts.spreadsheets import inert
from home.events.models import SignUp
from home.events.pages import EventPage

HEADINGS = ["Rang", "Nom", "Prénom", "Service ou organisme", "État", "Inscription"]


@dataclass(frozen=True)
class Participant:
    rank: int
    last_name: str
    first_name: str
    belongs_to: str
    is_coming: bool
    signed_up_at: datetime

    @property
    def name(self) -> str:
        """Return the name, or nothing for a person of another body."""
        return f"{self.first_name} {self.last_name}".strip()


def participants(event: EventPage, host: Organisation | None) -> list[Participant]:
    """Return who comes, by name, then who waits, in their order; two queries."""
    own = Membership.objects.live().filter(organisation=host).select_related("department")
    sign_ups = (
        SignUp.objects.filter(event=event)
        .select_related("user", "organisation")
        .prefetch_related(Prefetch("user__memberships", queryset=own, to_attr="own_memberships"))
        .order_by("signed_up_at", "pk")
    )
    coming = sorted((one for one in sign_ups if one.is_coming), key=lambda one: _by_name(one, host))
    waiting = [one for one in sign_ups if not one.is_coming]
    return [
        _participant(one, rank, host)
        for group in (coming, waiting)
        for rank, one in enumerate(group, 1)
    ]


def _is_ours(sign_up: Any, host: Organisation | None) -> bool:
    """Whether the person comes as one of the collectivité's own, and still is one."""
    return (
        host is not None
        and sign_up.organisation_id == host.pk
        and bool(sign_up.user.own_memberships)
    )


def _by_name(sign_up: Any, host: Organisation | None) -> tuple[Any, ...]:
    user = sign_up.user
    if _is_ours(sign_up, host):
        return (0, user.last_name.casefold(), user.first_name.casefold(), sign_up.pk)
    return (1, sign_up.organisation.name.casefold(), "", sign_up.pk)


def _participant(sign_up: Any, rank: int, host: Organisation | None) -> Participant:
    ours = _is_ours(sign_up, host)
    department = sign_up.user.own_memberships[0].department if ours else None
    belongs_to = sign_up.organisation.short_name
    return Participant(
        rank=rank,
        last_name=sign_up.user.last_name if ours else "",
        first_name=sign_up.user.first_name if ours else "",
        belongs_to=department.name if department else belongs_to,
        is_coming=sign_up.is_coming,
        signed_up_at=sign_up.signed_up_at,
    )


def as_csv(people: Iterable[Participant]) -> bytes:
    """Return the list as French spreadsheets open it: semicolons, UTF-8 with its mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in people:
        writer.writerow(
            [
                one.rank,
                *(inert(text) for text in (one.last_name, one.first_name, one.belongs_to)),
                "inscription confirmée" if one.is_coming else "liste d’attente",
                date_format(timezone.localtime(one.signed_up_at), "d/m/Y H:i"),
            ]
        )
    return stream.getvalue().encode("utf-8-sig")
