"""Calling an exchange to mind, and saying who follows which service."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Department, Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges import telling
from marketplace.exchanges.following.conditions import stuck_q, unanswered_q
from marketplace.exchanges.following.models import DepartmentCoordinator, Reminder
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.own_time import coordination_of
from marketplace.refusals import Overtaken, Refused
from marketplace.words import day_words

# More often, one stops reading.
REMIND_EVERY = timedelta(days=7)


@transaction.atomic
def remind(exchange: Exchange, actor: User) -> int:
    """Call the exchange to mind to whoever has the next word; returns how many were told.

    Once a week, whoever does it: of two coordinators at once, the second is told. Raises Refused.
    """
    if coordination_of(actor, exchange) is None:
        raise Refused("La relance revient à la coordination d’un des deux organismes.")
    now = timezone.now()
    waits = Exchange.objects.filter(unanswered_q(now) | stuck_q(now))
    if not waits.filter(pk=exchange.pk).exists():
        raise Overtaken("Cet échange n’attend plus de relance.")
    _note(exchange, actor)
    if exchange.series_id:
        # One row of the desk and one letter for all its dates.
        others = waits.filter(series=exchange.series_id).exclude(pk=exchange.pk)
        _note_others(others, actor, now)
    told = telling.called_to_mind(exchange, actor)
    if not told:
        raise Refused("Personne d’autre que vous n’a le prochain mot : ouvrez l’échange.")
    return told


def _note(exchange: Exchange, actor: User) -> None:
    """Write that it is done now; raises Overtaken when somebody did less than a week ago."""
    now = timezone.now()
    again = Reminder.objects.filter(exchange=exchange, at__lte=now - REMIND_EVERY)
    if again.update(at=now, by=actor):
        return
    try:
        with transaction.atomic():
            Reminder.objects.create(exchange=exchange, by=actor, at=now)
    except IntegrityError:
        last = Reminder.objects.get(exchange=exchange)
        raise Overtaken(
            f"Une relance est déjà partie le {day_words(last.at)} : laissez une semaine "
            "avant d’insister."
        ) from None


def _note_others(others: QuerySet[Exchange], actor: User, now: datetime) -> None:
    Reminder.objects.filter(exchange__in=others).update(at=now, by=actor)
    Reminder.objects.bulk_create(
        [Reminder(exchange=one, at=now, by=actor) for one in others], ignore_conflicts=True
    )


@transaction.atomic
def entrust(
    department: Department, coordinator: User | None, deputy: User | None, actor: User
) -> None:
    """Say who follows a service and who replaces them; nobody for the whole coordination.

    Raises Refused: both coordinate the collectivité today, and are two people.
    """
    organisation: Organisation = department.organisation
    if not reader_for(actor).has_role("coordinator", organisation.pk):
        raise Refused("Le suivi des services se répartit entre la coordination.")
    if coordinator is None:
        if deputy is not None:
            raise Refused("Choisissez d’abord qui suit ce service, puis sa suppléance.")
        DepartmentCoordinator.objects.filter(department=department).delete()
        return
    if deputy == coordinator:
        raise Refused("La suppléance revient à quelqu’un d’autre.")
    ids = [person.pk for person in (coordinator, deputy) if person is not None]
    if coordinators_of([organisation.pk]).filter(pk__in=ids).count() < len(ids):
        raise Refused("Cette personne n’assure plus la coordination : choisissez-en une autre.")
    DepartmentCoordinator.objects.update_or_create(
        department=department, defaults={"coordinator": coordinator, "deputy": deputy}
    )


def forget(person: User) -> None:
    """Take somebody who leaves out of the services that they followed; their deputy goes on."""
    for one in DepartmentCoordinator.objects.filter(coordinator=person):
        if one.deputy_id is None:
            one.delete()
        else:
            one.coordinator_id, one.deputy = one.deputy_id, None
            one.save(update_fields=["coordinator", "deputy"])
    DepartmentCoordinator.objects.filter(deputy=person).update(deputy=None)
    Reminder.objects.filter(by=person).update(by=None)
