"""The form by which one answers a call."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms

from home.calls.models import CallAnswer, CallPage, CallQuestion, PublicationConsent
from home.calls.questions import Given, field_for, given
from home.calls.rules import can_answer_named, can_answer_unnamed
from home.typography import NBSP

NAMED, UNNAMED = "named", "unnamed"
OFFERED = "Choisissez une des réponses proposées."


def consent_field(may_sign: bool) -> forms.ChoiceField:
    """Return the question of what may be published; a first name, of who signs."""
    return forms.ChoiceField(
        label=f"Pouvons-nous publier ce que vous racontez{NBSP}?",
        help_text="Rien ne paraît sans votre accord, et jamais votre nom de famille.",
        choices=[
            (value, f"{label[0].upper()}{label[1:]}")
            for value, label in PublicationConsent.choices
            if may_sign or value != PublicationConsent.FIRST_NAME
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Dites si votre réponse peut être publiée.",
            "invalid_choice": OFFERED,
        },
    )


class ConsentForm(forms.Form):
    """The consent alone, of one's own signed answer: it changes as long as the answer is kept."""

    def __init__(self, data: Any = None, *, answer: CallAnswer) -> None:
        # Several of them stand on one page.
        super().__init__(data, initial={"consent": answer.consent}, auto_id=f"id_{answer.pk}_%s")
        self.fields["consent"] = consent_field(may_sign=True)


class AnswerForm(forms.Form):
    """The call's questions, then how one wants to be known, then what may be published.

    `answer` is the person's own, when they change it: it keeps its name.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        call: CallPage,
        user: Any,
        answer: CallAnswer | None = None,
    ) -> None:
        self.user = user
        self.questions: Sequence[CallQuestion] = list(call.questions.all())
        self.answer = answer
        super().__init__(data, initial=self._initial())
        for question in self.questions:
            self.fields[question.name] = field_for(question)
        self.ways = self._ways(call)
        # Said by the form itself even when there is but one way: should the sign-in end meanwhile,
        # a signed answer is not taken for one without a name.
        only = len(self.ways) == 1
        self.fields["way"] = forms.ChoiceField(
            label=f"Comment voulez-vous répondre{NBSP}?",
            choices=self.ways,
            widget=forms.HiddenInput if only else forms.RadioSelect,
            initial=self.ways[0][0] if only else None,
            error_messages={
                "required": "Dites si vous répondez avec ou sans votre nom.",
                "invalid_choice": OFFERED,
            },
        )
        may_sign = any(way == NAMED for way, _ in self.ways)
        self.fields["consent"] = consent_field(may_sign)
        self.fields["token"] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=64, initial=secrets.token_urlsafe
        )

    def _initial(self) -> dict[str, Any]:
        if self.answer is None:
            return {}
        known: dict[str, Any] = {one.question: one.typed for one in self.answer.words}
        return known | {"consent": self.answer.consent}

    def _ways(self, call: CallPage) -> list[tuple[str, str]]:
        if self.answer is not None:
            return [(NAMED, "")]
        ways = []
        if can_answer_named(self.user, call):
            ways.append((NAMED, f"Avec mon nom{NBSP}: {self.user.get_full_name()}"))
        if can_answer_unnamed(self.user, call):
            ways.append((UNNAMED, "Sans me nommer"))
        return ways

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("way") == UNNAMED
            and cleaned.get("consent") == PublicationConsent.FIRST_NAME
        ):
            self.add_error(
                "consent",
                "Vous répondez sans vous nommer : choisissez « oui, sans mon nom » ou "
                "« non, pas du tout ».",
            )
        if not self.errors and not self.words():
            self.add_error(None, "Répondez à une question au moins.")
        return cleaned

    def words(self) -> list[Given]:
        """Return what was answered, once the form is valid."""
        return given(self.questions, self.cleaned_data)

    def fingerprint(self) -> str:
        """Return the words as one text, to know them again after a double click."""
        return json.dumps([one.as_row() for one in self.words()])


def typed(questions: Sequence[CallQuestion], data: Any) -> list[dict[str, str]]:
    """Return what was typed, as it came, for its author to copy when it cannot be taken."""
    found = []
    for question in questions:
        values = [value for value in data.getlist(question.name) if value.strip()]
        if values:
            found.append({"label": question.label, "text": ", ".join(values)})
    return found
