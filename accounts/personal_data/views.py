"""«Mes données», the export, and the erasure of one's account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.people.proof import ask_for_proof, is_proven
from accounts.personal_data.archive import archive_of
from accounts.personal_data.erasure import erase_by_choice, to_do_first
from accounts.personal_data.forms import ErasureForm
from accounts.personal_data.queries import KeptKind, bodies_of, retention_table
from accounts.personal_data.registry import ErasureRefused


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Say what is kept of me and how long, by collectivité, and what I can do about it."""
    return render(request, "accounts/my_data.html", {"tables": _tables(request)})


def _tables(request: HttpRequest) -> list[tuple[list[Organisation], list[KeptKind]]]:
    """Return the tables of the person's collectivités; those that say the same are one."""
    tables: list[tuple[list[Organisation], list[KeptKind]]] = []
    for body in bodies_of(request.user):
        table = retention_table(body)
        for bodies, same in tables:
            if same == table:
                bodies.append(body)
                break
        else:
            tables.append(([body], table))
    return tables or [([], retention_table(None))]


@never_cache
@login_required
@require_safe
def my_data_export(request: HttpRequest) -> HttpResponse:
    """Send the ZIP of my data."""
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"
    return HttpResponse(
        archive_of(request.user),  # type: ignore[arg-type]
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_safe
def erase_account(request: HttpRequest) -> HttpResponse:
    """Say what an erasure takes away, what stays, and what must be done first."""
    return render(
        request,
        "accounts/erase.html",
        {"obstacles": to_do_first(request.user)},  # type: ignore[arg-type]
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_account_confirm(request: HttpRequest) -> HttpResponse:
    """Erase the account of who just proved that it is theirs, and says so once more."""
    if not is_proven(request):
        return ask_for_proof(request, reverse("erase_account_confirm"))
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_by_choice(request.user)  # type: ignore[arg-type]
        except ErasureRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return redirect("account_erased")
    return render(request, "accounts/erase_confirm.html", {"form": form})


@require_safe
def account_erased(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/erased.html")
