"""Asking for several days at once, answering them, giving them up: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import Organisation, User
from marketplace.booking import rules as booking
from marketplace.booking.recurring import MOST
from marketplace.catalogue.models import Listing
from marketplace.choices import ExchangeState
from marketplace.exchanges import rights, rules
from marketplace.exchanges.models import Exchange, Message
from marketplace.exchanges.series import telling
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.wishes import Wish
from marketplace.refusals import Refused
from marketplace.words import NBSP, figures, span_words

S = ExchangeState
NONE_CHOSEN = "Gardez au moins une date."


@dataclass(frozen=True)
class Planned:
    """One date of a series, and of which listing: not all are of the one that was asked first."""

    listing: Listing
    wish: Wish


class AlreadyPlanned(Refused):
    """The same page sent twice: the series is there already."""

    def __init__(self, series: Series) -> None:
        super().__init__(f"C’est déjà fait{NBSP}: voici vos dates.")
        self.series = series


@transaction.atomic
def ask_all(
    asker: User,
    organisation: Organisation,
    planned: Sequence[Planned],
    *,
    ref: str,
    every_weeks: int = 0,
    until: date | None = None,
) -> Series:
    """Book, or ask for, every date under the locks of all their calendars; returns the series.

    `ref` comes from the page that showed the dates, so that sent twice they are one series. Raises
    AlreadyPlanned, or Refused with the date that is in the way: nothing is then saved.
    """
    if already := Series.objects.visible_to(asker).filter(ref=ref).first():
        raise AlreadyPlanned(already)
    if not planned:
        raise Refused(NONE_CHOSEN)
    if len(planned) > MOST:
        raise Refused(f"Pas plus de {figures(MOST)} dates à la fois{NBSP}: laissez-en de côté.")
    _lock([one.listing for one in planned])
    # While one waited for the locks, the other click may have been faster.
    if already := Series.objects.filter(ref=ref).first():
        raise AlreadyPlanned(already)
    series = Series.objects.create(ref=ref, every_weeks=every_weeks, until=until)
    made = [_ask_one(asker, organisation, one, series) for one in _in_order(planned)]
    for listing, exchanges in _by_listing(made).items():
        words = next(one.wish.message for one in planned if one.listing.pk == listing)
        if words.strip():
            Message.objects.create(
                exchange=exchanges[0],
                author=asker,
                for_organisation=organisation,
                body=words.strip(),
            )
        telling.asked(series, exchanges, words)
    return series


def _ask_one(asker: User, organisation: Organisation, one: Planned, series: Series) -> Exchange:
    try:
        return rules.ask(one.listing, asker, organisation, one.wish, series=series)
    except rules.AlreadyAsked:
        reason = "vous l’avez déjà demandé."
    except Refused as refusal:
        reason = f"{refusal}"
    when = span_words(one.wish.wanted_from, one.wish.wanted_until)
    raise Refused(f"{when[0].upper()}{when[1:]}{NBSP}: {reason[0].lower()}{reason[1:]}")


@transaction.atomic
def answer(
    series: Series, actor: User, refs: Iterable[str], *, code: str = "", words: str = ""
) -> list[Exchange]:
    """Say yes to the dates whose exchanges have these references, or no with a reason `code`.

    The others stay as they are. Raises Refused with the date that is in the way, and then nothing
    is said. Returns those that were answered.
    """
    chosen = _chosen(series, actor, refs)
    if not chosen:
        raise Refused("Cochez au moins une date.")
    for exchange in chosen:
        try:
            if code:
                rules.decline(exchange, actor, code, words, tells=False)
            else:
                rules.accept(exchange, actor, tells=False)
        except Refused as refusal:
            when = span_words(exchange.wanted_from, exchange.wanted_until)
            raise Refused(f"{when[0].upper()}{when[1:]}{NBSP}: {refusal}") from refusal
    telling.answered(series, chosen, actor, said_yes=not code)
    return chosen


@transaction.atomic
def cancel_from(
    series: Series, actor: User, first: Exchange, words: str = "", code: str = rules.OTHER
) -> list[Exchange]:
    """Give up the date of `first` and all that follow it; returns those that were given up.

    Those that are over, or that somebody else answers for, stay. Raises Refused.
    """
    following = [one for one in to_cancel(series, actor) if one.wanted_from >= first.wanted_from]  # type: ignore[operator]
    if not following:
        raise Refused("Il n’y a plus rien à annuler à partir de cette date.")
    booking.lock({one.resource_id for one in following if one.resource_id})
    for exchange in following:
        rules.cancel(exchange, actor, words, code, tells=False)
    telling.cancelled(series, following, actor)
    return following


def to_answer(series: Series, user: User) -> list[Exchange]:
    """Return the exchanges of the series that wait for a yes or a no of `user`, soonest first."""
    return [
        one for one in _of(series, user) if one.state == S.PROPOSED and rights.can_answer(user, one)
    ]


def to_cancel(series: Series, user: User) -> list[Exchange]:
    """Return the exchanges of the series that `user` may give up, soonest first."""
    return [one for one in _of(series, user) if rights.can_cancel(user, one)]


def _of(series: Series, user: User) -> list[Exchange]:
    seen = Exchange.objects.visible_to(user).filter(series=series).for_page()
    return list(seen.order_by("wanted_from", "pk"))


def _chosen(series: Series, actor: User, refs: Iterable[str]) -> list[Exchange]:
    """Return what may be answered of what was ticked, its calendars locked, read afterwards."""
    wanted = set(refs)
    before = [one for one in to_answer(series, actor) if one.ref in wanted]
    _lock([one.listing for one in before])
    return [one for one in to_answer(series, actor) if one.ref in wanted]


def _lock(listings: Iterable[Listing]) -> None:
    """Lock listings, then their calendars, each in one order: as whoever asks for one does."""
    ids = {one.pk for one in listings}
    held = Listing.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    booking.lock({one.resource_id for one in held if one.resource_id})


def _in_order(planned: Iterable[Planned]) -> list[Planned]:
    return sorted(planned, key=lambda one: (str(one.wish.wanted_from), one.listing.pk))


def _by_listing(exchanges: Iterable[Exchange]) -> dict[int, list[Exchange]]:
    grouped: dict[int, list[Exchange]] = {}
    for one in exchanges:
        grouped.setdefault(one.listing_id, []).append(one)
    return grouped
