"""Looking for somebody in the directory."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Department
from accounts.organisations.tree import DepartmentTree
from accounts.words import clean


class DirectoryForm(forms.Form):
    """Read leniently: what is not understood filters nothing."""

    q = forms.CharField(
        label="Une envie, un savoir-faire, un nom",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, tree: DepartmentTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree
        self.fields["service"] = forms.ChoiceField(
            label="Service", required=False, choices=[("", "tous"), *tree.choices()]
        )

    def wanted(self) -> tuple[str, Department | None]:
        """Return the words and the department that are looked for."""
        self.is_valid()
        asked = self.cleaned_data
        return clean(asked.get("q", "")), self.tree.by_ref(asked.get("service", ""))
