"""The pages of consents: the signed link, the manager's page, and what follows from them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.members.desk import asked_among, desks_if_any
from accounts.todos.registry import forget_todos
from marketplace.exchanges.consents import asking, due, links, presentation, rules
from marketplace.exchanges.consents.answering import answer, blank
from marketplace.exchanges.consents.forms import CoverForm, TacitForm, WithdrawForm
from marketplace.exchanges.consents.models import Consent, TacitConsent
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused

UNKNOWN = (
    "Ce lien n’est pas complet, ou ne vient pas de nous. Ouvrez-le depuis le courriel reçu, ou "
    "appelez la coordination de votre collectivité."
)
HANDED_ON = (
    "La demande a été transmise à quelqu’un d’autre, ou un lien plus récent vous a été envoyé. "
    "Vous n’avez rien à faire."
)
FOR_ANOTHER = (
    "Ce lien est adressé à quelqu’un d’autre que la personne connectée ici. Si l’on vous l’a "
    "transféré, dites-le à qui vous l’a envoyé : c’est à cette personne de répondre."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The manager's page, without an account: GET only shows, POST decides and uses the link up.

    Once answered, or when somebody else is asked, the link shows nothing of the exchange; whoever
    was asked and is signed in is led to the consent's own page, which says what became of it.
    """
    consent, is_last = links.consent_of(token)
    here = request.collectivite  # type: ignore[attr-defined]
    if consent is None or (here is not None and here.pk != consent.organisation_id):
        return _closed(request, "Ce lien ne mène à rien", UNKNOWN, 404)
    person = consent.asked_of
    user: Any = request.user
    theirs = Consent.objects.asked_of_person(user)
    if not _posts(request) and theirs.filter(pk=consent.pk).exists():
        return redirect(consent)
    if person is None or not is_last:
        return _closed(request, "Cette demande ne vous attend plus", HANDED_ON, 410)
    if user.is_authenticated and user.pk != person.pk:
        return _closed(request, "Cette demande est pour quelqu’un d’autre", FOR_ANOTHER, 403)
    if refusal := rules.why_not_answer(person, consent):
        return _closed(request, "Cette demande n’attend plus de réponse", refusal, 410)
    result = (
        answer(consent, person, request.POST, by_link=True) if _posts(request) else blank(consent)
    )
    if result.said:
        return _page(request, "marketplace/consents/said.html", {"said": result.said})
    if result.refusal and _answered_meanwhile(consent):
        return _closed(request, "Cette demande n’attend plus de réponse", result.refusal, 410)
    context = presentation.page(consent, reader=None) | {"answer": result}
    return _page(request, "marketplace/consents/link.html", context, result.status)


def _posts(request: HttpRequest) -> bool:
    return request.method == "POST"


def _answered_meanwhile(consent: Consent) -> bool:
    return not Consent.objects.pending().filter(pk=consent.pk).exists()


def _closed(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"closed_title": title, "closed_text": text}
    return _page(request, "marketplace/consents/closed.html", context, status)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page that no search engine keeps."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _consent(request: HttpRequest, ref: str) -> Consent:
    return get_object_or_404(Consent.objects.visible_to(request.user).for_page(), ref=ref)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, ref: str) -> HttpResponse:
    """One consent, for who is asked and for the coordination."""
    found = _consent(request, ref)
    user: Any = request.user
    result = blank(found)
    if _posts(request):
        result = answer(found, user, request.POST, by_link=False)
        if result.said or result.refusal:
            (messages.success if result.said else messages.info)(
                request, result.said or result.refusal
            )
            forget_todos(user)
            return redirect((request.POST.get("retour") == "equipe" and "my_team") or found)
    context = presentation.page(found, reader=user) | {
        "answer": result,
        "can_answer": not rules.why_not_answer(user, found),
        "can_withdraw": not rules.why_not_withdraw(user, found),
        "past": presentation.past(found, user),
        "coordination": presentation.for_coordination(found, user),
        "exchange_url": found.exchange.get_absolute_url()
        if Exchange.objects.visible_to(user).filter(pk=found.exchange_id).exists()
        else "",
        "breadcrumbs": [
            {"title": "Mon équipe", "url": "/mon-equipe/"},
            {"title": found.exchange.listing.display_title, "url": ""},
        ],
    }
    return render(request, "marketplace/consents/consent.html", context, status=result.status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a yes back, with a reason."""
    found = _consent(request, ref)
    user: Any = request.user
    if refusal := rules.why_not_withdraw(user, found):
        messages.info(request, refusal)
        return redirect(found)
    form = WithdrawForm(request.POST if _posts(request) else None)
    if _posts(request) and form.is_valid():
        try:
            rules.withdraw(found, user, form.cleaned_data["reason"])
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, "Votre accord est retiré. La coordination est prévenue.")
            return redirect(found)
    return render(
        request,
        "marketplace/consents/withdraw.html",
        {"form": form, "consent": found, "title": found.exchange.listing.display_title},
        status=400 if form.errors else 200,
    )


@login_required
@require_POST
def follow(request: HttpRequest, ref: str) -> HttpResponse:
    """The coordination calls it to mind, asks the deputy, or asks again; the agent asks again."""
    found = _consent(request, ref)
    user: Any = request.user
    wanted = request.POST.get("faire", "")
    own = request.POST.get("retour") == "echange"
    try:
        if wanted == "rappeler":
            due.remind(found, user)
            messages.success(request, "Le rappel est parti.")
        elif wanted == "suppleance":
            found = asking.ask_next(found, user)
            messages.success(request, f"L’accord est demandé à {found.asked_of}.")
        elif wanted == "redemander":
            found = asking.ask_again(found, user)
            messages.success(request, "L’accord est redemandé.")
            rules.confirm_when_ready(found.exchange)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found.exchange if own else found)


@login_required
@require_POST
def cover(request: HttpRequest, ref: str) -> HttpResponse:
    """The agent says who replaces them."""
    found = _consent(request, ref)
    form = CoverForm(request.POST)
    if form.is_valid():
        try:
            rules.say_cover(found, request.user, form.cleaned_data["cover"])  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "C’est noté : votre encadrement le lira.")
    else:
        messages.error(request, "Dites-le en 500 caractères au plus.")
    return redirect(found.exchange)


@login_required
@require_POST
def take_dates(request: HttpRequest, ref: str, consent_ref: str) -> HttpResponse:
    """Who receives the time says that the dates proposed by a manager are right."""
    exchange = get_object_or_404(Exchange.objects.visible_to(request.user), ref=ref)
    found = get_object_or_404(Consent.objects.for_page(), ref=consent_ref, exchange=exchange)
    try:
        rules.take_dates(found, request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, "Les nouvelles dates sont notées. Les accords sont redemandés pour ces dates."
        )
    return redirect(exchange)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tacit(request: HttpRequest) -> HttpResponse:
    """Whether silence counts as a yes in this collectivité, and after how many working days."""
    desks = desks_if_any(request)
    if not desks:
        raise PermissionDenied("Cette page est réservée à la coordination d’une collectivité.")
    organisation = asked_among(request, desks)
    rule = TacitConsent.objects.filter(organisation=organisation).first()
    form = TacitForm(
        request.POST if _posts(request) else None, initial={"days": rule.days if rule else None}
    )
    if _posts(request) and form.is_valid():
        days = form.cleaned_data["days"]
        if days is None:
            TacitConsent.objects.filter(organisation=organisation).delete()
        else:
            TacitConsent.objects.update_or_create(
                organisation=organisation,
                defaults={"days": days, "set_by": request.user, "set_at": timezone.now()},
            )
        messages.success(request, "C’est noté. Les demandes déjà parties gardent leur délai.")
        return redirect(f"{request.path}?pour={organisation.ref}")
    return render(
        request,
        "marketplace/consents/tacit.html",
        {"form": form, "organisation": organisation, "desks": desks, "rule": rule},
        status=400 if form.errors else 200,
    )
