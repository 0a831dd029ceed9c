"""Which calls come first, and which answers a desk or a person may reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from home.tenancy.own import own


def open_calls_first() -> list[Any]:
    """Return the order of a list of calls: the open ones, the first to close first; then the closed
    ones, the last closed first."""
    is_open = Q(closes_at__gt=Now())
    return [
        Case(When(is_open, then=Value(0)), default=Value(1)),
        Case(When(is_open, then=F("closes_at"))),
        "-closes_at",
        "-pk",
    ]


class AnswerQuerySet(models.QuerySet):
    def at_desk(self, call: Any) -> Self:
        """Return the answers to a call of the desk, the newest day first; none to another's call.

        Within a day the order says nothing: references are drawn at random.
        """
        calls = own(type(call)._default_manager.all())
        return self.filter(call=call, call__in=calls).order_by("-answered_on", "ref")

    def of(self, user: Any) -> Self:
        """Return the answers that the person signed."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(author=user)

    def waiting(self) -> Self:
        """Return those that nobody has read."""
        return self.filter(state="new")

    def refused(self) -> Self:
        """Return those of which nothing may be published."""
        return self.filter(consent="no")

    def in_tree(self, root_path: str) -> Self:
        return self.filter(call__path__startswith=root_path)

    def of_calls_closed_before(self, moment: datetime) -> Self:
        return self.filter(call__closes_at__lt=moment)


def hold_stories(answers: AnswerQuerySet) -> None:
    """Keep the stories drawn from these answers, which are about to go at their author's wish, from
    being published until a consent is given anew. In a transaction.

    The answers are held first, as by whoever makes a story of one: a story that is just being made
    is waited for, and held back too.
    """
    held = answers.select_for_update(of=("self",)).values_list("story", flat=True)
    stories = answers.model._meta.get_field("story").related_model._base_manager
    stories.filter(pk__in=[pk for pk in held if pk]).update(answer_withdrawn_at=timezone.now())


def with_counts(calls: Any) -> Any:
    """Return the calls, each with `answer_count` and `new_count`; no further query."""
    return calls.annotate(
        answer_count=Count("answers"),
        new_count=Count("answers", filter=Q(answers__state="new")),
    )
