"""The directory of a collectivité's people, its chart, and the choice to appear in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.directory import rules
from accounts.directory.forms import DirectoryForm
from accounts.directory.links import proposed_by
from accounts.directory.queries import chart_of, entries_for, found_in, listed_in, readable_by
from accounts.members.desk import asked_among
from accounts.models import Organisation
from accounts.organisations.tree import DepartmentTree
from accounts.words import of_name

PAGE = 20


def directories(request: HttpRequest) -> list[Organisation]:
    """Return the bodies whose directory the reader may open on this host: those they are of.

    On a collectivité's host, its own only. Raises PermissionDenied when there is none.
    """
    here = getattr(request, "collectivite", None)
    found = readable_by(request.user, here)
    if not found:
        of = f" {of_name(here.short_name)}" if here else " d’une collectivité"
        raise PermissionDenied(f"L’annuaire est réservé aux agents{of}.")
    return found


def _frame(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """Return what the pages of the directory share: whose, which others, and is the reader in."""
    mine = organisation.memberships.live().filter(user=request.user).first()  # type: ignore[misc]
    return {
        "organisation": organisation,
        "directories": directories(request),
        "appears": bool(mine and mine.in_directory),
    }


@login_required
@never_cache
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Show who chose to appear, found by a word or by a department."""
    organisation = asked_among(request, directories(request))
    tree = DepartmentTree.of(organisation.pk)
    form = DirectoryForm(request.GET, tree=tree)
    words, department = form.wanted()
    below = tree.below(department.pk) if department else None
    ids = found_in(request.user, organisation, words, below)
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/directory.html",
        _frame(request, organisation)
        | {
            "form": form,
            "page": page,
            "entries": entries_for(list(page), tree),
            "words": words,
            "department": department,
        },
    )


@login_required
@never_cache
@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """Show the departments, and who of each chose to appear."""
    organisation = asked_among(request, directories(request))
    branches, without = chart_of(request.user, organisation, DepartmentTree.of(organisation.pk))
    return render(
        request,
        "accounts/directory_chart.html",
        _frame(request, organisation) | {"branches": branches, "without": without},
    )


@login_required
@never_cache
@require_safe
def person(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one person of a directory; who is not in it and who does not exist look alike."""
    for organisation in directories(request):
        membership = listed_in(request.user, organisation).filter(ref=ref).first()
        if membership is not None:
            break
    else:
        raise Http404
    tree = DepartmentTree.of(organisation.pk)
    (entry,) = entries_for([membership.pk], tree)
    return render(
        request,
        "accounts/directory_person.html",
        {
            "organisation": organisation,
            "entry": entry,
            "department": tree.departments.get(membership.department_id),
            "links": proposed_by(membership, request.user),
            "is_me": membership.user_id == request.user.pk,
        },
    )


@login_required
@require_POST
def choice(request: HttpRequest, ref: str) -> HttpResponse:
    """Put oneself in the directory of one of one's collectivités, or out of it."""
    appears = request.POST.get("appears") == "1"
    membership = rules.choose(request.user, ref, appears=appears)  # type: ignore[arg-type]
    if membership is None:
        raise Http404
    whose = of_name(membership.organisation.short_name)
    said = (
        f"Vous paraissez dans l’annuaire {whose}."
        if appears
        else f"Vous ne paraissez plus dans l’annuaire {whose}."
    )
    messages.success(request, said)
    return redirect(f"{reverse('my_account')}#annuaire")
