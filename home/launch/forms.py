"""A wave: whom, how many, from where."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.invitations.rules import MAX_PRINTED_AT_ONCE
from accounts.models import Department, Organisation
from accounts.organisations.tree import DepartmentTree
from home.launch.models import Wave
from home.launch.waves import MOST_AT_ONCE, sort_out


class WaveForm(forms.Form):
    source = forms.ChoiceField(
        label="Qui inviter",
        choices=[
            (Wave.Source.NEVER, "des personnes de la liste qui ne sont jamais venues"),
            (Wave.Source.ADDRESSES, Wave.Source.ADDRESSES.label),
            (Wave.Source.PAPER, Wave.Source.PAPER.label),
        ],
        initial=Wave.Source.NEVER,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez qui inviter."},
    )
    department = forms.ChoiceField(
        label="Service",
        required=False,
        help_text="Avec les services qui en dépendent.",
        error_messages={"invalid_choice": "Ce service n’existe pas, ou plus."},
    )
    size = forms.IntegerField(
        label="Combien au plus",
        initial=30,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=(
            f"Jusqu’à {MOST_AT_ONCE} par courriel, {MAX_PRINTED_AT_ONCE} sur papier. "
            "Vingt à trente, c’est assez pour répondre à chacun."
        ),
        error_messages={
            "required": "Écrivez un nombre.",
            "invalid": "Écrivez un nombre.",
            "min_value": "Invitez au moins une personne.",
            "max_value": f"Invitez {MOST_AT_ONCE} personnes au plus à la fois.",
        },
    )
    addresses = forms.CharField(
        label="Adresses électroniques",
        required=False,
        max_length=20_000,
        help_text="Une par ligne, ou collées d’un tableur. Personnelles ou professionnelles.",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.tree = DepartmentTree.of(organisation.pk)
        self.fields["addresses"].asked_when = "pour des adresses"
        if choices := self.tree.choices():
            self.fields["department"].choices = [("", "tous les services"), *choices]
        else:
            del self.fields["department"]

    @property
    def chosen_department(self) -> Department | None:
        return self.tree.by_ref(self.cleaned_data.get("department") or "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        source, size = cleaned.get("source"), cleaned.get("size") or 0
        if source == Wave.Source.PAPER and size > MAX_PRINTED_AT_ONCE:
            self.add_error("size", f"Imprimez {MAX_PRINTED_AT_ONCE} feuilles au plus à la fois.")
        if source == Wave.Source.ADDRESSES and "addresses" not in self.errors:
            self.sorted = sort_out(self.organisation, cleaned.get("addresses") or "")
            if self.sorted.wrong:
                self.add_error(
                    "addresses",
                    "Corrigez ou effacez : " + ", ".join(self.sorted.wrong[:5]) + ".",
                )
            elif not self.sorted.wanted:
                known = self.sorted.members or self.sorted.invited
                self.add_error(
                    "addresses",
                    "Toutes ces personnes font déjà partie d’ici ou sont déjà invitées."
                    if known
                    else "Écrivez au moins une adresse, comme prenom.nom@exemple.fr.",
                )
        return cleaned


class LetterForm(forms.Form):
    text = forms.CharField(
        label="La lettre",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 22}),
        error_messages={
            "required": "La lettre est vide : pour retrouver le modèle, reprenez-le ci-dessous.",
            "max_length": "C’est trop long pour être lu : 6 000 signes au plus.",
        },
        help_text="Une ligne vide sépare deux paragraphes.",
    )
