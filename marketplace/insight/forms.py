"""What a coordinator chooses: which services to look at, and who follows each."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Department, User
from accounts.organisations.tree import DepartmentTree
from marketplace.insight.together import PERSON, REASON, Act, Said

MINE, WITHOUT = "miens", "sans"


class ServiceForm(forms.Form):
    """The filter, read leniently: what is not understood filters nothing."""

    def __init__(self, *args: Any, tree: DepartmentTree, follows: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.follows = tree, follows
        mine = [(MINE, "ceux que je suis")] if follows else []
        self.fields["service"] = forms.ChoiceField(
            label="Service",
            required=False,
            choices=[("", "tous"), *mine, *tree.choices(), (WITHOUT, "sans service")],
        )

    def wanted(self) -> tuple[frozenset[int] | None, bool]:
        """Return the departments to look at (None for all), and whether those without one."""
        asked = self.cleaned_data.get("service", "") if self.is_valid() else ""
        if asked == MINE:
            return frozenset(self.follows), False
        if department := self.tree.by_ref(asked):
            return frozenset(self.tree.below(department.pk)), False
        return None, asked == WITHOUT


class EntrustForm(forms.Form):
    """Who follows one service, and who replaces them."""

    def __init__(
        self, *args: Any, department: Department, coordinators: list[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix=department.ref, **kwargs)
        self.people = {str(one.pk): one for one in coordinators}
        choices = [(pk, str(one)) for pk, one in self.people.items()]
        self.fields["coordinator"] = forms.ChoiceField(
            label="Suivi par",
            required=False,
            choices=[("", "toute la coordination"), *choices],
        )
        self.fields["deputy"] = forms.ChoiceField(
            label="En son absence", required=False, choices=[("", "personne"), *choices]
        )
        for name, field in self.fields.items():
            field.error_messages["invalid_choice"] = (
                "Cette personne n’assure plus la coordination : choisissez-en une autre."
            )
            field.widget.attrs["id"] = f"id_{department.ref}_{name}"

    def chosen(self) -> tuple[User | None, User | None]:
        """Return who follows and who replaces them."""
        cleaned = self.cleaned_data
        return self.people.get(cleaned["coordinator"]), self.people.get(cleaned["deputy"])


class TogetherForm(forms.Form):
    """What goes with ticked rows: to whom, or why; each asked by some of the buttons only."""

    person = forms.ChoiceField(label="À qui ?", required=False)
    reason = forms.CharField(
        label="Pourquoi ?",
        required=False,
        max_length=1000,
        help_text="Chaque personne concernée lira ces mots.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.ref: one for one in people}
        self.fields["person"].choices = [
            ("", "choisir une personne"),
            *((ref, str(one)) for ref, one in self.people.items()),
        ]

    def missing(self, act: Act) -> str:
        """Return what this act still asks for, as a sentence, or an empty text."""
        valid = self.is_valid()
        if act.needs == PERSON and not (valid and self.cleaned_data["person"]):
            return "Choisissez dans la liste à qui vous confiez ce qui est coché."
        if act.needs == REASON and not (valid and self.cleaned_data["reason"].strip()):
            return "Dites pourquoi en quelques mots : chaque personne concernée les lira."
        return ""

    def said(self, seen: dict[str, str]) -> Said:
        """Return what was typed; `seen` is what each row was when the page was read."""
        data = self.cleaned_data if self.is_valid() else {}
        return Said(data.get("reason", ""), self.people.get(data.get("person", "")), seen)
