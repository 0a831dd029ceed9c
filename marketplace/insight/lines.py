"""How each thing of the coordination's piles is said: one row, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Verification
from marketplace.choices import ExchangeState
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.consents.telling import when
from marketplace.exchanges.following.models import Reminder
from marketplace.exchanges.presentation import together_words
from marketplace.models import Exchange, Listing, Mediation, Report, ThankYou
from marketplace.words import NBSP, day_words, span_words


@dataclass(frozen=True)
class Line:
    """One thing of a pile, in words."""

    ref: str
    title: str
    url: str
    action: str
    detail: str
    since: datetime
    state: str = ""
    due: datetime | None = None
    # When somebody called it to mind; who follows it.
    note: str = ""
    # What was there when the row was read: what changed since is not settled unread.
    seen: str = ""


def of_exchange(exchange: Exchange) -> Line:
    reminder: Reminder | None = getattr(exchange, "reminder", None)
    notes = [
        f"relancé {day_words(reminder.at)}" if reminder is not None else "",
        f"suivi par {exchange.coordinator}" if exchange.coordinator else "",
    ]
    department = exchange.listing.department
    dates = ", ".join(
        filter(
            None,
            [span_words(exchange.wanted_from, exchange.wanted_until), together_words(exchange)],
        )
    )
    waits = exchange.state in (ExchangeState.INTRODUCTION, ExchangeState.PROPOSED)
    return Line(
        ref=exchange.ref,
        title=exchange.listing.display_title,
        url=exchange.page_of_all_dates,
        action="Ouvrir l’échange",
        detail=" · ".join(
            filter(None, [exchange.sides_words, department.name if department else "", dates])
        ),
        since=exchange.state_since,
        state=exchange.get_state_display(),
        due=exchange.expires_at if waits else None,
        note=", ".join(filter(None, notes)),
        seen=str(exchange.coordinator_id or ""),
    )


def of_mediation(mediation: Mediation) -> Line:
    exchange = mediation.exchange
    who = f"suivie par {mediation.mediator}" if mediation.mediator else "personne ne la suit"
    return Line(
        ref=mediation.ref,
        title=exchange.listing.display_title,
        url=mediation.get_absolute_url(),
        action="Ouvrir la médiation",
        detail=f"{exchange.sides_words} · {who}",
        since=mediation.asked_at,
    )


def of_consent(consent: Consent) -> Line:
    asked = f"demandé à{NBSP}: {consent.asked_of or 'personne encore'}"
    stopped = consent.get_stopped_for_display() if consent.stopped_for else ""
    return Line(
        ref=consent.ref,
        title=consent.exchange.listing.display_title,
        url=consent.get_absolute_url(),
        action="Suivre",
        detail=" · ".join([consent.get_kind_display(), asked, when(consent.exchange)]),
        since=consent.asked_at,
        state=stopped,
        due=consent.tacit_at or consent.expires_at,
        note=f"rappelé {day_words(consent.reminded_at)}" if consent.reminded_at else "",
    )


def of_verification(verification: Verification) -> Line:
    return Line(
        ref=verification.ref,
        title=verification.association.name,
        url=reverse("verification", args=[verification.ref]),
        action="Vérifier",
        detail=f"auprès de : {verification.by.short_name}",
        since=verification.asked_at,
    )


def of_review(listing: Listing) -> Line:
    return Line(
        ref=listing.ref,
        title=listing.display_title,
        url=reverse("listing_review", args=[listing.ref]),
        action="Relire",
        detail=_whose(listing),
        since=listing.updated_at,
        seen=listing.version,
    )


def of_report(made: Report) -> Line:
    listing = made.listing
    return Line(
        ref=made.ref,
        title=listing.display_title,
        url=reverse("report_settle", args=[made.ref]),
        action="Régler",
        detail=" · ".join([made.get_reason_display(), _whose(listing)]),
        since=made.at,
        state=listing.get_state_display(),
    )


@dataclass(frozen=True)
class Settled:
    """One thing that somebody settled: what came of it, who and when."""

    title: str
    url: str
    outcome: str
    who: str
    at: datetime


def of_settled_report(made: Report) -> Settled:
    return Settled(
        title=made.listing.display_title,
        url=reverse("report_settle", args=[made.ref]),
        outcome=made.get_outcome_display(),
        who=str(made.settled_by or "la plateforme"),
        at=made.settled_at or made.at,
    )


def of_thanks(made: ThankYou) -> Line:
    return Line(
        ref=made.ref,
        title=made.exchange.listing.display_title,
        url=reverse("thanks_moderate", args=[made.ref]),
        action="Relire",
        detail=made.to_organisation.short_name,
        since=made.reported_at or made.state_since,
    )


def of_need(need: Listing) -> Line:
    return Line(
        ref=need.ref,
        title=need.display_title,
        url=need.get_absolute_url(),
        action="Voir, et chercher qui peut aider",
        detail=_whose(need),
        since=need.published_at or need.created_at,
        due=need.expires_at,
    )


def _whose(listing: Listing) -> str:
    department = listing.department
    names = [listing.organisation.short_name, department.name if department else ""]
    return " · ".join(filter(None, names))
