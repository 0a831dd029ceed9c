"""Erasing an account: the row stays, since dossiers point to it, and says nobody any more.

Nothing of it can be used again: no sign-in, no invitation and no e-mail finds the row, and the same
person may come back later as somebody new.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string
from wagtail.users.models import UserProfile

from accounts.letters import Letter, base_url_for, post_after_commit
from accounts.members.settling import end_roles
from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Notice,
    Organisation,
    Role,
    User,
    Verification,
    Visit,
)
from accounts.people.models import DEPARTED_FIRST_NAME, DEPARTED_LAST_NAME, DigestRhythm
from accounts.periods import live_q
from accounts.personal_data import registry
from accounts.personal_data.registry import ErasureRefused
from accounts.personal_data.told import told_of
from accounts.personal_data.traces import Traces
from accounts.readers import forget_reader
from accounts.references import new_reference
from accounts.signals import people_changed
from accounts.words import of_name

# RFC 2606: no mail server will ever have it.
NOWHERE = "personne-partie.invalid"

LAST_STAFF = (
    "Vous êtes la dernière personne qui administre la plateforme. Confiez d’abord cette charge à "
    "quelqu’un d’autre."
)


def to_do_first(user: User) -> list[tuple[Organisation | None, str]]:
    """Return what is in the way of an erasure: the organisation and a sentence; empty when free.

    The last person in charge of an organisation hands it over first, as long as somebody is left
    there: the clock (`inactivity`) does not wait for that.
    """
    found: list[tuple[Organisation | None, str]] = []
    staff = User.objects.filter(is_superuser=True, is_active=True)
    if user.is_superuser and not staff.exclude(pk=user.pk).exists():
        found.append((None, LAST_STAFF))
    roles = (
        Role.objects.live()
        .filter(
            live_q("membership__"),
            membership__user=user,
            membership__organisation__closed_at__isnull=True,
            kind__in=(Role.Kind.COORDINATOR, Role.Kind.REPRESENTATIVE),
        )
        .select_related("membership__organisation")
        .order_by("membership__organisation__name", "kind")
    )
    for role in roles:
        organisation = role.membership.organisation
        if _leads(organisation, role.kind) and _is_last(user, organisation, role.kind):
            found.append((organisation, _hand_over(organisation)))
    return found


def _leads(organisation: Organisation, kind: str) -> bool:
    """Return whether the organisation stands on that role."""
    wanted = Role.Kind.REPRESENTATIVE if organisation.is_association else Role.Kind.COORDINATOR
    return kind == wanted


def _is_last(user: User, organisation: Organisation, kind: str) -> bool:
    """Return whether others are left in the organisation, and none of them has the role."""
    others = (
        Membership.objects.live()
        .filter(organisation=organisation, user__is_active=True)
        .exclude(user=user)
    )
    led = others.filter(live_q("roles__"), roles__kind=kind)
    return others.exists() and not led.exists()


def _hand_over(organisation: Organisation) -> str:
    if organisation.is_association:
        return (
            f"Vous êtes la dernière personne à représenter {organisation.name}. Invitez d’abord "
            "quelqu’un qui le fera, ou prévenez la collectivité qui a vérifié l’association."
        )
    return (
        "Vous êtes la dernière personne à assurer la coordination "
        f"{of_name(organisation.short_name)}. Confiez-la d’abord à quelqu’un, par une invitation."
    )


def erase(user: User) -> None:
    """Empty the account in place; nothing happens to one that is already empty.

    Raises ErasureRefused, with nothing changed, when a room says what must be done first.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        if person.anonymised_at is not None:
            return
        traces = Traces(person)
        for step in registry.erasures():
            step(person)
        _end_memberships(person)
        _forget_notices(person, traces)
        _forget_requests(person, traces)
        _forget_access(person, traces)
        _empty(person)
        people_changed.send(sender=User, user_ids=[person.pk])
    forget_reader(user)


def erase_by_choice(user: User) -> None:
    """Empty the account of a person who asks for it, and confirm it to the address they had.

    Raises ErasureRefused with the first thing to do.
    """
    with transaction.atomic():
        # Two people who are the last two in charge cannot both leave at the same time.
        organisations = user.memberships.order_by().values("organisation")
        list(Organisation.objects.filter(pk__in=organisations).order_by("pk").select_for_update())
        for _, sentence in to_do_first(user):
            raise ErasureRefused(sentence)
        letter = Letter(
            subject="Votre compte est effacé",
            paragraphs=[
                "Bonjour,",
                "Comme vous l’avez demandé, votre compte est effacé : votre nom, votre adresse et "
                "ce que vous disiez de vous ne sont plus ici.",
                "Les dossiers auxquels vous avez pris part restent, sous un nom neutre. Merci pour "
                "ce que vous y avez fait.",
            ],
            base_url=base_url_for(user),
            footer=[{"text": "C’est le dernier courriel que vous recevez de nous.", "url": ""}],
        )
        address = user.email
        erase(user)
        post_after_commit(letter.message_to(address))


def erase_inactive(people: QuerySet[User]) -> int:
    """Empty the accounts that nobody uses; returns how many. One that is refused stays."""
    done = 0
    for person in people.order_by("pk"):
        try:
            erase(person)
        except ErasureRefused:
            continue
        done += 1
    return done


def _end_memberships(person: User) -> None:
    """End memberships and roles now, deputies' included: the rooms have settled the rest."""
    now = timezone.now()
    memberships = Membership.objects.filter(user=person)
    memberships.filter(starts_at__gt=now).delete()
    end_roles(
        Role.objects.filter(Q(membership__user=person) | Q(deputy_for__membership__user=person)),
        now,
    )
    memberships.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).update(ends_at=now)
    memberships.filter(settled_at__isnull=True).update(settled_at=now)
    # The trade and the service would still point at somebody in a small organisation.
    memberships.update(job_title="", department=None, in_directory=False)


def _forget_requests(person: User, traces: Traces) -> None:
    """Take the person out of invitations, requests to join and verifications."""
    invited = Q(used_by=person)
    for address in traces.addresses:
        invited |= Q(email__iexact=address)
    now = timezone.now()
    found = Invitation.objects.filter(invited)
    found.filter(used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=now)
    found.update(first_name="", last_name="", job_title="", department=None)
    # An invitation by e-mail must have an address (CHECK).
    found.exclude(email="").update(email=f"invitation@{NOWHERE}")
    JoinRequest.objects.filter(user=person, state=JoinRequest.State.ASKED).delete()
    JoinRequest.objects.filter(user=person).update(message="")
    traces.clean(Verification.objects.filter(asked_by=person), "message", own=True)
    traces.clean(Verification.objects.filter(asked_by=person), "reason")
    traces.clean(Verification.objects.filter(decided_by=person), "reason", own=True)


def _forget_notices(person: User, traces: Traces) -> None:
    """Delete what the person was told, and take them out of what their own gestures told."""
    Notice.objects.filter(recipient=person).delete()
    traces.clean(told_of(person, traces), "subject", "body")


def _forget_access(person: User, traces: Traces) -> None:
    """Delete addresses, ties to employers, open sessions and what the two admins keep."""
    about = _entries_about(person)
    EmailAddress.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    Visit.objects.filter(user=person).delete()
    forget_sessions(person)
    for profile in UserProfile.objects.filter(user=person):
        if profile.avatar:
            _delete_after_commit(profile.avatar)
        profile.delete()
    traces.clean(about, "object_repr")
    traces.clean_json(about, "change_message")


def _entries_about(person: User) -> QuerySet[LogEntry]:
    """Return what the platform's journal says of the person's account and places, by their ids."""
    found = Q()
    for rows in (
        User.objects.filter(pk=person.pk),
        Membership.objects.filter(user=person),
        Role.objects.filter(membership__user=person),
        JoinRequest.objects.filter(user=person),
        EmailAddress.objects.filter(user=person),
    ):
        kind = ContentType.objects.get_for_model(rows.model)
        ids = [str(pk) for pk in rows.order_by().values_list("pk", flat=True)]
        found |= Q(content_type=kind, object_id__in=ids)
    return LogEntry.objects.filter(found)


def forget_sessions(person: User) -> None:
    """Delete the person's open sessions: they hold how and with which address one signed in."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _delete_after_commit(file: Any) -> None:
    storage, name = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(name))


def _empty(person: User) -> None:
    """Write neutral words over the row itself. The reference changes too: old links say nothing."""
    person.groups.clear()
    person.user_permissions.clear()
    ref = new_reference()
    User.objects.filter(pk=person.pk).update(
        ref=ref,
        email=f"{ref}@{NOWHERE}",
        first_name=DEPARTED_FIRST_NAME,
        last_name=DEPARTED_LAST_NAME,
        password=UNUSABLE_PASSWORD_PREFIX + get_random_string(40),
        wishes="",
        skills="",
        notice_rhythm=DigestRhythm.NEVER,
        is_active=False,
        is_staff=False,
        is_superuser=False,
        last_login=None,
        workplace=None,
        last_seen_at=None,
        inactivity_warned_at=None,
        anonymised_at=timezone.now(),
    )
