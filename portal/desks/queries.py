"""What the desks show, each from what that person may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.http import HttpRequest

from accounts.members.queries import people_never_signed_in
from accounts.models import Organisation
from accounts.organisations.teams import team_of
from accounts.readers import reader_for
from accounts.todos.counts import kept_count
from accounts.todos.registry import COORDINATION, TEAM, ToDo, todos_for
from home.launch.waves import how_many_wait, prepared
from marketplace.catalogue.queries import ListingQuerySet
from marketplace.choices import ExchangeState, WhoseTime
from marketplace.exchanges.consents.queries import waiting_for
from marketplace.exchanges.consents.todos import CONSENT
from marketplace.exchanges.following.conditions import unmet_q
from marketplace.exchanges.own_time import coordinated_q
from marketplace.exchanges.presentation import together_words
from marketplace.exchanges.queries import ExchangeQuerySet
from marketplace.models import Exchange, Listing
from marketplace.words import NBSP, counted, period_words

# The order of a coordinator's morning, and what each pile is called.
PILES = {
    "verification": "Associations à vérifier",
    "listing_to_review": "Annonces à relire",
    "listing_reported": "Problèmes signalés",
    "exchange_unanswered": "Demandes sans réponse",
    "exchange_stuck": "Échanges en panne",
    "exchange_disputed": "Médiations demandées",
    "decision_missing": "Décisions à déposer",
    "consent_stuck": "Accords à aider",
    "thanks_to_moderate": "Mercis à relire",
    "join_request": "Demandes pour rejoindre une association",
    "partnership": "Partenariats proposés",
}
# The desks beside one's own: the role that opens each, and how the home pages name it.
DESK_LINES = {
    "coordinator": {
        "icon": "compass",
        "title": "Coordination",
        "detail": "Vérifications, relectures, demandes sans réponse",
        "action": "Ouvrir la coordination",
        "url": "/coordination/",
    },
    "manager": {
        "icon": "users-group",
        "title": "Mon équipe",
        "detail": "Les accords que l’on attend de vous, qui donne de son temps, où et quand",
        "action": "Voir mon équipe",
        "url": "/mon-equipe/",
    },
}
RECENT = 10
# Half the side of the square that a coordinator can reach, in degrees of latitude (55 km).
NEAR = 0.5


@dataclass(frozen=True)
class TeamExchange:
    """An exchange, and who of the team gives their time in it."""

    exchange: Exchange
    people: list[str]
    dates: str
    # A manager reads what takes place, not what is said in it; but it may be theirs too.
    may_open: bool


def desks_of(request: HttpRequest) -> list[dict[str, str]]:
    """Return one line for each desk that this person holds here, for the home pages.

    It says how much waits there; counted at most once a minute (accounts/todos/counts.py).
    """
    collectivite = request.collectivite  # type: ignore[attr-defined]
    organisation_id = collectivite.pk if collectivite else None
    user: Any = request.user
    reader = reader_for(user)
    lines = []
    for role, line in DESK_LINES.items():
        if reader.has_role(role, organisation_id):
            said = [
                words(
                    kept_count(
                        user, f"{name}:{organisation_id}", partial(count, user, organisation_id)
                    )
                )
                for name, count, words in WAITING[role]
            ]
            text = ", ".join(filter(None, said)) or NOTHING[role]
            lines.append(line | {"text": f"{line['title']}{NBSP}: {text}"})
    return lines


def _to_settle(user: Any, organisation_id: int | None) -> int:
    return len(todos_for(user, COORDINATION))


def _consents(user: Any, organisation_id: int | None) -> int:
    return waiting_for(user, organisation_id).order_by().count()


def team_todos(user: Any) -> list[ToDo]:
    """Return what else than consents waits for a manager: those have their own list beside.

    Nothing does today. The end announced of an agent's time, or a consent taken back, is told and
    asks nothing; both sides confirm the hours; an attestation is the agent's own. The desk reads
    the registry all the same, so that what a room comes to ask of a manager is seen there.
    """
    return [todo for todo in todos_for(user, TEAM) if todo.kind != CONSENT]


def _others(user: Any, organisation_id: int | None) -> int:
    return len(team_todos(user))


def _under_way(user: Any, organisation_id: int | None) -> int:
    team = team_of(user, organisation_id)
    return _of_team(user, team, organisation_id).open().count() if team else 0


def _words(one: str, many: str) -> Callable[[int], str]:
    """Return how a number of them is said, nothing for none."""
    return lambda number: counted(number, one, many) if number else ""


# What the line of each desk counts, and how it says it.
WAITING: dict[str, list[tuple[str, Callable[..., int], Callable[[int], str]]]] = {
    "coordinator": [("coordinator", _to_settle, _words("chose à régler", "choses à régler"))],
    "manager": [
        ("consents", _consents, _words("accord attendu", "accords attendus")),
        ("team", _others, _words("autre chose à régler", "autres choses à régler")),
        ("manager", _under_way, _words("échange en cours", "échanges en cours")),
    ],
}
NOTHING = {"coordinator": "rien n’attend", "manager": "rien n’attend, aucun échange en cours"}


def piles_for(user: Any) -> list[tuple[str, list[ToDo]]]:
    """Return what waits for a coordinator, in named piles; empty piles are left out."""
    rank = {kind: number for number, kind in enumerate(PILES)}
    todos = sorted(
        todos_for(user, COORDINATION), key=lambda todo: (rank.get(todo.kind, len(rank)), todo.kind)
    )
    return [
        (PILES.get(kind, "Autres demandes"), list(items))
        for kind, items in groupby(todos, key=lambda todo: todo.kind)
    ]


def recent_exchanges(user: Any, organisation_id: int | None) -> ExchangeQuerySet:
    """Return the latest open exchanges of the organisations that `user` coordinates."""
    exchanges = Exchange.objects.coordinated_by(user).open().for_rows()
    if organisation_id is not None:
        exchanges = exchanges.filter(coordinated_q(user.pk, [organisation_id]))
    return exchanges.one_a_series()[:RECENT]


def unmet_needs(user: Any, collectivite: Organisation | None) -> ListingQuerySet:
    """Return the published needs nearby whose answers, if any, came to nothing; oldest first."""
    needs = Listing.objects.in_catalogue_for(user).filter(unmet_q()).order_by("published_at", "pk")
    if collectivite and collectivite.latitude is not None and collectivite.longitude is not None:
        needs = needs.filter(
            latitude__range=(collectivite.latitude - NEAR, collectivite.latitude + NEAR),
            longitude__range=(
                collectivite.longitude - 1.4 * NEAR,
                collectivite.longitude + 1.4 * NEAR,
            ),
        )
    return needs.select_related("organisation", "commune")[:RECENT]


def never_came(collectivite: Organisation | None) -> dict[str, int] | None:
    """Return how many members never came, how many are ready to be invited, and to how many of
    all these nobody wrote yet: the numbers of the list of people.

    None when everybody came, and on the platform's host, which has no launch kit.
    """
    if collectivite is None:
        return None
    members = people_never_signed_in(collectivite).count()
    ready = prepared(collectivite, None).count()
    if not members and not ready:
        return None
    return {
        "never_came": members,
        "to_invite": ready,
        "to_write_to": how_many_wait(collectivite),
    }


def team_exchanges(manager: Any, organisation_id: int | None) -> ExchangeQuerySet:
    """Return the submitted exchanges in which the manager's people give working time.

    One row a series. Never wishes, drafts or favourites, nor what they do as volunteers on their
    own time: a manager sees what asks for hours of the service, nothing else.
    """
    team = team_of(manager, organisation_id)
    found = _of_team(manager, team, organisation_id) if team else Exchange.objects.none()
    return found.one_a_series().for_rows().prefetch_related("participants")


def team_lines(
    manager: Any, organisation_id: int | None, shown: Iterable[Exchange]
) -> list[TeamExchange]:
    """Return these exchanges of the team as its manager reads them: two queries."""
    shown = list(shown)
    if not shown:
        return []
    names = {person.pk: str(person) for person in team_of(manager, organisation_id)}
    theirs = Exchange.objects.visible_to(manager).filter(pk__in=[one.pk for one in shown])
    may_open = set(theirs.values_list("pk", flat=True))
    return [
        TeamExchange(
            exchange,
            [names[one.user_id] for one in exchange.participants.all() if one.user_id in names],
            ", ".join(
                filter(
                    None,
                    [
                        period_words(exchange.wanted_from, exchange.wanted_until),
                        together_words(exchange),
                    ],
                )
            ),
            exchange.pk in may_open,
        )
        for exchange in shown
    ]


def _of_team(manager: Any, team: Any, organisation_id: int | None) -> ExchangeQuerySet:
    managed = reader_for(manager).organisations_with_role("manager")
    return (
        # What one of them does for another employer is that employer's business.
        Exchange.objects.filter(
            participants__user__in=team,
            giver__in=managed if organisation_id is None else managed & {organisation_id},
        )
        .exclude(state__in=[ExchangeState.INTRODUCTION, ExchangeState.EXPIRED])
        .exclude(whose_time=WhoseTime.OWN)
        .distinct()
    )
