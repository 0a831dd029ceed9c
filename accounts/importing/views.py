"""Importing people: send a file, read what it would do, import it, say who left."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
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
from accounts.models import Invitation, Membership, PeopleImport

PAGE = 100
LATEST = 5
ROADS = "Direction technique > Voirie"
# The template to download: every case once, at addresses that the import refuses.
EXAMPLES = (
    ("a.weber", "Anne", "Weber", "Direction technique", "Directrice", "oui", "", ""),
    ("k.belaid", "Karim", "Belaïd", ROADS, "Agent de voirie", "", f"t.wagner@{EXAMPLE}", ""),
    ("t.wagner", "Thomas", "Wagner", ROADS, "Chef d’équipe", "oui", f"a.weber@{EXAMPLE}", ""),
    ("i.carvalho", "Inês", "Carvalho", "Accueil", "Saisonnière", "non", "", "31/08/2027"),
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
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the file would do and import it; afterwards, what it did and who is missing."""
    kept = _own(request, ref)
    if kept.applied_at:
        return _done(request, kept, _ends_form(kept))
    refusal = ""
    if request.method == "POST":
        try:
            rules.import_file(kept, request.user)  # type: ignore[arg-type]
        except Refused as why:
            refusal = str(why)
        else:
            messages.success(
                request, "Le fichier est importé. Aucune invitation n’est encore partie."
            )
            return redirect("people_import_file", ref)
    try:
        plan = rules.dry_run(kept, request.user)  # type: ignore[arg-type]
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
            "absent": len(plan.missing) + len(plan.not_wanted),
            "faulty_lines": len({problem.line for problem in plan.problems}),
        },
    )


@login_required
@never_cache
@require_POST
def people_import_ends(request: HttpRequest, ref: str) -> HttpResponse:
    """End those who were ticked among the missing."""
    kept = _own(request, ref)
    form = _ends_form(kept, request.POST)
    if form.is_valid():
        members, invitations = form.cleaned_data["members"], form.cleaned_data["invitations"]
        try:
            ended = rules.end_missing(kept, list(members), list(invitations), request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("members", str(refusal))
        else:
            plural = "s" if ended > 1 else ""
            messages.success(request, f"{ended} départ{plural} enregistré{plural}.")
            return redirect("people_import_file", ref)
    return _done(request, kept, form)


def _ends_form(kept: PeopleImport, data: QueryDict | None = None) -> EndsForm:
    return EndsForm(
        data, proposed=rules.proposed_ends(kept), withdrawals=rules.proposed_withdrawals(kept)
    )


def _done(request: HttpRequest, kept: PeopleImport, form: EndsForm) -> HttpResponse:
    """Show what was done, and a page of those who may have left: members, then the invited."""
    ticked: set[str] = set()
    if form.is_bound:
        ticked = {*form.data.getlist("members"), *form.data.getlist("invitations")}
    lines: list[tuple[str, Membership | Invitation]] = [
        *(("members", one) for one in rules.proposed_ends(kept)),
        *(("invitations", one) for one in rules.proposed_withdrawals(kept)),
    ]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
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
    writer.writerow(column.label for column in COLUMNS.values())
    writer.writerows((f"{name}@{EXAMPLE}", *cells) for name, *cells in EXAMPLES)
    answer = HttpResponse(
        written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="modele-personnes.csv"'
    return answer


def _counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return what was counted, in words, in the order of the page."""
    return [(words, counts.get(kind, 0)) for kind, words in COUNT_WORDS.items()]
