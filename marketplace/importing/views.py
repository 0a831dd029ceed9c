"""Importing things: send a file, read what it would do and each faulty line, import it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.importing.forms import FileForm
from accounts.importing.reading import Unreadable
from accounts.members.desk import desk_of, desks
from accounts.spreadsheets import CSV, as_csv, download
from marketplace.importing import rules
from marketplace.importing.columns import COLUMNS, EXAMPLES
from marketplace.importing.models import ThingsFile
from marketplace.importing.plan import CHANGED, NEW, SAME
from marketplace.paging import page_of
from marketplace.refusals import Refused

PAGE = 100
LATEST = 5
COUNT_WORDS = {NEW: "Nouvelles choses", CHANGED: "Changements", SAME: "Inchangées"}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def things_import(request: HttpRequest) -> HttpResponse:
    """Say how, and take a file."""
    organisation = desk_of(request)
    sent = request.method == "POST"
    form = FileForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        name, content = form.cleaned_data["file"]
        try:
            kept = rules.keep_file(organisation, request.user, name, content)  # type: ignore[arg-type]
        except Unreadable as why:
            form.add_error("file", str(why))
        else:
            return redirect("things_import_file", kept.ref)
    latest = ThingsFile.objects.visible_to(request.user).filter(organisation=organisation)
    return render(
        request,
        "marketplace/importing/things.html",
        {
            "organisation": organisation,
            "form": form,
            "columns": [column.label for column in COLUMNS.values()],
            "latest": latest.select_related("by")[:LATEST],
        },
        status=400 if form.errors else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def things_import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the file would do and import it; afterwards, what it did."""
    kept = get_object_or_404(
        ThingsFile.objects.visible_to(request.user).select_related("organisation", "by"),
        ref=ref,
        organisation__in=desks(request),
    )
    refusal = ""
    if request.method == "POST" and not kept.applied_at:
        try:
            rules.import_file(kept, request.user)  # type: ignore[arg-type]
        except Refused as why:
            refusal = str(why)
        else:
            messages.success(
                request, "Le fichier est importé. Une annonce en brouillon attend chaque nouveauté."
            )
            return redirect("things_import_file", ref)
    context: dict[str, Any] = {"organisation": kept.organisation, "kept": kept, "refusal": refusal}
    if kept.applied_at:
        context["counts"] = _counts(kept.counts)
        return render(request, "marketplace/importing/done.html", context)
    try:
        plan = rules.dry_run(kept)
    except (Refused, Unreadable) as why:
        messages.error(request, str(why))
        return redirect("things_import")
    listed: list[Any] = plan.problems or plan.changing()
    context |= {
        "plan": plan,
        "counts": _counts(plan.counts),
        "page": page_of(request, listed, PAGE),
        "faulty_lines": len({problem.line for problem in plan.problems}),
    }
    return render(request, "marketplace/importing/dry_run.html", context)


@login_required
@require_safe
def things_import_template(request: HttpRequest) -> HttpResponse:
    """Return the file to fill in, with an example of each case."""
    desks(request)
    rows = [[column.label for column in COLUMNS.values()], *EXAMPLES]
    return download(as_csv(rows), "modele-materiel.csv", CSV)


def _counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(words, counts.get(kind, 0)) for kind, words in COUNT_WORDS.items()]
