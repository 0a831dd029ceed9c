"""Inviting, withdrawing, sending again, accepting: once, by one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.days import last_day_in_words
from accounts.invitations.codes import code_of, is_right, lookup_hash
from accounts.invitations.models import MAX_ATTEMPTS, Invitation
from accounts.letters import Letter, post_after_commit
from accounts.models import Department, Membership, Organisation, Role, User
from accounts.notices.rules import tell
from accounts.organisations.rules import begin_membership
from accounts.references import new_reference, sent_back
from accounts.rights import can_invite

VALID_FOR = timedelta(days=30)
# One that an import prepared waits for its wave; once over, the next file prepares it anew.
PREPARED_FOR = timedelta(days=180)
MAX_PRINTED_AT_ONCE = 30
ALREADY_WAITS = "Une invitation attend déjà à cette adresse : vous pouvez l’envoyer de nouveau."


class InvitationRefused(Exception):
    """The invitation cannot be used; the message says why and what to do."""


def invite(
    by: User,
    organisation: Organisation,
    *,
    channel: str,
    roles: Sequence[str],
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    department: Department | None = None,
    job_title: str = "",
    ref: str = "",
) -> Invitation:
    """Record an invitation, send it if it goes by e-mail; returns the row."""
    invitation = Invitation(
        ref=ref or new_reference(),
        channel=channel,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        organisation=organisation,
        department=department,
        job_title=job_title,
        roles=list(roles),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    invitation.code_hash = lookup_hash(code_of(invitation))
    invitation.save()
    if channel == Invitation.Channel.EMAIL:
        _send(invitation)
    return invitation


@transaction.atomic
def write_once(
    by: User, organisation: Organisation, email: str, *, key: str, **words: Any
) -> Invitation:
    """Invite the address by e-mail; pressed twice, it is one invitation and one letter.

    `key`: as for `print_once`. The organisation's row is held, as by whoever sends a wave: of two
    who invite the address at the same time, the second is told. Raises InvitationRefused.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    key = sent_back(key)
    waiting = waiting_for(organisation, email)
    if waiting is not None:
        if waiting.ref == key and waiting.invited_by == by and _same_words(waiting, words):
            return waiting
        raise InvitationRefused(ALREADY_WAITS)
    if Invitation.objects.filter(ref=key).exists():
        key = new_reference()  # the form was changed since: somebody else is invited
    return invite(by, organisation, channel=Invitation.Channel.EMAIL, email=email, ref=key, **words)


@transaction.atomic
def print_once(
    by: User, organisation: Organisation, number: int, *, key: str, **words: Any
) -> tuple[list[Invitation], bool]:
    """Make printed invitations, and say whether they were made now; pressed twice, they are one.

    `key`: what the form carried; it becomes the reference of the first, so that a second press of
    the same form, even at the same time, finds those of the first and the paper stays good.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    key = sent_back(key)
    first = Invitation.objects.filter(ref=key).first()
    if first is not None:
        made = Invitation.objects.filter(
            organisation=organisation,
            channel=Invitation.Channel.PRINT,
            invited_by=by,
            created_at=first.created_at,
        ).order_by("pk")
        if len(made) == number and _same_words(first, words):
            return list(made), False
        key = new_reference()  # the form was changed since: other sheets are wanted
    printed = [
        invite(
            by,
            organisation,
            channel=Invitation.Channel.PRINT,
            ref=key if not place else "",
            **words,
        )
        for place in range(number)
    ]
    Invitation.objects.filter(pk__in=[one.pk for one in printed]).update(
        created_at=printed[0].created_at
    )
    return printed, True


def _same_words(invitation: Invitation, words: dict[str, Any]) -> bool:
    return all(getattr(invitation, name) == value for name, value in words.items())


def prepared(organisation: Organisation, by: User | None, email: str, **words: Any) -> Invitation:
    """Return an invitation that waits to be sent, not saved: an import saves many at once."""
    invitation = Invitation(
        channel=Invitation.Channel.EMAIL,
        email=email.lower(),
        organisation=organisation,
        invited_by=by,
        sent_at=None,
        expires_at=timezone.now() + PREPARED_FOR,
        **words,
    )
    invitation.code_hash = lookup_hash(code_of(invitation))
    return invitation


def waiting_for(organisation: Organisation, email: str) -> Invitation | None:
    """Return the invitation of the organisation that waits at that address, the latest one."""
    waiting = Invitation.objects.open().filter(
        organisation=organisation, channel=Invitation.Channel.EMAIL, email=email.lower()
    )
    return waiting.select_related("organisation__site", "department", "invited_by").first()


def received_by(user: User) -> QuerySet[Invitation]:
    """Return the invitations sent to an address that `user` has proven, and that still wait."""
    proven = EmailAddress.objects.filter(user=user, verified=True).annotate(at=Lower("email"))
    sent = Invitation.objects.open().sent().filter(channel=Invitation.Channel.EMAIL)
    return sent.filter(email__in=proven.values("at")).select_related("organisation__site")


def withdraw(invitation: Invitation) -> bool:
    """Take the invitation back; returns False when it was used or withdrawn meanwhile."""
    return bool(
        Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=timezone.now())
    )


def send_again(invitation: Invitation, by: User, *, seen: int | None = None) -> bool:
    """Give the invitation a new code and thirty more days, and send it if it goes by e-mail.

    `by` invites from now on. The former code stops working. Returns False when it was used or
    withdrawn meanwhile, or has another version than the one that `by` has `seen` (by default, than
    that of `invitation`): a second press does not void what the first has just given.
    """
    with transaction.atomic():
        seen = invitation.code_version if seen is None else seen
        invitation.code_version = seen + 1
        changed = Invitation.objects.filter(
            pk=invitation.pk,
            code_version=seen,
            used_at__isnull=True,
            withdrawn_at__isnull=True,
        ).update(
            code_version=invitation.code_version,
            code_hash=lookup_hash(code_of(invitation)),
            attempts=0,
            invited_by=by,
            sent_at=timezone.now(),
            expires_at=timezone.now() + VALID_FOR,
        )
        if not changed:
            return False
        invitation.refresh_from_db()
        if invitation.channel == Invitation.Channel.EMAIL:
            _send(invitation)
    return True


def send_to_who_asks(organisation: Organisation, email: str) -> bool:
    """Send their invitation to somebody without an account who wants to come in here.

    Returns False when none waits at that address. The same code as before: a second letter does
    not close the first.
    """
    invitation = waiting_for(organisation, email)
    if invitation is None:
        return False
    if invitation.sent_at is None:
        invitation.sent_at = timezone.now()
        invitation.expires_at = invitation.sent_at + VALID_FOR
        invitation.save(update_fields=["sent_at", "expires_at"])
    _send(invitation)
    return True


def check(invitation: Invitation, typed: str) -> None:
    """Check that the code is right and that the invitation can be used.

    A wrong code counts: the fifth one locks the invitation. Raises InvitationRefused.
    """
    refuse_if_closed(invitation)
    this_one = Invitation.objects.filter(pk=invitation.pk)
    # Taken before the code is looked at: codes sent all at once are no more than five either.
    taken = this_one.filter(attempts__lt=MAX_ATTEMPTS).update(attempts=F("attempts") + 1)
    if taken and is_right(invitation, typed):
        this_one.update(attempts=F("attempts") - 1)
        return
    invitation.refresh_from_db(fields=["attempts"])
    left = MAX_ATTEMPTS - invitation.attempts
    if left <= 0:
        raise InvitationRefused(_locked(invitation))
    tries = "un essai" if left == 1 else f"{left} essais"
    raise InvitationRefused(f"Ce code n’est pas le bon. Il vous reste {tries}.")


def refuse_if_closed(invitation: Invitation) -> None:
    """Raise InvitationRefused when the invitation is used, withdrawn, expired, locked, or when it
    gives a charge in the name of somebody who may no longer give it."""
    if invitation.used_at:
        raise InvitationRefused(
            f"Cette invitation a déjà servi, le {_day(invitation.used_at)}. "
            "Si c’était vous, il suffit de vous connecter."
        )
    if invitation.withdrawn_at:
        raise InvitationRefused(f"Cette invitation a été retirée. {_ask_again(invitation)}")
    if invitation.expires_at <= timezone.now():
        raise InvitationRefused(
            f"Cette invitation n’est plus valable depuis le {_day(invitation.expires_at)}. "
            f"{_ask_again(invitation)}"
        )
    if invitation.is_over:
        raise InvitationRefused(
            f"Cette invitation valait jusqu’au {last_day_in_words(invitation.ends_at)}. "
            f"{_ask_again(invitation)}"
        )
    if invitation.is_locked:
        raise InvitationRefused(_locked(invitation))
    if _gives_what_is_no_longer_theirs(invitation):
        raise InvitationRefused(
            "La personne qui vous invitait n’est plus en charge des invitations. Demandez-en une "
            f"autre à la coordination ({invitation.organisation.name})."
        )


def _gives_what_is_no_longer_theirs(invitation: Invitation) -> bool:
    """Whether it gives a charge, from somebody who may no longer give it.

    Else a coordinator could print themselves a way back before they leave. To be an agent is no
    charge: the sheets of a wave stay good whoever printed them.
    """
    by = invitation.invited_by
    charges = set(invitation.roles) - {Role.Kind.AGENT}
    if by is None or not charges:
        return False
    return not (by.is_staff or can_invite(by, invitation.organisation))


def accept(invitation: Invitation, user: User) -> Membership:
    """Make `user` a member as the invitation says; returns the membership.

    The invitation is consumed by a conditional update, so of two people who accept at the same
    time one joins and the other is told. Raises InvitationRefused, with nothing saved.
    """
    if Membership.objects.live().filter(user=user, organisation=invitation.organisation).exists():
        raise InvitationRefused(
            f"Vous faites déjà partie de l’organisme {invitation.organisation.name}. "
            "L’invitation reste valable pour une autre personne."
        )
    now = timezone.now()
    refuse_if_closed(invitation)
    with transaction.atomic():
        consumed = (
            Invitation.objects.open().filter(pk=invitation.pk).update(used_at=now, used_by=user)
        )
        if not consumed:
            invitation.refresh_from_db()
            refuse_if_closed(invitation)
            raise InvitationRefused("Cette invitation vient d’être utilisée.")
        membership = begin_membership(
            user,
            invitation.organisation,
            invitation.roles or [Role.Kind.AGENT],
            department=invitation.department,
            job_title=invitation.job_title,
            ends_at=invitation.ends_at,
            by=invitation.invited_by,
        )
        # What an import prepared for them is of no use any more: the next file does the rest.
        Invitation.objects.prepared().filter(
            organisation=invitation.organisation, email=user.email.lower()
        ).update(withdrawn_at=now)
        # Whoever only prepared it, among three thousand, is not told of each.
        if invitation.invited_by and invitation.sent_at:
            tell(
                invitation.invited_by,
                kind="invitation_accepted",
                subject=f"{user} a accepté votre invitation",
                body=f"{user} fait maintenant partie de l’organisme "
                f"{invitation.organisation.name}.",
                path=reverse("invitations"),
                action="Voir les invitations",
                organisation=invitation.organisation,
            )
    invitation.refresh_from_db()
    return membership


def link_of(invitation: Invitation) -> str:
    """Return the absolute link that carries the code, on the host of the organisation."""
    path = reverse("invitation_accept", args=[invitation.ref])
    return f"{invitation.organisation.base_url}{path}?code={code_of(invitation)}"


def _send(invitation: Invitation) -> None:
    organisation = invitation.organisation
    hello = f"Bonjour {invitation.first_name}," if invitation.first_name else "Bonjour,"
    letter = Letter(
        subject=f"{invitation.sender} vous invite à rejoindre {organisation.name}",
        paragraphs=[
            hello,
            f"{invitation.sender} vous invite à rejoindre {organisation.name}, pour proposer "
            "un coup de main, prêter ou emprunter, et répondre à d’autres.",
            "Le lien ci-dessous ouvre votre compte en une minute. Il est à vous, sert une fois, "
            f"et reste valable jusqu’au {_day(invitation.expires_at)}.",
        ],
        base_url=organisation.base_url,
        organisation=organisation,
        action="Accepter l’invitation",
        url=link_of(invitation),
        footer=[{"text": "Si cette invitation ne vous dit rien, ne faites rien.", "url": ""}],
    )
    post_after_commit(letter.message_to(invitation.email))


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _ask_again(invitation: Invitation) -> str:
    who = invitation.invited_by or "la coordination"
    return f"Demandez-en une autre à {who} ({invitation.organisation.name})."


def _locked(invitation: Invitation) -> str:
    return (
        "Trop de codes faux ont été essayés : par prudence, cette invitation est fermée. "
        + _ask_again(invitation)
    )
