"""Saying thank you, one's own thanks, what the coordination reads, and the story."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.readers import reader_for
from accounts.todos.registry import forget_todos
from marketplace.exchanges.models import Exchange
from marketplace.paging import page_of
from marketplace.recognition import presentation, rules, stories
from marketplace.recognition.attestations import years_of
from marketplace.recognition.forms import ReportThanksForm, StoryForm, ThankForm
from marketplace.recognition.models import ThankYou
from marketplace.refusals import Refused

PER_PAGE = 20
MINE = {"title": "Mes échanges", "url": "/mes-echanges/"}


def _trail(exchange: Exchange, here: str) -> list[dict[str, str]]:
    return [
        MINE,
        {"title": exchange.listing.display_title, "url": exchange.get_absolute_url()},
        {"title": here, "url": ""},
    ]


@login_required
def thank(request: HttpRequest, ref: str) -> HttpResponse:
    user: Any = request.user
    found = get_object_or_404(Exchange.objects.visible_to(user).for_page(), ref=ref)
    if refusal := rules.why_not_thank(user, found):
        messages.info(request, refusal)
        return redirect(found)
    form = ThankForm(request.POST or None, skills=rules.skills_to_confirm(user, found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rules.thank(found, user, data["words"], data.get("skill") or "")
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, "Votre merci est parti.")
            return redirect(found)
    return render(
        request,
        "marketplace/recognition/thank.html",
        {"form": form, "exchange": found, "breadcrumbs": _trail(found, "Dire merci")},
    )


@login_required
@require_safe
def my_thanks(request: HttpRequest) -> HttpResponse:
    """What I was thanked for, what I wrote, and what I let others see of it."""
    user: Any = request.user
    received = page_of(
        request,
        ThankYou.objects.received_by(user).for_page(),
        PER_PAGE,
        param="recus",
        anchor="recus",
    )
    given = page_of(
        request,
        ThankYou.objects.given_by(user).for_page(),
        PER_PAGE,
        param="ecrits",
        anchor="dits",
    )
    return render(
        request,
        "marketplace/recognition/my_thanks.html",
        {
            "received": [presentation.card(one, user) for one in received],
            "given": [presentation.card(one, user) for one in given],
            "pages": {"received": received, "given": given},
            "years": years_of(user),
            "breadcrumbs": [MINE, {"title": "Mes mercis", "url": ""}],
        },
    )


@login_required
@require_POST
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Show, keep, withdraw: one button each."""
    user: Any = request.user
    made = get_object_or_404(ThankYou.objects.visible_to(user).for_page(), ref=ref)
    shows_name = request.POST.get("shows_name") == "yes"
    verbs: dict[str, Any] = {
        "public": lambda: rules.ask_public(made, user, shows_name=shows_name),
        "keep": lambda: rules.take_back(made, user),
        "withdraw": lambda: rules.withdraw(made, user),
        "show_skill": lambda: rules.show_skill(made, user, shown=True),
        "hide_skill": lambda: rules.show_skill(made, user, shown=False),
    }
    verb = verbs.get(request.POST.get("do", ""))
    try:
        if verb is None:
            raise Refused("Choisissez ce que vous voulez en faire.")
        verb()
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "C’est fait.")
    return redirect("my_thanks")


@login_required
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what is wrong in a thank-you that one received, or that one may read."""
    user: Any = request.user
    made = get_object_or_404(presentation.reportable_by(user).for_page(), ref=ref)
    form = ReportThanksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rules.report(made, user, form.cleaned_data["words"])
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, "Merci. La coordination est prévenue.")
            return redirect("my_thanks" if made.to_id == user.pk else made.exchange.listing)
    return render(
        request,
        "marketplace/recognition/report.html",
        {"form": form, "thanks": made},
    )


@login_required
def moderate(request: HttpRequest, ref: str) -> HttpResponse:
    """Read what may become public, or what was reported, and decide."""
    user: Any = request.user
    found = ThankYou.objects.moderated_by(user).to_moderate()
    made = get_object_or_404(found.for_page(), ref=ref)
    if request.method == "POST":
        try:
            rules.moderate(made, user, request.POST.get("decision", ""))
        except Refused as no:
            messages.error(request, str(no))
            return redirect("thanks_moderate", ref=ref)
        forget_todos(user)
        messages.success(request, "C’est réglé.")
        if reader_for(user).has_role("coordinator"):  # to the others that wait
            return redirect("desk_pile", slug="mercis")
        return redirect("my_exchanges")
    return render(
        request,
        "marketplace/recognition/moderate.html",
        {
            "thanks": made,
            "refusal": rules.why_not_moderate(user, made),
            "wants_public": made.state == ThankYou.State.TO_MODERATE,
            "is_public": made.state == ThankYou.State.PUBLIC,
            "signed": presentation.signed(made),
            "author_named": rules.named_in(made.words, made.author),
            "breadcrumbs": [
                {"title": "Coordination", "url": "/coordination/"},
                {"title": "Merci à relire", "url": ""},
            ],
        },
    )


@login_required
def tell_story(request: HttpRequest, ref: str) -> HttpResponse:
    """«Je veux bien le raconter»."""
    user: Any = request.user
    found = get_object_or_404(Exchange.objects.visible_to(user).for_page(), ref=ref)
    if refusal := stories.why_not_tell(user, found):
        messages.info(request, refusal)
        return redirect(found)
    form = StoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            stories.offer_story(found, user, data, may_name=data["may_name"])
        except Refused as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request, f"Merci. Vos mots sont à la rédaction : {found.giver.short_name}."
            )
            return redirect(found)
    return render(
        request,
        "marketplace/recognition/story.html",
        {"form": form, "exchange": found, "breadcrumbs": _trail(found, "Le raconter")},
    )
