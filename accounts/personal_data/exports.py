"""What the export of «mes données» says of an account, its memberships and what it was told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    RetentionChoice,
    Role,
    User,
    Visit,
)
from accounts.personal_data.registry import Row, register_export


def moment(value: datetime | None) -> str:
    """Return a date and an hour that both people and machines read (ISO 8601, local)."""
    return timezone.localtime(value).isoformat(timespec="minutes") if value else ""


def account(user: User) -> list[Row]:
    return [
        {
            "Prénom": user.first_name,
            "Nom": user.last_name,
            "Adresse électronique": user.email,
            "J’aimerais": user.wishes,
            "On peut m’appeler pour": user.skills,
            "Là où je travaille": str(user.workplace or ""),
            "Recevoir les nouvelles": user.get_notice_rhythm_display(),
            "Compte ouvert le": moment(user.date_joined),
            "Dernière connexion": moment(user.last_login),
            "Dernière visite": moment(user.last_seen_at),
        }
    ]


def addresses(user: User) -> list[Row]:
    return [
        {"Adresse": one.email, "Confirmée": one.verified, "Principale": one.primary}
        for one in EmailAddress.objects.filter(user=user).order_by("pk")
    ]


def employers(user: User) -> list[Row]:
    """Return the employers' providers at which the person signs in, with what these said."""
    return [
        {
            "Fournisseur": one.provider,
            "Identifiant": one.uid,
            "Ce qu’il a dit de moi": json.dumps(one.extra_data, ensure_ascii=False),
            "Depuis": moment(one.date_joined),
        }
        for one in SocialAccount.objects.filter(user=user).order_by("pk")
    ]


def memberships(user: User) -> list[Row]:
    found = (
        Membership.objects.filter(user=user)
        .select_related("organisation", "department")
        .prefetch_related(Prefetch("roles", Role.objects.order_by("starts_at", "pk")))
        .order_by("starts_at", "pk")
    )
    return [
        {
            "Organisme": one.organisation.name,
            "Service": str(one.department or ""),
            "Métier": one.job_title,
            "Rôles": ", ".join(role.label for role in one.roles.all()),
            "Paraît dans l’annuaire": one.in_directory,
            "Depuis": moment(one.starts_at),
            "Jusqu’à": moment(one.ends_at),
        }
        for one in found
    ]


def invitations(user: User) -> list[Row]:
    """Return the invitations accepted and sent: nothing of the persons invited."""
    found = Invitation.objects.select_related("organisation").order_by("created_at", "pk")
    received = [("acceptée", one, one.used_at) for one in found.filter(used_by=user)]
    sent = [
        ("envoyée" if one.sent_at else "préparée", one, one.created_at)
        for one in found.filter(invited_by=user)
    ]
    return [
        {"Invitation": what, "Organisme": one.organisation.name, "Le": moment(when)}
        for what, one, when in [*received, *sent]
    ]


def join_requests(user: User) -> list[Row]:
    found = JoinRequest.objects.filter(user=user).select_related("association")
    return [
        {
            "Association": one.association.name,
            "Message": one.message,
            "Demandé le": moment(one.asked_at),
            "État": one.get_state_display(),
        }
        for one in found.order_by("asked_at", "pk")
    ]


def notices(user: User) -> list[Row]:
    """Return what one was told, by its subject: the text may carry somebody else's words."""
    found = Notice.objects.filter(recipient=user).select_related("organisation")
    return [
        {
            "Objet": one.subject,
            "De la part de": one.organisation.name if one.organisation else "",
            "Le": moment(one.created_at),
            "Lu le": moment(one.read_at),
        }
        for one in found.order_by("created_at", "pk")
    ]


def sessions(user: User) -> list[Row]:
    live = Session.objects.filter(expire_date__gt=timezone.now())
    return [
        {"Connexion ouverte jusqu’à": moment(one.expire_date)}
        for one in live.order_by("expire_date").iterator()
        if one.get_decoded().get("_auth_user_id") == str(user.pk)
    ]


def visits(user: User) -> list[Row]:
    return [
        {
            "Site": one.site.site_name or one.site.hostname,
            "Dernière visite": moment(one.last_seen_at),
            "Visite d’avant": moment(one.previous_at),
        }
        for one in Visit.objects.filter(user=user).select_related("site").order_by("pk")
    ]


def settings_changed(user: User) -> list[Row]:
    found = RetentionChoice.objects.filter(changed_by=user).select_related("organisation")
    return [
        {"Organisme": one.organisation.name, "Durée": one.key, "Changée le": moment(one.changed_at)}
        for one in found
    ]


EXPORTS: dict[str, Any] = {
    "Mon compte": account,
    "Mes adresses": addresses,
    "Mes connexions par mon employeur": employers,
    "Mes organismes": memberships,
    "Mes invitations": invitations,
    "Mes demandes pour rejoindre une association": join_requests,
    "Mes nouvelles": notices,
    "Mes connexions ouvertes": sessions,
    "Mes visites": visits,
    "Durées de conservation que j’ai réglées": settings_changed,
}


def register() -> None:
    """Say what this room exports; called once the models are loaded."""
    for title, rows in EXPORTS.items():
        register_export(title, rows)
