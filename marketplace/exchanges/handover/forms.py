"""Noting a departure or a return, answering it, settling an incident: made for a phone."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.booking.models import Unit
from marketplace.exchanges.handover import checklists, rights
from marketplace.exchanges.handover.incidents import units_of
from marketplace.exchanges.handover.models import WORDS, HandOver, Incident
from marketplace.exchanges.handover.rules import LICENCE, NO_WORDS, State
from marketplace.exchanges.models import Exchange
from marketplace.form_words import FormInWords
from marketplace.words import NBSP

LICENCE_LABEL = "Mon permis de conduire est valide pour ce véhicule"


def _drivers_field() -> forms.CharField:
    return forms.CharField(
        label=f"Qui d’autre conduira{NBSP}?",
        help_text="Prénom et nom, une personne par ligne. En les nommant, vous dites que leur "
        "permis est valide aussi. Laissez vide si vous conduisez sans relais.",
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures, or none; what they hold is checked by the rule."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(PhotosField, self).clean(one, initial) for one in data or []]


class RecordForm(FormInWords):
    moment = forms.ChoiceField(choices=HandOver.Moment.choices, widget=forms.HiddenInput)
    ticked = forms.MultipleChoiceField(
        label="Ce qui est vérifié",
        help_text="Laissez décoché ce qui manque, et dites-le plus bas.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kilometres = forms.IntegerField(
        label="Kilomètres au compteur",
        help_text="S’il y a un compteur.",
        required=False,
        min_value=0,
        max_value=2_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    fuel = forms.ChoiceField(
        label="Carburant ou batterie",
        choices=[("", "Sans objet"), *HandOver.Fuel.choices],
        required=False,
    )
    condition = forms.ChoiceField(
        label=f"Dans quel état{NBSP}?",
        choices=HandOver.Condition.choices,
        initial=HandOver.Condition.GOOD,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites dans quel état c’est."},
    )
    unit = forms.ModelChoiceField(
        label=f"Lequel est abîmé{NBSP}?",
        queryset=Unit.objects.none(),
        required=False,
        to_field_name="ref",
        empty_label="Aucun",
    )
    words = forms.CharField(
        label="Ce qu’il faut savoir",
        help_text="Une rayure déjà là, une pièce qui manque.",
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = PhotosField(
        label="Photos",
        help_text="Six au plus. Le lieu et l’appareil n’y sont pas gardés, et seuls les deux "
        "côtés et la coordination les voient.",
        required=False,
        widget=SeveralFilesInput(attrs={"accept": "image/*"}),
    )
    licence = forms.BooleanField(
        label=LICENCE_LABEL,
        help_text="Nous gardons la date de cette phrase, et aucune copie du permis.",
        required=False,
        error_messages={"required": LICENCE},
    )
    drivers = _drivers_field()

    def __init__(
        self, *args: Any, exchange: Exchange, user: Any, moment: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moment"].initial = moment
        lines = checklists.lines(exchange.listing, moment)
        self.fields["ticked"].choices = [(line, line) for line in lines]
        self.fields["photos"].widget.attrs["multiple"] = True
        if not lines or rights.is_light(exchange):
            del self.fields["ticked"]
        if not checklists.has_meter(exchange):
            del self.fields["kilometres"], self.fields["fuel"]
        units = units_of(exchange)
        if len(units) < 2:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = Unit.objects.filter(pk__in=[one.pk for one in units])
        takes = rights.role_of(user, exchange) == rights.TAKER
        if moment == HandOver.Moment.LEAVING and takes and checklists.wants_licence(exchange):
            self.fields["licence"].required = True
            self.fields["licence"].label = _licence_label(exchange)
        else:
            del self.fields["licence"], self.fields["drivers"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        damaged = data.get("condition") == HandOver.Condition.DAMAGED
        if damaged and not data.get("words"):
            self.add_error("words", NO_WORDS)
        # A browser never sends a file twice by itself.
        if self.errors and data.get("photos"):
            self.add_error("photos", "Choisissez de nouveau vos photos.")
        return data

    def state(self) -> State:
        data = self.cleaned_data
        return State(
            condition=data["condition"],
            words=data["words"],
            ticked=frozenset(data.get("ticked") or ()),
            kilometres=data.get("kilometres"),
            fuel=data.get("fuel") or "",
            licence=bool(data.get("licence")),
            drivers=data.get("drivers") or "",
            unit=data.get("unit"),
            photos=tuple(data.get("photos") or ()),
        )


class AnswerForm(FormInWords):
    moment = forms.ChoiceField(choices=HandOver.Moment.choices, widget=forms.HiddenInput)
    licence = forms.BooleanField(
        label=LICENCE_LABEL,
        help_text="Nous gardons la date de cette phrase, et aucune copie du permis.",
        error_messages={"required": LICENCE},
    )
    drivers = _drivers_field()
    words = forms.CharField(
        label="Ce qui diffère, s’il y a lieu",
        help_text="Laissez vide si vous êtes d’accord.",
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, hand_over: HandOver, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moment"].initial = hand_over.moment
        if rights.attests(user, hand_over):
            self.fields["licence"].label = _licence_label(hand_over.exchange)
        else:
            del self.fields["licence"], self.fields["drivers"]


def _licence_label(exchange: Exchange) -> str:
    return f"{LICENCE_LABEL} ({checklists.licence_of(exchange)})"


class SettleForm(FormInWords):
    outcome = forms.ChoiceField(
        label=f"Comment cela finit-il{NBSP}?",
        choices=Incident.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si c’est réparé, ou hors d’usage."},
    )
    words = forms.CharField(
        label="En quelques mots",
        help_text="Qui a réparé, ce qui a changé. Celles et ceux qui l’ont emprunté le liront.",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites en quelques mots comment c’est réglé."},
    )
