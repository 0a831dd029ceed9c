"""A word to everybody who comes."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.catalogue.forms import WHOSE_TIME
from marketplace.catalogue.slots import Slot
from marketplace.entering_forms import ForSomeoneForm
from marketplace.form_words import FormInWords


class WriteToAllForm(FormInWords):
    body = forms.CharField(
        label="Votre mot à toutes les personnes qui viennent",
        help_text="Le rendez-vous, ce qu’il faut apporter, ou merci : chacune le lit dans sa "
        "conversation avec vous.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez votre mot avant de l’envoyer."},
    )


class SayForForm(ForSomeoneForm):
    """«Je viens», for a person at the counter."""

    slot = forms.ChoiceField(label="À quel moment ?", widget=forms.RadioSelect)
    whose_time = forms.ChoiceField(
        label="Sur quel temps ?", choices=WHOSE_TIME, widget=forms.RadioSelect
    )
    field_order = ["person", "slot", "whose_time", "said_so"]

    def __init__(self, *args: Any, slots: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        timed = [(slot.ref, slot.words.capitalize()) for slot in slots if not slot.is_whole]
        if timed:
            self.fields["slot"].choices = timed
        else:
            del self.fields["slot"]
