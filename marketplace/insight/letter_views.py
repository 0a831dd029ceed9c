"""Receiving the Monday letter, or no more: a button on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from marketplace.insight import monday
from marketplace.insight.piles import bodies_of


def letters_of(request: HttpRequest) -> list[tuple[Organisation, bool]]:
    """Return the bodies that this person coordinates here, and whether their letter is wanted."""
    here = request.collectivite  # type: ignore[attr-defined]
    person: Any = request.user
    bodies = bodies_of(person, here.pk if here else None)
    found = Organisation.objects.filter(pk__in=bodies).order_by("short_name", "pk")
    return [(one, monday.is_wanted(person, one)) for one in found]


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Stop the letter of one body, or receive it again; other news does not change."""
    found = [one for one, _ in letters_of(request)]
    asked = request.POST.get("pour") or (found[0].ref if len(found) == 1 else "")
    body = next((one for one in found if one.ref == asked), None)
    if body is None:
        raise PermissionDenied("Cette lettre est celle de la coordination.")
    wanted = request.POST.get("recevoir") == "1"
    monday.want(request.user, body, wanted)  # type: ignore[arg-type]
    messages.success(
        request,
        "Vous recevrez la lettre du lundi." if wanted else "La lettre du lundi s’arrête.",
    )
    return redirect("coordination")
