"""Counting what is looked for in vain, without a link to anybody; see decision 0020."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Organisation
from search.analysis import analyse
from search.results import CatalogueResult
from search.text import MOST_TERMS, TextQuery
from search.unmet.models import Demand, DemandAsker, SeasonSecret

logger = logging.getLogger(__name__)

# As the figures do: nothing that rests on fewer people is shown.
LEAST = 5
# How many seasons a demand stays once its own is over.
SEASONS_KEPT = 2
LONGEST_WORDS = 200


def season_of(day: date) -> date:
    """Return the first day of the quarter of the year."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def note(result: CatalogueResult, user: Any, organisation: Organisation | None) -> None:
    """Count a search of the catalogue by words alone that found nothing; never raises for that.

    Only of who is signed in, on the host of a collectivité: visitors cannot be told apart without
    following them. A spelling that has answers is no demand; nor are words that perhaps only the
    filters left without any.
    """
    query = result.query
    if organisation is None or not user.is_authenticated or not query.terms:
        return
    answered = result.total and not result.relaxed
    if answered or result.correction or query.page > 1 or query.is_filtered:
        return
    try:
        count(organisation, query.terms, user)
    except DatabaseError:
        logger.exception("a search without answer could not be counted")


@transaction.atomic
def count(
    organisation: Organisation, text: TextQuery, user: Any, day: date | None = None
) -> Demand:
    """Count one asker of these words; returns the demand. The same person again changes nothing."""
    season = season_of(day or timezone.localdate())
    secret, _ = SeasonSecret.objects.get_or_create(
        season=season, defaults={"key": secrets.token_hex(32)}
    )
    forms = sorted({term.forms[0] for term in text.terms} | {" ".join(one) for one in text.phrases})
    what = f"{organisation.pk}|{'|'.join(forms)}"
    # Locked: of two people who are counted at once, the second sees the first.
    demand, _ = Demand.objects.select_for_update().get_or_create(
        organisation=organisation, season=season, mark=_mark(secret.key, what)
    )
    _, is_new = DemandAsker.objects.get_or_create(
        demand=demand, mark=_mark(secret.key, f"{what}|{user.pk}")
    )
    if is_new:
        demand.askers = DemandAsker.objects.filter(demand=demand).count()
        if demand.askers >= LEAST and not demand.words:
            demand.words = said(text)
        demand.save(update_fields=["askers", "words"])
    return demand


def _mark(key: str, what: str) -> str:
    return hmac.new(key.encode(), what.encode(), hashlib.sha256).hexdigest()


def said(text: TextQuery) -> str:
    """Return the words as the fifth asker wrote them, without what the analyser leaves aside."""
    phrases = [analyse(typed)[:MOST_TERMS] for typed in text.phrase_texts]
    words = [f"«\u00a0{' '.join(token.surface for token in one)}\u00a0»" for one in phrases]
    words += [term.surface for term in text.terms]
    return " ".join(words)[:LONGEST_WORDS]


def close_due(day: date | None = None) -> int:
    """End the seasons that are over; returns how many demands went. For `tick`, as often as liked.

    Keys and marks of askers go, and so does what fewer than five people asked. What remains is
    words and a number, for two more seasons.
    """
    now = season_of(day or timezone.localdate())
    SeasonSecret.objects.filter(season__lt=now).delete()
    DemandAsker.objects.filter(demand__season__lt=now).delete()
    oldest = now
    for _ in range(SEASONS_KEPT):
        oldest = season_of(date.fromordinal(oldest.toordinal() - 1))
    gone = Demand.objects.filter(season__lt=now, words="") | Demand.objects.filter(
        season__lt=oldest
    )
    number = gone.count()
    gone.delete()
    return number
