"""A form field where a person types a commune."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.urls import reverse_lazy

from accounts.models import Commune

MAX_CHOICES = 6
CODE_LENGTH = 5  # of an INSEE code


class CommuneWidget(forms.TextInput):
    """A text box with a list of suggestions, filled by `/lieux/` where there is JavaScript."""

    template_name = "accounts/widgets/commune.html"

    class Media:
        js = (Script("js/places.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {"autocomplete": "off", "spellcheck": "false", "data-completion": "lieux"}
        super().__init__({**defaults, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        list_id = f"{widget['attrs'].get('id', name)}_liste"
        widget["attrs"]["list"] = list_id
        widget["attrs"]["data-completion-url"] = str(reverse_lazy("places"))
        widget["list_id"] = list_id
        return context


class CommuneField(forms.CharField):
    """Text typed, Commune returned; what is ambiguous is refused with the exact choices."""

    widget = CommuneWidget
    default_error_messages = {
        "required": "Indiquez la commune.",
        "unknown": (
            "Nous ne connaissons pas de commune « %(text)s ». "
            "Écrivez son nom entier ou son code postal."
        ),
        "ambiguous": (
            "Plusieurs communes répondent à ce nom : précisez laquelle, par exemple %(choices)s."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Commune")
        kwargs.setdefault("help_text", "Son nom ou son code postal.")
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Commune):
            return value.exact_label
        # What was typed comes here too, to be shown again: only a code is looked up.
        if isinstance(value, str) and len(value) == CODE_LENGTH and value.isalnum():
            known = Commune.objects.filter(code=value).first()
            return known.exact_label if known else value
        return value

    def clean(self, value: Any) -> Commune | None:  # type: ignore[override]
        """Return the commune; raises ValidationError when it is unknown or ambiguous."""
        text = super().clean(value)
        if not text:
            return None
        found = list(Commune.objects.named(text)[: MAX_CHOICES + 1])
        if not found:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"text": text[:60]}
            )
        if len(found) > 1:
            choices = ", ".join(
                f"« {commune.name} {commune.postal_codes.split(' ')[0]} »"
                if _postal_code_settles(commune, found)
                else f"« {commune.exact_label} »"
                for commune in found[:MAX_CHOICES]
            )
            raise ValidationError(
                self.error_messages["ambiguous"], code="ambiguous", params={"choices": choices}
            )
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


def _postal_code_settles(commune: Commune, among: list[Commune]) -> bool:
    """Return whether «name postal-code» means this commune and no other of the list."""
    first = commune.postal_codes.split(" ")[0]
    same = [
        other
        for other in among
        if other.folded_name == commune.folded_name and first in other.postal_codes.split(" ")
    ]
    return bool(first) and len(same) == 1
