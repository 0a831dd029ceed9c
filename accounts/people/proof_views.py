"""Proving again, with a password or a code, that it is really you."""

from __future__ import annotations

from allauth.account.views import reauthenticate
from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.people import proof

TOO_MANY = "Trop de codes ont été demandés. Patientez dix minutes, puis réessayez."
WRONG = "Ce code n’est pas le bon. Regardez le dernier courriel reçu."
TOO_LATE = "Ce code ne peut plus servir. Demandez-en un autre."


class ProofCodeForm(forms.Form):
    code = forms.CharField(
        label="Le code reçu",
        max_length=30,
        error_messages={"required": "Recopiez le code reçu par courriel."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove_by_password(request: HttpRequest) -> HttpResponse:
    """Ask for the password before what cannot be undone: allauth's own page.

    Who has none proves it with a code. Who comes here with nothing to go on to is told so.
    """
    if request.method != "POST" and "next" not in request.GET:
        return render(request, "account/nothing_to_confirm.html")
    if not request.user.has_usable_password():
        return proof.ask_for_proof(request, proof.next_path(request))
    return reauthenticate(request)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove_by_code(request: HttpRequest) -> HttpResponse:
    """Send a code when asked (never on reading: browsers read ahead), then check it."""
    then = proof.next_path(request)
    refusal = ""
    form = None
    if request.method == "POST" and request.POST.get("action") == "send":
        if ratelimit.consume(request, action="prove_by_code", user=request.user):
            proof.send_code(request)
        else:
            refusal = TOO_MANY
    elif request.method == "POST":
        form = ProofCodeForm(request.POST)
        if form.is_valid():
            if not proof.was_sent(request):
                form.add_error("code", TOO_LATE)
            elif proof.check_code(request, form.cleaned_data["code"]):
                return redirect(then)
            else:
                form.add_error("code", WRONG if proof.was_sent(request) else TOO_LATE)
    if form is None and proof.was_sent(request):
        form = ProofCodeForm()
    return render(
        request, "accounts/prove_by_code.html", {"form": form, "then": then, "refusal": refusal}
    )
