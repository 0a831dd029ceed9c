"""Thanks in words: for the two sides, and for everybody once they are public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Membership
from accounts.readers import reader_for
from accounts.words import to_name
from marketplace.catalogue.models import Listing
from marketplace.exchanges.contacts import shown
from marketplace.exchanges.models import Exchange
from marketplace.recognition import rules, stories
from marketplace.recognition.models import SHOWN, StoryOffer, ThankYou, ThankYouQuerySet
from marketplace.words import NBSP, day_words

S = ThankYou.State
STATE_KINDS = {S.PUBLIC: "success", S.TO_MODERATE: "now"}


def card(made: ThankYou, viewer: Any) -> dict[str, Any]:
    """Return one of the person's own thanks, with what they may do with it."""
    is_mine = made.to_id == viewer.pk
    author = shown(made.author, made.for_organisation, made.exchange, viewer)
    to = shown(made.to, made.to_organisation, made.exchange, viewer)
    return {
        "thanks": made,
        "title": made.exchange.listing.display_title,
        "url": made.exchange.get_absolute_url(),
        "who": f"{author.title}, {made.for_organisation.short_name}"
        if is_mine
        else f"À {to.title}, {made.to_organisation.short_name}",
        "when": day_words(made.at),
        "state": made.get_state_display(),
        "state_kind": STATE_KINDS.get(S(made.state), ""),
        "may_ask": is_mine and made.state == S.PRIVATE,
        "may_take_back": is_mine and made.state in (S.TO_MODERATE, S.PUBLIC),
        "may_withdraw": made.author_id == viewer.pk,
    }


def signed(made: ThankYou) -> str:
    """Return whom everybody reads: the body that thanks, and the person only if they want it."""
    to = f"à {made.to}" if made.shows_name else to_name(made.to_organisation.short_name)
    return f"{made.for_organisation.short_name}, {to}"


def reportable_by(user: Any) -> ThankYouQuerySet:
    """Return what `user` may report: what they received, what is public where they may read."""
    reader = reader_for(user)
    if reader.user_id is None:
        return ThankYou.objects.none()
    readable = Listing.objects.visible_to(user).order_by().values("pk")
    public = Q(state=S.PUBLIC, exchange__listing__in=readable)
    return ThankYou.objects.standing().filter(public | Q(to=reader.user_id))


def public_words(listing: Listing) -> list[dict[str, Any]]:
    """Return the latest public thanks of a listing, for whoever may read it."""
    found = ThankYou.objects.public().filter(exchange__listing=listing).for_page()
    return [{"words": one.words, "by": signed(one), "ref": one.ref} for one in found[:SHOWN]]


def confirmed_skills(listing: Listing) -> list[str]:
    """Return the skills of who offers it that were confirmed and are shown: «Soudure : Woippy»."""
    found = ThankYou.objects.standing().filter(
        exchange__listing=listing, skill_shown=True, to_id=listing.keeper_id or listing.author_id
    )
    return _in_words(found.select_related("for_organisation"))


def skills_shown_of(memberships: Collection[Membership]) -> dict[int, list[str]]:
    """Return by membership the skills confirmed of the agent there, and shown: one query."""
    found: dict[tuple[int, int], list[ThankYou]] = defaultdict(list)
    thanks = ThankYou.objects.standing().filter(
        skill_shown=True,
        to__in=[one.user_id for one in memberships],
        to_organisation__in=[one.organisation_id for one in memberships],
    )
    for one in thanks.select_related("for_organisation"):
        found[one.to_id, one.to_organisation_id].append(one)
    return {
        one.pk: _in_words(found[one.user_id, one.organisation_id])
        for one in memberships
        if (one.user_id, one.organisation_id) in found
    }


def _in_words(thanks: Iterable[ThankYou]) -> list[str]:
    bodies: dict[str, list[str]] = {}
    for one in sorted(thanks, key=lambda one: (one.skill, one.for_organisation.name)):
        names = bodies.setdefault(one.skill, [])
        if one.for_organisation.short_name not in names:
            names.append(one.for_organisation.short_name)
    return [f"{skill}{NBSP}: {', '.join(names)}" for skill, names in bodies.items()]


def of_exchange(exchange: Exchange, user: Any) -> dict[str, Any]:
    """Return what the page of an exchange says of thanks and of its story, to one of its sides."""
    side = rules.side_of(user, exchange)
    if not side or exchange.state not in rules.OVER:
        return {}
    found = ThankYou.objects.standing().filter(exchange=exchange).for_page()
    why = stories.why_not_tell(user, exchange)
    return {
        "thanks": [card(one, user) for one in found],
        "may_thank": not rules.why_not_thank(user, exchange),
        "may_tell": not why,
        "story": why if why in (stories.NO_INTRANET, stories.ALREADY) else "",
    }


def offered_by(user: Any) -> Any:
    return StoryOffer.objects.filter(by=user).select_related("exchange__listing")
