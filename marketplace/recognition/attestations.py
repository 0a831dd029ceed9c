"""The hours of working time that a person gave, computed from the facts that stand.

Never for one's own time: an employer attests nothing of it, an association may say thank you.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import ExtractYear

from accounts.models import Membership, Organisation, User
from accounts.words import of_name
from marketplace.choices import ExchangeState, WhoseTime
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.exchanges.recording.presentation import hours_words, period_of
from marketplace.words import day_words

# What stopped before its time was given until then.
DONE = (ExchangeState.COMPLETED, ExchangeState.CLOSED, ExchangeState.INTERRUPTED)
STANDS = (Record.State.CONFIRMED, Record.State.UNCONTESTED)


@dataclass(frozen=True)
class Line:
    """One exchange on the sheet. `confirmed`: both sides said so."""

    title: str
    receiver: str
    when: str
    hours: Decimal
    by: str
    confirmed: bool

    @property
    def hours_words(self) -> str:
        return hours_words(self.hours)


@dataclass
class Sheet:
    """What one employer can attest of one person, over a year."""

    organisation: Organisation
    person: User
    post: str
    year: int
    lines: list[Line] = field(default_factory=list)

    @property
    def confirmed(self) -> list[Line]:
        return [line for line in self.lines if line.confirmed]

    @property
    def one_sided(self) -> list[Line]:
        """Return what one side said and nobody contested: shown apart, and not counted."""
        return [line for line in self.lines if not line.confirmed]

    @property
    def total(self) -> str:
        return hours_words(sum((line.hours for line in self.confirmed), Decimal(0)))

    @property
    def by_employer(self) -> str:
        return of_name(self.organisation.short_name)


def hours_of(person: User) -> QuerySet[RecordedFact]:
    """Return the hours of working time that `person` gave and that stand."""
    return RecordedFact.objects.filter(
        kind=RecordedFact.Kind.HOURS,
        participant__user=person,
        record__state__in=STANDS,
        record__exchange__whose_time=WhoseTime.WORKING,
        record__exchange__state__in=DONE,
    ).exclude(record__exchange__giver__kind=Organisation.Kind.ASSOCIATION)


def years_of(person: User, organisation: Organisation | None = None) -> list[int]:
    """Return the years in which the person gave hours, the latest first."""
    found = _for(hours_of(person), organisation).annotate(year=ExtractYear("ends_on"))
    return list(found.order_by("-year").values_list("year", flat=True).distinct())


def sheets_of(person: User, year: int, organisation: Organisation | None = None) -> list[Sheet]:
    """Return one sheet for each employer of `person` that year, or of `organisation` only."""
    found = _for(hours_of(person), organisation).filter(ends_on__year=year)
    facts = found.select_related(
        "record__exchange__listing",
        "record__exchange__giver",
        "record__exchange__receiver",
        "record__said_for",
        "record__confirmed_for",
    ).order_by("starts_on", "pk")
    sheets: dict[int, Sheet] = {}
    for fact in facts:
        giver = fact.record.exchange.giver
        if giver.pk not in sheets:
            sheets[giver.pk] = Sheet(giver, person, _post(person, giver), year)
        sheets[giver.pk].lines.append(_line(fact))
    return list(sheets.values())


def has_own_time(person: User) -> bool:
    """Return whether the person also gave hours of their own, which no employer attests."""
    return RecordedFact.objects.filter(
        participant__user=person, record__exchange__whose_time=WhoseTime.OWN
    ).exists()


def _for(facts: QuerySet[RecordedFact], organisation: Any) -> QuerySet[RecordedFact]:
    return facts if organisation is None else facts.filter(record__exchange__giver=organisation)


def _line(fact: RecordedFact) -> Line:
    record = fact.record
    by = f"dit par {record.said_for.short_name}"
    confirmed = record.state == Record.State.CONFIRMED
    if confirmed and record.confirmed_for and record.confirmed_at:
        by += (
            f", confirmé par {record.confirmed_for.short_name} le {day_words(record.confirmed_at)}"
        )
    else:
        by += ", non contesté"
    return Line(
        title=record.exchange.listing.display_title,
        receiver=record.exchange.receiver.name,
        when=period_of(fact),
        hours=fact.quantity,
        by=by,
        confirmed=confirmed,
    )


def _post(person: User, organisation: Organisation) -> str:
    """Return the job and the service, whatever the category, as far as they are known."""
    membership = (
        Membership.objects.filter(user=person, organisation=organisation)
        .select_related("department")
        .order_by("-starts_at")
        .first()
    )
    if membership is None:
        return ""
    service = membership.department.name if membership.department else ""
    return ", ".join(part for part in (membership.job_title, service) if part)
