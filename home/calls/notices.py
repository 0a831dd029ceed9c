"""What the editors of a collectivité are told about its calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.notices.rules import tell_all
from home.calls.models import CallAnswer
from home.telling import editors_of, organisation_of
from home.typography import NBSP


def tell_editors_it_changed(answer: CallAnswer, *, words: bool, consent: bool) -> None:
    """Say that a signed answer, which the editors had read or used, has other words or consent."""
    if not consent:
        _tell_about(answer, "Une réponse que vous aviez lue a changé", "a été modifiée")
        return
    subject, what = "Un accord de publication a changé", "a un autre accord de publication"
    if words:
        subject = "Une réponse et son accord de publication ont changé"
        what = "a été modifiée, avec un autre accord de publication"
    _tell_about(answer, subject, f"{what}{NBSP}: {answer.get_consent_display()}")


def tell_editors_it_is_withdrawn(answer: CallAnswer) -> None:
    """Say that a signed answer, which the editors had read or used, is about to go."""
    what = "a été retirée par qui l’avait écrite"
    _tell_about(answer, "Une réponse que vous aviez lue est retirée", what, gone=True)


def _tell_about(answer: CallAnswer, subject: str, what: str, gone: bool = False) -> None:
    """Whose answer it is, the desk says as long as it is there: a notice would outlive it."""
    organisation = organisation_of(answer.call)
    if organisation is None:
        return
    if answer.story is not None:
        then = (
            f"Un récit en a été tiré{NBSP}: «{NBSP}{answer.story.title}{NBSP}». Relisez-le, et "
            "retirez-le si l’accord ne le permet plus."
        )
        path = reverse("wagtailadmin_pages:edit", args=[answer.story_id])
        action = "Ouvrir le récit"
    elif gone:
        then = "Si vous en aviez repris des mots ailleurs, retirez-les."
        path, action = reverse("desk_call", args=[answer.call_id]), "Ouvrir l’appel"
    else:
        then = "Si vous en aviez repris des mots ailleurs, revoyez-les."
        path = reverse("desk_answer", args=[answer.call_id, answer.pk])
        action = "Lire la réponse"
    day = date_format(answer.answered_on, "j F Y")
    tell_all(
        editors_of(organisation),
        kind="call_answer_changed",
        subject=subject,
        body=(
            f"À l’appel «{NBSP}{answer.call.title}{NBSP}», une réponse signée, du {day}, {what}."
            f"\n\n{then}"
        ),
        path=path,
        action=action,
        organisation=organisation,
    )


def tell_editors_they_are_erased(answers: Any, why: str) -> None:
    """Say which stories lose the answers that they were made of; whose these were is not said.

    Called before the answers go. One notice for each call: its stories are re-read together.
    """
    lost = answers.filter(story__isnull=False).select_related("call", "story")
    by_call: dict[Any, list[Any]] = defaultdict(list)
    for answer in lost.order_by("call_id", "story_id"):
        by_call[answer.call].append(answer.story)
    for call, stories in by_call.items():
        organisation = organisation_of(call)
        if organisation is None:
            continue
        one = len(stories) == 1
        many = "Une réponse effacée" if one else f"{len(stories)} réponses effacées"
        titles = "\n".join(f"- «{NBSP}{story.title}{NBSP}»" for story in stories)
        path = reverse("wagtailadmin_pages:edit", args=[stories[0].pk])
        if not one:
            path = reverse("wagtailadmin_explore", args=[stories[0].get_parent().pk])
        tell_all(
            editors_of(organisation),
            kind="call_answers_erased",
            subject=f"{many}, {'un récit' if one else 'des récits'} à relire",
            body=(
                f"{many} à l’appel «{NBSP}{call.title}{NBSP}», dont vous aviez tiré "
                f"{'ce récit' if one else 'ces récits'}{NBSP}:\n\n{titles}\n\n{why}"
            ),
            path=path,
            action="Ouvrir le récit" if one else "Ouvrir les récits",
            organisation=organisation,
        )


@transaction.atomic
def tell_of_new_answers() -> int:
    """Tell editors, once a day, of the answers of the days before; returns how many were told.

    Never on the day itself: the hour of the notice would be that of an answer without a name.
    """
    today = timezone.localdate()
    fresh = CallAnswer.objects.filter(told_on__isnull=True, answered_on__lt=today)
    told = list(fresh.select_for_update().values_list("pk", "call_id", "state"))
    calls = CallAnswer.call.field.related_model.objects.in_bulk({row[1] for row in told})
    waiting = Counter(call_id for _, call_id, state in told if state == CallAnswer.State.NEW)
    for call_id, count in waiting.items():
        call = calls[call_id]
        organisation = organisation_of(call)
        if organisation is None:
            continue
        many = f"{count} nouvelles réponses" if count > 1 else "Une nouvelle réponse"
        tell_all(
            editors_of(organisation),
            kind="call_answers",
            subject=f"{many} à l’appel « {call.title} »",
            body=(
                f"{many} à l’appel « {call.title} » à lire dans la rédaction. "
                "Derrière chacune, il y a quelqu’un qui attend de savoir qu’on l’a lu."
            ),
            path=reverse("desk_call", args=[call.pk]),
            action="Lire",
            organisation=organisation,
        )
    CallAnswer.objects.filter(pk__in=[row[0] for row in told]).update(told_on=today)
    return len(told)
