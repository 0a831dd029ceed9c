"""What an exchange lacks before it is confirmed, and what desks read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.organisations.teams import team_of
from marketplace.choices import ExchangeState, WhoseTime
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.queries import ExchangeQuerySet
from marketplace.words import NBSP, day_words

WHOSE = {
    Consent.Kind.AGENT: "L’accord de la personne qui donne son temps",
    Consent.Kind.HOME_MANAGER: "L’accord de son encadrement",
    Consent.Kind.HOST_MANAGER: "L’accord de l’encadrement qui accueille",
    Consent.Kind.LEGAL: "L’accord du service juridique",
    Consent.Kind.ETHICS: "L’avis de déontologie",
}
AHEAD = 30


def latest(exchange: Exchange) -> list[Consent]:
    """Return the consents in force: of each kind and participant, the last one asked. One query.

    Those of who no longer takes part are left out.
    """
    found: dict[tuple[int | None, str], Consent] = {}
    rows = Consent.objects.filter(exchange=exchange).exclude(
        participant__state=Participant.State.LEFT
    )
    for one in rows.select_related(
        "participant__user", "asked_of", "in_place_of", "decided_by", "organisation"
    ).order_by("pk"):
        found[one.participant_id, one.kind] = one
    order = list(Consent.Kind.values)
    return sorted(found.values(), key=lambda one: order.index(one.kind))


def missing(exchange: Exchange) -> list[str]:
    """Return what is missing, one sentence each, without any name: both sides read them."""
    found = latest(exchange)
    if not found:
        return ["Les accords n’ont pas encore été demandés."]
    return [_sentence(one) for one in found if not one.is_settled]


def _sentence(consent: Consent) -> str:
    whose = f"{WHOSE[Consent.Kind(consent.kind)]} ({consent.organisation.short_name})"
    since = day_words(consent.asked_at)
    endings = {
        Consent.State.ASKED: f"est attendu depuis le{NBSP}{since}.",
        Consent.State.REFUSED: "n’est pas donné.",
        Consent.State.EXPIRED: "est resté sans réponse.",
        Consent.State.REVOKED: "a été retiré.",
    }
    return f"{whose} {endings[Consent.State(consent.state)]}"


def waiting_for(user: Any, organisation_id: int | None = None) -> QuerySet[Consent]:
    """Return what `user` is asked and has not answered, soonest end first."""
    rows = Consent.objects.asked_of_person(user).pending().for_page()
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    return rows.order_by("expires_at", "pk")


def answered_by(user: Any, organisation_id: int | None = None) -> QuerySet[Consent]:
    """Return what was decided among what `user` was asked as a manager, the latest first."""
    rows = Consent.objects.asked_of_person(user).exclude(state=Consent.State.ASKED)
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    rows = rows.filter(kind__in=[Consent.Kind.HOME_MANAGER, Consent.Kind.HOST_MANAGER])
    return rows.for_page().order_by("-decided_at", "-pk")


def away_with(consent: Consent) -> list[Exchange]:
    """Return the absences already agreed in the team of who is asked, at these dates.

    Exchanges on working time of the people that the manager manages, the person excepted; each
    with its participants of the team, fetched at once.
    """
    exchange, participant = consent.exchange, consent.participant
    manager = consent.in_place_of or consent.asked_of
    if manager is None or participant is None or exchange.wanted_from is None:
        return []
    team = [one.pk for one in team_of(manager, consent.organisation_id)]
    rows = absences_of(team, consent.organisation_id).exclude(pk=exchange.pk)
    rows = rows.filter(wanted_until__gt=exchange.wanted_from)
    if exchange.wanted_until is not None:
        rows = rows.filter(wanted_from__lt=exchange.wanted_until)
    of_team = Participant.objects.filter(user__in=team).exclude(state=Participant.State.LEFT)
    rows = rows.exclude(participants__user=participant.user_id).prefetch_related(
        Prefetch("participants", of_team.select_related("user"))
    )
    return list(rows[:AHEAD])


def absences_of(team: Iterable[int], organisation_id: int | None) -> ExchangeQuerySet:
    """Return the exchanges with dates, agreed or under way, in which they give working time."""
    rows = Exchange.objects.filter(
        participants__user__in=list(team),
        participants__state__in=[Participant.State.PROPOSED, Participant.State.CONFIRMED],
        state__in=[ExchangeState.AGREED, ExchangeState.CONFIRMED, ExchangeState.UNDER_WAY],
        whose_time=WhoseTime.WORKING,
        wanted_from__isnull=False,
    )
    if organisation_id is not None:
        rows = rows.filter(giver=organisation_id)
    return rows.distinct().order_by("wanted_from", "pk")
