"""What the export of «mes données» says of a person's listings, exchanges and messages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_export
from marketplace.models import (
    CharterAcceptance,
    DepartmentCoordinator,
    Exchange,
    Listing,
    Message,
    MondayLetter,
    Participant,
    Photo,
    Reminder,
)


def listings(user: User) -> list[Row]:
    found = (
        Listing.objects.filter(Q(author=user) | Q(keeper=user))
        .select_related("organisation", "commune", "skill_terms")
        .order_by("created_at", "pk")
    )
    return [
        {
            "Titre": one.title,
            "Sens": one.get_direction_display(),
            "Nature": one.get_nature_display(),
            "État": one.get_state_display(),
            "Organisme": one.organisation.name,
            "Résumé": one.summary,
            "Description": one.description,
            "J’aimerais": _terms(one, "wish"),
            "On peut m’appeler pour": _terms(one, "call_me_for"),
            "Commune": one.commune.name if one.commune else "",
            "Adresse de la page": one.get_absolute_url(),
            "Écrite le": moment(one.created_at),
            "En ligne le": moment(one.published_at),
        }
        for one in found
    ]


def _terms(listing: Listing, field: str) -> str:
    terms = getattr(listing, "skill_terms", None)
    return getattr(terms, field, "")


def exchanges(user: User) -> list[Row]:
    """Return the exchanges in which the person took part, with which body, not with whom."""
    given = Participant.objects.filter(user=user).values("exchange")
    mine = Q(asked_by=user) | Q(keeper=user) | Q(coordinator=user) | Q(pk__in=given)
    found = (
        Exchange.objects.filter(mine)
        .select_related("listing", "giver", "receiver")
        .order_by("created_at", "pk")
    )
    return [
        {
            "Annonce": one.listing.title,
            "Donne": one.giver.name,
            "Reçoit": one.receiver.name,
            "État": one.get_state_display(),
            "J’ai demandé": one.asked_by_id == user.pk,
            "Je répondais": one.keeper_id == user.pk,
            "Je coordonnais": one.coordinator_id == user.pk,
            "Demandé le": moment(one.created_at),
            "Du": moment(one.wanted_from),
            "Au": moment(one.wanted_until),
        }
        for one in found
    ]


def messages(user: User) -> list[Row]:
    """Return what the person wrote; what others wrote is theirs."""
    found = Message.objects.filter(author=user).select_related("exchange__listing")
    return [
        {"Échange": one.exchange.listing.title, "Le": moment(one.at), "Message": one.body}
        for one in found.order_by("at", "pk")
    ]


def photos(user: User) -> list[Row]:
    found = Photo.objects.filter(uploaded_by_user=user).select_related("listing")
    return [
        {"Annonce": one.listing.title, "Photo": one.description, "Le": moment(one.created_at)}
        for one in found.order_by("created_at", "pk")
    ]


def followed(user: User) -> list[Row]:
    """Return the services that the person follows for the coordination, or as a deputy."""
    found = DepartmentCoordinator.objects.filter(Q(coordinator=user) | Q(deputy=user))
    return [
        {
            "Service": one.department.name,
            "Organisme": one.department.organisation.name,
            "En suppléance": one.deputy_id == user.pk,
        }
        for one in found.select_related("department__organisation").order_by("pk")
    ]


def reminders(user: User) -> list[Row]:
    """Return the exchanges that the person called to mind, and when."""
    found = Reminder.objects.filter(by=user).select_related("exchange__listing")
    return [
        {"Échange": one.exchange.listing.title, "Relancé le": moment(one.at)}
        for one in found.order_by("at", "pk")
    ]


def monday_letters(user: User) -> list[Row]:
    """Return for which collectivités the person receives the Monday letter, and the last one."""
    found = MondayLetter.objects.filter(coordinator=user).select_related("organisation")
    return [
        {
            "Organisme": one.organisation.name,
            "Reçue": one.is_wanted,
            "Dernière semaine": f"{one.week:%d/%m/%Y}" if one.week else "",
        }
        for one in found.order_by("pk")
    ]


def charters(user: User) -> list[Row]:
    """Return the versions of charters that the person accepted, for which body, when."""
    found = CharterAcceptance.objects.filter(user=user).select_related(
        "version__charter", "for_organisation"
    )
    return [
        {
            "Charte": one.version.charter.title,
            "Version": one.version.number,
            "Pour": one.for_organisation.name,
            "Acceptée le": moment(one.at),
        }
        for one in found.order_by("at", "pk")
    ]


EXPORTS: dict[str, Any] = {
    "Mes annonces": listings,
    "Mes échanges": exchanges,
    "Mes messages": messages,
    "Mes photos": photos,
    "Les services que je suis": followed,
    "Mes relances": reminders,
    "Ma lettre du lundi": monday_letters,
    "Mes chartes": charters,
}


def register() -> None:
    """Say what this room exports; called once the models are loaded."""
    for title, rows in EXPORTS.items():
        register_export(title, rows)
