"""What is asked of a department."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.members.forms import DepartmentField
from accounts.models import Department
from accounts.organisations.tree import DepartmentTree
from accounts.words import clean


class NameForm(forms.Form):
    name = forms.CharField(
        label="Nom du service",
        max_length=120,
        error_messages={"required": "Écrivez le nom du service."},
    )

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Écrivez le nom du service.")
        if ">" in name:
            raise forms.ValidationError(
                "Le signe « > » sépare les niveaux dans un fichier : écrivez le nom sans lui."
            )
        return name


class CreateForm(NameForm):
    def __init__(self, *args: Any, tree: DepartmentTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = DepartmentField(
            tree, label="Dans", empty="tout en haut", required=False
        )


class MoveForm(forms.Form):
    def __init__(
        self, *args: Any, tree: DepartmentTree, department: Department, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Neither itself nor what it contains.
        outside = DepartmentTree(
            one for pk, one in tree.departments.items() if pk not in tree.below(department.pk)
        )
        self.fields["parent"] = DepartmentField(
            outside, label="Dans", empty="tout en haut", required=False
        )


class CloseForm(MoveForm):
    """Where its people and services go; an empty department may go without."""

    def __init__(self, *args: Any, is_empty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.pop("parent")
        field.label = "Qui reprend ses personnes et ses services"
        field.choices = [("", "choisissez un service"), *field.choices[1:]]
        field.error_messages["required"] = "Dites quel service reprend ses personnes."
        field.required = not is_empty
        if not is_empty:
            self.fields["into"] = field
