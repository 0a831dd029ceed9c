"""What people are told when a collectivité gives or takes back something of theirs."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from accounts.days import in_words, last_day_in_words
from accounts.models import Membership, Role, User
from accounts.notices.rules import tell
from accounts.organisations.roles import ROLE_WORDS
from accounts.words import of_name

# For whom; a command of the platform has no author.
PLATFORM = "La plateforme"


def role_begun(role: Role, actor: User | None) -> None:
    _tell(
        role,
        actor,
        kind="role_begun",
        subject=f"Un rôle vous est confié : {role.label}",
        body=(
            f"{_who(role.membership, actor)} vous confie ce rôle{_place(role)}{_dates(role)}.\n\n"
            f"{ROLE_WORDS[Role.Kind(role.kind)].capitalize()}. Il s’ajoute à ceux que vous avez "
            "déjà. S’il ne vous convient pas, parlez-en à la coordination."
        ),
    )


def role_ended(role: Role, actor: User | None) -> None:
    when = (
        f"après le {last_day_in_words(role.ends_at)}"
        if role.ends_at and role.ends_at > timezone.now()
        else "maintenant"
    )
    _tell(
        role,
        actor,
        kind="role_ended",
        subject=f"Votre rôle prend fin : {role.label}",
        body=(
            f"{_who(role.membership, actor)} y met fin{_place(role)}, {when}. "
            "Ce que vous avez écrit et fait reste à votre nom."
        ),
    )


def deputy_named(role: Role, absent: User, actor: User) -> None:
    """Tell the deputy, and the manager whom they stand in for."""
    _tell(
        role,
        actor,
        kind="deputy_named",
        subject=f"Vous suppléez {absent}",
        body=(
            f"{_who(role.membership, actor)} vous confie son équipe{_place(role)}{_dates(role)} : "
            "les accords qui lui seraient demandés vous le sont pendant ce temps."
        ),
    )
    if absent != actor:
        tell(
            absent,
            kind="deputy_named",
            subject=f"{role.membership.user} vous supplée",
            body=f"{_who(role.membership, actor)} a confié votre équipe{_place(role)}"
            f"{_dates(role)} à {role.membership.user}.",
            path=reverse("my_account"),
            action="Voir mon compte",
            organisation=role.membership.organisation,
        )


def membership_ended(membership: Membership, actor: User | None) -> None:
    """Tell the person that they leave: what closes, and what stays theirs."""
    if membership.user == actor:
        return
    whose = of_name(membership.organisation.short_name)
    subject = (
        f"Vous ne faites plus partie {whose}"
        if membership.is_over
        else f"Vous ne ferez plus partie {whose} après le {last_day_in_words(membership.ends_at)}"
    )
    tell(
        membership.user,
        kind="membership_ended",
        subject=subject,
        body=(
            f"{_who(membership, actor)} l’a enregistré. Votre compte reste à vous : il n’ouvre "
            "plus cet intranet, et ce que vous y proposiez n’est plus demandé. Si c’est une "
            "erreur, dites-le à votre coordination."
        ),
        path=reverse("my_account"),
        action="Voir mon compte",
        organisation=membership.organisation,
        must_send=True,
    )


def _tell(role: Role, actor: User | None, **words: str) -> None:
    person = role.membership.user
    if person == actor:
        return
    tell(
        person,
        path=reverse("my_account"),
        action="Voir mes rôles",
        organisation=role.membership.organisation,
        must_send=True,
        **words,  # type: ignore[arg-type]
    )


def _who(membership: Membership, actor: User | None) -> str:
    return f"{actor or PLATFORM}, pour {membership.organisation.short_name},"


def _place(role: Role) -> str:
    return f" (service : {role.department})" if role.department else ""


def _dates(role: Role) -> str:
    to_come = role.starts_at > timezone.now()
    begins = f" à partir du {in_words(role.starts_at)}" if to_come else ""
    return begins + (f" jusqu’au {last_day_in_words(role.ends_at)}" if role.ends_at else "")
