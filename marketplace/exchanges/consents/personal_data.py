"""What people said when they were asked, among what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from accounts.personal_data.durations import held_by
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)
from accounts.personal_data.traces import Traces
from marketplace.exchanges.consents import due as settling
from marketplace.exchanges.consents.models import Consent, ConsentEvent, TacitConsent

FORGOTTEN = "Effacé après la durée de conservation."
SAID = ~Q(cover="", words="") | ~Q(reason__in=["", FORGOTTEN])


def due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the consents decided long ago whose words are still there."""
    old = Consent.objects.filter(SAID, decided_at__lt=before)
    return held_by(old, organisation, "consents", "organisation")


def erase(found: QuerySet[Any]) -> int:
    """Erase the words; who said yes, and when, stays with the dossier."""
    ids = list(found.order_by().values_list("pk", flat=True))
    rows = Consent.objects.filter(pk__in=ids)
    ConsentEvent.objects.filter(consent__in=ids).exclude(reason="").update(reason=FORGOTTEN)
    rows.exclude(reason="").update(reason=FORGOTTEN)
    return rows.update(cover="", words="")


def about(user: Any) -> list[Row]:
    """Return what was asked of the person, or about their own time."""
    mine = Q(participant__user=user) | Q(asked_of=user) | Q(decided_by=user)
    found = Consent.objects.filter(mine).select_related("exchange__listing", "organisation")
    return [
        {
            "Échange": one.exchange.listing.title,
            "Accord": one.get_kind_display(),
            "Pour": one.organisation.name,
            "Demandé à moi": one.asked_of_id == user.pk,
            "Répondu par moi": one.decided_by_id == user.pk,
            "Demandé le": moment(one.asked_at),
            "Réponse": one.get_state_display(),
            "Le": moment(one.decided_at),
            "Raison": one.reason if one.decided_by_id == user.pk else "",
            "Qui remplace": one.cover,
        }
        for one in found.distinct().order_by("asked_at", "pk")
    ]


def forget(user: Any) -> None:
    """Ask somebody else what was asked of the person, and take them out of what was said."""
    settling.person_left(user, None, None)
    traces = Traces(user)
    said = Consent.objects.filter(decided_by=user)
    traces.clean(said, "reason", "words", own=True)
    traces.clean(Consent.objects.filter(participant__user=user), "cover", own=True)
    traces.clean(Consent.objects.filter(participant__user=user), "reason", "words", "cover")
    traces.clean(ConsentEvent.objects.filter(actor=user), "reason", own=True)
    traces.clean(ConsentEvent.objects.filter(consent__participant__user=user), "reason")
    Consent.objects.filter(in_place_of=user).update(in_place_of=None)
    TacitConsent.objects.filter(set_by=user).update(set_by=None)


def register() -> None:
    register_retention(
        Retention(
            key="consents",
            label="Raisons et mots des accords",
            counted_from="le jour de la réponse",
            default_months=12,
            least_months=3,
            most_months=24,
            due=due,
            erase=erase,
            why="Le temps d’en reparler. Le dossier garde qui a répondu, quoi et quand.",
            held_by=EVERYBODY,
        )
    )
    register_export("Les accords demandés", about)
    register_erasure(forget)
