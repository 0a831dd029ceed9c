"""The piles of the coordination, each on a page of its own, and who follows which services."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.members.desk import asked_among, desks_if_any
from accounts.models import Organisation, User
from accounts.organisations.tree import DepartmentTree
from accounts.todos.registry import forget_todos
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.following import rules
from marketplace.exchanges.following.models import DepartmentCoordinator
from marketplace.exchanges.following.queries import followed_by
from marketplace.insight.forms import EntrustForm, ServiceForm, TogetherForm
from marketplace.insight.lines import of_settled_report
from marketplace.insight.piles import BY_SLUG, Desk, Pile, bodies_of, counts
from marketplace.insight.together import do_together
from marketplace.paging import page_of
from marketplace.refusals import Refused
from marketplace.words import counted

PER_PAGE = 25
SETTLED = 10
SERVICES = 25
# What one sends at once: a page, ticked whole.
MOST_AT_ONCE = PER_PAGE


def _bodies(request: HttpRequest) -> frozenset[int]:
    """Return the bodies of this desk; raises PermissionDenied for who coordinates none here."""
    here = request.collectivite  # type: ignore[attr-defined]
    found = bodies_of(request.user, here.pk if here else None)
    if not found:
        where = f" pour {here.short_name}" if here else ""
        raise PermissionDenied(f"Cette page est réservée à la coordination{where}.")
    return found


def _pile(slug: str) -> Pile:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


@login_required
@never_cache
@require_safe
def pile(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one pile, for all services or some."""
    bodies = _bodies(request)
    shown = _pile(slug)
    tree = DepartmentTree.of(*bodies)
    follows = followed_by(request.user, bodies)
    form = ServiceForm(request.GET or None, tree=tree, follows=follows)
    departments, without = form.wanted() if shown.by_department else (None, False)
    desk = Desk(request.user, bodies, departments, without)
    page = page_of(request, shown.rows(desk), PER_PAGE)
    settled = (
        page_of(request, shown.settled(desk), SETTLED, param="regles", anchor="regles")
        if shown.settled
        else None
    )
    lines = [shown.line(one) for one in page]
    return render(
        request,
        "marketplace/insight/pile.html",
        {
            "pile": shown,
            "piles": [(one, number, one == shown) for one, number in counts(desk)],
            "form": form,
            "service": request.GET.get("service", ""),
            "is_filtered": departments is not None or without,
            "page": page,
            "lines": lines,
            "settled": [of_settled_report(one) for one in settled or ()],
            "settled_page": settled,
            "acts": shown.acts,
            "together": TogetherForm(people=_people(bodies)) if shown.acts and lines else None,
        },
    )


@login_required
@require_POST
def together(request: HttpRequest, slug: str) -> HttpResponse:
    """Do one thing to all that was ticked; says what was done, and what was not and why."""
    bodies = _bodies(request)
    shown = _pile(slug)
    act = next((one for one in shown.acts if one.slug == request.POST.get("faire")), None)
    if act is None:
        raise Http404
    refs = list(dict.fromkeys(request.POST.getlist("ref")))[:MOST_AT_ONCE]
    form = TogetherForm(request.POST, people=_people(bodies))
    person: Any = request.user
    if not refs:
        messages.error(request, "Cochez au moins une ligne.")
    elif missing := form.missing(act):
        messages.error(request, missing)
    else:
        rows = shown.rows(Desk(person, bodies)).filter(ref__in=refs)
        seen = {ref: request.POST.get(f"vu-{ref}", "") for ref in refs}
        outcome = do_together(act, rows, refs, shown.line, person, form.said(seen))
        if outcome.done:
            messages.success(request, f"{counted(outcome.done, *act.done)}.")
        for sentence in dict.fromkeys(outcome.refusals):
            messages.error(request, sentence)
        forget_todos(person)
    asked = {key: request.POST[key] for key in ("service", "page") if request.POST.get(key)}
    return redirect(f"{reverse('desk_pile', args=[slug])}?{urlencode(asked)}".rstrip("?"))


def _people(bodies: frozenset[int]) -> list[User]:
    """Return who coordinates these bodies today."""
    return list(coordinators_of(list(bodies)))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entrust(request: HttpRequest) -> HttpResponse:
    """Show who follows which service, and change one."""
    organisation, found = _desk(request)
    tree = DepartmentTree.of(organisation.pk)
    coordinators = list(coordinators_of([organisation.pk]))
    named = {
        one.department_id: one
        for one in DepartmentCoordinator.objects.filter(department__in=list(tree.departments))
    }
    sent = request.POST.get("department", "") if request.method == "POST" else ""
    rows: list[dict[str, Any]] = []
    in_order = list(tree.in_order())
    page = page_of(request, in_order, SERVICES)
    # What was sent is read whatever the page, and shown again with what is wrong.
    asked = [(depth, one) for depth, one in in_order if one.ref == sent]
    for depth, department in asked or page:
        one = named.get(department.pk)
        form = EntrustForm(
            request.POST if sent == department.ref else None,
            department=department,
            coordinators=coordinators,
            initial={
                "coordinator": one.coordinator_id if one else "",
                "deputy": one.deputy_id if one else "",
            },
        )
        if sent == department.ref and form.is_valid():
            try:
                department.organisation = organisation
                rules.entrust(department, *form.chosen(), request.user)  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"C’est noté pour le service « {department.name} ».")
                back = {"pour": organisation.ref, "page": str(page.number)}
                return redirect(f"{reverse('desk_entrust')}?{urlencode(back)}")
        gone = one is not None and str(one.coordinator_id) not in form.people
        rows.append(
            {
                "department": department,
                "path": tree.path(department.pk),
                "depth": depth,
                "form": form,
                "gone": gone,
            }
        )
    return render(
        request,
        "marketplace/insight/entrust.html",
        {
            "organisation": organisation,
            "desks": found,
            "rows": rows,
            "page": page,
            "alone": len(coordinators) < 2,
        },
    )


def _desk(request: HttpRequest) -> tuple[Organisation, list[Organisation]]:
    _bodies(request)
    found = desks_if_any(request)
    if not found:
        raise PermissionDenied("Le suivi des services se répartit dans une collectivité.")
    return asked_among(request, found), found
