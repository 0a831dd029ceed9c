"""The field of tags: a text with suggestions, and words to tick that need no JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.urls import reverse_lazy


class WordsWidget(forms.TextInput):
    """A text box whose last word is completed by the words that this person may see."""

    template_name = "marketplace/widgets/words.html"
    words: tuple[str, ...] = ()

    class Media:
        js = (Script("js/tags.js", defer=True),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        list_id = f"{widget['attrs'].get('id', name)}_liste"
        widget["attrs"] |= {
            "list": list_id,
            "autocomplete": "off",
            "data-words-url": str(reverse_lazy("listing_tags")),
        }
        widget["list_id"], widget["words"] = list_id, self.words
        return context
