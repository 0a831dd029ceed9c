"""What «Mon équipe» shows of consents: those asked, absences ahead, answers, deputies."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.days import last_day_in_words
from accounts.models import Role
from accounts.organisations.teams import team_of
from accounts.readers import reader_for
from marketplace.exchanges.consents import queries
from marketplace.exchanges.consents.presentation import line
from marketplace.exchanges.presentation import together_words
from marketplace.paging import page_of
from marketplace.words import span_words

PER_PAGE = 20


def team(request: HttpRequest, organisation_id: int | None) -> dict[str, Any]:
    """Return what «Mon équipe» shows of consents, as many queries for few as for many."""
    user: Any = request.user
    members = [one.pk for one in team_of(user, organisation_id)]
    managed = reader_for(user).organisations_with_role("manager")
    bodies = managed if organisation_id is None else managed & {organisation_id}
    absences = queries.absences_of(members, None).filter(giver__in=bodies)
    absences = absences.filter(Q(wanted_until__isnull=True) | Q(wanted_until__gt=timezone.now()))
    absences = absences.one_a_series().select_related("receiver", "series")
    ahead = page_of(
        request,
        absences.prefetch_related("participants__user"),
        PER_PAGE,
        param="absences",
        anchor="absences-prevues",
    )
    waiting = page_of(
        request,
        queries.waiting_for(user, organisation_id),
        PER_PAGE,
        param="attendus",
        anchor="accords-attendus",
    )
    answered = page_of(
        request,
        queries.answered_by(user, organisation_id),
        PER_PAGE,
        param="repondus",
        anchor="accords-repondus",
    )
    return {
        "waiting": [line(one) for one in waiting],
        "answered": [line(one) for one in answered],
        "ahead": [
            {
                "people": ", ".join(
                    str(one.user) for one in exchange.participants.all() if one.user_id in members
                ),
                "when": ", ".join(
                    filter(
                        None,
                        [
                            span_words(exchange.wanted_from, exchange.wanted_until),
                            together_words(exchange),
                        ],
                    )
                ),
                "where": exchange.receiver.short_name,
            }
            for exchange in ahead
        ],
        "deputies": _deputies(user, organisation_id),
        "pages": {"waiting": waiting, "answered": answered, "ahead": ahead},
    }


def _deputies(user: Any, organisation_id: int | None) -> list[str]:
    """Return who stands in for the manager, and for whom the manager stands in, until when."""
    pairs = Role.objects.live().filter(
        Q(deputy_for__membership__user=user) | Q(membership__user=user, deputy_for__isnull=False),
        kind=Role.Kind.MANAGER,
    )
    if organisation_id is not None:
        pairs = pairs.filter(membership__organisation=organisation_id)
    lines = []
    for role in pairs.select_related("membership__user", "deputy_for__membership__user"):
        until = last_day_in_words(role.ends_at)
        if role.deputy_for is not None and role.membership.user_id == user.pk:
            lines.append(f"Vous remplacez {role.deputy_for.membership.user} jusqu’au {until}.")
        else:
            lines.append(f"{role.membership.user} vous remplace jusqu’au {until}.")
    return lines
