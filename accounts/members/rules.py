"""What the coordination changes: posts, roles, deputies and the end of memberships.

Never an account: a name, an address and a password are the person's own, and may serve elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.days import day_end, day_start, in_words, last_day_in_words
from accounts.members import telling
from accounts.members.hold import Refused, hold, record
from accounts.members.settling import end_deputies, end_roles, settle
from accounts.models import Department, Membership, PeopleEvent, Role, User
from accounts.organisations.roles import GIVEN
from accounts.periods import live_q
from accounts.signals import people_changed

Kind = PeopleEvent.Kind
LAST_COORDINATOR = (
    "C’est la dernière personne de la coordination. Confiez d’abord ce rôle à quelqu’un d’autre, "
    "sans date de fin, puis revenez."
)


@transaction.atomic
def change_post(
    membership: Membership, actor: User, *, department: Department | None, job_title: str
) -> Membership:
    """Put the person in another department or job; returns the membership. Raises Refused.

    A manager whose role follows the membership keeps managing the department that they leave:
    nobody gets another team by moving.
    """
    membership = _held(membership, actor)
    _check_still_here(membership)
    _check_own(department, membership)
    before = membership.department
    if before is not None and before != department:
        _live_or_to_come(membership).filter(
            kind=Role.Kind.MANAGER, department__isnull=True, deputy_for__isnull=True
        ).update(department=before)
    changed = [
        f"{label} : {old or 'sans'} → {new or 'sans'}"
        for label, old, new in (
            ("service", before, department),
            ("métier", membership.job_title, job_title),
        )
        if (old or None) != (new or None)
    ]
    if changed:
        membership.department, membership.job_title = department, job_title
        membership.save(update_fields=["department", "job_title"])
        _changed(membership, Kind.POST_CHANGED, actor, " ; ".join(changed))
    return membership


@transaction.atomic
def begin_role(
    membership: Membership,
    kind: str,
    actor: User,
    *,
    department: Department | None = None,
    first_day: date | None = None,
    final_day: date | None = None,
) -> Role:
    """Give the role from `first_day` (now when None) and tell the person; returns it.

    `department` is for a manager. Raises Refused.
    """
    membership = _held(membership, actor)
    _check_still_here(membership)
    if kind not in GIVEN:
        raise Refused("Choisissez un rôle de la liste.")
    if kind != Role.Kind.MANAGER:
        department = None
    elif department is None:
        raise Refused("Dites quel service cette personne encadre.")
    _check_own(department, membership)
    starts, ends = _period(first_day, final_day)
    for role in _live_or_to_come(membership).filter(kind=kind, deputy_for__isnull=True):
        same_place = kind != Role.Kind.MANAGER or department_of(role) == department
        if same_place and _overlap(role, starts, ends):
            raise Refused(f"{membership.user} a déjà ce rôle pour ces dates.")
    role = Role.objects.create(
        membership=membership, kind=kind, department=department, starts_at=starts, ends_at=ends
    )
    _changed(membership, Kind.ROLE_BEGUN, actor, described(role))
    telling.role_begun(role, actor)
    return role


@transaction.atomic
def end_role(role: Role, actor: User, final_day: date | None = None) -> Role:
    """End the role after `final_day`, at once when None; returns it. Raises Refused.

    It is out at once, in open sessions too: rights are computed from what is live. Whoever stands
    in for the manager stops with them.
    """
    membership = _held(role.membership, actor)
    role = Role.objects.select_related("department", "membership").get(pk=role.pk)
    if role.ends_at is not None and role.ends_at <= timezone.now():
        raise Refused("Ce rôle a déjà pris fin.")
    ends = _end(role.starts_at, final_day)
    if role.kind == Role.Kind.COORDINATOR and not (role.ends_at and ends >= role.ends_at):
        _keep_a_coordinator(membership, ends)
    end_roles(Role.objects.filter(pk=role.pk), ends, always=role.pk)
    end_deputies(Role.objects.filter(pk=role.pk), ends, actor)
    role.refresh_from_db()
    _changed(membership, Kind.ROLE_ENDED, actor, described(role))
    telling.role_ended(role, actor)
    return role


@transaction.atomic
def name_deputy(
    role: Role, deputy: Membership, actor: User, *, first_day: date | None, final_day: date
) -> Role:
    """Have `deputy` answer for the team while its manager is away; returns their role.

    Raises Refused.
    """
    membership = _held(role.membership, actor)
    role = Role.objects.select_related("department", "membership__department").get(pk=role.pk)
    starts, ends = _period(first_day, final_day)
    if role.kind != Role.Kind.MANAGER or role.deputy_for_id:
        raise Refused("On nomme une suppléance pour un rôle d’encadrement.")
    if deputy.organisation_id != membership.organisation_id:
        raise Refused("Choisissez une personne de la collectivité.")
    if deputy.user_id == membership.user_id:
        raise Refused("Choisissez quelqu’un d’autre que la personne qui s’absente.")
    if not _covers(deputy, starts, ends):
        raise Refused(f"{deputy.user} ne fait pas partie de la collectivité à toutes ces dates.")
    if not _covers(role, starts, ends):
        raise Refused("Le rôle d’encadrement n’est pas en vigueur à toutes ces dates.")
    if any(_overlap(other, starts, ends) for other in role.deputies.all()):
        raise Refused("Quelqu’un supplée déjà cette personne à ces dates.")
    deputy_role = Role.objects.create(
        membership=deputy,
        kind=Role.Kind.MANAGER,
        department=department_of(role),
        deputy_for=role,
        starts_at=starts,
        ends_at=ends,
    )
    said = described(deputy_role)
    _changed(deputy, Kind.DEPUTY_NAMED, actor, said)
    # In the history of the manager too: their team has somebody else to ask for a while.
    _changed(membership, Kind.DEPUTY_NAMED, actor, f"en son absence : {said}")
    telling.deputy_named(deputy_role, membership.user, actor)
    return deputy_role


@transaction.atomic
def end_membership(
    membership: Membership, actor: User | None, final_day: date | None = None
) -> Membership:
    """End the membership after `final_day`, at once when None; returns it. Raises Refused.

    The account stays the person's: it only stops opening this collectivité. What the person
    offers and has under way there is settled when the end comes.
    """
    membership = _held(membership, actor)
    if membership.ends_at is not None and membership.ends_at <= timezone.now():
        raise Refused(f"{membership.user} a déjà quitté la collectivité.")
    ends = _end(membership.starts_at, final_day)
    if _live_or_to_come(membership).filter(kind=Role.Kind.COORDINATOR).exists():
        _keep_a_coordinator(membership, ends)
    membership.ends_at = ends
    membership.save(update_fields=["ends_at"])
    _changed(membership, Kind.MEMBERSHIP_ENDED, actor, f"dernier jour : {last_day_in_words(ends)}")
    if ends <= timezone.now():
        settle(membership, actor)
    telling.membership_ended(membership, actor)
    return membership


@transaction.atomic
def resume_membership(membership: Membership, actor: User) -> Membership:
    """Take back an end that has not come yet; returns the membership. Raises Refused."""
    membership = _held(membership, actor)
    if membership.ends_at is None or membership.ends_at <= timezone.now():
        raise Refused("Cette appartenance n’a pas de fin prévue, ou elle est passée.")
    open_one = Membership.objects.filter(
        user=membership.user, organisation=membership.organisation, ends_at__isnull=True
    )
    if open_one.exists():
        raise Refused(f"{membership.user} fait déjà partie de la collectivité.")
    membership.ends_at = None
    membership.save(update_fields=["ends_at"])
    _changed(membership, Kind.MEMBERSHIP_RESUMED, actor, "")
    return membership


# --- Words and pieces ----------------------------------------------------------------------------


def department_of(role: Role) -> Department | None:
    """Return the department of a manager's role: its own, else that of the membership."""
    return role.department or role.membership.department


def described(role: Role) -> str:
    """Return the role, where and when, for the journal: «rédaction, depuis le 3 mars 2026»."""
    place = f" ({role.department})" if role.department else ""
    until = f", jusqu’au {last_day_in_words(role.ends_at)}" if role.ends_at else ""
    return f"{role.label}{place}, à partir du {in_words(role.starts_at)}{until}"


def _held(membership: Membership, actor: User | None) -> Membership:
    """Return the membership as it now is, its organisation's people held."""
    hold(membership.organisation, actor)
    return Membership.objects.select_related("user", "organisation", "department").get(
        pk=membership.pk
    )


def _changed(membership: Membership, kind: str, actor: User | None, detail: str) -> None:
    record(membership.organisation, kind, actor, person=membership.user, detail=detail)
    people_changed.send(sender=User, user_ids=[membership.user_id])


def _live_or_to_come(membership: Membership) -> QuerySet[Role]:
    return membership.roles.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))


def _check_still_here(membership: Membership) -> None:
    if membership.is_over:
        raise Refused(f"{membership.user} ne fait plus partie de la collectivité.")


def _check_own(department: Department | None, membership: Membership) -> None:
    if department is not None and department.organisation_id != membership.organisation_id:
        raise Refused("Choisissez un service de la collectivité.")


def _period(first_day: date | None, final_day: date | None) -> tuple[datetime, datetime | None]:
    """Return the two ends of a period that begins today or later. Raises Refused."""
    now, today = timezone.now(), timezone.localdate()
    if first_day is not None and first_day < today:
        raise Refused("Le début est passé : choisissez aujourd’hui ou plus tard.")
    starts = now if first_day is None or first_day == today else day_start(first_day)
    ends = day_end(final_day)
    if ends is not None and ends <= starts:
        raise Refused("La fin doit venir après le début.")
    return starts, ends


def _end(starts: datetime, final_day: date | None) -> datetime:
    """Return when a period that began at `starts` ends; one still to come never begins.

    Raises Refused.
    """
    if final_day is None:
        return max(timezone.now(), starts)
    ends = day_end(final_day)
    if ends <= starts:
        raise Refused(f"Le dernier jour vient avant le début, le {in_words(starts)}.")
    return ends


def _overlap(role: Role, starts: datetime, ends: datetime | None) -> bool:
    return (role.ends_at is None or role.ends_at > starts) and (
        ends is None or role.starts_at < ends
    )


def _covers(period: Role | Membership, starts: datetime, ends: datetime | None) -> bool:
    until: datetime | None = period.ends_at
    return period.starts_at <= starts and (until is None or (ends is not None and until >= ends))


def _keep_a_coordinator(membership: Membership, ends: datetime) -> None:
    """Check that somebody else coordinates at that moment, with no end planned. Raises Refused."""
    others = membership.organisation.memberships.exclude(pk=membership.pk).filter(
        live_q(at=ends),
        live_q("roles__", at=ends),
        ends_at__isnull=True,
        roles__kind=Role.Kind.COORDINATOR,
        roles__ends_at__isnull=True,
        user__is_active=True,
    )
    if not others.exists():
        raise Refused(LAST_COORDINATOR)
