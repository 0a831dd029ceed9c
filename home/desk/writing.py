"""«Je veux écrire…»: for whom, and from which model; then straight to the form, in its place."""

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
    """The two questions, each asked only where there is a choice."""

    pour = forms.ChoiceField(label="Qui pourra lire cette page ?", widget=forms.RadioSelect)
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
        self.audiences = [(key, label, text) for key, label, text, place in audiences if place]
        self.outlines = [(o.key, o.title, o.help) for o in outlines_for(kind.key)]
        for name, offered in (("pour", self.audiences), ("modele", self.outlines)):
            self.fields[name].choices = [(key, label) for key, label, _ in offered]  # type: ignore[attr-defined]
            self.fields[name].initial = offered[0][0]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Return the questions to ask, each with its answers: {key, label, help, checked}."""
        asked = []
        for name, offered in (("pour", self.audiences), ("modele", self.outlines)):
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
        return self.places.inside if self.cleaned_data["pour"] == INSIDE else self.places.public


@require_safe
@require_admin_access
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for whom and from which model, then lead to the form; nothing is saved here.

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
