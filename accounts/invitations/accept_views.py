"""Accepting an invitation: by its link, or by typing its code."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.invitations import rules
from accounts.invitations.codes import lookup_hash, normalise
from accounts.invitations.forms import CodeForm, PasswordChoice
from accounts.invitations.rules import InvitationRefused
from accounts.models import Invitation, Organisation
from accounts.people.arrivals import CODE_JUST_SENT, arrive_with_code, new_person, person_at
from accounts.people.forms import NamesForm

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """Find an invitation by the code that a person copies from paper."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = normalise(form.cleaned_data["code"])
        if not ratelimit.consume(request, action="invitation_code", dry_run=True):
            form.add_error("code", "Trop d’essais. Patientez un quart d’heure, puis réessayez.")
        else:
            found = Invitation.objects.filter(code_hash=lookup_hash(code)).first()
            if found:
                return redirect(_page_of(found, code))
            ratelimit.consume(request, action="invitation_code")
            form.add_error(
                "code",
                "Ce code ne correspond à aucune invitation. Relisez-le, lettre après lettre.",
            )
    return render(request, "accounts/invitation_code.html", {"form": form})


def _page_of(invitation: Invitation, code: str) -> str:
    path = reverse("invitation_accept", args=[invitation.ref])
    return f"{path}?{urlencode({'code': code})}" if code else path


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who invites to what, then join: with one's account, or a new one.

    Raises Http404 when there is no such invitation.
    """
    invitation = get_object_or_404(
        Invitation.objects.select_related("organisation__site", "department", "invited_by"),
        ref=ref,
    )
    typed = request.POST.get("code", request.GET.get("code", ""))
    try:
        rules.refuse_if_closed(invitation)
        if not typed:
            return _ask_code(request, invitation, CodeForm())
        rules.check(invitation, typed)
    except InvitationRefused as refusal:
        invitation.refresh_from_db()
        if invitation.is_open:
            form = CodeForm({"code": typed})
            form.is_valid()
            form.add_error("code", str(refusal))
            return _ask_code(request, invitation, form)
        return render(
            request,
            "accounts/invitation_refused.html",
            {"reason": str(refusal), "invitation": invitation},
        )
    code = normalise(typed)
    if request.user.is_authenticated:
        return _join(request, invitation, code)
    return _arrive(request, invitation, code)


def _welcome(organisation: Organisation) -> str:
    """Return what is said on the page of one's account, where one arrives."""
    return (
        f"Bienvenue : vous avez rejoint {organisation.short_name}. Dites ici, si vous le voulez, "
        "ce que vous aimeriez faire."
    )


def _ask_code(request: HttpRequest, invitation: Invitation, form: CodeForm) -> HttpResponse:
    return render(
        request, "accounts/invitation_code.html", {"form": form, "invitation": invitation}
    )


def _join(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    """The person has an account: one button."""
    refusal = ""
    if request.method == "POST":
        try:
            rules.accept(invitation, request.user)
        except InvitationRefused as error:
            refusal = str(error)
        else:
            messages.success(request, _welcome(invitation.organisation))
            return redirect("my_account")
    context = {"invitation": invitation, "code": code, "refusal": refusal}
    return render(request, "accounts/invitation_join.html", context)


def _arrive(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    """The person is not signed in.

    The link of an e-mail proves the address: a new account opens at once. On paper the address is
    typed, so a code proves it first, and the invitation is only consumed afterwards.
    """
    here = _page_of(invitation, code)
    by_email = invitation.channel == Invitation.Channel.EMAIL
    if by_email and person_at(invitation.email):
        context = {"invitation": invitation, "next": here, "email": invitation.email}
        return render(request, "accounts/invitation_sign_in.html", context)
    initial = {
        "first_name": invitation.first_name,
        "last_name": invitation.last_name,
        "email": invitation.email,
    }
    names = NamesForm(request.POST if "first_name" in request.POST else None, initial=initial)
    password = PasswordChoice(request.POST if "first_name" in request.POST else None)
    if by_email:
        del names.fields["email"]
    if names.is_bound and names.is_valid() and (not by_email or password.is_valid()):
        who = names.cleaned_data
        if not by_email:
            return _prove_address(request, invitation, code, names, here)
        try:
            with transaction.atomic():
                user = new_person(
                    invitation.email,
                    proven=True,
                    password=password.cleaned_data["password"],
                    first_name=who["first_name"],
                    last_name=who["last_name"],
                )
                rules.accept(invitation, user)
        except (InvitationRefused, IntegrityError) as refusal:
            reason = (
                str(refusal)
                if isinstance(refusal, InvitationRefused)
                else "Un compte vient d’être ouvert à cette adresse. Connectez-vous pour continuer."
            )
            context = {"reason": reason, "invitation": invitation}
            return render(request, "accounts/invitation_refused.html", context)
        login(request, user, backend=BACKEND)
        messages.success(request, _welcome(invitation.organisation))
        return redirect("my_account")
    return _arrival_page(request, invitation, code, names, password if by_email else None, here)


def _prove_address(
    request: HttpRequest, invitation: Invitation, code: str, names: NamesForm, here: str
) -> HttpResponse:
    """Send a code to the address typed, as often as anybody may have one sent."""
    who = names.cleaned_data
    if ratelimit.consume(request, action="request_login_code", key=who["email"].lower()):
        return arrive_with_code(
            request,
            email=who["email"],
            first_name=who["first_name"],
            last_name=who["last_name"],
            next_path=here,
        )
    names.add_error("email", CODE_JUST_SENT)
    return _arrival_page(request, invitation, code, names, None, here)


def _arrival_page(
    request: HttpRequest,
    invitation: Invitation,
    code: str,
    names: NamesForm,
    password: PasswordChoice | None,
    here: str,
) -> HttpResponse:
    context = {"invitation": invitation, "code": code, "names": names, "next": here}
    return render(request, "accounts/invitation_arrive.html", context | {"password": password})
