"""The certificates of my organisations: what is there, until when, and the next one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.readers import reader_for
from marketplace.catalogue.belonging import organisations_of
from marketplace.exchanges.insurance import rules
from marketplace.exchanges.insurance.forms import CertificateForm
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.models import Exchange
from marketplace.paging import page_of
from marketplace.refusals import Refused

PER_PAGE = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """List them, and deposit one; then back to the exchange that one came from."""
    organisations = organisations_of(request.user)
    if request.method == "POST" and not organisations:
        raise PermissionDenied("Votre compte n’est rattaché à aucun organisme.")
    exchange = (
        Exchange.objects.visible_to(request.user)
        .filter(ref=request.GET.get("echange", ""))
        .select_related("listing")
        .first()
    )
    form = CertificateForm(
        request.POST or None,
        request.FILES or None,
        organisations=organisations,
        initial={"organisation": request.GET.get("pour", "")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rules.add(
                form.for_organisation(),
                request.user,  # type: ignore[arg-type]
                data["file"],
                data["valid_until"],
                data["insurer"],
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "L’attestation est déposée : elle sert pour tous vos prêts.")
            return redirect(exchange or "insurance")
    page = page_of(
        request,
        InsuranceCertificate.objects.filter(organisation__in=organisations).select_related(
            "organisation"
        ),
        PER_PAGE,
    )
    return render(
        request,
        "marketplace/insurance/certificates.html",
        {
            "form": form,
            "exchange": exchange,
            "organisations": organisations,
            "several": len(organisations) > 1,
            "certificates": page,
            "page": page,
        },
    )


@login_required
@require_POST
def remove(request: HttpRequest, certificate: str) -> HttpResponse:
    mine = reader_for(request.user).organisation_ids
    found = get_object_or_404(
        InsuranceCertificate.objects.filter(organisation__in=mine).select_related("organisation"),
        ref=certificate,
    )
    try:
        rules.remove(found, request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "L’attestation est enlevée.")
    return redirect("insurance")
