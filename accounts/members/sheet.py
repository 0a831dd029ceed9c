"""One person's sheet: what the coordination may change of their membership, one gesture at a time.

Each gesture has its form and its rule. A refusal comes back on the form that was sent, the others
are as they were.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.days import last_day_in_words
from accounts.members import rules
from accounts.members.desk import own_membership
from accounts.members.forms import (
    DeputyForm,
    EndForm,
    PostForm,
    RoleChoice,
    RoleEndForm,
    RoleForm,
)
from accounts.members.hold import Refused
from accounts.members.queries import shown_roles
from accounts.models import Membership, PeopleEvent, Role, User
from accounts.organisations.managers import manager_of
from accounts.organisations.tree import DepartmentTree
from accounts.words import fold

LATEST = 10
# Names offered while one types.
MOST_NAMES = 60


class Sheet:
    """The forms of one membership, bound when it is theirs that was sent."""

    def __init__(self, request: HttpRequest, membership: Membership) -> None:
        self.actor: Any = request.user
        self.membership = membership
        self.tree = DepartmentTree.of(membership.organisation_id)
        self.sent = request.POST.get("action", "") if request.method == "POST" else ""
        self.data = request.POST
        self.forms = {
            "post": self._form(
                "post",
                PostForm,
                tree=self.tree,
                initial={
                    "department": getattr(membership.department, "ref", ""),
                    "job_title": membership.job_title,
                },
            ),
            "role": self._form("role", RoleForm, tree=self.tree),
            "end_role": self._form("end_role", RoleEndForm, membership=membership),
            "deputy": self._form("deputy", DeputyForm, membership=membership),
            "end": self._form("end", EndForm),
            "resume": self._form("resume", forms.Form),
        }

    def save(self) -> str:
        """Do what was asked; returns what to say of it, or an empty text when it was refused."""
        form = self.forms.get(self.sent)
        if form is None or not form.is_valid():
            return ""
        try:
            return getattr(self, f"_{self.sent}")(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return ""

    def refusal_out_of_sight(self, roles: list[Role]) -> str:
        """Return why the gesture was refused when no form of the page can show it.

        A role that ended meanwhile, in another tab or by somebody else, has no form any more.
        """
        form = self.forms.get(self.sent)
        if form is None:
            return "Cette page a changé entre-temps : la voici comme elle est."
        if isinstance(form, RoleChoice) and self._sent_for not in {str(one.pk) for one in roles}:
            return " ".join(str(why) for errors in form.errors.values() for why in errors)
        if self.sent in ("post", "role", "end", "resume") and self.membership.is_over:
            return " ".join(str(why) for why in form.non_field_errors())
        return ""

    @property
    def _sent_for(self) -> str:
        return str(self.data.get(f"{self.sent}-role", ""))

    def role_forms(self, roles: list[Role]) -> list[dict[str, Any]]:
        """Return each role with the forms that act on it; only that which was sent is bound."""
        lines = []
        for role in roles:
            line: dict[str, Any] = {"role": role}
            wanted = ["end_role"]
            if role.kind == Role.Kind.MANAGER and role.deputy_for_id is None:
                wanted.append("deputy")
            for name in wanted:
                is_sent = self.sent == name and self._sent_for == str(role.pk)
                line[name] = self.forms[name] if is_sent else self._fresh(name, role)
            lines.append(line)
        return lines

    def _fresh(self, name: str, role: Role) -> forms.Form:
        kind: type[RoleChoice] = DeputyForm if name == "deputy" else RoleEndForm
        return kind(
            prefix=name,
            auto_id=f"id_{role.pk}_%s",
            membership=self.membership,
            initial={"role": role.pk},
        )

    def _form(self, name: str, kind: Any, **options: Any) -> forms.Form:
        return kind(self.data if self.sent == name else None, prefix=name, **options)

    # --- Gestures, each the rule of its form --------------------------------------------------

    def _post(self, asked: dict[str, Any]) -> str:
        rules.change_post(self.membership, self.actor, **asked)
        return "Le poste est enregistré."

    def _role(self, asked: dict[str, Any]) -> str:
        role = rules.begin_role(self.membership, asked.pop("kind"), self.actor, **asked)
        return f"Le rôle est confié : {role.label}. Un message part à {self.membership.user}."

    def _end_role(self, asked: dict[str, Any]) -> str:
        rules.end_role(asked["role"], self.actor, asked["final_day"])
        return "La fin du rôle est enregistrée."

    def _deputy(self, asked: dict[str, Any]) -> str:
        deputy = asked["deputy"]
        rules.name_deputy(
            asked["role"],
            deputy,
            self.actor,
            first_day=asked["first_day"],
            final_day=asked["final_day"],
        )
        return f"{deputy.user} supplée {self.membership.user}. Un message part à chacun des deux."

    def _end(self, asked: dict[str, Any]) -> str:
        membership = rules.end_membership(self.membership, self.actor, asked["final_day"])
        return f"La fin est enregistrée. Dernier jour : {last_day_in_words(membership.ends_at)}."

    def _resume(self, asked: dict[str, Any]) -> str:
        rules.resume_membership(self.membership, self.actor)
        return "La fin prévue est annulée."


def colleagues_of(membership: Membership, tree: DepartmentTree) -> list[str]:
    """Return names of the same part of the organisation, to complete a name with; one query."""
    members = Membership.objects.live().filter(
        organisation=membership.organisation_id, user__is_active=True
    )
    if above := tree.upwards(membership.department_id):
        members = members.filter(department__in=tree.below(above[-1]))
    people = User.objects.filter(pk__in=members.order_by().values("user_id"))
    names = people.exclude(pk=membership.user_id)[:MOST_NAMES]
    return sorted((str(person) for person in names), key=fold)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one person of one's collectivité, and change what is its to change."""
    membership = own_membership(request, ref)
    sheet = Sheet(request, membership)
    if said := sheet.save() if request.method == "POST" else "":
        messages.success(request, said)
        return redirect("member", ref=ref)
    membership.refresh_from_db()
    roles = list(shown_roles().filter(membership=membership))
    if request.method == "POST" and (why := sheet.refusal_out_of_sight(roles)):
        messages.error(request, why)
        return redirect("member", ref=ref)
    events = PeopleEvent.objects.filter(
        organisation=membership.organisation_id, person=membership.user_id
    ).select_related("actor")
    return render(
        request,
        "accounts/member.html",
        {
            "membership": membership,
            "person": membership.user,
            "place": sheet.tree.path(membership.department_id),
            "lines": sheet.role_forms(roles),
            "forms": sheet.forms,
            "sent": sheet.sent,
            "manager": manager_of(membership.user, membership.organisation),
            "events": events[:LATEST],
            "names": colleagues_of(membership, sheet.tree),
            "is_me": membership.user_id == request.user.pk,
        },
    )
