"""Whom one sees: agents' names stay hidden from associations until a contact is accepted.

Instead one reads the service, and «par la coordination». The same function names the senders of
messages and e-mails, the authors of events and the contacts of pages, so that none can leak.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue.models import Listing

BY_COORDINATION = "par la coordination"


@dataclass(frozen=True)
class Contact:
    """What may be shown of a person: a title, a detail, and whether it is their name."""

    title: str
    detail: str = ""
    is_name: bool = False


def may_see_names(viewer: Any, owner: Organisation) -> bool:
    """Return whether `viewer` may read the names of those who act for `owner`.

    Members of the organisation and agents of public bodies may; volunteers see the names of other
    volunteers once their association is verified; nobody else does before a contact is accepted.
    """
    reader = reader_for(viewer)
    if owner.pk in reader.organisation_ids or reader.public_body_ids:
        return True
    return owner.is_association and reader.is_verified


def shown_person(
    person: User,
    owner: Organisation,
    viewer: Any,
    *,
    service: str = "",
    accepted: bool = False,
) -> Contact:
    """Return how `viewer` sees `person`, who acts for `owner` (and its service)."""
    place = ", ".join(part for part in (service, owner.short_name) if part)
    if accepted or may_see_names(viewer, owner) or person.pk == getattr(viewer, "pk", None):
        return Contact(str(person), place, is_name=True)
    if owner.is_association:
        return Contact(owner.short_name, "une personne de l’association")
    return Contact(place, BY_COORDINATION)


def shown_contact(listing: Listing, viewer: Any, *, accepted: bool = False) -> Contact:
    """Return whom `viewer` reads as the contact of a listing."""
    return shown_person(
        listing.keeper or listing.author,
        listing.organisation,
        viewer,
        service=listing.department.name if listing.department else "",
        accepted=accepted,
    )
