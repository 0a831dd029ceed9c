"""How the forms of `/cms/` ask what is better seen than named: a pictogram, a colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms


class PictogramInput(forms.RadioSelect):
    """Pictograms as one sees them, to choose with a finger, a mouse or the arrows of a keyboard."""

    template_name = "home/widgets/pictograms.html"


class ColourInput(forms.TextInput):
    """A colour; where it is refused, a button takes the one that is proposed instead.

    `proposal` is given a colour and returns the one to take instead, or nothing. The button only
    says that it was pressed: a colour that was mended by hand meanwhile is left as it is.
    """

    input_type = "color"
    template_name = "home/widgets/colour.html"

    def __init__(self, proposal: Callable[[str], str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.proposal = proposal

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["proposal"] = self.proposal(str(value or ""))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        if f"{name}-instead" in data:
            return self.proposal(str(typed or "")) or typed
        return typed
