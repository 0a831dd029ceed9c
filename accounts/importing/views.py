"""Importing people: send a file, read what it would do, import it, say who left."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.importing import rules
from accounts.importing.columns import COLUMNS, EXAMPLE
from accounts.importing.forms import EndsForm, FileForm
from accounts.importing.plan import COUNT_WORDS
from accounts.importing.reading import Unreadable
from accounts.members.desk import desk_of, desks
from accounts.members.hold import Refused
from accounts.models import PeopleImport

PAGE = 100
LATEST = 5
# The template to download: every case once, at addresses that the import refuses.
EXAMPLES = (
    ("Direction technique", "Directrice", "oui", "", "Anne", "Weber"),
    ("Direction technique > Voirie", "Agent de voirie", "", "", "Karim", "Belaïd"),
    ("Direction technique > Voirie", "Chef d’équipe", "oui", "", "Thomas", "Wagner"),
    ("Accueil", "Saisonnière", "non", "31/08/2027", "Inês", "Carvalho"),
)


def _own(request: HttpRequest, ref: str) -> PeopleImport:
    """Return one of the files of the desks of this host. Raises Http404."""
    return get_object_or_404(
        PeopleImport.objects.visible_to(request.user).select_related("organisation", "by"),
        ref=ref,
        organisation__in=desks(request),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
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
            return redirect("people_import_file", kept.ref)
    latest = PeopleImport.objects.visible_to(request.user).filter(organisation=organisation)
    return render(
        request,
        "accounts/people_import.html",
        {
            "organisation": organisation,
            "desks": desks(request),
            "form": form,
            "latest": latest.select_related("by")[:LATEST],
            "columns": [column.label for column in COLUMNS.values()],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the file would do and import it; afterwards, what it did and who is missing."""
    kept = _own(request, ref)
    if kept.applied_at:
        return _done(request, kept, EndsForm(proposed=rules.proposed_ends(kept)))
    refusal = ""
    if request.method == "POST":
        try:
            rules.import_file(kept, request.user)  # type: ignore[arg-type]
        except Refused as why:
            refusal = str(why)
        else:
            messages.success(request, "Le fichier est importé. Personne n’a encore été invité.")
            return redirect("people_import_file", ref)
    try:
        plan = rules.dry_run(kept)
    except (Refused, Unreadable) as why:
        messages.error(request, str(why))
        return redirect("people_import")
    listed = plan.problems or list(plan.changes())
    return render(
        request,
        "accounts/people_import_dry_run.html",
        {
            "organisation": kept.organisation,
            "desks": desks(request),
            "kept": kept,
            "plan": plan,
            "refusal": refusal,
            "counts": _counts(plan.counts),
            "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
            "faulty_lines": len({problem.line for problem in plan.problems}),
        },
    )


@login_required
@never_cache
@require_POST
def people_import_ends(request: HttpRequest, ref: str) -> HttpResponse:
    """End those who were ticked among the missing."""
    kept = _own(request, ref)
    form = EndsForm(request.POST, proposed=rules.proposed_ends(kept))
    if form.is_valid():
        try:
            ended = rules.end_missing(kept, list(form.cleaned_data["members"]), request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("members", str(refusal))
        else:
            plural = "s" if ended > 1 else ""
            messages.success(request, f"{ended} départ{plural} enregistré{plural}.")
            return redirect("people_import_file", ref)
    return _done(request, kept, form)


def _done(request: HttpRequest, kept: PeopleImport, form: EndsForm) -> HttpResponse:
    ticked = set(form.data.getlist("members")) if form.is_bound else set()
    page = Paginator(rules.proposed_ends(kept), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/people_import_done.html",
        {
            "organisation": kept.organisation,
            "desks": desks(request),
            "kept": kept,
            "counts": _counts(kept.counts),
            "page": page,
            "form": form,
            "ticked": ticked,
        },
    )


@login_required
@require_safe
def people_import_template(request: HttpRequest) -> HttpResponse:
    """Return the file to fill in, with an example of each case."""
    desks(request)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    order = ("email", "first_name", "last_name", "path", "job_title", "manages", "final_day")
    writer.writerow(COLUMNS[key].label for key in order)
    for path, job, manages, final_day, first, last in EXAMPLES:
        address = f"{first[0]}.{last}@{EXAMPLE}".lower()
        writer.writerow((address, first, last, path, job, manages, final_day))
    answer = HttpResponse(
        written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="modele-personnes.csv"'
    return answer


def _counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return what was counted, in words, in the order of the page."""
    return [(words, counts.get(kind, 0)) for kind, words in COUNT_WORDS.items()]
