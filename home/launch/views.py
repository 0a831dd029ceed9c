"""The launch kit: for the coordination of the host's collectivité, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.invitations.views import ALREADY_PRINTED, print_path
from accounts.models import Invitation, Organisation, User
from accounts.references import new_reference
from accounts.rights import coordinates
from accounts.words import of_name
from home.launch import checklist, letters, waves
from home.launch.forms import LetterForm, WaveForm
from home.launch.models import Wave
from home.launch.posters import POSTERS, code_for, poster
from home.launch.starter_pages import starter_pages

View = Callable[..., HttpResponse]
SHOWN = 20


def for_the_coordination(view: View) -> View:
    """Give the view the host's collectivité; 404 on the platform's host.

    Raises PermissionDenied for who does not coordinate that collectivité, whatever they are
    elsewhere.
    """

    @wraps(view)
    @login_required
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        organisation: Organisation | None = request.collectivite  # type: ignore[attr-defined]
        if organisation is None:
            raise Http404
        if not coordinates(request.user, organisation):
            raise PermissionDenied(
                f"Le lancement est préparé par la coordination {of_name(organisation.short_name)}."
            )
        return view(request, organisation, *args, **kwargs)

    return guarded


@require_safe
@for_the_coordination
def launch(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    weeks = checklist.weeks_for(organisation)
    done = sum(week["done"] for week in weeks)
    return render(
        request,
        "home/launch/checklist.html",
        {"weeks": weeks, "done": done, "total": len(checklist.KEYS)},
    )


@require_POST
@for_the_coordination
def tick(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Say that something is done, or not after all; then back to its place in the list."""
    key = request.POST.get("key", "")
    of_a_page = key.startswith("page-")
    if of_a_page:
        site = request.site  # type: ignore[attr-defined]
        known = any(one.key == key for one in starter_pages(organisation, site))
    else:
        known = key in checklist.KEYS
    if not known:
        raise Http404
    if request.POST.get("done") == "1":
        checklist.tick(organisation, key, request.user)
    else:
        checklist.untick(organisation, key)
    return redirect(f"{reverse('launch_pages' if of_a_page else 'launch')}#{key}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_coordination
def launch_waves(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """List the waves; a POST shows the people of a new one, or sends it when that was seen."""
    posted = request.POST if request.method == "POST" else None
    form = WaveForm(posted, organisation=organisation)
    if posted is not None and form.is_valid():
        if "again" not in posted:
            return _preview_or_send(request, organisation, form)
        form = WaveForm(initial=form.cleaned_data, organisation=organisation)
    page = Paginator(waves.waves_of(organisation), SHOWN).get_page(request.GET.get("page"))
    return render(
        request,
        "home/launch/waves.html",
        {
            "form": form,
            "page": page,
            "waiting": waves.how_many_wait(organisation),
        },
    )


def _preview_or_send(
    request: HttpRequest, organisation: Organisation, form: WaveForm
) -> HttpResponse:
    source, size = form.cleaned_data["source"], form.cleaned_data["size"]
    department = form.chosen_department
    confirmed = request.POST.get("confirmed") == "1"
    if source == Wave.Source.PAPER:
        if confirmed:
            wave, now = waves.print_sheets(
                organisation, request.user, size, department, key=request.POST.get("key", "")
            )
            if not now:
                messages.info(request, ALREADY_PRINTED)
            return redirect("launch_sheets", ref=wave.ref)
        names: list[str] = []
        count = size
    elif source == Wave.Source.ADDRESSES:
        chosen = form.sorted.wanted[:size]
        if confirmed:
            wave = waves.invite_addresses(organisation, request.user, chosen, department)
            return _sent(request, wave)
        names, count = chosen, len(chosen)
    else:
        if confirmed:
            # Those who were shown, and no others who became due meanwhile.
            seen = request.POST.getlist("person")[:size]
            wave = waves.write_to_waiting(organisation, request.user, seen, department)
            return _sent(request, wave)
        people = waves.who_waits(organisation, department, size)
        if not people:
            form.add_error(
                "department" if department else "source",
                "Personne n’attend d’être invité ici : tout le monde est venu, ou a déjà été "
                "invité. Écrivez des adresses, ou imprimez des feuilles.",
            )
            return _again(request, organisation, form)
        names = [
            (one.full_name or one.email) if isinstance(one, Invitation) else str(one)
            for one in people
        ]
        return _preview(request, form, names, len(people), people)
    return _preview(request, form, names, count, [])


def _preview(
    request: HttpRequest,
    form: WaveForm,
    names: list[str],
    count: int,
    people: list[User | Invitation],
) -> HttpResponse:
    return render(
        request,
        "home/launch/wave_preview.html",
        {
            "form": form,
            "source": form.cleaned_data["source"],
            "department": form.chosen_department,
            "names": names,
            "count": count,
            "people": people,
            "key": new_reference(),
            "left_out": getattr(form, "sorted", None),
        },
    )


def _again(request: HttpRequest, organisation: Organisation, form: WaveForm) -> HttpResponse:
    page = Paginator(waves.waves_of(organisation), SHOWN).get_page(1)
    waiting = waves.how_many_wait(organisation)
    return render(
        request, "home/launch/waves.html", {"form": form, "page": page, "waiting": waiting}
    )


def _sent(request: HttpRequest, wave: Wave) -> HttpResponse:
    if wave.number_sent:
        letters_word = "lettre part" if wave.number_sent == 1 else "lettres partent"
        messages.success(
            request, f"{wave.number_sent} {letters_word}. Chacune part une seule fois."
        )
    else:
        wave.delete()
        messages.info(request, "Ces personnes venaient déjà d’être invitées : rien n’est parti.")
    return redirect("launch_waves")


@require_safe
@for_the_coordination
def sheets(request: HttpRequest, organisation: Organisation, ref: str) -> HttpResponse:
    """Lead to the printed invitations of the wave that still open."""
    wave = get_object_or_404(Wave, organisation=organisation, ref=ref, source=Wave.Source.PAPER)
    return redirect(print_path(waves.sheets_of(wave)))


@require_safe
@for_the_coordination
def launch_posters(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return render(request, "home/launch/posters.html", {"posters": POSTERS})


@require_safe
@for_the_coordination
def launch_poster(request: HttpRequest, organisation: Organisation, key: str) -> HttpResponse:
    """Show one poster, ready to print on A4 or A3."""
    one = poster(key)
    if one is None:
        raise Http404
    size = "a3" if request.GET.get("format") == "a3" else "a4"
    return render(
        request,
        "home/launch/poster.html",
        {
            "poster": one,
            "size": size,
            "code": code_for(organisation, one),
            "address": f"{organisation.base_url.partition('://')[2]}{one.path.partition('?')[0]}",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_coordination
def launch_letter(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Rewrite the letter to the managers, print it, or open it as a draft."""
    if request.method == "POST" and "model" in request.POST:
        letters.forget_letter(organisation)
        messages.success(request, "Le modèle est de retour.")
        return redirect("launch_letter")
    text = letters.letter_for(organisation, request.user)
    form = LetterForm(request.POST or None, initial={"text": text})
    if request.method == "POST" and form.is_valid():
        letters.keep_letter(organisation, request.user, form.cleaned_data["text"])
        messages.success(request, "La lettre est enregistrée. Rien n’est parti.")
        return redirect("launch_letter")
    return render(
        request,
        "home/launch/letter.html",
        {"form": form, "text": text, "draft": letters.draft_link(text)},
    )


@require_safe
@for_the_coordination
def launch_pages(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    site = request.site  # type: ignore[attr-defined]
    pages = starter_pages(organisation, site)
    ready = sum(one.is_ready for one in pages)
    return render(request, "home/launch/pages.html", {"pages": pages, "ready": ready})
