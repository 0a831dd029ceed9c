"""Who answers for a listing today, and who follows an exchange: a person who left does neither."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from accounts.models import Department, Organisation, User
from accounts.periods import live_q
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import coordinators_of
from marketplace.choices import Transfer, WhoseTime
from marketplace.exchanges.following.queries import followers
from marketplace.exchanges.own_time import bodies_to_follow
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.refusals import Refused


def keeper_of(listing: Listing) -> User:
    """Return who answers for a listing today; raises Refused when nobody is left to.

    The keeper, their deputy or the author if still members, else a representative, else the
    coordination: a person who left answers no more. Of an offer of somebody's time, that person
    alone: nobody else's is promised.
    """
    own_time = listing.is_offer and listing.transfer == Transfer.TIME
    answering = [listing.keeper_id, listing.deputy_id, listing.author_id]
    if own_time:
        answering = [listing.keeper_id or listing.author_id]
    members = User.objects.filter(
        live_q("memberships__"), is_active=True, memberships__organisation=listing.organisation
    )
    for person in answering:
        if person is not None and (found := members.filter(pk=person).first()):
            return found
    speakers = members.filter(
        live_q("memberships__roles__"), memberships__roles__kind="representative"
    ).order_by("pk")
    found = speakers.first() or coordinators_of([listing.organisation_id]).first()
    if found is None or own_time:
        raise Refused(
            "La personne qui proposait cela a quitté son organisme : l’annonce n’est plus ouverte."
        )
    return found


def coordinator_for(
    giver: Organisation,
    receiver: Organisation,
    *,
    department: Department | None = None,
    but: Iterable[int] = (),
    whose_time: str = "",
) -> User | None:
    """Return who follows the listing's service, else the giver's coordinator who has the fewest
    open exchanges, else the receiver's.

    `but` are the ids of those who are leaving. Of an agent's own time (`whose_time`), never their
    employer's: the receiver's, else that of a house that verified the association.
    """
    bodies = [giver.pk, receiver.pk]
    if whose_time == WhoseTime.OWN and not giver.is_association:
        bodies = bodies_to_follow(giver, receiver)
    if named := _follower(department, set(bodies), but):
        return named
    for body in bodies:
        busy = Count(
            "exchanges_coordinated", filter=Q(exchanges_coordinated__state__in=OPEN_STATES)
        )
        # One row a person: the joins of the first query would multiply the count.
        ids = coordinators_of([body]).exclude(pk__in=but).order_by().values("pk")
        chosen = User.objects.filter(pk__in=ids).annotate(busy=busy).order_by("busy", "pk").first()
        if chosen is not None:
            return chosen
    return None


def _follower(department: Department | None, sides: set[int], but: Iterable[int]) -> User | None:
    """Return who follows the service today, or their deputy; None when nobody was named."""
    if department is None or department.organisation_id not in sides:
        return None
    named = followers(department)
    if not named:
        return None
    today = coordinators_of([department.organisation_id]).exclude(pk__in=but).in_bulk(named)
    return next((today[pk] for pk in named if pk in today), None)


def colleague_for(listing: Listing, *, but: Iterable[int] = ()) -> User | None:
    """Return who takes a listing over: its deputy if they are still there, else `speaker_for`."""
    members = User.objects.filter(
        live_q("memberships__"), is_active=True, memberships__organisation=listing.organisation
    ).exclude(pk__in=but)
    deputy = members.filter(pk=listing.deputy_id).first() if listing.deputy_id else None
    return deputy or speaker_for(listing.organisation, but=but)


def speaker_for(organisation: Organisation, *, but: Iterable[int] = ()) -> User | None:
    """Return who may take over what was asked for an organisation: whoever speaks for it.

    A representative of an association, else the coordination; None when nobody is left.
    """
    if organisation.is_association:
        speakers = User.objects.filter(
            live_q("memberships__"),
            live_q("memberships__roles__"),
            is_active=True,
            memberships__organisation=organisation,
            memberships__roles__kind="representative",
        )
        if found := speakers.exclude(pk__in=but).order_by("pk").first():
            return found
    return coordinator_for(organisation, organisation, but=but)
