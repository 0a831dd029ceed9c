"""The form of a call in `/cms/`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from home.forms import EditorialPageForm

MANAGEMENT = "questions-INITIAL_FORMS"


class CallPageForm(EditorialPageForm):
    """Refuses a closing date that is past, and keeps questions to their own page."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        page = kwargs.get("instance")
        if data is not None and page is not None:
            data = _own_questions(data, page)
        super().__init__(data, *args, **kwargs)

    def clean_closes_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data.get("closes_at")
        # A call that is closed may still be corrected: its own date stands.
        former = self.instance.closes_at if self.instance.pk else None
        if moment and moment != former and moment <= timezone.now():
            raise forms.ValidationError(
                "Cette date est passée : choisissez un jour à venir, ou laissez la date d’avant."
            )
        return moment


def _own_questions(data: Any, page: Any) -> Any:
    """Return the form's data where a question that is not (or no longer) this page's is a new one.

    Two editors on one page: what one has deleted, the other's form brings back rather than fails.
    """
    try:
        initial = min(int(data.get(MANAGEMENT, 0)), 1000)
    except ValueError:
        return data
    known = {str(question.pk) for question in page.questions.all() if question.pk}
    mended = data.copy()
    for number in range(initial):
        name = f"questions-{number}-id"
        if mended.get(name) not in known:
            mended[name] = ""
    return mended
