"""The coordination's pages of people: the list, one person's sheet, the journal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.members.desk import desk_of, desks
from accounts.members.forms import WHENS, SearchForm
from accounts.members.queries import PRESENT, for_rows, members_wanted, people_never_signed_in
from accounts.models import Invitation, PeopleEvent
from accounts.organisations.tree import DepartmentTree

PAGE = 30
JOURNAL_PAGE = 50


@login_required
@never_cache
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """List the people of one's collectivité, by name."""
    organisation = desk_of(request)
    tree = DepartmentTree.of(organisation.pk)
    form = SearchForm(request.GET, tree=tree)
    when = request.GET.get("etat", PRESENT)
    wanted = form.wanted(when)
    page = Paginator(members_wanted(organisation, wanted), PAGE).get_page(request.GET.get("page"))
    rows = [
        {"membership": membership, "place": tree.path(membership.department_id)}
        for membership in for_rows(list(page))
    ]
    return render(
        request,
        "accounts/members.html",
        {
            "organisation": organisation,
            "desks": desks(request),
            "form": form,
            "page": page,
            "rows": rows,
            "whens": WHENS,
            "when": wanted.when,
            "is_filtered": bool(wanted.words or wanted.role or request.GET.get("service")),
            "to_invite": Invitation.objects.prepared().filter(organisation=organisation).count(),
            "never_came": people_never_signed_in(organisation).count(),
        },
    )


@login_required
@never_cache
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show what was changed in one's collectivité, who did it and when, the latest first."""
    organisation = desk_of(request)
    events = (
        PeopleEvent.objects.visible_to(request.user)
        .filter(organisation=organisation)
        .select_related("person", "actor")
    )
    return render(
        request,
        "accounts/members_journal.html",
        {
            "organisation": organisation,
            "desks": desks(request),
            "page": Paginator(events, JOURNAL_PAGE).get_page(request.GET.get("page")),
        },
    )
