"""«Mes recherches»: keeping one from the catalogue, opening, changing, deleting, stopping."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.paging import page_of
from marketplace.refusals import Refused
from marketplace.words import NBSP
from search.parsing import parse_query
from search.query import RECENT
from search.saved import rules
from search.saved.forms import SearchForm
from search.saved.links import search_of
from search.saved.models import AlertRhythm, SavedSearch
from search.saved.naming import described, suggested_name
from search.saved.presentation import state_words
from search.understanding import settled

PER_PAGE = 20


@never_cache
@login_required
@require_safe
def my_searches(request: HttpRequest) -> HttpResponse:
    mine = SavedSearch.objects.visible_to(request.user).select_related("organisation")
    page = page_of(request, mine, PER_PAGE)
    person: Any = request.user
    rows = [{"search": one, "state": state_words(one, person)} for one in page]
    return render(request, "search/saved/list.html", {"page": page, "rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the query that the address holds, under a name."""
    query = settled(parse_query(request.GET, request.user).query)
    initial = {"name": suggested_name(query), "rhythm": AlertRhythm.DAILY}
    form = SearchForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rules.keep(
                request.user,  # type: ignore[arg-type]  # signed in
                query,
                organisation=request.collectivite,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La recherche est gardée.")
            return redirect("my_searches")
    context = {"form": form, "words": described(query), "back_url": query.address()}
    return render(request, "search/saved/keep.html", context)


@never_cache
@login_required
@require_safe
def open_search(request: HttpRequest, ref: str) -> HttpResponse:
    """Go to the catalogue with this query; from a letter, what is new comes first."""
    return redirect(_mine(request, ref).catalogue_query.changed(sort=RECENT).address())


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Rename it, and choose its rhythm."""
    search = _mine(request, ref)
    initial = {"name": search.name, "rhythm": search.rhythm}
    form = SearchForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        here = request.collectivite  # type: ignore[attr-defined]
        rules.change(search, organisation=here, **form.cleaned_data)
        messages.success(request, "C’est enregistré.")
        return redirect("my_searches")
    person: Any = request.user
    return render(
        request,
        "search/saved/change.html",
        {"form": form, "search": search, "state": state_words(search, person)},
    )


@login_required
@require_POST
def delete(request: HttpRequest, ref: str) -> HttpResponse:
    search = _mine(request, ref)
    search.delete()
    messages.success(request, f"La recherche «{NBSP}{search.name}{NBSP}» est supprimée.")
    return redirect("my_searches")


def _mine(request: HttpRequest, ref: str) -> SavedSearch:
    mine = SavedSearch.objects.visible_to(request.user)
    return get_object_or_404(mine.select_related("organisation", "owner"), ref=ref)


@never_cache
@csrf_exempt  # RFC 8058: the mail reader posts it without our form; the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one alert: reading shows the question (mail scanners open links), posting answers it.

    Where the search is gone, what was wished is done: the page says so. Raises Http404 when the
    link was tampered with.
    """
    try:
        search = search_of(token)
    except BadSignature:
        raise Http404 from None
    if search is None:
        return render(request, "search/saved/stop.html", {"gone": True})
    stopped = request.method == "POST"
    if stopped:
        rules.stop(search)
    already = not stopped and search.rhythm == AlertRhythm.NEVER
    context = {"search": search, "stopped": stopped or already, "list_url": reverse("my_searches")}
    return render(request, "search/saved/stop.html", context)
