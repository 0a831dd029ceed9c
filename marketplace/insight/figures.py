"""The figures of one organisation, by year and month: the same for whoever may read them.

They stop on the last Sunday, so that reading them twice does not tell what somebody did in between,
and each row divides one population: nothing is crossed with anything, which would tell by
subtraction what is hidden elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone
from django.utils.dates import MONTHS

from accounts.models import Organisation, Verification
from marketplace.booking.models import Allocation, Resource
from marketplace.booking.use_rate import Use, use_of
from marketplace.choices import Direction, ExchangeState, Nature
from marketplace.exchanges.handover.never_taken import NOT_TAKEN
from marketplace.exchanges.models import Exchange, ExchangeEvent, Participant
from marketplace.exchanges.own_time import of_bodies_q
from marketplace.exchanges.rules import CANCEL_REASONS, DECLINE_REASONS
from marketplace.insight.discretion import Cell, Shares, Shown, discreet, may_show, nothing
from marketplace.models import Listing

S = ExchangeState
GIVEN, RECEIVED, INSIDE = "Nous avons donné", "Nous avons reçu", "Entre nos services"
DECLINED, EXPIRED, CANCELLED, OPEN = "Déclinées", "Sans réponse à temps", "Annulées", "En attente"
OUTCOMES = (GIVEN, RECEIVED, INSIDE, DECLINED, EXPIRED, CANCELLED, OPEN)
STOPPED = {S.DECLINED: DECLINED, S.EXPIRED: EXPIRED, S.CANCELLED: CANCELLED}
WAITS = {S.INTRODUCTION, S.PROPOSED, S.WAITING}
# Inhabitants of the commune of who receives; the first bound is that of the law on lending staff.
TERRITORIES = (
    (3_500, "Moins de 3 500 habitants"),
    (20_000, "De 3 500 à 20 000 habitants"),
    (100_000, "De 20 000 à 100 000 habitants"),
    (None, "100 000 habitants et plus"),
)
UNKNOWN_PLACE = "Commune non précisée"
ANSWERED, UNMET = "Avec au moins une réponse", "Sans réponse"
# «Je ne peux plus venir»: no other reason is asked.
CANNOT_COME = ("cannot_come", "La personne ne peut plus venir")
CANCELLATIONS = (*CANCEL_REASONS, CANNOT_COME, NOT_TAKEN)
NO_SITE = "Sans lieu précisé"


@dataclass(frozen=True)
class Served:
    """How much of the hours on offer served, from 0 to 100; None where nothing was on offer."""

    name: str
    rate: int | None = None
    is_shown: bool = True


@dataclass(frozen=True)
class Site:
    """The use of what is at one place, and of each thing there."""

    whole: Served
    resources: tuple[Served, ...]


@dataclass(frozen=True)
class Figures:
    """What may be read of one year."""

    year: int
    until: datetime
    outcomes: Shares
    months: Shares
    natures: Shares
    territories: Shares
    refusals: Shares
    cancellations: Shares
    needs: Shares
    # Days to the first answer, at the median; None when fewer than five persons answered.
    delay: float | None
    sites: tuple[Site, ...]

    @property
    def hides(self) -> bool:
        """Return whether something is not shown."""
        rows = (self.outcomes, self.months, self.natures, self.territories, self.needs)
        return any(one.hides for one in rows)


@dataclass
class Dossier:
    """What is counted of one exchange, as it was when the figures stop."""

    asked_at: datetime
    # Whose act it is: who gives their time, else who asks.
    people: frozenset[int]
    outcome: str
    nature: str
    territory: str
    # Who declined or cancelled, and with which reason of the list.
    ended_by: int | None = None
    reason_code: str = ""
    answered_by: int | None = None
    answered_at: datetime | None = None


def stops_at(now: datetime | None = None) -> datetime:
    """Return the beginning of this week, in local time: figures count what came before."""
    today = timezone.localdate(now or timezone.now())
    monday = today - timedelta(days=today.weekday())
    return _begins(monday.year, monday.month, monday.day)


def years_of(organisation: Organisation) -> list[int]:
    """Return the years of which there is something to say, the latest first; never empty."""
    last = timezone.localtime(stops_at() - timedelta(seconds=1)).year
    first = _exchanges_of(organisation).aggregate(first=Min("created_at"))["first"]
    begins = timezone.localtime(first).year if first else last
    return list(range(last, min(begins, last) - 1, -1))


def figures_of(organisation: Organisation, year: int) -> Figures:
    """Return the figures of a year; the number of queries does not depend on how much there is."""
    begins, until = _begins(year), min(_begins(year + 1), stops_at())
    dossiers = _dossiers(organisation, begins, until)
    outcomes = discreet(_shares(dossiers, OUTCOMES, lambda one: one.outcome))
    return Figures(
        year=year,
        until=until,
        outcomes=outcomes,
        months=discreet(_months(dossiers, year, until)),
        natures=discreet(_shares(dossiers, Nature.labels, lambda one: one.nature)),
        territories=discreet(
            _shares(
                dossiers,
                [*(label for _, label in TERRITORIES), UNKNOWN_PLACE],
                lambda one: one.territory,
            )
        ),
        refusals=_reasons(dossiers, outcomes, DECLINED, DECLINE_REASONS),
        cancellations=_reasons(dossiers, outcomes, CANCELLED, CANCELLATIONS),
        needs=discreet(_needs(organisation, begins, until)),
        delay=_delay(dossiers),
        sites=_sites(organisation, begins, until),
    )


def _begins(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=timezone.get_default_timezone())


def _exchanges_of(organisation: Organisation) -> Any:
    """What its agents give of their own time is theirs, and not counted."""
    return Exchange.objects.filter(of_bodies_q([organisation.pk])).order_by()


def _dossiers(organisation: Organisation, begins: datetime, until: datetime) -> list[Dossier]:
    """Return the requests of the period, as they were at its end: three queries."""
    found = _exchanges_of(organisation).filter(created_at__gte=begins, created_at__lt=until)
    events: dict[int, list[ExchangeEvent]] = defaultdict(list)
    for event in ExchangeEvent.objects.filter(
        exchange__in=found.values("pk"), at__lt=until
    ).order_by("at", "pk"):
        events[event.exchange_id].append(event)
    givers: dict[int, set[int]] = defaultdict(set)
    for one in Participant.objects.filter(exchange__in=found.values("pk")).order_by():
        givers[one.exchange_id].add(one.user_id)
    rows = found.select_related("listing", "receiver__commune")
    return [_dossier(one, organisation, events[one.pk], givers[one.pk]) for one in rows]


def _dossier(
    exchange: Exchange, organisation: Organisation, events: list[ExchangeEvent], givers: set[int]
) -> Dossier:
    state = events[-1].to_state if events else exchange.state
    ends = (S.DECLINED, S.CANCELLED)
    ended = next((one for one in reversed(events) if one.to_state in ends), None)
    # The first event is the request; what is booked directly has no other answer than itself.
    answer = next((one for one in events[1:] if one.to_state not in (S.EXPIRED, S.CANCELLED)), None)
    commune = exchange.receiver.commune
    return Dossier(
        asked_at=exchange.created_at,
        people=frozenset(givers or {exchange.asked_by_id}),
        outcome=_outcome(exchange, organisation, state),
        nature=exchange.listing.get_nature_display(),
        territory=_territory(commune.population if commune else 0),
        ended_by=ended.actor_id if ended else None,
        reason_code=ended.reason_code if ended else "",
        answered_by=answer.actor_id if answer else None,
        answered_at=answer.at if answer else None,
    )


def _outcome(exchange: Exchange, organisation: Organisation, state: str) -> str:
    if state in WAITS:
        return OPEN
    if state in STOPPED:
        return STOPPED[S(state)]
    if exchange.giver_id == exchange.receiver_id:
        return INSIDE
    return GIVEN if exchange.giver_id == organisation.pk else RECEIVED


def _territory(population: int) -> str:
    if not population:
        return UNKNOWN_PLACE
    return next(label for most, label in TERRITORIES if most is None or population < most)


def _shares(
    dossiers: Iterable[Dossier], labels: Iterable[str], label_of: Callable[[Dossier], str]
) -> list[Cell]:
    """Return one cell a label, each with how many dossiers and whose."""
    groups: dict[str, list[Dossier]] = defaultdict(list)
    for one in dossiers:
        groups[label_of(one)].append(one)
    return [
        Cell(label, len(groups[label]), frozenset().union(*(one.people for one in groups[label])))
        for label in labels
    ]


def _months(dossiers: list[Dossier], year: int, until: datetime) -> list[Cell]:
    last = timezone.localtime(until - timedelta(seconds=1))
    numbers = range(1, last.month + 1 if last.year == year else 13)
    labels = {number: str(MONTHS[number]) for number in numbers}
    return _shares(
        dossiers, labels.values(), lambda one: labels[timezone.localtime(one.asked_at).month]
    )


def _reasons(
    dossiers: list[Dossier], outcomes: Shares, outcome: str, reasons: Iterable[tuple[str, str]]
) -> Shares:
    """Return why people declined, or cancelled: a part of one cell of the outcomes.

    Its acts are those of who declined, or cancelled.
    """
    labels = dict(reasons)
    other = "Sans raison de la liste"
    groups: dict[str, list[int]] = defaultdict(list)
    for one in dossiers:
        if one.outcome == outcome:
            groups[labels.get(one.reason_code, other)].append(one.ended_by or 0)
    cells = [
        Cell(label, len(groups[label]), frozenset(groups[label]) - {0})
        for label in [*labels.values(), other]
    ]
    if outcomes.count_of(outcome) is None:
        return nothing(cells)
    return discreet(cells)


def _needs(organisation: Organisation, begins: datetime, until: datetime) -> list[Cell]:
    """Return the needs put online in the period by the organisation and those that it verified."""
    verified = Verification.objects.live().filter(by=organisation).order_by()
    needs = (
        Listing.objects.filter(
            Q(organisation=organisation) | Q(organisation__in=verified.values("association")),
            direction=Direction.NEED,
            published_at__gte=begins,
            published_at__lt=until,
        )
        .annotate(
            answered=Exists(
                Exchange.objects.filter(listing=OuterRef("pk"), created_at__lt=until).order_by()
            )
        )
        .order_by()
        .values_list("author_id", "answered")
    )
    groups: dict[bool, list[int]] = defaultdict(list)
    for author, answered in needs:
        groups[answered].append(author)
    return [
        Cell(label, len(groups[answered]), frozenset(groups[answered]))
        for label, answered in ((ANSWERED, True), (UNMET, False))
    ]


def _delay(dossiers: list[Dossier]) -> float | None:
    """Return the days to a first answer at the median, for what at least five persons answered."""
    answers = [one for one in dossiers if one.answered_at and one.answered_by]
    people = [one.answered_by for one in answers if one.answered_by]
    if not answers or not may_show(len(answers), people):
        return None
    days = [
        (one.answered_at - one.asked_at) / timedelta(days=1) for one in answers if one.answered_at
    ]
    return round(median(days), 1)


def _sites(organisation: Organisation, begins: datetime, until: datetime) -> tuple[Site, ...]:
    """Return the use of what is lent, site by site; a site divides the whole, a thing its site."""
    resources = list(
        Resource.objects.filter(organisation=organisation).for_calendar().order_by("name", "pk")
    )
    if not resources or until <= begins:
        return ()
    use = use_of(resources, begins, until)
    people: dict[int, set[int]] = defaultdict(set)
    taken = Allocation.objects.filter(
        resource__in=[one.pk for one in resources],
        state=Allocation.State.FIRM,
        starts_at__lt=until,
        returns_at__gt=begins,
    ).exclude(purpose=Allocation.Purpose.REPAIR)
    for resource, asked_by, made_by in taken.order_by().values_list(
        "resource_id", "exchange__asked_by_id", "made_by_id"
    ):
        people[resource] |= {one for one in (asked_by or made_by,) if one}
    at: dict[str, list[Resource]] = defaultdict(list)
    for one in resources:
        place = one.place_label or (one.commune.name if one.commune else NO_SITE)
        at[place].append(one)
    cells = {
        one.pk: Cell(one.name, use[one.pk].booked_hours, frozenset(people[one.pk]))
        for one in resources
    }
    names = sorted(at)
    sites = discreet([_merged(name, [cells[one.pk] for one in at[name]]) for name in names])
    found = []
    for name, shown in zip(names, sites.cells, strict=True):
        own = [cells[one.pk] for one in at[name]]
        shares = nothing(own) if shown.count is None else discreet(own)
        found.append(
            Site(
                _served(name, [use[one.pk] for one in at[name]], shown),
                tuple(
                    _served(one.name, [use[one.pk]], part)
                    for one, part in zip(at[name], shares.cells, strict=True)
                ),
            )
        )
    return tuple(found)


def _merged(label: str, cells: list[Cell]) -> Cell:
    people = frozenset().union(*(one.people for one in cells))
    return Cell(label, sum(one.count for one in cells), people)


def _served(name: str, uses: Iterable[Use], shown: Shown) -> Served:
    if shown.count is None:
        return Served(name, is_shown=False)
    rate = sum(uses, Use()).rate
    return Served(name, None if rate is None else round(100 * rate))
