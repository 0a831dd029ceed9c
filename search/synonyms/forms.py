"""What is asked of a group of synonyms."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation
from search.models import SynonymGroup
from search.synonyms import rules


class GroupForm(forms.Form):
    """`group()` gives the group of what was typed, not saved."""

    asked = forms.CharField(
        label="Mots",
        max_length=400,
        help_text="Séparés par des virgules, par exemple «\u00a0barnum, tivoli\u00a0».",
        error_messages={"required": "Écrivez les mots, séparés par des virgules."},
    )
    found = forms.CharField(
        label="Ce qu’ils trouvent aussi",
        max_length=400,
        required=False,
        help_text="Laissez vide si les mots sont dits l’un pour l’autre. Sinon, les mots "
        "ci-dessus trouvent aussi ceux-ci, mais pas l’inverse.",
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation | None,
        instance: SynonymGroup | None = None,
        **kwargs: Any,
    ) -> None:
        if instance is not None:
            kwargs["initial"] = {"asked": instance.asked, "found": instance.found}
        super().__init__(*args, **kwargs)
        self.organisation, self.instance = organisation, instance

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "asked" in typed and "found" in typed:
            typed["asked"], typed["found"] = rules.check(
                typed["asked"], typed["found"], self.organisation, self.instance
            )
        return typed

    def group(self) -> SynonymGroup:
        group = SynonymGroup(organisation=self.organisation)
        group.asked, group.found = self.cleaned_data["asked"], self.cleaned_data["found"]
        return group
