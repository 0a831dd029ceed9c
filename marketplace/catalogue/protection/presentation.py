"""The box «Ce qui me protège»: whole for who gives their time and those around, else short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.days import in_words
from accounts.models import Organisation
from accounts.organisations.managers import manager_of
from accounts.readers import reader_for
from marketplace.catalogue.models import Listing
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.catalogue.protection.rules import DEFAULTS, texts_of
from marketplace.choices import Transfer, WhoseTime

LABELS = (
    ("pay", "Ma rémunération"),
    ("accident", "En cas d’accident"),
    ("replacement", "Qui me remplace"),
    ("stopping", "Comment j’arrête"),
)
TITLES = {
    WhoseTime.WORKING: "Sur mon temps de travail",
    WhoseTime.OWN: "Sur mon temps personnel",
}


def box(whose_time: str, own: ProtectionText | None) -> dict[str, Any]:
    """Return what `protection/box.html` draws: the organisation's words, else the neutral ones."""
    words = own or DEFAULTS[WhoseTime(whose_time)]
    return {
        "title": TITLES[WhoseTime(whose_time)],
        "short": words.short,
        "facts": [(label, getattr(words, name)) for name, label in LABELS],
        "source": words.source,
        "is_confirmed": own is not None and own.is_confirmed,
        "confirmation": confirmation(own),
    }


def confirmation(own: ProtectionText | None) -> str:
    """Return who confirmed the words and when, or that nobody has."""
    if own is None:
        return "À confirmer : votre organisme n’a pas encore confirmé ce texte."
    if own.confirmed_on is None:
        return "À confirmer : ce texte attend une confirmation."
    said = f"confirmé par {own.confirmed_by} le {in_words(own.confirmed_on)}"
    if not own.is_confirmed and own.valid_until:
        return f"À confirmer de nouveau : {said}, valable jusqu’au {in_words(own.valid_until)}."
    until = f", valable jusqu’au {in_words(own.valid_until)}" if own.valid_until else ""
    return f"{said[0].upper()}{said[1:]}{until}."


def boxes_of(organisation: Organisation) -> list[dict[str, Any]]:
    """Return the two boxes of an organisation: working time, then own time. One query."""
    own = texts_of(organisation)
    return [box(whose_time, own.get(whose_time)) for whose_time in WhoseTime.values]


def for_answering(need: Listing, organisations: Iterable[Organisation]) -> list[dict[str, Any]]:
    """Return the boxes of whoever would give their time for the need; empty for other needs.

    Agents only: volunteers of an association are on their own time, which it protects. One query
    an organisation for which they may answer.
    """
    if need.is_offer or need.transfer != Transfer.TIME:
        return []
    bodies = [one for one in organisations if one.is_public_body]
    boxes = [(body, one) for body in bodies for one in boxes_of(body)]
    return [
        one | {"title": f"{one['title']}, {body.short_name}" if len(bodies) > 1 else one["title"]}
        for body, one in boxes
    ]


def of_listing(listing: Listing, user: Any) -> dict[str, Any] | None:
    """Return the box of an offer of time as this reader may read it, or None.

    Whole for who gives their time, their manager and the coordination; one sentence for the other
    members; nothing for who is not signed in.
    """
    terms = getattr(listing, "skill_terms", None)
    reader = reader_for(user)
    if not (listing.is_offer and listing.transfer == Transfer.TIME and terms):
        return None
    if not reader.organisation_ids or listing.organisation.is_association:
        return None
    found = texts_of(listing.organisation).get(terms.whose_time)
    return box(terms.whose_time, found) | {"is_whole": sees_whole(user, listing)}


def sees_whole(user: Any, listing: Listing) -> bool:
    """Return whether `user` gives the time, manages who does, or coordinates."""
    reader = reader_for(user)
    if listing.organisation_id not in reader.organisation_ids:
        return False
    if reader.user_id in (listing.author_id, listing.keeper_id, listing.deputy_id):
        return True
    if reader.has_role("coordinator", listing.organisation_id):
        return True
    if not reader.has_role("manager", listing.organisation_id):
        return False
    return manager_of(listing.keeper or listing.author, listing.organisation) == user
