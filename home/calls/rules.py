"""Answering a call, changing one's mind, and what editors do with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from home.calls.models import CallAnswer, CallPage, PublicationConsent
from home.calls.notices import tell_editors_it_changed
from home.calls.questions import Given


class Refused(Exception):
    """The answer cannot be taken; the text says why and what one can do."""


CLOSED = "Cet appel est clos : il ne reçoit plus de réponse."
TWICE = (
    "Vous avez déjà répondu à cet appel. Votre première réponse est là : vous pouvez la modifier "
    "ou la retirer."
)
WITHDRAWN = "Cette réponse n’est plus là : elle a été retirée ou supprimée entre-temps."


def can_answer_named(user: Any, call: CallPage) -> bool:
    return call.is_open and bool(user.is_authenticated)


def can_answer_unnamed(user: Any, call: CallPage) -> bool:
    """Whoever is signed in, and whoever reads the page unless the call is kept for the former."""
    return (
        call.is_open
        and call.accepts_unnamed
        and (bool(user.is_authenticated) or not call.needs_sign_in)
    )


def answer_named(call: CallPage, user: Any, given: Sequence[Given], consent: str) -> CallAnswer:
    """Return the person's answer, recorded. Raises Refused after closing, or a second time."""
    _check_open(call)
    if not can_answer_named(user, call):
        raise Refused("Connectez-vous pour répondre avec votre nom.")
    try:
        with transaction.atomic():
            return CallAnswer.objects.create(
                call=call, author=user, given=_rows(given), consent=consent
            )
    except IntegrityError as error:
        raise Refused(TWICE) from error


def answer_unnamed(call: CallPage, user: Any, given: Sequence[Given], consent: str) -> CallAnswer:
    """Return an answer of which nothing says whose it is. Raises Refused.

    `user` is only asked whether they may answer, and whether they have not already signed one.
    """
    _check_open(call)
    if not can_answer_unnamed(user, call):
        raise Refused("Cet appel demande de répondre avec son nom. Connectez-vous pour le faire.")
    if CallAnswer.objects.of(user).filter(call=call).exists():
        raise Refused(TWICE)
    if consent == PublicationConsent.FIRST_NAME:
        raise Refused("Sans vous nommer, vous ne pouvez pas paraître avec votre prénom.")
    return CallAnswer.objects.create(call=call, given=_rows(given), consent=consent)


def change(answer: CallAnswer, given: Sequence[Given], consent: str) -> None:
    """Replace what a person had answered; the editors read it anew. Raises Refused."""
    _check_open(answer.call)
    narrowed = answer.story_id is not None and consent != answer.consent
    changed = CallAnswer.objects.filter(pk=answer.pk).update(
        given=_rows(given), consent=consent, state=CallAnswer.State.NEW, told_on=None
    )
    if not changed:
        raise Refused(WITHDRAWN)
    if narrowed:
        answer.consent = consent
        tell_editors_it_changed(answer, "a changé son accord de publication")


def withdraw(answer: CallAnswer) -> None:
    """Delete an answer at its author's wish. Raises Refused after closing."""
    _check_open(answer.call)
    if answer.story_id is not None:
        tell_editors_it_changed(answer, "a retiré sa réponse")
    answer.delete()


def mark(answer: CallAnswer, state: str) -> None:
    CallAnswer.objects.filter(pk=answer.pk).update(state=state)
    answer.state = state


def _check_open(call: CallPage) -> None:
    """Raise Refused unless the call is published and open at this very moment."""
    now_open = (
        CallPage.objects.live().filter(pk=call.pk).values_list("closes_at", flat=True).first()
    )
    call.closes_at = now_open or call.closes_at
    if now_open is None or not call.is_open:
        raise Refused(CLOSED)


def _rows(given: Sequence[Given]) -> list[dict[str, Any]]:
    return [one.as_row() for one in given]
