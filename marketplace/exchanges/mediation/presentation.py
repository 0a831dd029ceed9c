"""What pages show of a mediation, to each side and to the coordination."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from marketplace.exchanges import contacts, presentation, rights, timeline
from marketplace.exchanges.mediation import rights as mediating
from marketplace.exchanges.mediation.forms import SpeakForm
from marketplace.exchanges.mediation.models import Mediation, MediationNote
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.timeline import Entry
from marketplace.words import NBSP, moment_words

Audience = MediationNote.Audience
READ_BY = {
    Audience.SIDE: f"Lu par{NBSP}: ce côté et la coordination",
    Audience.DESK: f"Lu par{NBSP}: la coordination des deux organismes",
    Audience.BOTH: f"Lu par{NBSP}: les deux côtés et la coordination",
}


def for_side(exchange: Exchange, user: Any) -> dict[str, Any] | None:
    """Return what a side reads of the open mediation, and its own words; None without one."""
    if exchange.state != timeline.S.DISPUTED:
        return None
    mediation = (
        Mediation.objects.open()
        .filter(exchange=exchange)
        .select_related("mediator", "mediator_for")
    )
    found = mediation.first()
    if found is None:
        return None
    side = mediating.side_of(user, exchange)
    notes = found.notes.filter(audience=Audience.BOTH)
    if side:
        notes = notes | found.notes.filter(audience=Audience.SIDE, side=side)
    who = (
        contacts.shown(found.mediator, found.mediator_for, exchange, user).title
        if found.mediator
        else ""
    )
    desk = Mediation.objects.visible_to(user).filter(pk=found.pk).exists()
    return {
        "who": who,
        "notes": words(exchange, notes.select_related("author", "for_organisation"), user),
        "form": SpeakForm() if side else None,
        "desk_url": found.get_absolute_url() if desk else "",
    }


def words(exchange: Exchange, notes: Iterable[MediationNote], user: Any) -> list[dict[str, Any]]:
    """Return the notes with who wrote them, as this reader may know, and who reads them."""
    found = []
    for note in notes:
        contact = contacts.shown(note.author, note.for_organisation, exchange, user)
        who = f"{contact.title}, {contact.detail}" if contact.is_name else contact.title
        found.append(
            {
                "who": who,
                "when": moment_words(note.at),
                "text": note.body,
                "read_by": READ_BY[Audience(note.audience)],
                "mine": note.author_id == getattr(user, "pk", None),
            }
        )
    return found


def for_desk(mediation: Mediation, user: Any) -> dict[str, Any]:
    """Return the page of the coordination: each side's words, the notes, the exchange's path."""
    exchange = mediation.exchange
    notes = list(mediation.notes.select_related("author", "for_organisation"))
    sides = [
        (f"Côté annonce, {exchange.listing.organisation.short_name}", rights.ANSWERING),
        (f"Côté demande, {exchange.asked_for.short_name}", rights.ASKING),
    ]
    return {
        "sides": [
            (title, words(exchange, [one for one in notes if one.side == side], user))
            for title, side in sides
        ],
        "notes": words(exchange, [one for one in notes if not one.side], user),
        "summary": presentation.summary_line(exchange),
        "people": presentation.people(exchange, user),
        "steps": timeline.steps(exchange, user),
    }


def steps(exchanges: Collection[Exchange], viewer: Any) -> Iterator[Entry]:
    """Yield who took each mediation, for the timeline: one query."""
    taken = Mediation.objects.filter(exchange__in=[one.pk for one in exchanges])
    for one in taken.select_related("mediator", "mediator_for"):
        if one.taken_at is not None:
            title = "Quelqu’un suit la médiation"
            yield Entry(one.exchange_id, one.taken_at, title, one.mediator, one.mediator_for)
