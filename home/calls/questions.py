"""What a call may ask: a short list of kinds, none of which takes a file or any markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.formats import date_format
from django.utils.html import escape

from home.typography import french

SHORT, LONG = 200, 5000  # characters
MOST_CHOICES, LONGEST_CHOICE = 20, 120
MOST_QUESTIONS = 20


class QuestionKind(models.TextChoices):
    SHORT = "short", "quelques mots"
    LONG = "long", "un texte"
    ONE = "one", "un choix parmi plusieurs"
    SEVERAL = "several", "plusieurs choix possibles"
    DATE = "date", "une date"
    NUMBER = "number", "un nombre"


WITH_CHOICES = (QuestionKind.ONE, QuestionKind.SEVERAL)


@dataclass(frozen=True)
class Given:
    """What was answered to one question, as it is kept: the question's words go with it, so that
    an answer still reads well when the call has changed."""

    question: str
    label: str
    kind: str
    value: str | list[str]

    @property
    def text(self) -> str:
        """Return the answer as one reads it."""
        if isinstance(self.value, list):
            return ", ".join(self.value)
        if self.kind == QuestionKind.DATE and self.value:
            return date_format(date.fromisoformat(self.value), "j F Y")
        if self.kind == QuestionKind.NUMBER:
            return self.value.replace(".", ",")
        return self.value

    @property
    def typed(self) -> Any:
        """Return the answer as its field shows it again: «2,5»."""
        return Decimal(self.value) if self.kind == QuestionKind.NUMBER else self.value  # type: ignore[arg-type]

    def as_row(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "label": self.label,
            "kind": self.kind,
            "value": self.value,
        }


def lines(text: str) -> list[str]:
    """Return the choices written one a line, without the empty ones and those said twice."""
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def field_for(question: Any) -> forms.Field:
    """Return the form field that asks the question."""
    common: dict[str, Any] = {
        "label": french(question.label),
        # The help is drawn as it is: an editor's signs are not markup.
        "help_text": escape(french(question.help)),
        "required": question.required,
    }
    return _BUILDERS[question.kind](question, common)


def _short(question: Any, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        max_length=SHORT,
        error_messages={"required": "Écrivez quelques mots."},
        **common,
    )


def _long(question: Any, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Écrivez votre réponse, même courte.",
            "max_length": (
                "%(limit_value)d signes au plus : il y en a %(show_value)d. Gardez l’essentiel."
            ),
        },
        **common,
    )


def _one(question: Any, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(
        choices=[(text, french(text)) for text in lines(question.choices)],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une réponse.",
            "invalid_choice": "Ce choix n’est plus proposé : choisissez-en un autre.",
        },
        **common,
    )


def _several(question: Any, common: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=[(text, french(text)) for text in lines(question.choices)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins une réponse.",
            "invalid_choice": "Un choix n’est plus proposé : cochez de nouveau les vôtres.",
        },
        **common,
    )


def _date(question: Any, common: dict[str, Any]) -> forms.Field:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"],
        error_messages={
            "required": "Donnez une date.",
            "invalid": "Cette date n’existe pas : écrivez-la ainsi, 31/12/2025.",
        },
        **common,
    )


class _NumberField(forms.DecimalField):
    """Takes «1 000», whichever space one puts between thousands."""

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


def _number(question: Any, common: dict[str, Any]) -> forms.Field:
    return _NumberField(
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": "Donnez un nombre.",
            "invalid": "Écrivez un nombre en chiffres, par exemple 12 ou 2,5.",
        },
        **common,
    )


_BUILDERS: dict[str, Any] = {
    QuestionKind.SHORT: _short,
    QuestionKind.LONG: _long,
    QuestionKind.ONE: _one,
    QuestionKind.SEVERAL: _several,
    QuestionKind.DATE: _date,
    QuestionKind.NUMBER: _number,
}


def kept(value: Any) -> str | list[str]:
    """Return what a form field understood, as it is kept in JSON."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def given(questions: Iterable[Any], cleaned: dict[str, Any]) -> list[Given]:
    """Return what was answered, in the order of the questions, empty answers left out."""
    found = []
    for question in questions:
        value = kept(cleaned.get(question.name))
        if value:
            found.append(Given(question.name, question.label, question.kind, value))
    return found
