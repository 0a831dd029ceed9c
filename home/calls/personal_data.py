"""What is kept of those who answer calls, what their export says, what their erasure does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.personal_data.registry import (
    Retention,
    register_erasure,
    register_export,
    register_retention,
)
from home.calls.models import RETENTION_KEY, CallAnswer
from home.calls.notices import tell_editors_they_are_erased
from home.calls.queries import hold_stories
from home.queries import titles_for

ITS_TIME_IS_OVER = (
    "Les réponses ne sont gardées qu’un temps après la fermeture d’un appel, et ce temps est "
    "passé. L’accord que vous avez noté dans le récit, lui, tient toujours."
)
ITS_ACCOUNT_IS_ERASED = (
    "Le compte de qui l’avait signée n’existe plus. Relisez ce que vous en avez tiré : "
    "retirez-le, ou ôtez-en ce qui ferait reconnaître quelqu’un."
)


def due(organisation: Any, before: datetime) -> QuerySet[Any]:
    """Return the answers to the calls of the collectivité that closed before that moment."""
    site = organisation.site
    if site is None:
        return CallAnswer.objects.none()
    return CallAnswer.objects.in_tree(site.root_page.path).of_calls_closed_before(before)


def erase(answers: QuerySet[Any]) -> int:
    """Delete the answers; they are in no revision, no file and no index, but stories were made."""
    tell_editors_they_are_erased(answers, ITS_TIME_IS_OVER)
    return answers.delete()[1].get("home.CallAnswer", 0)


def answers_of(user: Any) -> list[dict[str, Any]]:
    """Return what the person signed; what they wrote without their name, nobody can find again."""
    mine = list(CallAnswer.objects.of(user).select_related("call").order_by("answered_on", "ref"))
    titles = titles_for(user, [answer.call for answer in mine])
    return [
        {
            "Appel": titles[answer.call_id],
            "Répondu le": answer.answered_on,
            "Accord de publication": answer.get_consent_display(),
            "Question": one.label,
            "Réponse": one.text,
        }
        for answer in mine
        for one in answer.words
    ]


def forget(user: Any) -> None:
    """Delete what the person signed: without them, their words would only lose their name."""
    mine = CallAnswer.objects.of(user)
    with transaction.atomic():
        hold_stories(mine)
        tell_editors_they_are_erased(mine, ITS_ACCOUNT_IS_ERASED)
        mine.delete()


def register() -> None:
    register_retention(
        Retention(
            key=RETENTION_KEY,
            label="Réponses aux appels à témoignages",
            counted_from="la fermeture de l’appel",
            default_months=24,
            due=due,
            erase=erase,
            why=(
                "Le temps de lire, d’en tirer des récits avec l’accord des personnes, et de rendre "
                "compte de l’appel."
            ),
        )
    )
    register_export("Mes réponses aux appels", answers_of)
    register_erasure(forget)
