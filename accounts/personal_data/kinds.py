"""What this room keeps of people: accounts, memberships, invitations, requests, notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Least

from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Verification,
    Visit,
)
from accounts.personal_data import inactivity
from accounts.personal_data.durations import bodies_before, held_by, public_bodies
from accounts.personal_data.erasure import erase_inactive
from accounts.personal_data.registry import (
    EVERYBODY,
    PLATFORM,
    Fixed,
    Retention,
    register_fixed,
    register_retention,
)


def delete_all(rows: QuerySet[Any]) -> int:
    """Delete the rows; returns how many of them (not of what hangs on them)."""
    ids = list(rows.order_by().values_list("pk", flat=True).distinct())
    rows.model._base_manager.filter(pk__in=ids).delete()
    return len(ids)


def memberships_due(organisation: Organisation | None, before: datetime) -> QuerySet[Membership]:
    ended = Membership.objects.filter(ends_at__lt=before)
    return held_by(ended, organisation, "memberships", "organisation")


def invitations_due(organisation: Organisation | None, before: datetime) -> QuerySet[Invitation]:
    """Return those that were accepted or withdrawn, or ran out, before that day."""
    ended = Invitation.objects.annotate(
        ended_at=Least(
            Coalesce("used_at", "expires_at"),
            Coalesce("withdrawn_at", "expires_at"),
            "expires_at",
        )
    ).filter(ended_at__lt=before)
    return held_by(ended, organisation, "invitations", "organisation")


def join_requests_due(organisation: Organisation | None, before: datetime) -> QuerySet[JoinRequest]:
    """Return the answered requests; they follow the body that the association asked to verify it.

    One that nobody answers counts from the day it was made: it may not wait for ever.
    """
    asked = Verification.objects.order_by()
    requests = JoinRequest.objects.annotate(
        since=Coalesce("decided_at", "asked_at"),
    ).filter(since__lt=before)
    if organisation is None:
        inside = asked.filter(by__in=public_bodies().order_by().values("pk"))
        return requests.exclude(association__in=inside.values("association"))
    longer = asked.filter(by__in=bodies_before(organisation, "join_requests"))
    return requests.filter(
        association__in=asked.filter(by=organisation).values("association")
    ).exclude(association__in=longer.values("association"))


def notices_due(organisation: Organisation | None, before: datetime) -> QuerySet[Notice]:
    """Return the notices told on behalf of the organisation; the others are the platform's."""
    old = Notice.objects.filter(created_at__lt=before)
    if organisation is None:
        bodies = public_bodies().order_by().values("pk")
        return old.filter(Q(organisation__isnull=True) | ~Q(organisation__in=bodies))
    return old.filter(organisation=organisation)


def visits_due(organisation: Organisation | None, before: datetime) -> QuerySet[Visit]:
    """Return the visits of the organisation's intranet; the others are the platform's."""
    old = Visit.objects.filter(last_seen_at__lt=before)
    if organisation is None:
        bodies = public_bodies().order_by().filter(site__isnull=False).values("site")
        return old.exclude(site__in=bodies)
    return old.filter(site__organisation=organisation)


def admin_log_due(organisation: Organisation | None, before: datetime) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=before)


def register() -> None:
    """Say what this room keeps; called once the models are loaded."""
    register_retention(
        Retention(
            key=inactivity.KEY,
            label="Comptes que personne n’utilise",
            counted_from="la dernière visite",
            default_months=24,
            least_months=12,
            most_months=36,
            due=inactivity.due,
            erase=erase_inactive,
            why=(
                "Un compte sans visite n’a plus de raison d’être. La personne est prévenue par "
                "courriel trente jours avant ; ses dossiers restent sous un nom neutre."
            ),
            held_by=EVERYBODY,
            one_by_one=True,
        )
    )
    register_retention(
        Retention(
            key="memberships",
            label="Appartenances terminées",
            counted_from="le départ de la personne",
            default_months=24,
            least_months=1,
            most_months=60,
            due=memberships_due,
            erase=delete_all,
            why="Elles disent qui a travaillé où, le temps de répondre d’un échange en cours.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="invitations",
            label="Invitations",
            counted_from="leur acceptation, leur retrait ou leur fin",
            default_months=6,
            least_months=1,
            most_months=24,
            due=invitations_due,
            erase=delete_all,
            why="Elles portent le nom et l’adresse de personnes qui ne sont pas toujours venues.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="join_requests",
            label="Demandes pour rejoindre une association",
            counted_from="la réponse, sinon la demande",
            default_months=12,
            least_months=3,
            most_months=24,
            due=join_requests_due,
            erase=delete_all,
            why="Elles permettent de revenir sur une réponse.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="notices",
            label="Nouvelles envoyées aux personnes",
            counted_from="leur envoi",
            default_months=12,
            least_months=1,
            most_months=24,
            due=notices_due,
            erase=delete_all,
            why="Ce qu’elles annoncent reste dans le dossier concerné.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="visits",
            label="Visites de l’intranet",
            counted_from="la dernière visite",
            default_months=12,
            least_months=1,
            most_months=24,
            due=visits_due,
            erase=delete_all,
            why="Elles disent à chaque personne ce qui est nouveau pour elle.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="admin_log",
            label="Journal de l’administration de la plateforme",
            counted_from="l’action",
            default_months=12,
            least_months=6,
            most_months=12,
            due=admin_log_due,
            erase=delete_all,
            why="Il dit qui a changé quoi, pour la sécurité de la plateforme.",
            held_by=PLATFORM,
        )
    )
    register_fixed(
        Fixed(
            label="Connexions ouvertes",
            counted_from="la dernière connexion",
            kept="2 mois",
            why="Pour ne pas redemander un code à chaque visite. « Se déconnecter » les ferme.",
        )
    )
