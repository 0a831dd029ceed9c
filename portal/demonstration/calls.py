"""The demonstration's calls for testimony, open and closed, and what people answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from home.calls.models import CallAnswer, CallPage
from home.calls.questions import Given
from home.provisioning.calls import add_call, evening
from home.provisioning.tree import publish
from portal.demonstration.source import read, reference, some


def load_calls() -> Iterator[str]:
    """Add the calls to each intranet with their answers; yields their titles."""
    sites = {
        organisation.slug: organisation.site
        for organisation in Organisation.objects.filter(site__isnull=False).select_related("site")
    }
    for data in read("calls"):
        page = add_call(sites[data["site"]], data)
        if not page.live and page.first_published_at is None:
            _open_first_call(page, data)
        if not page.answers.exists():
            for number, answer in enumerate(some(data.get("answers"))):
                _add_answer(page, number, answer)
        yield page.title


def _open_first_call(page: CallPage, data: dict[str, Any]) -> None:
    """Publish the call that came with the intranet as a draft."""
    page.closes_at = evening(data["closes_in_days"])
    publish(page, timezone.now() - timedelta(days=data["days_ago"]))


def _add_answer(page: CallPage, number: int, data: dict[str, Any]) -> None:
    person = data.get("person")
    CallAnswer.objects.create(
        ref=reference("answer", page.url_path, str(number)),
        call=page,
        author=User.objects.get(email=_addresses()[person]) if person else None,
        answered_on=timezone.localdate() - timedelta(days=data["days"]),
        told_on=timezone.localdate(),
        given=[
            Given(question.name, question.label, question.kind, value).as_row()
            for question, value in zip(page.questions.all(), data["words"], strict=True)
            if value
        ],
        consent=data["consent"],
        state=data.get("state", CallAnswer.State.NEW),
    )


def _addresses() -> dict[str, str]:
    return {item["key"]: item["email"] for item in read("people")["people"]}
