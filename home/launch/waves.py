"""Inviting in waves: a few people at a time, nobody twice, and what each wave gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.invitations.rules import MAX_PRINTED_AT_ONCE, invite, send_again
from accounts.members.queries import people_never_signed_in
from accounts.models import Department, Invitation, Membership, Organisation, Role, User
from accounts.notices.rules import tell
from accounts.organisations.tree import DepartmentTree
from accounts.references import new_reference, sent_back
from accounts.words import fold
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
        members = Membership.objects.live().filter(
            organisation=organisation, department__in=_below(department)
        )
        found = found.filter(pk__in=members.order_by().values("user_id"))
    return found.order_by("last_name", "first_name", "pk")


def prepared(organisation: Organisation, department: Department | None) -> QuerySet[Invitation]:
    """Return the invitations that an import prepared and nobody has sent, by name.

    `department`: those for it and for all below it.
    """
    found = Invitation.objects.prepared().filter(organisation=organisation)
    if department is not None:
        found = found.filter(department__in=_below(department))
    return found.select_related("organisation__site").order_by("last_name", "first_name", "pk")


def how_many_wait(organisation: Organisation) -> int:
    """Return to how many people nobody has written yet; two queries."""
    return candidates(organisation, None).count() + prepared(organisation, None).count()


def who_waits(
    organisation: Organisation, department: Department | None, size: int
) -> list[User | Invitation]:
    """Return the first of those to whom nobody has written yet, by name."""
    both: list[User | Invitation] = [
        *candidates(organisation, department)[:size],
        *prepared(organisation, department)[:size],
    ]
    return sorted(both, key=lambda one: (fold(one.last_name), fold(one.first_name)))[:size]


def _below(department: Department) -> set[int]:
    return DepartmentTree.of(department.organisation_id).below(department.pk)


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
        Membership.objects.not_over()
        .filter(organisation=organisation, user__email__in=right)
        .values_list("user__email", flat=True)
    )
    # Whoever was invited and did not come is written to again from the desk of invitations.
    invited = set(
        Invitation.objects.sent()
        .filter(organisation=organisation, email__in=right)
        .values_list("email", flat=True)
    )
    return Addresses(
        wanted=[one for one in right if one not in members | invited],
        wrong=wrong,
        members=[one for one in right if one in members],
        invited=[one for one in right if one in invited - members],
    )


@transaction.atomic
def write_to_waiting(
    organisation: Organisation, by: User, refs: Sequence[str], department: Department | None
) -> Wave:
    """Write to those of the references (members, prepared invitations) who still wait.

    Returns the wave. The organisation's row is locked: of two waves sent at once, the second finds
    them taken.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    refs = refs[:MOST_AT_ONCE]
    chosen = list(candidates(organisation, department).filter(ref__in=refs))
    invited = list(prepared(organisation, department).filter(ref__in=refs))
    wave = Wave.objects.create(
        organisation=organisation,
        source=Wave.Source.NEVER,
        department=department,
        sent_by=by,
        number_sent=len(chosen) + len(invited),
    )
    for person in chosen:
        Guest.objects.create(wave=wave, organisation=organisation, user=person)
        tell(
            person,
            kind="launch_welcome",
            subject=f"{organisation.short_name}\u00a0: votre intranet d’entraide est ouvert",
            body=(
                f"{by} vous y attend. On y propose un coup de main, on prête, on emprunte, on "
                "demande ; rien n’est obligatoire et rien n’est noté. Pour entrer, recevez un "
                "code à cette adresse : pas de mot de passe à inventer."
            ),
            path=reverse("account_request_login_code"),
            action="Entrer avec un code",
            organisation=organisation,
            must_send=True,
        )
    for invitation in invited:
        _send(wave, by, invitation)
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
    ready = {one.email: one for one in prepared(organisation, None).filter(email__in=wanted)}
    for address in wanted:
        if address in ready:
            _send(wave, by, ready[address])
        else:
            _invite(wave, by, channel=Invitation.Channel.EMAIL, email=address)
    return wave


@transaction.atomic
def print_sheets(
    organisation: Organisation,
    by: User,
    number: int,
    department: Department | None,
    *,
    key: str = "",
) -> tuple[Wave, bool]:
    """Make as many printed invitations; returns the wave, and whether it was made now.

    `key`: what the page before carried; it becomes the reference of the wave, so that a second
    press, even at the same time, finds the wave of the first.
    """
    number = min(number, MAX_PRINTED_AT_ONCE)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    key = sent_back(key)
    before = Wave.objects.filter(ref=key).first()
    if before is not None:
        same = (organisation.pk, Wave.Source.PAPER, by.pk, number, department)
        if same == (
            before.organisation_id,
            before.source,
            before.sent_by_id,
            before.number_sent,
            before.department,
        ):
            return before, False
        key = new_reference()
    wave = Wave.objects.create(
        ref=key,
        organisation=organisation,
        source=Wave.Source.PAPER,
        department=department,
        sent_by=by,
        number_sent=number,
    )
    for _ in range(number):
        _invite(wave, by, channel=Invitation.Channel.PRINT)
    return wave, True


def sheets_of(wave: Wave) -> list[str]:
    """Return the references of the printed invitations of the wave that still open."""
    mine = Guest.objects.filter(wave=wave).values("invitation_id")
    still = Invitation.objects.open().filter(pk__in=mine, channel=Invitation.Channel.PRINT)
    return list(still.order_by("pk").values_list("ref", flat=True))


def _send(wave: Wave, by: User, invitation: Invitation) -> None:
    """Send an invitation that an import prepared."""
    send_again(invitation, by)
    Guest.objects.create(wave=wave, organisation=wave.organisation, invitation=invitation)


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
