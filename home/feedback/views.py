"""«Cette page vous a-t-elle aidé ?»: one tap, then a word for whoever wants to leave one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from home.feedback import guards, rules
from home.feedback.forms import CommentForm
from home.feedback.models import PageFeedback
from home.navigation import address_in
from home.queries import visible_page_at
from home.typography import NBSP

TOO_MANY = "Beaucoup d’avis viennent du même réseau que le vôtre. Réessayez dans une heure."
TOO_MANY_WORDS = (
    f"Beaucoup de mots viennent d’ici en même temps. Réessayez dans une heure{NBSP}: ce que vous "
    "avez écrit est encore dans le formulaire."
)


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Record one tap, then offer to say more. Raises Http404."""
    page = visible_page_at(request, request.POST.get("page", ""))
    value = request.POST.get("answer", "")
    if page is None or not page.specific_class.asks_if_helpful:
        raise Http404
    back = address_in(page, request.site)  # type: ignore[attr-defined]
    if value not in PageFeedback.Answer:
        return redirect(back)
    if not guards.may_answer(request):
        messages.error(request, TOO_MANY)
        return redirect(back)
    ref = guards.reference_of(request.POST.get("reading", ""), page)
    feedback = rules.answer(page, request.user, value, ref)
    return redirect("page_comment", guards.token_for(feedback))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, token: str) -> HttpResponse:
    """The word that goes with an answer just given. Raises Http404."""
    feedback = guards.feedback_of(token, request)
    page = _page_still_there(request, feedback)
    if feedback is None or page is None:
        raise Http404
    # What nobody signed is shown to nobody again: one may share one's screen.
    known = (
        {"comment": feedback.comment, "is_signed": feedback.is_signed} if feedback.user_id else {}
    )
    author = request.user if feedback.user_id else AnonymousUser()
    sent = request.POST if request.method == "POST" else None
    form = CommentForm(sent, initial=known, user=author)
    path = address_in(page, request.site)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        if guards.may_comment(request):
            signed = form.cleaned_data.get("is_signed", False)
            rules.comment(feedback, form.cleaned_data["comment"], signed=signed)
            how = "signé de votre nom" if signed else "sans votre nom"
            messages.success(request, f"Merci{NBSP}: la rédaction lira votre mot, {how}.")
            return redirect(path)
        form.add_error(None, TOO_MANY_WORDS)
    context = {"feedback": feedback, "form": form, "path": path, "of_page": page}
    return render(request, "home/feedback/page.html", context)


def _page_still_there(request: HttpRequest, feedback: PageFeedback | None) -> Page | None:
    if feedback is None:
        return None
    site = request.site  # type: ignore[attr-defined]
    page = visible_page_at(request, address_in(feedback.page, site))
    return page if page is not None and page.pk == feedback.page_id else None
