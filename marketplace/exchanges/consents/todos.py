"""The consents that wait for a person: one query for each desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.readers import reader_for
from accounts.todos.registry import COORDINATION, MINE, TEAM, ToDo
from accounts.todos.steps import Step
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.consents.queries import waiting_for
from marketplace.exchanges.consents.telling import when

LIMIT = 50
CONSENT = "consent_to_give"
Kind, State = Consent.Kind, Consent.State


def _say(consent: Consent) -> ToDo:
    """One's own yes to give, or what is asked of a manager: it is theirs on every desk."""
    own = consent.kind == Kind.AGENT
    return ToDo(
        desk=MINE if own else TEAM,
        kind=CONSENT,
        icon="signature",
        text=_text(consent),
        strong=consent.exchange.listing.display_title,
        url=consent.get_absolute_url(),
        action="Répondre",
        since=consent.asked_at,
        due=consent.tacit_at or consent.expires_at,
        detail=when(consent.exchange),
    )


def _text(consent: Consent) -> str:
    title = consent.exchange.listing.display_title
    if consent.kind == Kind.HOME_MANAGER and consent.participant:
        return f"Votre accord pour {consent.participant.user} : {title}"
    return f"Votre accord est attendu : {title}"


def coordination(user: Any) -> Iterator[ToDo]:
    """Yield what the coordination is asked to help with: a wish to talk, a no, a letter lost."""
    bodies = reader_for(user).organisations_with_role("coordinator")
    if not bodies:
        return
    stuck = Consent.objects.pending().filter(organisation__in=bodies)
    stuck = stuck.filter(stopped_for__in=[Consent.Stopped.TALK, Consent.Stopped.BOUNCE])
    nobody = Consent.objects.pending().filter(organisation__in=bodies, asked_of__isnull=True)
    for consent in (stuck | nobody).for_page().order_by("asked_at")[:LIMIT]:
        title = consent.exchange.listing.display_title
        words = {
            Consent.Stopped.TALK: f"On souhaite en parler : {title}",
            Consent.Stopped.BOUNCE: f"Courriel non remis : {title}",
        }
        yield ToDo(
            desk=COORDINATION,
            kind="consent_stuck",
            icon="message-question",
            text=words.get(
                Consent.Stopped(consent.stopped_for)
                if consent.stopped_for
                else Consent.Stopped.AWAY,
                f"Personne à qui demander un accord : {title}",
            ),
            strong=title,
            url=consent.get_absolute_url(),
            action="Aider",
            since=consent.asked_at,
            due=consent.expires_at,
            detail=consent.organisation.short_name,
        )


STEPS = (Step(waiting_for, _say),)
