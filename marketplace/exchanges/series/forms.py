"""Asking for several days at once: how often, until when; then which of the dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.days import DayField, day_from
from marketplace.booking.alternatives import Elsewhere
from marketplace.booking.recurring import A_YEAR, MOST, TAKEN, Occurrence, days_of
from marketplace.exchanges.book_form import BookForm
from marketplace.exchanges.choosing import place_words
from marketplace.exchanges.series.presentation import occurrence_words
from marketplace.exchanges.series.rules import Planned
from marketplace.exchanges.wishes import Wish
from marketplace.form_words import FormInWords
from marketplace.words import NBSP, figures, span_words

EVERY_WEEK, EVERY_TWO_WEEKS, CHOSEN = "1", "2", "0"
RHYTHMS = (
    (EVERY_WEEK, "Toutes les semaines, le même jour"),
    (EVERY_TWO_WEEKS, "Une semaine sur deux, le même jour"),
    (CHOSEN, "Les jours que je choisis, un par un"),
)
WAITS, ON, AT = "waits", "day:", "place:"


class SeriesForm(BookForm):
    """The first day and its hours, as for one booking; then how often, and until when."""

    rhythm = forms.ChoiceField(
        label="À quel rythme ?",
        choices=RHYTHMS,
        initial=EVERY_WEEK,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], "Dites à quel rythme."),
    )
    until = DayField("Jusqu’au", to_come=True)
    # Days added one by one, as they stand in the page: «2027-06-08,2027-06-15».
    extra = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "until"
        ].help_text = (
            f"Un an et {figures(MOST)} dates au plus. Inutile si vous choisissez les jours."
        )
        # Instead of «facultatif»: a rhythm wants its end.
        self.fields["until"].asked_when = "pour un rythme régulier"
        del self.fields["waits"]
        first = self.asked[0]
        self.fields[first].label = "Le premier jour" if first == "day" else "La première fois, du"
        ordered = ["organisation", *self.asked, "quantity", "rhythm", "until", "message"]
        self.order_fields(ordered)

    def clean_extra(self) -> list[date]:
        days = map(day_from, self.cleaned_data["extra"].split(",")[:MOST])
        return [day for day in days if day]  # the others are not as our page wrote them

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("rhythm") in (EVERY_WEEK, EVERY_TWO_WEEKS):
            self._check_end(data)
        return data

    def _check_end(self, data: dict[str, Any]) -> None:
        first, until = data.get(self.asked[0]), data.get("until")
        if "until" in self.errors or first is None:
            return
        if until is None:
            self.add_error("until", "Dites jusqu’à quel jour.")
        elif until > first + A_YEAR:
            self.add_error("until", "Un an au plus : choisissez une fin plus proche.")
        elif len(days := days_of(first, int(data["rhythm"]), until)) < 2:
            self.add_error(
                "until", "La fin vient avant la deuxième fois : choisissez-la plus loin."
            )
        elif len(days) > MOST:
            self.add_error(
                "until", f"Pas plus de {figures(MOST)} dates : choisissez une fin plus proche."
            )

    @property
    def every_weeks(self) -> int:
        return int(self.cleaned_data["rhythm"])

    @property
    def ends_on(self) -> date | None:
        """Return the end of a rhythm; none of days that are chosen."""
        return self.cleaned_data["until"] if self.every_weeks else None

    def add_day(self, day: date) -> None:
        """Have the valid form ask for one more day, and its page carry it on."""
        days = sorted({*self.cleaned_data["extra"], day})
        self.cleaned_data["extra"] = days
        self.data = self.data.copy()
        self.data["extra"] = ",".join(f"{one:%Y-%m-%d}" for one in days)

    def days(self) -> list[date]:
        """Return the days that the valid form asks for, those added one by one included."""
        first = self.first_day()
        days = days_of(first, self.every_weeks, self.ends_on) if self.ends_on else [first]
        return sorted({*days, *self.cleaned_data["extra"]})


class AddDayForm(FormInWords):
    """One more day."""

    more = DayField("Ajouter un autre jour", to_come=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["more"].required = True
        self.fields["more"].error_messages["required"] = "Choisissez le jour à ajouter."


class DatesForm(FormInWords):
    """Each date with its state: what is free is ticked, the rest is left out or replaced."""

    def __init__(
        self,
        *args: Any,
        occurrences: Iterable[Occurrence],
        elsewhere: dict[date, list[Elsewhere]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.occurrences = list(occurrences)
        self.elsewhere = elsewhere
        for one in self.occurrences:
            self.fields[name_of(one.day)] = self._field(one)

    def _field(self, one: Occurrence) -> forms.Field:
        if one.is_free:
            return forms.BooleanField(
                label=occurrence_words(one), help_text=one.note, required=False, initial=True
            )
        choices = [("", "Laisser cette date de côté")]
        choices += [
            (f"{ON}{other.starts.isoformat()}", f"Plutôt {span_words(other.starts, other.ends)}")
            for other in one.other_days
        ]
        choices += [
            (f"{AT}{other.listing.ref}", place_words(other))
            for other in self.elsewhere.get(one.day, ())
        ]
        if one.state == TAKEN and one.period.starts > timezone.now():
            choices.append((WAITS, "M’inscrire sur la liste d’attente"))
        return forms.ChoiceField(
            label=occurrence_words(one),
            help_text=one.words,
            choices=choices,
            initial="",
            required=False,
            widget=forms.RadioSelect,
            error_messages={
                "invalid_choice": f"Cela vient de changer{NBSP}: choisissez de nouveau."
            },
        )

    def planned(self, form: SeriesForm, charter: int = 0) -> list[Planned]:
        """Return what the valid forms ask for, each date of the listing where it is to be had.

        `charter` is the number of the version that was ticked.
        """
        found = []
        for one in self.occurrences:
            choice = self.cleaned_data[name_of(one.day)]
            listing, period = form.listing, one.period
            if not choice:
                continue
            if choice is not True and choice.startswith(ON):
                period = next(
                    other
                    for other in one.other_days
                    if other.starts.isoformat() == choice.removeprefix(ON)
                )
            elif choice is not True and choice.startswith(AT):
                other = next(
                    other
                    for other in self.elsewhere[one.day]
                    if other.listing.ref == choice.removeprefix(AT)
                )
                listing, period = other.listing, other.period
            wish = Wish(
                message=form.cleaned_data["message"],
                wanted_from=period.starts,
                wanted_until=period.ends,
                quantity=period.quantity,
                waits=choice == WAITS,
                charter=charter,
            )
            found.append(Planned(listing, wish))
        return found


def name_of(day: date) -> str:
    """Return the name of a day's field."""
    return f"d{day:%Y%m%d}"
