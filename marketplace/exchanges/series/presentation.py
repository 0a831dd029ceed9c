"""What pages show of a series: its rhythm in words, its dates with where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from marketplace.booking.recurring import (
    CLOSED,
    FREE,
    HOLIDAY,
    REFUSED,
    TAKEN,
    TOO_LONG,
    Occurrence,
)
from marketplace.exchanges import bookings, presentation, rights
from marketplace.exchanges.models import Exchange, Message
from marketplace.exchanges.series.models import Series
from marketplace.words import NBSP, counted, day_words, span_words

STATES = {
    FREE: "libre",
    TAKEN: "déjà pris",
    CLOSED: "fermé",
    HOLIDAY: "jour férié",
    TOO_LONG: "trop long",
    REFUSED: "impossible",
}


def occurrence_words(one: Occurrence) -> str:
    """Return «Mardi 8 juin de 14 h à 17 h : libre»."""
    when = span_words(one.period.starts, one.period.ends).removeprefix("le ")
    return f"{when[0].upper()}{when[1:]}{NBSP}: {STATES[one.state]}"


def found_words(occurrences: Sequence[Occurrence]) -> str:
    """Return «9 dates sur 10 sont libres»."""
    free = sum(one.is_free for one in occurrences)
    if free == len(occurrences):
        return f"{counted(free, 'date, libre', 'dates, toutes libres')}."
    of_all = counted(len(occurrences), "date", "dates")
    return f"{counted(free, 'date libre', 'dates libres')} sur {of_all}."


def rhythm_words(series: Series, exchanges: Sequence[Exchange]) -> str:
    """Return «Tous les mardis, jusqu’au jeudi 24 juin»."""
    if not (series.every_weeks and series.until and exchanges and exchanges[0].wanted_from):
        return "Des jours choisis un par un"
    weekday = date_format(timezone.localtime(exchanges[0].wanted_from), "l")
    until = date_format(series.until, "j F Y")
    if series.every_weeks == 1:
        return f"Tous les {weekday}s, jusqu’au {until}"
    return f"Un {weekday} sur deux, jusqu’au {until}"


def line(exchanges: Sequence[Exchange]) -> str:
    """Return «Les Trois-Vallées · 12 dates»."""
    first = exchanges[0]
    return f"{first.listing.organisation.short_name} · {counted(len(exchanges), 'date', 'dates')}"


def rows(series: Series, exchanges: Iterable[Exchange], user: Any) -> list[dict[str, Any]]:
    """Return the dates of the page of a series, each with its state and what one may do."""
    first_listing: int | None = None
    found = []
    for one in exchanges:
        first_listing = first_listing or one.listing_id
        past = one.wanted_until is not None and one.wanted_until <= timezone.now()
        found.append(
            {
                "url": one.get_absolute_url(),
                "when": presentation.dates(one),
                "title": "" if one.listing_id == first_listing else one.listing.display_title,
                "state": "passé"
                if past and one.state in rights.AGREED
                else presentation.state_words(one),
                "kind": presentation.STATE_KINDS[presentation.S(one.state)],
                "cancel_url": f"{one.get_absolute_url()}annuler/"
                if rights.can_cancel(user, one)
                else "",
                "cancel_from_url": f"{series.get_absolute_url()}annuler/?depuis={one.ref}"
                if rights.can_cancel(user, one)
                else "",
            }
        )
    return found


def to_answer(exchanges: Iterable[Exchange], ticked: list[str] | None) -> list[dict[str, Any]]:
    """Return the dates that wait for an answer: all ticked until one has chosen."""
    found = list(exchanges)
    blocked = bookings.why_none_of(found)
    return [
        {
            "ref": one.ref,
            "when": presentation.dates(one),
            "title": one.listing.display_title,
            "ticked": ticked is None or one.ref in ticked,
            "blocked": blocked.get(one.pk, ""),
        }
        for one in found
    ]


def message(exchanges: Sequence[Exchange], user: Any) -> dict[str, Any] | None:
    """Return what was written when it was asked for, as a bubble, if anything was."""
    written = Message.objects.filter(exchange__in=[one.pk for one in exchanges])
    first = written.select_related("author", "for_organisation").order_by("pk").first()
    if first is None:
        return None
    exchange = next(one for one in exchanges if one.pk == first.exchange_id)
    return presentation.conversation(exchange, [first], user)[0]


def people(exchanges: Sequence[Exchange], user: Any) -> list[dict[str, str]]:
    return presentation.people(exchanges[0], user)


def asked_words(exchanges: Sequence[Exchange]) -> str:
    """Return what one reads right after asking for several days."""
    by_state = dict.fromkeys(("confirmed", "proposed", "waiting"), 0)
    for one in exchanges:
        by_state[one.state] = by_state.get(one.state, 0) + 1
    said = []
    if by_state["confirmed"]:
        said.append(counted(by_state["confirmed"], "date réservée", "dates réservées"))
    if by_state["proposed"]:
        said.append(counted(by_state["proposed"], "date demandée", "dates demandées"))
    if by_state["waiting"]:
        said.append(
            counted(by_state["waiting"], "date en liste d’attente", "dates en liste d’attente")
        )
    return f"C’est fait{NBSP}: {', '.join(said)}."


def cancel_words(exchanges: Sequence[Exchange]) -> str:
    """Return what one gives up: «3 dates, du mardi 8 juin au mardi 22 juin»."""
    first, last = exchanges[0], exchanges[-1]
    dates = counted(len(exchanges), "date", "dates")
    if len(exchanges) == 1 or first.wanted_from is None or last.wanted_from is None:
        return f"{dates}, {presentation.dates(first)}"
    return f"{dates}, du {day_words(first.wanted_from)} au {day_words(last.wanted_from)}"
