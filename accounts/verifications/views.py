"""The coordinator's page of an association to verify, and the association's own page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identifiers import display_siret
from accounts.models import JoinRequest, Membership, Organisation, Role, Verification
from accounts.readers import reader_for
from accounts.rights import (
    can_ask_verification,
    can_decide_verification,
    can_invite,
    represents,
)
from accounts.todos.registry import forget_todos
from accounts.verifications import rules
from accounts.verifications.forms import AskForm, DecisionForm, EndForm
from accounts.words import to_name


def facts_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return what is known of an organisation, as pairs for the page; empty values included."""
    register = ""
    if organisation.register_court:
        register = (
            f"{organisation.register_court}, volume {organisation.register_volume}, "
            f"folio {organisation.register_folio}"
        )
    return [
        ("Objet", organisation.purpose),
        ("Commune", str(organisation.commune or "")),
        ("Adresse", organisation.address),
        ("SIRET", display_siret(organisation.siret)),
        ("SIREN", organisation.siren),
        ("Numéro RNA", organisation.rna),
        ("Registre du tribunal", register),
        ("Téléphone", organisation.phone),
        ("Site", organisation.website),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the facts of the association and take the decision."""
    asked = get_object_or_404(
        Verification.objects.visible_to(request.user).select_related(
            "association__commune", "by", "asked_by", "decided_by"
        ),
        ref=ref,
    )
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not can_decide_verification(request.user, asked):
            raise PermissionDenied("Vérifier revient à la coordination de la collectivité.")
        if form.is_valid():
            try:
                rules.decide(
                    asked,
                    request.user,
                    verified=form.cleaned_data["decision"] == "verified",
                    reason=form.cleaned_data["reason"],
                )
            except rules.AlreadyDecided as late:
                messages.error(request, str(late))
            else:
                messages.success(request, "Votre réponse part à l’association.")
            forget_todos(request.user)
            return redirect("verification", ref=ref)
    return _verification_page(request, asked, form=form)


def _verification_page(
    request: HttpRequest,
    asked: Verification,
    *,
    form: DecisionForm | None = None,
    end_form: EndForm | None = None,
) -> HttpResponse:
    others = (
        asked.association.verifications.exclude(pk=asked.pk)
        .filter(state=Verification.State.VERIFIED)
        .select_related("by")
    )
    return render(
        request,
        "accounts/verification.html",
        {
            "asked": asked,
            "facts": facts_of(asked.association),
            "form": form or DecisionForm(),
            "end_form": end_form or EndForm(),
            "waiting": asked.state == Verification.State.ASKED,
            "in_force": asked.state == Verification.State.VERIFIED,
            "others": others,
        },
        status=400 if end_form is not None else 200,
    )


@login_required
@require_POST
def end_verification(request: HttpRequest, ref: str) -> HttpResponse:
    """End a verification in force, with a reason."""
    asked = get_object_or_404(
        Verification.objects.visible_to(request.user).select_related("association", "by"), ref=ref
    )
    if not can_decide_verification(request.user, asked):
        raise PermissionDenied("Y mettre fin revient à la coordination de la collectivité.")
    form = EndForm(request.POST)
    if not form.is_valid():
        return _verification_page(request, asked, end_form=form)
    if rules.end(asked, request.user, form.cleaned_data["reason"]):
        messages.success(request, "C’est fait. L’association est prévenue, avec vos mots.")
    else:
        messages.error(request, "Cette vérification avait déjà pris fin.")
    return redirect("verification", ref=ref)


@login_required
@require_http_methods(["GET", "HEAD"])
def my_associations(request: HttpRequest) -> HttpResponse:
    """Lead to one's association, or to the list of one's organisations when it is not one."""
    mine = Membership.objects.live().filter(
        user=request.user,  # type: ignore[misc]
        organisation__in=reader_for(request.user).association_ids,
    )
    refs = list(mine.order_by().values_list("organisation__ref", flat=True).distinct()[:2])
    if len(refs) == 1:
        return redirect("my_association", ref=refs[0])
    return redirect(f"{reverse('my_account')}#organismes")


@login_required
@require_http_methods(["GET", "HEAD"])
def my_association(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an association to its members and to those who verify it."""
    association = get_object_or_404(
        Organisation.objects.visible_to(request.user).associations().select_related("commune"),
        ref=ref,
    )
    return _association_page(request, association, AskForm(association=association))


def _association_page(
    request: HttpRequest, association: Organisation, form: AskForm
) -> HttpResponse:
    is_member = Membership.objects.live().filter(user=request.user, organisation=association)
    members = (
        Membership.objects.live()
        .filter(organisation=association)
        .select_related("user")
        .prefetch_related(Prefetch("roles", Role.objects.live(), to_attr="live_roles"))
    )
    return render(
        request,
        "accounts/my_association.html",
        {
            "association": association,
            "facts": facts_of(association),
            "members": members,
            "is_member": is_member.exists(),
            "verifications": association.verifications.select_related("by"),
            "join_requests": JoinRequest.objects.visible_to(request.user)
            .waiting()
            .filter(association=association)
            .select_related("user"),
            "can_ask": can_ask_verification(request.user, association),
            "can_invite": can_invite(request.user, association),
            "is_verified": association.verifications.live().exists(),
            "represents": represents(request.user, association),
            "form": form,
        },
    )


@login_required
@require_POST
def ask_verification(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask another collectivité to verify the association."""
    association = get_object_or_404(
        Organisation.objects.visible_to(request.user).associations().select_related("commune"),
        ref=ref,
    )
    if not can_ask_verification(request.user, association):
        raise PermissionDenied("Demander revient à qui représente l’association.")
    form = AskForm(request.POST, association=association)
    if not form.is_valid():
        return _association_page(request, association, form)
    collectivite = form.cleaned_data["by"]
    try:
        rules.ask(association, collectivite, request.user, form.cleaned_data["message"])
    except rules.AlreadyAsked:
        messages.info(request, f"La demande est déjà faite {to_name(collectivite.short_name)}.")
    else:
        messages.success(request, f"La demande part {to_name(collectivite.short_name)}.")
    return redirect("my_association", ref=association.ref)
