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
from accounts.models import Organisation
from accounts.organisations.tree import DepartmentTree
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.following import rules
from marketplace.exchanges.following.models import DepartmentCoordinator
from marketplace.exchanges.following.queries import followed_by
from marketplace.insight.forms import EntrustForm, ServiceForm
from marketplace.insight.lines import of_settled_report
from marketplace.insight.piles import BY_SLUG, Desk, Pile, bodies_of, counts
from marketplace.paging import page_of
from marketplace.refusals import Refused
from marketplace.words import NBSP, counted

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
            "can_remind": shown.reminds and any(line.can_remind for line in lines),
        },
    )


@login_required
@require_POST
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Call what was ticked to mind; each apart, so that one refusal stops no other."""
    bodies = _bodies(request)
    shown = _pile(slug)
    if not shown.reminds:
        raise Http404
    refs = request.POST.getlist("ref")[:MOST_AT_ONCE]
    exchanges = shown.rows(Desk(request.user, bodies)).filter(ref__in=refs)
    known = {one.ref: one for one in exchanges.select_related("keeper", "asked_by")}
    sent, refusals = 0, []
    for ref in dict.fromkeys(refs):
        if ref not in known:
            refusals.append("Un échange a avancé entre-temps : il n’attend plus de relance.")
            continue
        try:
            rules.remind(known[ref], request.user)  # type: ignore[arg-type]
            sent += 1
        except Refused as refusal:
            refusals.append(f"{known[ref].listing.display_title}{NBSP}: {refusal}")
    if sent:
        messages.success(
            request, f"{counted(sent, 'relance est partie', 'relances sont parties')}."
        )
    if not refs:
        refusals.append("Cochez au moins un échange à relancer.")
    for sentence in dict.fromkeys(refusals):
        messages.error(request, sentence)
    asked = {key: request.POST[key] for key in ("service", "page") if request.POST.get(key)}
    return redirect(f"{reverse('desk_pile', args=[slug])}?{urlencode(asked)}".rstrip("?"))


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
