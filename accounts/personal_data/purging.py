"""The purge: what is due is erased, by organisation and kind, once a day.

Each kind of each organisation is its own transaction, with the line that counts it; of accounts,
each person is. What fails is undone alone, said in the log of the server, and tried again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Purge, PurgeCount
from accounts.personal_data.durations import (
    in_words,
    kinds_of,
    months_before,
    months_kept,
    public_bodies,
)
from accounts.personal_data.inactivity import warn_due
from accounts.personal_data.registry import Retention

logger = logging.getLogger(__name__)

# At night, so that nobody sees a page change under their eyes.
HOUR = time(3, 0)  # local time
# A purge that has not said its end by then was cut off, or failed in part: another goes on.
TRY_AGAIN_AFTER = timedelta(hours=1)


class PurgeFailed(Exception):
    """Some kinds could not be erased; the others were. The text says which."""


class PartlyFailed(Exception):
    """Some rows of one kind could not be erased: the text says their numbers, never a name."""

    def __init__(self, numbers: list[int], done: int) -> None:
        super().__init__(", ".join(map(str, numbers)))
        self.done = done


@dataclass(frozen=True)
class Due:
    """One kind of one organisation (None: what belongs to no public body), and how many are due."""

    organisation: Organisation | None
    kind: Retention
    months: int
    before: datetime
    count: int = 0

    @property
    def kept(self) -> str:
        return in_words(self.months)


def owners() -> list[Organisation | None]:
    """Return whose data are purged: each public body, then what belongs to none."""
    return [*public_bodies(), None]


def next_purge(now: datetime | None = None) -> datetime:
    """Return when the next purge will be: now if today's is still to come and its hour is past."""
    now = now or timezone.now()
    local = timezone.localtime(now)
    tonight = local.replace(hour=HOUR.hour, minute=0, second=0, microsecond=0)
    if tonight > local:
        return tonight
    if not Purge.objects.filter(day=local.date(), finished_at__isnull=False).exists():
        return now
    return tonight + timedelta(days=1)


def due_for(organisation: Organisation | None, now: datetime | None = None) -> list[Due]:
    """Return each kind with what the purge would erase of it now; one count a kind."""
    return [
        Due(one.organisation, one.kind, one.months, one.before, _rows(one).count())
        for one in _kinds(organisation, now or timezone.now())
    ]


def purge(now: datetime | None = None) -> Iterator[Due]:
    """Erase what is due and yield each kind of which something was.

    Raises PurgeFailed at the end, after all the others, when some kinds failed.
    """
    now = now or timezone.now()
    run, _ = Purge.objects.get_or_create(day=timezone.localdate(now))
    failed = []
    for organisation in owners():
        for one in _kinds(organisation, now):
            name = organisation.slug if organisation else "plateforme"
            erase = _erase_one_by_one if one.kind.one_by_one else _erase
            try:
                done = erase(run, one)
            except PartlyFailed as error:
                done = error.done
                failed.append(f"{one.kind.key} ({name}, numéros {error})")
            except Exception:  # whatever it is, the others must still be purged
                logger.exception("purge: %s of %s failed", one.kind.key, name)
                failed.append(f"{one.kind.key} ({name})")
                continue
            if done:
                yield Due(organisation, one.kind, one.months, one.before, done)
    if failed:
        raise PurgeFailed(", ".join(failed))
    Purge.objects.filter(pk=run.pk).update(finished_at=timezone.now())


def purge_of_the_day(now: datetime | None = None) -> int | None:
    """Warn and purge once a day, at night; returns how many were dealt with, None out of its turn.

    The row of the day is claimed by a conditional update: of two ticks one purges. Raises
    PurgeFailed as `purge` does; the next try is an hour later.
    """
    now = now or timezone.now()
    if timezone.localtime(now).time() < HOUR:
        return None
    run, created = Purge.objects.get_or_create(
        day=timezone.localdate(now), defaults={"started_at": now}
    )
    if not created:
        abandoned = Q(started_at__lt=now - TRY_AGAIN_AFTER, finished_at__isnull=True)
        if not Purge.objects.filter(abandoned, pk=run.pk).update(started_at=now):
            return None
    return warn_due(now) + sum(one.count for one in purge(now))


def _kinds(organisation: Organisation | None, now: datetime) -> list[Due]:
    months = months_kept(organisation)
    return [
        Due(organisation, kind, months[kind.key], months_before(now, months[kind.key]))
        for kind in kinds_of(organisation)
    ]


def _rows(one: Due):  # type: ignore[no-untyped-def]
    return one.kind.due(one.organisation, one.before)


@transaction.atomic
def _erase(run: Purge, one: Due) -> int:
    rows = _rows(one)
    # Most kinds have nothing due on most days: one look, and no lock on the index for nothing.
    if not rows.exists():
        return 0
    done = one.kind.erase(rows)
    if done:
        _count(run, one, done)
    return done


def _erase_one_by_one(run: Purge, one: Due) -> int:
    """Erase each row in a transaction of its own. Raises PartlyFailed after all of them."""
    done, failed = 0, []
    for pk in list(_rows(one).order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                # Asked anew: it may not be due any more.
                done += one.kind.erase(_rows(one).filter(pk=pk))
        except Exception as error:  # whatever it is, the others must still be erased
            # Neither the message nor the values of the row: both may say who it is.
            where = "".join(traceback.format_tb(error.__traceback__))
            name = type(error).__name__
            logger.error("purge: %s, number %s failed: %s\n%s", one.kind.key, pk, name, where)
            failed.append(pk)
    if done:
        _count(run, one, done)
    if failed:
        raise PartlyFailed(failed, done)
    return done


def _count(run: Purge, one: Due, done: int) -> None:
    PurgeCount.objects.create(
        purge=run,
        organisation=one.organisation,
        key=one.kind.key,
        before=one.before,
        count=done,
    )
