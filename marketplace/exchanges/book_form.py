"""Choosing when, in what has a calendar: by the hour, the half-day or the day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from accounts.days import DayField, check_order, day_from
from marketplace.booking.calendar import LEAST, free_shapes
from marketplace.booking.forms import hour
from marketplace.booking.models import Resource
from marketplace.booking.opening import MIDNIGHT, moment
from marketplace.booking.shapes import AFTERNOON as AFTER_NOON
from marketplace.booking.shapes import MORNING as BEFORE_NOON
from marketplace.booking.shapes import Shape
from marketplace.exchanges.forms import AskForm
from marketplace.exchanges.wishes import Wish
from marketplace.words import day_words, figures

MORNING, AFTERNOON, WHOLE_DAY = "matin", "apres-midi", "journee"
# As the browser proposes them, in minutes.
QUARTER = 15
HALF_WORDS = {MORNING: BEFORE_NOON, AFTERNOON: AFTER_NOON}
ONLY = {MORNING: "seul le matin", AFTERNOON: "seule l’après-midi"}
HALVES = ((MORNING, "Le matin"), (AFTERNOON, "L’après-midi"), (WHOLE_DAY, "La journée"))


class WhenForm(AskForm):
    """Asks when as a calendar counts time, or two days that may stay empty without a calendar."""

    day = DayField("Quel jour ?", to_come=True)
    half = forms.ChoiceField(
        label="Quand dans la journée ?",
        choices=HALVES,
        initial=WHOLE_DAY,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si c’est le matin, l’après-midi ou la journée."},
    )
    from_hour = hour("De", missing="Dites à quelle heure vous commencez.")
    to_hour = hour("À", missing="Dites à quelle heure vous finissez.")

    # What each way of counting time asks.
    ASKED = {
        Resource.Step.HOUR: ("day", "from_hour", "to_hour"),
        Resource.Step.HALF_DAY: ("day", "half"),
        Resource.Step.DAY: ("first_day", "last_day"),
    }

    resource: Resource | None
    asked: tuple[str, ...]

    def ask_when(self, resource: Resource | None) -> None:
        """Keep the fields that this calendar asks, and mark those that it cannot do without."""
        self.resource = resource
        self.asked = self.ASKED[Resource.Step(resource.step if resource else Resource.Step.DAY)]
        for name in ("day", "half", "from_hour", "to_hour", "first_day", "last_day"):
            if name not in self.asked:
                del self.fields[name]
        if resource is None:
            return
        for name in ("day", "first_day"):
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = "Choisissez le jour."
        if "last_day" in self.fields:
            self.fields["first_day"].help_text = ""
            self.fields["last_day"].help_text = "Le même jour si vous le laissez vide."

    def chosen_day(self) -> str:
        """Return the first day as it stands in the form, «2027-06-12», or an empty text."""
        field = self[self.asked[0]]
        value = field.value()
        return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_order(self, data)
        starts, ends = data.get("from_hour"), data.get("to_hour")
        if starts is not None and ends is not None and ends <= starts and ends != MIDNIGHT:
            self.add_error("to_hour", "La fin doit venir après le début.")
        for name in ("from_hour", "to_hour"):
            at = data.get(name)
            if at is not None and at.minute % QUARTER:
                self.add_error(name, "Choisissez un quart d’heure : 09:00, 09:15, 09:30 ou 09:45.")
        return data

    def first_day(self) -> date:
        """Return the day on which what the valid form asks for begins."""
        return self.cleaned_data[self.asked[0]]

    def shape(self) -> Shape:
        """Return how the valid form wants it, whatever the day."""
        data = self.cleaned_data
        quantity = data.get("quantity") or 1
        if "first_day" in self.asked:
            last = data["last_day"] or data["first_day"]
            return Shape(quantity, more_days=(last - data["first_day"]).days)
        if "half" in self.asked:
            return Shape(quantity, half=HALF_WORDS.get(data["half"], ""))
        starts, ends = data["from_hour"], data["to_hour"]
        # Midnight ends the day.
        return Shape(quantity, more_days=int(ends == MIDNIGHT), hours=(starts, ends))

    def period(self) -> tuple[datetime, datetime]:
        """Return the half-open period that the valid form asks for."""
        wanted = self.shape().on(self.resource, self.first_day())
        return wanted.starts, wanted.ends


class BookForm(WhenForm):
    """Asks for dates first, then for words: they may be left out where nobody has to answer."""

    waits = forms.BooleanField(
        label="M’inscrire sur la liste d’attente pour ces dates",
        help_text="Nous vous prévenons dans l’ordre des demandes, et vous choisissez alors.",
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_when(self.listing.resource)
        self._word_quantity()
        if self.listing.is_booked_directly:
            self.fields["message"].required = False
            self.fields["message"].label = "Un mot pour qui s’en occupe"
            self.fields["message"].help_text = "Si quelque chose est utile à savoir."
            self.fields["message"].widget.attrs["rows"] = 3
        self.order_fields(["organisation", *self.asked, "quantity", "message", "waits"])

    def say_what_is_left(self, resource: Resource) -> None:
        """Where only half of the day chosen is left, choose that half and say so.

        The others stay in the form: its day may still be changed. `resource` comes from
        `for_calendar`.
        """
        if self.is_bound or "half" not in self.fields:
            return
        day = day_from(self.chosen_day())
        if day is None:
            return
        left = free_shapes(resource, day, LEAST[Resource.Step.HALF_DAY])
        if len(left) == 1:
            half = MORNING if left[0].half == BEFORE_NOON else AFTERNOON
            self.initial["half"] = half
            self.fields[
                "half"
            ].help_text = (
                f"Le {day_words(moment(day, MIDNIGHT))}, {ONLY[half]} est libre en entier."
            )

    def propose_to_wait(self) -> None:
        """Ask whether one waits: only once it is known that somebody else has it."""
        self.fields["waits"].widget = forms.CheckboxInput()

    def _word_quantity(self) -> None:
        capacity = self.resource.capacity
        if capacity < 2:
            self.fields.pop("quantity", None)
            return
        if "quantity" not in self.fields:
            self.fields["quantity"] = forms.IntegerField(label="Combien ?", min_value=1, initial=1)
        field = self.fields["quantity"]
        field.help_text = f"Il y en a {figures(capacity)} en tout."
        field.widget.attrs["max"] = capacity

    def clean_quantity(self) -> int:
        """Leave the most to the calendar, which knows what is left at those dates."""
        return self.cleaned_data["quantity"]

    def typed(self) -> dict[str, Any]:
        """Return what was typed, as the initial values of the form that shows it again."""
        return {name: self[name].value() for name in self.fields if name != "waits"}

    def moved_to(self, day: str) -> dict[str, Any]:
        """Return what was typed, begun on another day; for as many days where one counts them."""
        typed = self.typed()
        typed[self.asked[0]] = day
        first, last = (self.cleaned_data.get(name) for name in ("first_day", "last_day"))
        begins = day_from(day)
        if first and last and begins:
            typed["last_day"] = begins + (last - first)
        return typed

    def wish(self) -> Wish:
        starts, ends = self.period()
        return Wish(
            message=self.cleaned_data["message"],
            wanted_from=starts,
            wanted_until=ends,
            quantity=self.cleaned_data.get("quantity") or 1,
            waits=self.cleaned_data["waits"],
        )
