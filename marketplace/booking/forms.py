"""The calendar of a listing as whoever keeps it describes it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html

from accounts.days import DayField, check_order, day_end, day_start
from marketplace.booking.models import Allocation, OpeningHours, Resource, Unit
from marketplace.booking.opening import moment
from marketplace.booking.rules import Period
from marketplace.booking.setting_up import SetUp, WeeklyHours
from marketplace.catalogue.forms import with_hint
from marketplace.form_words import FormInWords
from marketplace.words import NBSP

QUANTITY, UNITS = "quantity", "units"
COUNTED = (
    (QUANTITY, with_hint("Une quantité", "Des chaises, des barrières : l’une vaut l’autre.")),
    (
        UNITS,
        with_hint(
            "Des exemplaires qui ont un nom",
            "« Vélo 1 », « Vélo 2 » : on sait lequel est sorti, et lequel est en réparation.",
        ),
    ),
)
STEPS = (
    (Resource.Step.HOUR, "À l’heure"),
    (Resource.Step.HALF_DAY, "À la demi-journée"),
    (Resource.Step.DAY, "À la journée"),
)
DELAYS = (
    (0, "Aucun"),
    (1, "Un jour"),
    (2, "Deux jours"),
    (7, "Une semaine"),
    (14, "Deux semaines"),
)
LONGEST = (
    (0, "Sans limite"),
    (4, "Quatre heures"),
    (24, "Un jour"),
    (72, "Trois jours"),
    (168, "Une semaine"),
    (720, "Un mois"),
)
BUFFERS = (
    (0, "Aucune"),
    (15, "Un quart d’heure"),
    (30, "Une demi-heure"),
    (60, "Une heure"),
    (1440, "Un jour"),
)
WEEKDAYS = tuple((str(value), label.capitalize()) for value, label in OpeningHours.Weekday.choices)


class TimeInput(forms.TimeInput):
    """The browser's own way of typing an hour."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"step": 900})


def hour(label: str, missing: str = "") -> forms.TimeField:
    """Return a field for an hour; `missing` says what to do when it is left empty and must not."""
    return forms.TimeField(
        label=label,
        required=bool(missing),
        widget=TimeInput(),
        error_messages={"required": missing, "invalid": "Écrivez l’heure ainsi : 09:30."},
    )


class HoursForm(FormInWords):
    """The same hours on several weekdays."""

    weekdays = forms.MultipleChoiceField(
        label="Quels jours ?",
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opens_at = hour("De")
    closes_at = hour("À")
    term = forms.ChoiceField(
        label="Quand dans l’année ?",
        choices=OpeningHours.Term.choices,
        initial=OpeningHours.Term.ALWAYS,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        days, opens, closes = data.get("weekdays"), data.get("opens_at"), data.get("closes_at")
        if not (days or opens or closes) or self.errors:
            return data
        if not days:
            self.add_error("weekdays", "Cochez au moins un jour.")
        if opens is None:
            self.add_error("opens_at", "Dites à quelle heure cela ouvre.")
        if closes is None:
            self.add_error("closes_at", "Dites à quelle heure cela ferme.")
        if opens is not None and closes is not None and closes <= opens and closes != time(0):
            self.add_error("closes_at", "La fermeture doit venir après l’ouverture.")
        return data

    def hours(self) -> WeeklyHours | None:
        """Return the hours said, None when the form was left empty."""
        data = self.cleaned_data
        if not data.get("weekdays"):
            return None
        return WeeklyHours(
            tuple(int(day) for day in data["weekdays"]),
            data["opens_at"],
            data["closes_at"],
            data["term"] or OpeningHours.Term.ALWAYS,
        )


HoursFormSet = forms.formset_factory(HoursForm, extra=1, max_num=6, absolute_max=8)


class CalendarForm(FormInWords):
    """How many there are, how one books them, how long before and for how long."""

    counted = forms.ChoiceField(
        label="Comment les compter ?", choices=COUNTED, widget=forms.RadioSelect
    )
    quantity = forms.IntegerField(label="Combien ?", min_value=1, max_value=10_000, required=False)
    units = forms.CharField(
        label="Le nom de chaque exemplaire",
        help_text="Un par ligne. Celui que vous enlevez n’est plus prêté ; son passé reste.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    step = forms.ChoiceField(
        label="Comment se réserve-t-il ?", choices=STEPS, widget=forms.RadioSelect
    )
    kept_while_closed = forms.BooleanField(
        label="On peut le garder pendant la fermeture",
        help_text="Pris le vendredi, rendu le lundi. Décochez pour une salle ou un bureau.",
        required=False,
    )
    closed_on_public_holidays = forms.BooleanField(label="Fermé les jours fériés", required=False)
    lead_time = forms.TypedChoiceField(label="Délai pour s’y prendre", choices=DELAYS, coerce=int)
    longest = forms.TypedChoiceField(label="Durée la plus longue", choices=LONGEST, coerce=int)
    buffer = forms.TypedChoiceField(
        label="Pause entre deux réservations",
        help_text="Le temps de vérifier, de nettoyer, de recharger.",
        choices=BUFFERS,
        coerce=int,
    )

    def say_what_is_out_of_service(self, resource: Resource | None) -> None:
        """Name beside the list the units that it does not show, for they are not lent today."""
        if resource is None or not resource.is_itemised:
            return
        out = [unit.label for unit in resource.units.all() if not unit.in_service]
        if out:
            field = self.fields["units"]
            field.help_text = format_html(
                "{} Hors service{}: {}. Pour prêter de nouveau un exemplaire, ajoutez son nom.",
                field.help_text,
                NBSP,
                ", ".join(out),
            )

    def clean_units(self) -> tuple[str, ...]:
        lines = [line.strip() for line in self.cleaned_data["units"].splitlines()]
        labels = tuple(line for line in lines if line)
        if any(len(label) > 60 for label in labels):
            raise forms.ValidationError("Un nom tient en soixante caractères.")
        if len(set(labels)) < len(labels):
            raise forms.ValidationError("Deux exemplaires portent le même nom : changez-en un.")
        return labels

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("counted") == QUANTITY and not data.get("quantity"):
            self.add_error("quantity", "Dites combien : 1 s’il n’y en a qu’un.")
        if data.get("counted") == UNITS and not data.get("units") and "units" not in self.errors:
            self.add_error("units", "Nommez au moins un exemplaire.")
        if data.get("step") == Resource.Step.DAY and 0 < (data.get("longest") or 0) < 24:
            self.add_error(
                "longest", "À la journée, la durée la plus longue est d’un jour au moins."
            )
        return data

    def set_up(self, hours: list[WeeklyHours]) -> SetUp:
        """Return what the valid forms say."""
        data = self.cleaned_data
        by_units = data["counted"] == UNITS
        return SetUp(
            quantity=1 if by_units else data["quantity"],
            unit_labels=data["units"] if by_units else (),
            hours=tuple(hours),
            fields={
                "step": data["step"],
                "kept_while_closed": data["kept_while_closed"],
                "closed_on_public_holidays": data["closed_on_public_holidays"],
                "lead_time": timedelta(days=data["lead_time"]),
                "longest": timedelta(hours=data["longest"]) if data["longest"] else None,
                "buffer": timedelta(minutes=data["buffer"]),
            },
        )


class ClosureForm(FormInWords):
    """Whole days on which it stays closed."""

    first_day = DayField("Du", to_come=True)
    last_day = DayField("Au", "Le même jour si vous le laissez vide.", to_come=True)
    reason = forms.CharField(
        label="Pourquoi ?",
        help_text="On le lira dans le calendrier : pas de nom de personne.",
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].required = True
        self.fields["first_day"].error_messages["required"] = "Choisissez le premier jour."

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["last_day"] = data.get("last_day") or data.get("first_day")
        check_order(self, data)
        return data


class KeepForm(ClosureForm):
    """Days on which we use it ourselves, or repair it."""

    purpose = forms.ChoiceField(
        label="Pour quoi ?",
        choices=(
            (Allocation.Purpose.OWN_USE, "Nous nous en servons"),
            (Allocation.Purpose.REPAIR, "Il est en réparation"),
        ),
        widget=forms.RadioSelect,
    )
    units = forms.ModelMultipleChoiceField(
        label="Lesquels ?",
        queryset=Unit.objects.none(),
        to_field_name="ref",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Dites lesquels."},
    )
    quantity = forms.IntegerField(label="Combien ?", min_value=1, initial=1)
    from_hour = hour("De")
    to_hour = hour("À")

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Précision"
        self.fields[
            "reason"
        ].help_text = (
            "Seules les personnes qui tiennent ce calendrier la lisent. Pas de nom de personne."
        )
        if resource.is_itemised:
            in_service = resource.units.filter(in_service=True)
            self.fields["units"].queryset = in_service
            self.fields["units"].initial = in_service if len(in_service) == 1 else None
        else:
            del self.fields["units"]
        if resource.is_itemised or resource.capacity < 2:
            del self.fields["quantity"]
        if resource.step == Resource.Step.DAY:
            del self.fields["from_hour"], self.fields["to_hour"]
        else:
            self.fields[
                "from_hour"
            ].help_text = "Toute la journée si vous laissez les heures vides."
        order = ["first_day", "last_day", "from_hour", "to_hour", "purpose", "units", "quantity"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("from_hour"), data.get("to_hour")
        if (starts is None) != (ends is None) and not {"from_hour", "to_hour"} & set(self.errors):
            missing = "to_hour" if ends is None else "from_hour"
            self.add_error(missing, "Dites les deux heures, ou aucune.")
        same_day = data.get("first_day") == data.get("last_day")
        if starts is not None and ends is not None and same_day and time(0) != ends <= starts:
            self.add_error("to_hour", "La fin doit venir après le début.")
        return data

    def period(self) -> Period:
        data = self.cleaned_data
        first, last = data["first_day"], data["last_day"]
        quantity = data.get("quantity") or 1
        if data.get("from_hour") is None or data.get("to_hour") is None:
            return Period(day_start(first), day_end(last), quantity)
        ends = day_end(last) if data["to_hour"] == time(0) else moment(last, data["to_hour"])
        return Period(moment(first, data["from_hour"]), ends, quantity)
