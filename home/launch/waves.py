"""Inviting in waves: a few people at a time, nobody twice, and what each wave gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.invitations.rules import MAX_PRINTED_AT_ONCE, invite
from accounts.members.queries import people_never_signed_in
from accounts.models import Department, Invitation, Membership, Organisation, Role, User
from accounts.notices.rules import tell
from accounts.organisations.tree import DepartmentTree
from home.launch.models import Guest, Wave

MOST_AT_ONCE = 100
# Of those who came, whatever the way.
ARRIVED = Q(guests__user__last_login__isnull=False) | Q(guests__invitation__used_at__isnull=False)


def waves_of(organisation: Organisation) -> QuerySet[Wave]:
    """Return the waves, latest first, each with `arrived`: how many of its people came."""
    return (
        Wave.objects.filter(organisation=organisation)
        .select_related("department", "sent_by")
        .annotate(arrived=Count("guests", filter=ARRIVED))
        .order_by("-sent_at", "-pk")
    )


def candidates(organisation: Organisation, department: Department | None) -> QuerySet[User]:
    """Return the members who never came and were never written to, by name.

    `department`: those of it and of all below it.
    """
    written_to = Guest.objects.filter(organisation=organisation, user=OuterRef("pk"))
    found = people_never_signed_in(organisation).exclude(Exists(written_to))
    if department is not None:
        places = DepartmentTree.of(organisation.pk).below(department.pk)
        members = Membership.objects.live().filter(organisation=organisation, department__in=places)
        found = found.filter(pk__in=members.order_by().values("user_id"))
    return found.order_by("last_name", "first_name", "pk")


@dataclass(frozen=True)
class Addresses:
    """Addresses as one typed them, sorted out: whom to invite, and why not the others."""

    wanted: list[str]
    wrong: list[str]
    members: list[str]
    invited: list[str]


def sort_out(organisation: Organisation, typed: str) -> Addresses:
    """Return the addresses of a text, each once; three queries at most, however many."""
    unique = dict.fromkeys(part.lower() for part in re.split(r"[\s,;<>\"]+", typed) if "@" in part)
    right, wrong = [], []
    for address in unique:
        try:
            validate_email(address)
            right.append(address)
        except ValidationError:
            wrong.append(address)
    members = set(
        Membership.objects.filter(
            organisation=organisation, ends_at__isnull=True, user__email__in=right
        ).values_list("user__email", flat=True)
    )
    # Whoever was invited and did not come is written to again from the desk of invitations.
    invited = set(
        Invitation.objects.filter(organisation=organisation, email__in=right).values_list(
            "email", flat=True
        )
    )
    return Addresses(
        wanted=[one for one in right if one not in members | invited],
        wrong=wrong,
        members=[one for one in right if one in members],
        invited=[one for one in right if one in invited - members],
    )


@transaction.atomic
def write_to_members(
    organisation: Organisation, by: User, people: Sequence[User], department: Department | None
) -> Wave:
    """Write to those of `people` to whom nobody has written yet; returns the wave.

    The organisation's row is locked: of two waves sent at once, the second finds them taken.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    allowed = candidates(organisation, department).filter(pk__in=[one.pk for one in people])
    chosen = list(allowed[:MOST_AT_ONCE])
    wave = Wave.objects.create(
        organisation=organisation,
        source=Wave.Source.NEVER,
        department=department,
        sent_by=by,
        number_sent=len(chosen),
    )
    for person in chosen:
        Guest.objects.create(wave=wave, organisation=organisation, user=person)
        tell(
            person,
            kind="launch_welcome",
            subject=f"{organisation.short_name}\u00a0: votre intranet d’entraide est ouvert",
            body=(
                f"{by} vous y attend. On y propose un coup de main, on prête, on emprunte, on "
                "demande ; rien n’est obligatoire et rien n’est noté. Pour entrer, recevez un "
                "code à cette adresse : pas de mot de passe à inventer."
            ),
            path="/connexion/code/",
            action="Entrer avec un code",
            organisation=organisation,
            must_send=True,
        )
    return wave


@transaction.atomic
def invite_addresses(
    organisation: Organisation, by: User, addresses: Sequence[str], department: Department | None
) -> Wave:
    """Invite those of the addresses that are neither a member's nor invited; returns the wave."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    wanted = sort_out(organisation, " ".join(addresses)).wanted[:MOST_AT_ONCE]
    wave = Wave.objects.create(
        organisation=organisation,
        source=Wave.Source.ADDRESSES,
        department=department,
        sent_by=by,
        number_sent=len(wanted),
    )
    for address in wanted:
        _invite(wave, by, channel=Invitation.Channel.EMAIL, email=address)
    return wave


@transaction.atomic
def print_sheets(
    organisation: Organisation, by: User, number: int, department: Department | None
) -> Wave:
    """Make as many printed invitations; returns the wave."""
    number = min(number, MAX_PRINTED_AT_ONCE)
    wave = Wave.objects.create(
        organisation=organisation,
        source=Wave.Source.PAPER,
        department=department,
        sent_by=by,
        number_sent=number,
    )
    for _ in range(number):
        _invite(wave, by, channel=Invitation.Channel.PRINT)
    return wave


def sheets_of(wave: Wave) -> list[str]:
    """Return the references of the printed invitations of the wave that still open."""
    mine = Guest.objects.filter(wave=wave).values("invitation_id")
    still = Invitation.objects.open().filter(pk__in=mine, channel=Invitation.Channel.PRINT)
    return list(still.order_by("pk").values_list("ref", flat=True))


def _invite(wave: Wave, by: User, *, channel: str, email: str = "") -> None:
    invitation = invite(
        by,
        wave.organisation,
        channel=channel,
        email=email,
        roles=[Role.Kind.AGENT],
        department=wave.department,
    )
    Guest.objects.create(wave=wave, organisation=wave.organisation, invitation=invitation)
