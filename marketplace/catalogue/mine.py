"""«Mes annonces», and what one does with each: two steps for what cannot be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketplace import rights
from marketplace.catalogue import copying, guards, lasting, presentation, rules
from marketplace.catalogue.models import Listing
from marketplace.catalogue.writing import step_url
from marketplace.choices import ListingState
from marketplace.paging import page_of
from marketplace.refusals import Refused

S = ListingState
PER_PAGE = 20


@dataclass(frozen=True)
class Action:
    """A verb on a listing: what the button says, and what will happen."""

    word: str
    sentence: str
    rule: Any
    done: str
    states: tuple[str, ...]
    danger: bool = False
    at_once: bool = False  # from the list, without the page that asks again


ACTIONS: dict[str, Action] = {
    "publier": Action(
        "Mettre en ligne",
        "L’annonce entre dans le catalogue, pour les personnes que vous avez choisies.",
        rules.publish,
        "L’annonce est en ligne.",
        (S.DRAFT, S.RETURNED),
        at_once=True,
    ),
    "pause": Action(
        "Mettre en pause",
        "L’annonce quitte le catalogue jusqu’à ce que vous la repreniez. "
        "Les échanges commencés continuent.",
        rules.pause,
        "L’annonce est en pause. Les échanges commencés continuent.",
        (S.PUBLISHED,),
        at_once=True,
    ),
    "reprendre": Action(
        "Remettre en ligne",
        "L’annonce revient dans le catalogue.",
        rules.resume,
        "L’annonce est de nouveau en ligne.",
        (S.PAUSED,),
        at_once=True,
    ),
    "copier": Action(
        "Copier",
        "Une nouvelle annonce reprend ses mots, ses conditions et ses photos, en brouillon.",
        copying.copy,
        "Voici la copie, en brouillon : changez ce qui doit l’être.",
        tuple(state for state in S if state != S.WITHDRAWN),
        at_once=True,
    ),
    "archiver": Action(
        "Archiver",
        "L’annonce quitte le catalogue pour de bon : elle reste lisible ici, sans pouvoir changer. "
        "Les échanges commencés continuent.",
        rules.archive,
        "L’annonce est archivée.",
        (S.SUBMITTED, S.RETURNED, S.PUBLISHED, S.PAUSED),
    ),
    "supprimer": Action(
        "Supprimer le brouillon",
        "Le brouillon et ses photos disparaissent, sans retour possible.",
        rules.delete_draft,
        "Le brouillon est supprimé.",
        (S.DRAFT,),
        danger=True,
    ),
}


@login_required
@require_safe
def my_listings(request: HttpRequest) -> HttpResponse:
    """Return the listings one answers for, those that wait for something first."""
    listings = Listing.objects.kept_by(request.user).for_rows().order_by("-updated_at", "-pk")
    page = page_of(request, listings, PER_PAGE)
    return render(
        request,
        "marketplace/my_listings.html",
        {
            "page": page,
            "rows": [_row(request, listing) for listing in page],
            "can_create": rights.can_create(request.user),
        },
    )


def _row(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    row = presentation.row(listing, request.user)
    open_to_change = listing.state in rights.EDITABLE
    missing = guards.missing(listing) if listing.state in (S.DRAFT, S.RETURNED) else []
    step = missing[0][0] if missing else 4
    return row | {
        "state": presentation.state_words(listing),
        "state_kind": presentation.STATE_KINDS.get(S(listing.state), ""),
        "reason": listing.return_reason if listing.state in (S.RETURNED, S.WITHDRAWN) else "",
        "edit_url": step_url(listing, step if missing else 2) if open_to_change else "",
        "renew_url": reverse("listing_renew", args=[listing.ref])
        if lasting.may_be_renewed(listing)
        else "",
        "dates_url": reverse("listing_calendar_dates", args=[listing.ref])
        if listing.has_calendar
        else "",
        "edit_word": "Continuer" if listing.state == S.DRAFT else "Modifier",
        "actions": [
            {
                "url": reverse("listing_action", args=[listing.ref, name]),
                "word": action.word,
                "at_once": action.at_once,
                "sentence": action.sentence,
            }
            for name, action in ACTIONS.items()
            if listing.state in action.states and not (name == "publier" and missing)
        ],
    }


@login_required
def action(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """GET asks again and says what will happen; POST does it."""
    if name not in ACTIONS:
        raise Http404
    chosen = ACTIONS[name]
    listing = get_object_or_404(
        Listing.objects.kept_by(request.user).select_related("organisation"), ref=ref
    )
    if request.method == "POST":
        return _do(request, listing, chosen)
    return render(
        request,
        "marketplace/listing_action.html",
        {"listing": listing, "action": chosen, "possible": listing.state in chosen.states},
    )


def _do(request: HttpRequest, listing: Listing, chosen: Action) -> HttpResponse:
    try:
        done = chosen.rule(listing, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("my_listings")
    if done is not None and done.state == S.SUBMITTED:
        messages.success(
            request, "L’annonce est envoyée à la coordination, qui la relit avant sa mise en ligne."
        )
        return redirect("my_listings")
    messages.success(request, chosen.done)
    if done is not None and done.state == S.DRAFT:
        return redirect(step_url(done, 2))
    if done is not None and done.state == S.PUBLISHED:
        return redirect(_need_it_answers(done) or done.get_absolute_url())
    return redirect("my_listings")


def _need_it_answers(offer: Listing) -> str:
    """Return where one answers the need for which this offer was written, or an empty text."""
    if offer.meant_for_id is None:
        return ""
    need = Listing.objects.published().filter(pk=offer.meant_for_id).first()
    return f"{reverse('need_answer', args=[need.ref])}?offre={offer.ref}" if need else ""
