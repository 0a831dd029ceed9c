"""Setting how long things are kept, and agreeing to an erasure."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms

from accounts.personal_data.durations import in_words
from accounts.personal_data.registry import Retention, title_of_room

NBSP = "\u00a0"


class RetentionForm(forms.Form):
    """One number of months for each kind.

    What was shown travels with the form: of two people who set durations at the same time, each
    changes only what they touched.
    """

    def __init__(
        self, *args: Any, kinds: list[Retention], months: dict[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            self.fields[kind.key] = _months_field(kind, months[kind.key])

    def changed_months(self) -> dict[str, int]:
        """Return what was changed, by key."""
        return {key: self.cleaned_data[key] for key in self.changed_data}

    def groups(self) -> list[tuple[str, list[tuple[Retention, forms.BoundField]]]]:
        """Return each kind with its field, under the title of its room."""
        return [
            (title, [(kind, self[kind.key]) for kind in kinds])
            for title, kinds in groupby(self.kinds, title_of_room)
        ]


def _months_field(kind: Retention, months: int) -> forms.IntegerField:
    least, most = in_words(kind.least_months), in_words(kind.most_months)
    if kind.least_months == kind.most_months:
        bounds = "La durée est fixe."
    else:
        bounds = (
            f"De {kind.least_months} à {kind.most_months}{NBSP}; d’ordinaire {kind.default_months}."
        )
    return forms.IntegerField(
        label=kind.label,
        help_text=f"En mois, depuis {kind.counted_from}. {bounds}",
        initial=months,
        min_value=kind.least_months,
        max_value=kind.most_months,
        show_hidden_initial=True,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": f"Écrivez un nombre de mois, par exemple {kind.default_months}.",
            "invalid": (
                f"Écrivez un nombre entier de mois, en chiffres, par exemple {kind.default_months}."
            ),
            "min_value": f"C’est trop court{NBSP}: il faut {least} au moins.",
            "max_value": f"C’est trop long{NBSP}: {most} au plus.",
        },
    )


class ErasureForm(forms.Form):
    understood = forms.BooleanField(
        label="J’ai compris que rien ne pourra être rétabli",
        error_messages={"required": "Cochez cette case si vous voulez effacer votre compte."},
    )
