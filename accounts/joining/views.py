"""Joining a known association."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.joining import rules
from accounts.joining.forms import JoinForm
from accounts.models import JoinRequest, Organisation
from accounts.rights import can_answer_join_request
from accounts.todos.registry import forget_todos
from accounts.words import of_name


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask to act for an association that somebody registered before."""
    association = get_object_or_404(Organisation.objects.open().associations(), ref=ref)
    waiting = JoinRequest.objects.filter(
        association=association, user=request.user, state=JoinRequest.State.ASKED
    ).first()
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and waiting is None:
        try:
            rules.ask_to_join(request.user, association, form.cleaned_data["message"])
        except rules.AlreadyThere:
            messages.info(request, f"Vous faites déjà partie {of_name(association.short_name)}.")
            return redirect("my_association", ref=association.ref)
        messages.success(request, "Votre demande est partie. La réponse viendra par courriel.")
        return redirect("join_association", ref=association.ref)
    context = {"association": association, "form": form, "waiting": waiting}
    return render(request, "accounts/join.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_request(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who asks, accept or refuse."""
    asked = get_object_or_404(
        JoinRequest.objects.visible_to(request.user).select_related(
            "association", "user", "decided_by"
        ),
        ref=ref,
    )
    if request.method == "POST":
        if not can_answer_join_request(request.user, asked):
            raise PermissionDenied("Répondre revient à qui représente l’association.")
        if request.POST.get("answer") not in ("accept", "refuse"):
            messages.error(request, "Choisissez d’accepter ou de refuser.")
            return redirect("join_request", ref=ref)
        try:
            rules.answer(asked, request.user, accepted=request.POST["answer"] == "accept")
        except rules.AlreadyDecided as late:
            messages.error(request, str(late))
        else:
            messages.success(request, f"Votre réponse part à {asked.user}.")
        forget_todos(request.user)
        return redirect("join_request", ref=ref)
    return render(request, "accounts/join_request.html", {"asked": asked})
