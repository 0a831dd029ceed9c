"""The coordination's page of synonyms: its own groups, and the platform's to switch off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.members.desk import asked_among, desks_if_any
from accounts.models import Organisation
from accounts.words import clean
from marketplace.paging import page_of
from search.synonyms import rules
from search.synonyms.forms import GroupForm
from search.synonyms.preview import preview

PER_PAGE = 30


def _desk(request: HttpRequest) -> Organisation:
    """Return the collectivité whose words these are. Raises PermissionDenied."""
    found = [one for one in desks_if_any(request) if not one.is_association]
    if not found:
        raise PermissionDenied("Les synonymes de la recherche sont suivis par la coordination.")
    return asked_among(request, found)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """Show the groups in force; preview and add one; switch one of the platform's off or on."""
    organisation = _desk(request)
    here = f"{reverse('synonyms')}?pour={organisation.ref}"
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if action in ("off", "on"):
        group = get_object_or_404(rules.platform_groups(), pk=_number(request))
        rules.switch(group, organisation, on=action == "on")
        said = "de nouveau en vigueur" if action == "on" else "désactivé pour vos recherches"
        messages.success(request, f"«\u00a0{group.asked}\u00a0» est {said}.")
        return redirect(_same_place(request, organisation))
    form = GroupForm(request.POST if action else None, organisation=organisation)
    changes = None
    if action and form.is_valid():
        if rules.own_groups(organisation).count() >= rules.MOST_GROUPS:
            form.add_error(
                None, f"Vous avez déjà {rules.MOST_GROUPS} groupes\u00a0: c’est le plus."
            )
        elif action == "save":
            form.group().save()
            messages.success(request, "Le groupe est en vigueur dès maintenant.")
            return redirect(here)
        else:
            changes = preview(request.user, organisation, added=form.group())
    word = clean(request.GET.get("mot", ""), 60)
    page = page_of(request, rules.platform_groups(word), PER_PAGE, anchor="plateforme")
    context: dict[str, Any] = {
        "organisation": organisation,
        "form": form,
        "changes": changes,
        "own": page_of(
            request, rules.own_groups(organisation), PER_PAGE, param="notre", anchor="les-notres"
        ),
        "word": word,
        "page": page,
        "off": rules.switched_off(organisation, page.object_list),
    }
    return render(request, "search/synonyms.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def synonym(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the own groups; preview and make a change of it, or take it out."""
    organisation = _desk(request)
    group = get_object_or_404(rules.own_groups(organisation), pk=pk)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    back = f"{reverse('synonyms')}?pour={organisation.ref}"
    if action == "delete":
        group.delete()
        messages.success(request, "Le groupe n’est plus en vigueur.")
        return redirect(back)
    changes = None
    form = GroupForm(
        request.POST if action in ("preview", "save") else None,
        organisation=organisation,
        instance=group,
    )
    if action == "preview_delete":
        changes = preview(request.user, organisation, without=group)
    elif form.is_bound and form.is_valid():
        if action == "save":
            typed = form.group()
            group.asked, group.found = typed.asked, typed.found
            group.save()
            messages.success(request, "Le groupe est changé, dès maintenant.")
            return redirect(back)
        changes = preview(request.user, organisation, without=group, added=form.group())
    context = {
        "organisation": organisation,
        "group": group,
        "form": form,
        "changes": changes,
        "leaving": action == "preview_delete",
    }
    return render(request, "search/synonym.html", context)


def _same_place(request: HttpRequest, organisation: Organisation) -> str:
    """Return the address of the list as it was shown: its word, its pages, among the platform's."""
    shown = request.GET.copy()
    shown["pour"] = organisation.ref
    kept = {name: shown[name] for name in ("pour", "mot", "page", "notre") if shown.get(name)}
    return f"{reverse('synonyms')}?{urlencode(kept)}#plateforme"


def _number(request: HttpRequest) -> int:
    text = request.POST.get("group", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
