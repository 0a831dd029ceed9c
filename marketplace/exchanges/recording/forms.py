"""Saying what was done: a quantity or two, and when."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from accounts.days import DayField, check_order
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.recording.models import Record, RecordedFact
from marketplace.exchanges.recording.presentation import (
    givers_of,
    hours_words,
    kinds_of,
    number_words,
)
from marketplace.exchanges.recording.rules import Fact, last_day_of
from marketplace.form_words import FormInWords

K = RecordedFact.Kind
FULL_DAY = Decimal(7)  # hours, as most contracts count them: a proposal, for people to change
MOST = Decimal("99999")
_HOURS = re.compile(r"^(\d{1,5})\s*h\s*(\d{1,2})?$", re.IGNORECASE)
LABELS = {
    K.HOURS: "Combien d’heures ?",
    K.DAYS: "Combien de jours ?",
    K.UNITS: "Combien d’exemplaires ?",
    K.KILOMETRES: "Combien de kilomètres ?",
}
HOURS_HELP = "Par exemple 3, 2,5 ou 2 h 30."


class QuantityField(forms.CharField):
    """A quantity as people write it: «2,5», «2 h 30»; cleaned to a Decimal or None."""

    def __init__(self, *, kind: str, label: str, required: bool) -> None:
        self.kind = kind
        super().__init__(
            label=label,
            required=required,
            max_length=12,
            help_text=HOURS_HELP if kind == K.HOURS else "",
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={"required": "Dites combien, en chiffres."},
        )

    def clean(self, value: Any) -> Decimal | None:
        text = " ".join(str(super().clean(value) or "").split())
        if not text:
            return None
        if self.kind == K.HOURS and (found := _HOURS.match(text)):
            minutes = int(found[2] or 0)
            if minutes > 59:
                raise forms.ValidationError("Il y a 60 minutes dans une heure.")
            return (Decimal(found[1]) + Decimal(minutes) / 60).quantize(Decimal("0.01"))
        try:
            quantity = Decimal(re.sub(r"\s", "", text).replace(",", "."))
        except InvalidOperation:
            raise forms.ValidationError("Écrivez-le en chiffres, par exemple 3 ou 2,5.") from None
        if not quantity.is_finite() or not 0 <= quantity <= MOST:
            raise forms.ValidationError("Vérifiez ce nombre.")
        if self.kind == K.UNITS and quantity != quantity.to_integral_value():
            raise forms.ValidationError("Un nombre entier d’exemplaires.")
        return quantity.quantize(Decimal("0.01"))


class RecordForm(FormInWords):
    note = forms.CharField(
        label="Quelque chose à noter ?",
        help_text="Lu par l’autre côté et par la coordination.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first_day = DayField("Du")
    last_day = DayField("Au", "Le même jour si cela n’a duré qu’un jour.")

    field_order = None

    def __init__(self, *args: Any, exchange: Exchange, record: Record | None, **kw: Any) -> None:
        kw["initial"] = _initial(exchange, record) | (kw.get("initial") or {})
        super().__init__(*args, **kw)
        self.exchange = exchange
        self.quantities: dict[str, tuple[str, Participant | None]] = {}
        people = givers_of(exchange)
        for kind in kinds_of(exchange):
            for person in people or [None]:
                name = _name(kind, person)
                label = LABELS[K(kind)]
                if person is not None and len(people) > 1:
                    label = f"Heures de {person.user}"
                optional = len(people) > 1 or kind == K.KILOMETRES
                self.fields[name] = QuantityField(kind=kind, label=label, required=not optional)
                self.quantities[name] = (kind, person)
        for name in ("first_day", "last_day"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = "Donnez le jour."
        self.order_fields([*self.quantities, "first_day", "last_day", "note"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_order(self, data)
        last = data.get("last_day")
        if last and last > timezone.localdate():
            self.add_error("last_day", "Dites ce qui est déjà fait : ce jour est à venir.")
        return data

    def facts(self) -> list[Fact]:
        """Return what was written, without the quantities left empty or nought."""
        data = self.cleaned_data
        return [
            Fact(kind, data[name], data["first_day"], data["last_day"], person)
            for name, (kind, person) in self.quantities.items()
            if data.get(name)
        ]


def _name(kind: str, person: Participant | None) -> str:
    return f"{kind}_{person.pk}" if person is not None else str(kind)


def _initial(exchange: Exchange, record: Record | None) -> dict[str, Any]:
    """Return what to begin with: what was said, else what the dates asked allow to guess."""
    if record is not None:
        return _written(record)
    first, last = _days(exchange)
    initial: dict[str, Any] = {"first_day": first, "last_day": last}
    for kind in kinds_of(exchange):
        if kind == K.UNITS:
            initial[kind] = str(exchange.quantity)
        elif kind == K.DAYS and first and last:
            initial[kind] = str((last - first).days + 1)
        elif kind == K.HOURS and first and first == last:
            for person in givers_of(exchange) or [None]:
                initial[_name(kind, person)] = hours_words(_hours_asked(exchange))
    return initial


def _written(record: Record) -> dict[str, Any]:
    initial: dict[str, Any] = {"note": ""}
    for fact in record.facts.select_related("participant"):
        words = hours_words if fact.kind == K.HOURS else number_words
        initial[_name(fact.kind, fact.participant)] = words(fact.quantity)
        initial |= {"first_day": fact.starts_on, "last_day": fact.ends_on}
    return initial


def _days(exchange: Exchange) -> tuple[Any, Any]:
    """Return the first and the last day asked, or the last one on which it can have been done."""
    latest = last_day_of(exchange)
    start, end = exchange.wanted_from, exchange.wanted_until
    if end is not None:
        end -= timedelta(seconds=1)  # periods are half-open
    first = timezone.localdate(start) if start else None
    last = timezone.localdate(end) if end else first
    if first is not None and last is not None:
        return min(first, latest), min(last, latest)
    return None, None


def _hours_asked(exchange: Exchange) -> Decimal:
    """Return how long was asked, in hours; a working day where only the day was."""
    start, end = exchange.wanted_from, exchange.wanted_until
    if start and end:
        length = end - start
        if timedelta(minutes=15) <= length <= timedelta(hours=12):
            return (Decimal(length.total_seconds()) / 3600).quantize(Decimal("0.01"))
    return FULL_DAY
