"""Writing a charter, changing it, and accepting its version in force: once a person."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue.charters.models import Charter, CharterAcceptance, CharterVersion
from marketplace.catalogue.models import Listing
from marketplace.refusals import Overtaken, Refused

ONLY_COORDINATION = "Les chartes sont écrites par la coordination de l’organisme."
TO_ACCEPT = "Lisez la charte, puis cochez que vous la suivrez."
CHANGED = "La charte a changé pendant que vous la lisiez : la voici telle qu’elle est."


def kept_by(user: Any) -> QuerySet[Charter]:
    """Return the charters that `user` may change: those of the bodies they coordinate."""
    bodies = reader_for(user).organisations_with_role("coordinator")
    return Charter.objects.filter(organisation__in=bodies).select_related("organisation")


def in_force(charter: Charter) -> CharterVersion:
    """Return the version of today; every charter has one from its first minute."""
    return charter.versions.order_by("-number")[0]


@transaction.atomic
def create(organisation: Organisation, actor: User, title: str, text: str) -> Charter:
    """Return the new charter with its first version. Raises Refused."""
    _check(actor, organisation, title, text)
    charter = Charter.objects.create(organisation=organisation, title=title.strip())
    CharterVersion.objects.create(charter=charter, number=1, text=text.strip(), made_by=actor)
    return charter


@transaction.atomic
def revise(
    charter: Charter, actor: User, *, title: str, text: str, changes: str = "", seen: int
) -> CharterVersion:
    """Return the version in force: a new one if the text changed, that everybody accepts again.

    `seen` is the number of the version on the page. Raises Refused, or Overtaken when somebody
    else wrote another one meanwhile.
    """
    charter = Charter.objects.select_for_update().get(pk=charter.pk)
    _check(actor, charter.organisation, title, text)
    current = in_force(charter)
    if current.number != seen:
        raise Overtaken("Quelqu’un vient d’écrire une autre version : la voici.")
    Charter.objects.filter(pk=charter.pk).update(title=title.strip())
    if current.text == text.strip():
        return current
    return CharterVersion.objects.create(
        charter=charter,
        number=current.number + 1,
        text=text.strip(),
        changes=changes.strip(),
        made_by=actor,
    )


def to_accept(listing: Listing, user: User) -> CharterVersion | None:
    """Return the version that `user` has still to accept to receive this offer, or None."""
    if not listing.is_offer or listing.charter is None:
        return None
    version = in_force(listing.charter)
    accepted = version.acceptances.filter(user=user).exists()
    return None if accepted else version


def accept_to_ask(listing: Listing, user: User, organisation: Organisation, seen: int) -> None:
    """Write down that `user` accepts, where the listing wants it and they have not yet.

    `seen` is the number of the version that they ticked, 0 for none. Raises Refused. Inside the
    transaction of the request, or of the yes to an answer: what is refused afterwards accepts
    nothing.
    """
    version = to_accept(listing, user)
    if version is None:
        return
    if seen != version.number:
        raise Refused(CHANGED if seen else TO_ACCEPT)
    CharterAcceptance.objects.get_or_create(
        version=version, user=user, defaults={"for_organisation": organisation}
    )


def _check(actor: User, organisation: Organisation, title: str, text: str) -> None:
    if not reader_for(actor).has_role("coordinator", organisation.pk):
        raise Refused(ONLY_COORDINATION)
    if not title.strip() or not text.strip():
        raise Refused("Une charte a un titre et un texte.")
