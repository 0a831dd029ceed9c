"""Registering an association: who are you, then your association, then it waits for an answer."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Membership
from accounts.people.arrivals import CODE_JUST_SENT, arrive_with_code
from accounts.people.forms import NamesForm
from accounts.registration import rules
from accounts.registration.forms import AssociationForm
from accounts.words import of_name


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show the step that comes next: the person's address is proven before anything else."""
    if not request.user.is_authenticated:
        return _who_are_you(request)
    if not EmailAddress.objects.filter(user=request.user, verified=True).exists():
        return arrive_again(request)
    return _your_association(request)


def arrive_again(request: HttpRequest) -> HttpResponse:
    """A signed-in person whose address was never proven confirms it first."""
    messages.info(request, "Confirmez d’abord votre adresse : elle servira à vous répondre.")
    return redirect("account_email")


def _who_are_you(request: HttpRequest) -> HttpResponse:
    form = NamesForm(request.POST if "first_name" in request.POST else None)
    if form.is_bound and form.is_valid():
        if ratelimit.consume(
            request, action="request_login_code", key=form.cleaned_data["email"].lower()
        ):
            return arrive_with_code(
                request,
                email=form.cleaned_data["email"],
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                next_path=reverse("register_association"),
            )
        form.add_error("email", CODE_JUST_SENT)
    return render(request, "accounts/register_person.html", {"form": form})


def _your_association(request: HttpRequest) -> HttpResponse:
    initial = {}
    collectivite = getattr(request, "collectivite", None)
    if collectivite is not None:
        initial["by"] = collectivite
    form = AssociationForm(request.POST if "name" in request.POST else None, initial=initial)
    known = None
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            verification = rules.register_association(
                request.user,
                name=told["name"],
                purpose=told["purpose"],
                commune=told["commune"],
                identifiers=told["identifiers"],
                verifier=told["by"],
                message=told["message"],
            )
        except rules.AlreadyKnown as already:
            known = already.organisation
            mine = Membership.objects.live().filter(user=request.user, organisation=known)
            if known.is_association and mine.exists():
                messages.info(
                    request,
                    f"L’association « {known.name} » est inscrite, et vous en faites partie.",
                )
                return redirect("my_association", ref=known.ref)
        else:
            messages.success(
                request,
                f"L’association « {verification.association.name} » est inscrite. La coordination "
                f"{of_name(verification.by.short_name)} reçoit votre demande et vous répondra "
                "par courriel.",
            )
            return redirect("my_association", ref=verification.association.ref)
    elif form.is_bound and "identifiers" in form.cleaned_data:
        # Say it at once: nobody should mend a whole form for an association that is known.
        found = rules.known_organisation(form.cleaned_data["identifiers"])
        known = found if found and found.is_association else None
    return render(request, "accounts/register_association.html", {"form": form, "known": known})
