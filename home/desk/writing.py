"""«Je veux écrire…»: for whom or where, and from which model; then straight to the form, in its
place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.models import Page

from accounts.words import of_name
from home.desk.kinds import Kind, Places, frame_of, kind_of, places_for
from home.desk.outlines import outlines_for
from home.tenancy.own import Desk, current_desk

PUBLIC, INSIDE = "tous", "entre-nous"


class BeginForm(forms.Form):
    """The questions of a new page, each asked only where there is a choice."""

    pour = forms.ChoiceField(label="Qui pourra lire cette page ?", widget=forms.RadioSelect)
    piste = forms.ChoiceField(label="Sous quelle piste ?", widget=forms.RadioSelect)
    modele = forms.ChoiceField(label="Par quoi commencer ?", widget=forms.RadioSelect)

    def __init__(self, kind: Kind, places: Places, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        name = desk.site.organisation.short_name  # type: ignore[attr-defined]
        audiences = [
            (PUBLIC, "Tout le monde", "On la lit sans se connecter.", places.public),
            (
                INSIDE,
                "Entre nous",
                f"Seules les personnes {of_name(name)}, connectées, la lisent. Pour les autres, "
                "elle n’existe pas.",
                places.inside,
            ),
        ]
        # Of each question: (key, label, help) of its answers.
        self.offered: dict[str, list[tuple[str, str, str]]] = {
            "pour": [(key, label, text) for key, label, text, place in audiences if place],
            "piste": [(str(track.pk), track.draft_title, "") for track in places.tracks],
            "modele": [(o.key, o.title, o.help) for o in outlines_for(kind.key)],
        }
        for name, offered in self.offered.items():
            if not offered:
                del self.fields[name]
                continue
            self.fields[name].choices = [(key, label) for key, label, _ in offered]  # type: ignore[attr-defined]
            self.fields[name].initial = offered[0][0]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Return the questions to ask, each with its answers: {key, label, help, checked}."""
        asked = []
        for name, offered in self.offered.items():
            if len(offered) < 2:
                continue
            field = self[name]
            asked.append(
                {
                    "name": name,
                    "label": field.label,
                    "errors": field.errors,
                    "answers": [
                        {"key": key, "label": label, "help": text, "checked": key == field.value()}
                        for key, label, text in offered
                    ],
                }
            )
        return asked

    def parent(self) -> Page:
        told = self.cleaned_data
        if "piste" in told:
            return next(track for track in self.places.tracks if str(track.pk) == told["piste"])
        return self.places.inside if told["pour"] == INSIDE else self.places.public


@require_safe
@require_admin_access
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for whom or where, and from which model, then lead to the form; nothing is saved here.

    Raises Http404 for a kind that does not exist or has no place on this site.
    """
    desk, found = current_desk.get(), kind_of(kind)
    if desk is None or found is None:
        raise Http404
    places = places_for(found, frame_of(desk))
    if not places:
        raise Http404
    form = BeginForm(found, places, desk)
    only = {q["name"] for q in form.questions}
    answers = {
        name: request.GET.get(name, "") if name in only else form.fields[name].initial
        for name in form.fields
    }
    if not only or only & request.GET.keys():
        form = BeginForm(found, places, desk, answers)
        if form.is_valid():
            address = reverse(
                "wagtailadmin_pages:add", args=["home", found.model_name, form.parent().pk]
            )
            return redirect(f"{address}?{urlencode({'modele': form.cleaned_data['modele']})}")
    return render(request, "home/desk/begin.html", {"kind": found, "form": form})
