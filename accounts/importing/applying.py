"""Writing what a plan says, all or nothing, in few queries whatever the number of people."""

from __future__ import annotations

from itertools import groupby

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.importing.lines import Path
from accounts.importing.plan import (
    ARRIVAL,
    CHANGE,
    DEPARTMENT,
    DEPARTURE,
    Plan,
    Update,
    plan_for,
)
from accounts.importing.reading import Table
from accounts.invitations.rules import prepared
from accounts.members.hold import Refused, hold
from accounts.members.settling import end_deputies, end_roles, settle
from accounts.models import (
    Department,
    Invitation,
    Membership,
    Notice,
    Organisation,
    PeopleEvent,
    Role,
    User,
)
from accounts.signals import people_changed
from accounts.words import of_name

BATCH = 500
Kind = PeopleEvent.Kind


def apply(organisation: Organisation, table: Table, actor: User | None) -> Plan:
    """Import the table; returns what was done. Raises Refused, with nothing written.

    The plan is made again while the organisation's people are held: what was shown may have
    changed since. Nobody is invited, and nobody is ended for being absent from the file.
    """
    try:
        with transaction.atomic():
            return _apply(organisation, table, actor)
    except IntegrityError:
        raise Refused(
            "Quelqu’un a changé les mêmes personnes au même moment : rien n’a été importé. "
            "Recommencez."
        ) from None


def _apply(organisation: Organisation, table: Table, actor: User | None) -> Plan:
    hold(organisation, actor)
    plan = plan_for(organisation, table, actor)
    if plan.problems:
        raise Refused("Le fichier a des lignes à corriger : rien n’a été importé.")
    writer = _Writer(organisation, plan, actor)
    writer.departments()
    writer.arrivals()
    writer.awaited()
    writer.updates()
    writer.finish()
    return plan


class _Writer:
    """One import being written: what it gathers is saved in bulk."""

    def __init__(self, organisation: Organisation, plan: Plan, actor: User | None) -> None:
        self.organisation = organisation
        self.plan = plan
        self.actor = actor
        self.now = timezone.now()
        self.events: list[PeopleEvent] = []
        self.notices: list[Notice] = []
        self.changed: list[int] = []
        self.roles: list[Role] = []

    def departments(self) -> None:
        """Create what is missing, level by level: those above first."""
        places = self.plan.places
        for _, paths in groupby(places.new, key=len):
            level = list(paths)
            made = [
                Department(
                    organisation=self.organisation, name=path[-1], parent=self._at(path[:-1])
                )
                for path in level
            ]
            Department.objects.bulk_create(made, batch_size=BATCH)
            for path, department in zip(level, made, strict=True):
                places.add(path, department)
                self._note(Kind.DEPARTMENT_CREATED, None, " › ".join(path))

    def arrivals(self) -> None:
        """Prepare the invitations of those who are no members: nothing is sent."""
        made = [
            prepared(
                self.organisation,
                self.actor,
                one.person.email,
                first_name=one.person.first_name,
                last_name=one.person.last_name,
                department=self._at(one.person.path),
                job_title=one.person.job_title,
                roles=_roles(manages=bool(one.person.manages)),
                ends_at=one.ends_at,
            )
            for one in self.plan.arrivals
        ]
        Invitation.objects.bulk_create(made, batch_size=BATCH)

    def awaited(self) -> None:
        """Have the invitations that wait say what the file says."""
        for one in self.plan.awaited:
            invitation = one.invitation
            if one.leaves:
                invitation.withdrawn_at = self.now
            if one.names is not None:
                invitation.first_name, invitation.last_name = one.names
            if one.path is not None:
                invitation.department = self._at(one.path)
            if one.job_title is not None:
                invitation.job_title = one.job_title
            if one.manages is not None:
                others = [kind for kind in invitation.roles if kind != Role.Kind.MANAGER]
                invitation.roles = others + _roles(manages=one.manages)[1:]
            if one.ends_at is not None:
                invitation.ends_at = one.ends_at
        Invitation.objects.bulk_update(
            [one.invitation for one in self.plan.awaited],
            [
                "withdrawn_at",
                "first_name",
                "last_name",
                "department",
                "job_title",
                "roles",
                "ends_at",
            ],
            batch_size=BATCH,
        )

    def updates(self) -> None:
        """Change posts and ends, begin and end the roles of managers."""
        for update in self.plan.updates:
            self._update(update)
        Membership.objects.bulk_update(
            [update.membership for update in self.plan.updates],
            ["department", "job_title", "ends_at"],
            batch_size=BATCH,
        )
        ended = [role.pk for update in self.plan.updates for role in update.ended_roles]
        roles = Role.objects.filter(pk__in=ended)
        end_roles(roles, self.now)
        end_deputies(roles, self.now, self.actor)

    def finish(self) -> None:
        """Save what was gathered, and settle the ends that are past."""
        Role.objects.bulk_create(self.roles, batch_size=BATCH)
        for update in self.plan.updates:
            if update.ends_at is not None and update.ends_at <= self.now:
                settle(update.membership, self.actor)
        self._note(Kind.IMPORTED, None, _summed_up(self.plan))
        PeopleEvent.objects.bulk_create(self.events, batch_size=BATCH)
        # `tick` sends them: an import never holds the page for a thousand e-mails.
        Notice.objects.bulk_create(self.notices, batch_size=BATCH)
        if self.changed:
            people_changed.send(sender=User, user_ids=self.changed)

    # --- Pieces ------------------------------------------------------------------------------

    def _at(self, path: Path) -> Department | None:
        return self.plan.places.at(path) if path else None

    def _update(self, update: Update) -> None:
        membership, said = update.membership, []
        self.changed.append(membership.user_id)
        before = membership.department
        if update.path is not None:
            # A role that follows its membership would follow it to another team.
            if update.following:
                Role.objects.filter(pk__in=update.following).update(department=before)
            membership.department = self._at(update.path)
            said.append(f"service : {before or 'sans'} → {membership.department}")
        if update.job_title is not None:
            said.append(f"métier : {membership.job_title or 'sans'} → {update.job_title}")
            membership.job_title = update.job_title
        if said:
            self._note(Kind.POST_CHANGED, membership.user, " ; ".join(said))
        if update.ends_at is not None:
            membership.ends_at = update.ends_at
            day = f"dernier jour : {membership.last_day:%d/%m/%Y}"
            self._note(Kind.MEMBERSHIP_ENDED, membership.user, day)
            self._tell(
                membership.user,
                kind="membership_ended",
                subject=f"Votre départ {of_name(self.organisation.short_name)} est enregistré",
                body=f"D’après la liste de la collectivité, {day}. Votre compte reste à vous. "
                "Si c’est une erreur, dites-le à votre coordination.",
            )
        for role in update.ended_roles:
            place = role.department or before
            self._note(Kind.ROLE_ENDED, membership.user, f"{role.label} ({place})")
            self._tell(
                membership.user,
                kind="role_ended",
                subject="Votre rôle prend fin : encadrement",
                body=f"Service : {place}. Ce que vous avez écrit et fait reste à votre nom.",
            )
        if update.begins_managing:
            self._give_team(membership)

    def _give_team(self, membership: Membership) -> None:
        role = Role(
            membership=membership,
            kind=Role.Kind.MANAGER,
            department=membership.department,
            starts_at=self.now,
        )
        self.roles.append(role)
        self._note(Kind.ROLE_BEGUN, membership.user, f"{role.label} ({role.department})")
        self._tell(
            membership.user,
            kind="role_begun",
            subject="Un rôle vous est confié : encadrement",
            body=f"D’après la liste {of_name(self.organisation.short_name)}, vous encadrez ce "
            f"service : {role.department}. S’il y a une erreur, dites-le à votre coordination.",
        )

    def _note(self, kind: str, person: User | None, detail: str) -> None:
        self.events.append(
            PeopleEvent(
                organisation=self.organisation,
                kind=kind,
                person=person,
                actor=self.actor,
                detail=detail[:500],
                at=self.now,
            )
        )

    def _tell(self, user: User, **words: str) -> None:
        """Tell it here; by e-mail only to who came at least once: others wait to be invited."""
        came = user.last_login is not None
        self.notices.append(
            Notice(
                recipient=user,
                organisation=self.organisation,
                path=reverse("my_account"),
                action="Voir mon compte",
                must_send=came,
                send_at_once=came,
                created_at=self.now,
                **words,
            )
        )


def _roles(*, manages: bool) -> list[str]:
    """Return what is given on acceptance: a manager's role is for the department of the line."""
    kinds = [Role.Kind.AGENT, Role.Kind.MANAGER] if manages else [Role.Kind.AGENT]
    return [kind.value for kind in kinds]


def _summed_up(plan: Plan) -> str:
    """Return what was done, in words; what there was none of is left out."""
    words = {
        ARRIVAL: ("invitation préparée", "invitations préparées"),
        CHANGE: ("changement", "changements"),
        DEPARTURE: ("départ", "départs"),
        DEPARTMENT: ("service créé", "services créés"),
    }
    counted = [
        f"{plan.counts[kind]} {many if plan.counts[kind] > 1 else one}"
        for kind, (one, many) in words.items()
        if plan.counts[kind]
    ]
    return ", ".join(counted) or "rien de nouveau"
