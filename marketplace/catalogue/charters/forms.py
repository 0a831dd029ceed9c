"""Writing a charter; and the box to tick, added to the form of a request."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.catalogue.charters.models import CharterVersion
from marketplace.catalogue.charters.rules import TO_ACCEPT


class CharterForm(forms.Form):
    title = forms.CharField(
        label="Titre",
        help_text="Par exemple : « Charte des vélos-cargos ».",
        max_length=120,
        error_messages={"required": "Donnez un titre à la charte."},
    )
    text = forms.CharField(
        label="Texte",
        help_text="Des phrases courtes, une règle par ligne, en français de tous les jours.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "Écrivez le texte de la charte."},
    )
    changes = forms.CharField(
        label="Ce qui change",
        help_text="Une phrase pour qui avait accepté la version d’avant.",
        max_length=300,
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: object, is_new: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["changes"], self.fields["seen"]


def _name(version: CharterVersion) -> str:
    # Another version is another box: a tick on what was read before it is none on this one.
    return f"accepts_charter_{version.number}"


def ask_to_accept(form: forms.Form, version: CharterVersion | None) -> None:
    """Add the box to tick to a form that asks for a listing; nothing when there is none to."""
    if version is not None:
        form.fields[_name(version)] = forms.BooleanField(
            label=f"J’ai lu la « {version.charter} » et je la suivrai",
            help_text="Une fois pour toutes : on vous la montrera de nouveau si elle change.",
            error_messages={"required": TO_ACCEPT},
        )


class YesForm(forms.Form):
    """What is ticked beside a yes to an answer: the charter of its offer, if it asks for one."""

    def __init__(self, *args: Any, version: CharterVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        ask_to_accept(self, version)

    def accepted(self) -> int:
        """Return the number of the version ticked, 0 for none; the form is valid."""
        return accepted(self, self.version)


def accepted(form: forms.Form, version: CharterVersion | None) -> int:
    """Return the number of the version ticked in a valid form, 0 for none."""
    ticked = version is not None and form.cleaned_data.get(_name(version))
    return version.number if version is not None and ticked else 0
