"""What exchanges and listings leave for someone to do: two queries a person, four a coordinator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.readers import reader_for
from accounts.todos.registry import COORDINATION, MINE, ToDo
from accounts.todos.steps import Step
from marketplace.booking.models import Allocation
from marketplace.catalogue.lasting import ends_soon_q
from marketplace.catalogue.models import Listing
from marketplace.choices import Access, ExchangeState, ListingState, Transfer
from marketplace.exchanges.following.conditions import is_late, stuck_q, unanswered_q
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.policy import lacks_decision
from marketplace.exchanges.series.todos import series_to_answer
from marketplace.words import counted, span_words

S = ExchangeState
LIMIT = 50
# How long the next step of something agreed is called to mind.
REMINDED_FOR = timedelta(days=14)
# How long before one takes it a booking is called to mind.
BOOKED_SOON = timedelta(days=2)


def mine(user: Any) -> Iterator[ToDo]:
    """Yield the requests to answer and the agreements to follow up."""
    reader = reader_for(user)
    if not reader.organisation_ids:
        return
    now = timezone.now()
    member = reader.organisation_ids
    # Once people have met, both sides have the next word.
    to_answer = (
        Q(keeper=reader.user_id) | Q(listing__deputy=reader.user_id),
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        Q(listing__organisation__in=member, state__in=[S.INTRODUCTION, S.PROPOSED]),
    )
    # What one booked directly, nobody had to agree to.
    on_their_word = Q(resource=None) | ~Q(listing__access=Access.DIRECT)
    agreed = Q(
        on_their_word,
        asked_by=reader.user_id,
        asked_for__in=member,
        state__in=[S.AGREED, S.CONFIRMED],
        state_since__gt=now - REMINDED_FOR,
    )
    mine_to_come = Q(asked_by=reader.user_id, asked_for__in=member)
    held = Allocation.objects.live(now).filter(exchange=OuterRef("pk"), state="held")
    offered = mine_to_come & Q(state=S.WAITING) & Exists(held)
    soon = mine_to_come & Q(
        state=S.CONFIRMED, wanted_until__gt=now, wanted_from__lt=now + BOOKED_SOON
    )
    waiting = Exchange.objects.filter(Q(*to_answer) | agreed | offered | soon)
    words = {S.AGREED: _agreed, S.WAITING: _offered, S.CONFIRMED: _confirmed}
    seen: set[int] = set()
    for exchange in waiting.for_rows().order_by("state_since", "wanted_from")[:LIMIT]:
        # Asked together, answered together: one thing to do.
        if exchange.series_id and exchange.state == S.PROPOSED:
            if exchange.series_id not in seen:
                seen.add(exchange.series_id)
                yield series_to_answer(exchange)
            continue
        yield words.get(S(exchange.state), _to_answer)(exchange)


def _listings(user: Any) -> QuerySet[Listing]:
    """Return the listings of `user` to take up again, or that end soon."""
    reader = reader_for(user)
    listings = Listing.objects.filter(
        Q(author=reader.user_id) | Q(keeper=reader.user_id),
        Q(state=ListingState.RETURNED) | ends_soon_q(timezone.now()),
        organisation__in=reader.organisation_ids,
    )
    return listings.order_by("updated_at")


def _say_listing(listing: Listing) -> ToDo:
    return _ends_soon(listing) if listing.is_published else _returned(listing)


def _returned(listing: Listing) -> ToDo:
    return ToDo(
        desk=MINE,
        kind="listing_returned",
        icon="writing",
        text=f"Votre annonce est à reprendre : {listing.display_title}",
        strong=listing.display_title,
        url=f"/marche/publier/{listing.ref}/etape-2/",
        action="Reprendre",
        since=listing.updated_at,
        detail=listing.return_reason,
    )


def _ends_soon(listing: Listing) -> ToDo:
    return ToDo(
        desk=MINE,
        kind="listing_ends_soon",
        icon="hourglass",
        text=f"Toujours d’actualité ? {listing.display_title}",
        strong=listing.display_title,
        url=f"/mes-annonces/{listing.ref}/prolonger/",
        action="Garder en ligne",
        since=listing.updated_at,
        due=listing.expires_at,
    )


def _to_answer(exchange: Exchange) -> ToDo:
    title, who = exchange.listing.display_title, exchange.asked_for.short_name
    if exchange.contact_accepted_at:
        text = f"Se mettre d’accord avec {who} : {title}"
    elif not exchange.listing.is_offer:
        text = f"{who} propose son aide : {title}"
    elif exchange.state == S.INTRODUCTION:
        text = f"{who} souhaite vous rencontrer : {title}"
    else:
        text = f"{who} attend votre réponse : {title}"
    return _mine(
        exchange, "exchange_to_answer", "message", text, who, "Répondre", exchange.expires_at
    )


def _agreed(exchange: Exchange) -> ToDo:
    who = exchange.listing.organisation.short_name
    text = f"{who} est d’accord : {exchange.listing.display_title}"
    return _mine(exchange, "exchange_agreed", "calendar-check", text, who, "Préparer la suite")


def _offered(exchange: Exchange) -> ToDo:
    title = exchange.listing.display_title
    text = f"Une place se libère : {title}"
    return _mine(
        exchange, "exchange_offered", "calendar-plus", text, title, "Répondre", exchange.expires_at
    )


def _confirmed(exchange: Exchange) -> ToDo:
    """Call to mind what comes soon; before, that somebody said yes."""
    soon = exchange.wanted_from and exchange.wanted_from < timezone.now() + BOOKED_SOON
    if exchange.listing.is_booked_directly or (exchange.resource_id and soon):
        return _booked(exchange)
    return _agreed(exchange)


def _booked(exchange: Exchange) -> ToDo:
    title = exchange.listing.display_title
    text = f"{title}, {span_words(exchange.wanted_from, exchange.wanted_until)}"
    return _mine(
        exchange, "exchange_booked", "calendar-check", text, title, "Voir", exchange.wanted_from
    )


def _mine(
    exchange: Exchange,
    kind: str,
    icon: str,
    text: str,
    strong: str,
    action: str,
    due: datetime | None = None,
) -> ToDo:
    """Return what an exchange leaves for one of its sides to do."""
    return ToDo(
        desk=MINE,
        kind=kind,
        icon=icon,
        text=text,
        strong=strong,
        url=exchange.get_absolute_url(),
        action=action,
        since=exchange.state_since,
        due=due,
    )


def coordination(user: Any) -> Iterable[ToDo]:
    """Return what waits for a coordinator: unanswered, stuck, without a decision, to review."""
    reader = reader_for(user)
    if not reader.has_role("coordinator"):
        return []
    return [*_exchanges_to_follow(user), *_listings_to_review(user)]


def _exchanges_to_follow(user: Any) -> Iterator[ToDo]:
    bodies = reader_for(user).organisations_with_role("coordinator")
    now = timezone.now()
    undecided = Q(
        giver__in=bodies,
        transfer=Transfer.TIME,
        receiver__kind="association",
        state=S.PROPOSED,
        decision="",
    )
    exchanges = (
        Exchange.objects.coordinated_by(user)
        .filter(unanswered_q(now) | stuck_q(now) | undecided)
        .for_rows()
        .one_a_series()
        .order_by("state_since")
    )
    for exchange in exchanges[:LIMIT]:
        if todo := _to_follow(exchange, bodies, now):
            yield todo


def _to_follow(exchange: Exchange, bodies: frozenset[int], now: Any) -> ToDo | None:
    title = exchange.listing.display_title
    waiting = exchange.state in (S.INTRODUCTION, S.PROPOSED)
    if exchange.state == S.PROPOSED and exchange.giver_id in bodies and lacks_decision(exchange):
        kind, icon, text = "decision_missing", "signature", f"Décision à déposer : {title}"
        action = "Déposer"
    elif waiting and is_late(exchange, now):
        kind, icon, text = "exchange_unanswered", "hourglass", f"Sans réponse : {title}"
        action = "Relancer"
    elif waiting:
        return None
    else:
        kind, icon, text = "exchange_stuck", "alert-circle", f"La date est passée : {title}"
        action = "Prendre des nouvelles"
    return ToDo(
        desk=COORDINATION,
        kind=kind,
        icon=icon,
        text=text,
        strong=title,
        url=exchange.page_of_all_dates,
        action=action,
        since=exchange.state_since,
        due=exchange.expires_at if waiting else None,
        detail=" · ".join(filter(None, [exchange.sides_words, dates_words(exchange.stands_for)])),
    )


def dates_words(number: int) -> str:
    """Return «4 dates» for what was asked together, else an empty text."""
    return counted(number, "date", "dates") if number > 1 else ""


def _listings_to_review(user: Any) -> Iterator[ToDo]:
    listings = Listing.objects.moderated_by(user).to_review().select_related("organisation")
    for listing in listings.order_by("updated_at")[:LIMIT]:
        yield ToDo(
            desk=COORDINATION,
            kind="listing_to_review",
            icon="eye",
            text=f"Annonce à relire : {listing.display_title}",
            strong=listing.display_title,
            url=f"/coordination/annonces/{listing.ref}/",
            action="Relire",
            since=listing.updated_at,
            detail=listing.organisation.short_name,
        )


STEPS = (Step(_listings, _say_listing),)
