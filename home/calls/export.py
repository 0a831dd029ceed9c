"""Answers as a spreadsheet, in which nothing that was typed can act as a formula."""

from __future__ import annotations

from collections.abc import Iterable

from home.calls.models import CallAnswer, CallPage


def table(call: CallPage, answers: Iterable[CallAnswer]) -> list[list[str]]:
    """Return the lines of the spreadsheet, the headings first.

    A question that has left the call keeps its column as long as an answer speaks of it. Who
    answered without a name has an empty name, and a day like the others.
    """
    answers = list(answers)
    headings = {question.name: question.label for question in call.questions.all()}
    for answer in answers:
        for one in answer.words:
            headings.setdefault(one.question, one.label)
    rows = [["Reçue le", "Nom", "Accord de publication", "État", *headings.values()]]
    for answer in answers:
        texts = {one.question: one.text for one in answer.words}
        rows.append(
            [
                answer.answered_on.isoformat(),
                answer.author.get_full_name() if answer.author else "",
                answer.get_consent_display(),
                answer.get_state_display(),
                *(texts.get(name, "") for name in headings),
            ]
        )
    return rows
