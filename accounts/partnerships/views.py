"""The desk of partnerships."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation, Partnership
from accounts.partnerships import rules
from accounts.partnerships.forms import ProposalForm
from accounts.readers import forget_reader, reader_for
from accounts.rights import COORDINATOR, can_answer_partnership, can_end_partnership
from accounts.todos.registry import forget_todos
from accounts.words import to_name

PAGE = 50


def coordinated_bodies(request: HttpRequest) -> list[Organisation]:
    """Return the public bodies one coordinates; raises PermissionDenied when there are none."""
    ids = reader_for(request.user).organisations_with_role(COORDINATOR)
    found = list(Organisation.objects.open().public_bodies().filter(pk__in=ids))
    if not found:
        raise PermissionDenied("Les partenariats reviennent à la coordination d’une collectivité.")
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnerships(request: HttpRequest) -> HttpResponse:
    """List the partnerships of one's public bodies and propose new ones."""
    mine = coordinated_bodies(request)
    form = ProposalForm(request.POST if request.method == "POST" else None, proposers=mine)
    if request.method == "POST" and form.is_valid():
        partner = form.cleaned_data["partner"]
        try:
            rules.propose(form.cleaned_data["proposer"], partner, request.user)
        except rules.AlreadyLinked:
            messages.info(request, f"Un partenariat existe ou attend déjà avec {partner.name}.")
        else:
            messages.success(request, f"La proposition part {to_name(partner.short_name)}.")
        return redirect("partnerships")
    found = Partnership.objects.visible_to(request.user).select_related("proposer", "partner")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    my_ids = {organisation.pk for organisation in mine}
    waiting, current, past = [], [], []
    for partnership in page:
        i_propose = partnership.proposer_id in my_ids
        row = {
            "partnership": partnership,
            "other": partnership.partner if i_propose else partnership.proposer,
            "mine": partnership.proposer if i_propose else partnership.partner,
            "can_answer": can_answer_partnership(request.user, partnership),
        }
        if partnership.state == Partnership.State.PROPOSED:
            waiting.append(row)
        elif partnership.state == Partnership.State.ACCEPTED:
            current.append(row)
        else:
            past.append(row)
    return render(
        request,
        "accounts/partnerships.html",
        {
            "form": form,
            "page": page,
            "waiting": waiting,
            "current": current,
            "past": past,
            "several": len(mine) > 1,
        },
    )


@login_required
@require_POST
def answer_partnership(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept, decline or end."""
    partnership = get_object_or_404(
        Partnership.objects.visible_to(request.user).select_related("proposer", "partner"), ref=ref
    )
    wanted = request.POST.get("answer")
    allowed = can_end_partnership if wanted == "end" else can_answer_partnership
    if not allowed(request.user, partnership):
        raise PermissionDenied("La réponse revient à la coordination de l’autre administration.")
    try:
        if wanted == "accept":
            rules.answer(partnership, request.user, accepted=True)
            messages.success(request, "Le partenariat est en place.")
        elif wanted == "decline":
            rules.answer(partnership, request.user, accepted=False)
            messages.success(request, "Vous avez décliné. L’autre coordination est prévenue.")
        elif wanted == "end":
            rules.end(partnership, request.user)
            messages.success(request, "Le partenariat a pris fin.")
        else:
            messages.error(request, "Choisissez une réponse.")
    except rules.TooLate as late:
        messages.error(request, str(late))
    forget_reader(request.user)
    forget_todos(request.user)
    return redirect("partnerships")
