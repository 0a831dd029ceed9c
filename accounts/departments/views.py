"""The coordination's chart of services, and the page of one of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.departments import rules
from accounts.departments.forms import CloseForm, CreateForm, MoveForm, NameForm
from accounts.members.desk import desk_of, desks
from accounts.members.hold import Refused
from accounts.models import Department, Organisation
from accounts.organisations.managers import managers_by_place
from accounts.organisations.tree import DepartmentTree


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def departments(request: HttpRequest) -> HttpResponse:
    """Show the chart with who manages what, and create a department."""
    organisation = desk_of(request)
    tree = DepartmentTree.of(organisation.pk)
    form = CreateForm(
        request.POST if request.method == "POST" else None,
        tree=tree,
        initial={"parent": request.GET.get("dans", "")},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = rules.create(organisation, asked["name"], asked["parent"], request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"Le service « {made} » est créé.")
            return redirect(f"{reverse('departments')}?pour={organisation.ref}")
    people = _people_by_department(organisation)
    managers = managers_by_place(organisation)
    return render(
        request,
        "accounts/departments.html",
        {
            "organisation": organisation,
            "desks": desks(request),
            "form": form,
            "branches": _branches(tree, None, people, managers),
            "without": people[None],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def department(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one department, and rename, move or close it."""
    found = get_object_or_404(
        Department.objects.select_related("organisation", "parent"),
        ref=ref,
        organisation__in=desks(request),
    )
    tree = DepartmentTree.of(found.organisation_id)
    is_empty = rules.is_empty(found)
    sent = request.POST.get("action", "") if request.method == "POST" else ""
    data = request.POST
    bound: dict[str, forms.Form] = {
        "name": NameForm(
            data if sent == "name" else None, prefix="name", initial={"name": found.name}
        ),
        "move": MoveForm(
            data if sent == "move" else None,
            prefix="move",
            tree=tree,
            department=found,
            initial={"parent": getattr(found.parent, "ref", "")},
        ),
        "close": CloseForm(
            data if sent == "close" else None,
            prefix="close",
            tree=tree,
            department=found,
            is_empty=is_empty,
        ),
    }
    if sent in bound and bound[sent].is_valid():
        try:
            said = _do(sent, found, bound[sent].cleaned_data, request.user)
        except Refused as refusal:
            bound[sent].add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("departments") if sent == "close" else redirect("department", ref)
    people = _people_by_department(found.organisation)
    return render(
        request,
        "accounts/department.html",
        {
            "organisation": found.organisation,
            "department": tree.departments[found.pk],
            "above": tree.path(found.parent_id),
            "forms": bound,
            "is_empty": is_empty,
            "managers": managers_by_place(found.organisation).get(found.pk, []),
            "people": people[found.pk],
            "below": sum(people[pk] for pk in tree.below(found.pk)),
            "children": tree.children(found.pk),
        },
    )


def _do(action: str, found: Department, asked: dict[str, Any], actor: Any) -> str:
    if action == "name":
        renamed = rules.rename(found, asked["name"], actor)
        return f"Le service s’appelle maintenant « {renamed} »."
    if action == "move":
        rules.move(found, asked["parent"], actor)
        return "Le service est déplacé, avec tout ce qu’il contient."
    rules.close(found, asked.get("into"), actor)
    return f"Le service « {found} » est fermé. Personne n’a été perdu."


def _people_by_department(organisation: Organisation) -> Counter[int | None]:
    """Return how many members each department has today; one query."""
    rows = organisation.memberships.live().order_by().values_list("department_id", flat=True)
    return Counter(rows)


def _branches(
    tree: DepartmentTree, top: int | None, people: Counter[int | None], managers: Any
) -> list[dict[str, Any]]:
    return [
        {
            "department": one,
            "people": people[one.pk],
            "managers": managers.get(one.pk, []),
            "children": _branches(tree, one.pk, people, managers),
        }
        for one in tree.children(top)
    ]
