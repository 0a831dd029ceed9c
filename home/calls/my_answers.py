"""«Mes réponses»: what one signed, also when its call has closed, moved or left the site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from home.calls import rules
from home.calls.forms import ConsentForm
from home.calls.models import CallAnswer, PublicationConsent
from home.queries import NO_LONGER, titles_for
from home.typography import NBSP

ANSWERS_A_SCREEN = 20
GONE = f"Votre réponse est retirée{NBSP}: il n’en reste rien ici."


@never_cache
@login_required
@require_safe
def my_answers(request: HttpRequest) -> HttpResponse:
    return _listed(request)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_answer(request: HttpRequest, answer_ref: str) -> HttpResponse:
    """Change the consent of one's own answer, or withdraw it; then back to the list.

    Another's answer and one that is gone look alike.
    """
    if request.method != "POST":
        return redirect("my_answers")
    mine = CallAnswer.objects.of(request.user).filter(pk=answer_ref).select_related("call").first()
    if mine is None:
        messages.error(request, rules.WITHDRAWN)
        return redirect("my_answers")
    if "withdraw" in request.POST:
        rules.withdraw(mine)
        messages.success(request, GONE)
        return redirect("my_answers")
    form = ConsentForm(request.POST, answer=mine)
    if not form.is_valid():
        return _listed(request, mine, form)
    try:
        rules.change_consent(mine, form.cleaned_data["consent"])
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = PublicationConsent(form.cleaned_data["consent"]).label
        messages.success(request, f"Votre accord est enregistré{NBSP}: {said}.")
    return redirect("my_answers")


def _listed(
    request: HttpRequest, wrong: CallAnswer | None = None, form: ConsentForm | None = None
) -> HttpResponse:
    """The person's answers, the last first; `form` holds what was wrong with one of them."""
    found = CallAnswer.objects.of(request.user).select_related("call")
    page = Paginator(found, ANSWERS_A_SCREEN).get_page(request.GET.get("page"))
    titles = titles_for(request.user, [answer.call for answer in page])
    answers: list[dict[str, Any]] = []
    for answer in page:
        title = titles[answer.call_id]
        answers.append(
            {
                "mine": answer,
                "title": title,
                "url": "" if title == NO_LONGER else answer.call.get_url(request),
                "form": form if answer == wrong else ConsentForm(answer=answer),
            }
        )
    context = {"page_of_answers": page, "answers": answers, "wrong": wrong}
    return render(request, "home/calls/my_answers.html", context)
