"""The settings of how long a collectivité keeps things, and what its purges do."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.organisations.queries import OrganisationQuerySet
from accounts.personal_data.durations import choose, kinds_of, months_kept
from accounts.personal_data.forms import RetentionForm
from accounts.personal_data.inactivity import WARNED_BEFORE, to_warn
from accounts.personal_data.purging import due_for, next_purge
from accounts.personal_data.queries import fixed_lines, purge_log
from accounts.readers import reader_for
from accounts.rights import COORDINATOR


def _coordinated(request: HttpRequest) -> OrganisationQuerySet:
    """Return the public bodies whose durations one sets here: the host decides.

    Raises PermissionDenied when there are none.
    """
    ids = reader_for(request.user).organisations_with_role(COORDINATOR)
    if request.collectivite is not None:  # type: ignore[attr-defined]
        ids &= {request.collectivite.pk}  # type: ignore[attr-defined]
    found = Organisation.objects.open().public_bodies().filter(pk__in=ids)
    if not found:
        raise PermissionDenied(
            "Les durées de conservation se règlent à la coordination de la collectivité."
        )
    return found


@login_required
@require_safe
def retentions(request: HttpRequest) -> HttpResponse:
    """Lead to the settings of one's collectivité, or let one choose between several."""
    bodies = list(_coordinated(request))
    if len(bodies) == 1:
        return redirect("retention", bodies[0].ref)
    return render(request, "accounts/retentions.html", {"bodies": bodies})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest, ref: str) -> HttpResponse:
    """Show and set how long each kind is kept."""
    body = get_object_or_404(_coordinated(request), ref=ref)
    form = RetentionForm(
        request.POST if request.method == "POST" else None,
        kinds=kinds_of(body),
        months=months_kept(body),
    )
    if request.method == "POST" and form.is_valid():
        if changed := form.changed_months():
            choose(body, request.user, changed)  # type: ignore[arg-type]
            messages.success(
                request,
                "C’est enregistré. Voici ce que fera la prochaine purge avec ces durées.",
            )
            return redirect("purge_preview", body.ref)
        messages.info(request, "Aucune durée n’a changé.")
        return redirect("retention", body.ref)
    return render(
        request,
        "accounts/retention.html",
        {"body": body, "form": form, "fixed": fixed_lines()},
    )


@login_required
@require_safe
def purge_preview(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the next purge will erase, erasing nothing, and what the latest ones did."""
    body = get_object_or_404(_coordinated(request), ref=ref)
    now = next_purge()
    due = due_for(body, now)
    return render(
        request,
        "accounts/purge_preview.html",
        {
            "body": body,
            "next": now,
            "due": due,
            "total": sum(one.count for one in due),
            "to_warn": to_warn(body, now).count(),
            "warned_days": WARNED_BEFORE.days,
            "log": purge_log(body),
        },
    )
