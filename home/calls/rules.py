"""Answering a call, changing one's mind, and what editors do with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from home.calls.models import CallAnswer, CallPage, PublicationConsent
from home.calls.notices import tell_editors_it_changed, tell_editors_it_is_withdrawn
from home.calls.queries import hold_stories
from home.calls.questions import Given
from home.typography import NBSP


class Refused(Exception):
    """The answer cannot be taken; the text says why and what one can do."""


CLOSED = "Cet appel est clos : il ne reçoit plus de réponse."
TWICE = (
    "Vous avez déjà répondu à cet appel. Votre première réponse est là : vous pouvez la modifier "
    "ou la retirer."
)
ALREADY_SIGNED = (
    "Vous avez déjà répondu à cet appel avec votre nom, et cette réponse est gardée telle quelle. "
    "Pour répondre sans vous nommer, retirez-la d’abord, puis répondez de nouveau."
)
WORDS_REST = (
    "Cet appel est clos : votre texte ne change plus. Votre accord de publication, lui, change "
    "encore, et vous pouvez retirer votre réponse."
)
# From what allows least to what allows most.
BY_BREADTH = (PublicationConsent.NO, PublicationConsent.UNNAMED, PublicationConsent.FIRST_NAME)
WITHDRAWN = "Cette réponse n’est plus là : elle a été retirée ou supprimée entre-temps."

CHANGED = (
    "Cette réponse ou son accord de publication a changé depuis que vous l’avez ouverte. Rien n’a "
    f"été fait{NBSP}: la voici telle qu’elle est maintenant. Relisez-la, puis choisissez de "
    "nouveau."
)


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


def answer_again(answer: CallAnswer, given: Sequence[Given], consent: str) -> bool:
    """Take the same words sent a second time by who had signed them; returns whether the consent
    has changed.

    Without another consent it is a double click. A narrower one is a wish, and is kept; a wider
    one may be an old tab, and must be said on purpose. Raises Refused, also for other words.
    """
    if _rows(given) != answer.given:
        raise Refused(TWICE if consent == answer.consent else f"{TWICE} {_kept_consent(answer)}")
    if consent == answer.consent:
        return False
    if BY_BREADTH.index(PublicationConsent(consent)) > BY_BREADTH.index(
        PublicationConsent(answer.consent)
    ):
        raise Refused(f"Vous avez déjà répondu à cet appel. {_kept_consent(answer)}")
    change_consent(answer, consent)
    return True


def _kept_consent(answer: CallAnswer) -> str:
    kept = answer.get_consent_display()
    return (
        f"Votre accord de publication reste «{NBSP}{kept}{NBSP}»{NBSP}: pour en choisir un autre, "
        f"ouvrez «{NBSP}Changer mon accord de publication{NBSP}», sous votre réponse."
    )


@transaction.atomic
def change(answer: CallAnswer, given: Sequence[Given], consent: str) -> None:
    """Replace what a person had answered; the editors read it anew. Raises Refused."""
    if not _is_still_open(answer.call):
        raise Refused(WORDS_REST)
    kept = _locked(answer)
    if kept is None:
        raise Refused(WITHDRAWN)
    _replace(kept, _rows(given), consent)


@transaction.atomic
def change_consent(answer: CallAnswer, consent: str) -> None:
    """Record that the person consents otherwise: whenever they say so, also after closing.

    Raises Refused when the answer is gone.
    """
    kept = _locked(answer)
    if kept is None:
        raise Refused(WITHDRAWN)
    _replace(kept, kept.given, consent)


@transaction.atomic
def withdraw(answer: CallAnswer) -> None:
    """Delete an answer at its author's wish, whenever that is; nothing when it is gone already."""
    kept = _locked(answer)
    if kept is None:
        return
    if kept.is_known:
        tell_editors_it_is_withdrawn(kept)
    hold_stories(CallAnswer.objects.filter(pk=kept.pk))
    kept.delete()


def _locked(answer: CallAnswer) -> CallAnswer | None:
    """Return the answer as it is now, held until the end of the transaction; None when gone."""
    rows = CallAnswer.objects.select_for_update(of=("self",)).filter(pk=answer.pk)
    return rows.select_related("author", "call", "story").first()


def _replace(kept: CallAnswer, rows: list[dict[str, Any]], consent: str) -> None:
    """Write the words and the consent; the editors who knew the former ones are told at once."""
    other_words, other_consent = rows != kept.given, consent != kept.consent
    if not (other_words or other_consent):
        return
    known = kept.is_known
    kept.given, kept.consent, kept.state = rows, consent, CallAnswer.State.NEW
    if known:
        kept.told_on = timezone.localdate()
    kept.save(update_fields=["given", "consent", "state", "told_on"])
    if known:
        tell_editors_it_changed(kept, words=other_words, consent=other_consent)


def as_read(answer: CallAnswer, seal: str | None = None) -> CallAnswer:
    """Return the answer, held until the end of the transaction, for an editor to decide of it.

    `seal` is that of the answer on the screen where they decide; without one, of `answer` itself.
    Raises Refused when its words or its consent are others by now, or when it is gone.
    """
    kept = _locked(answer)
    if kept is None:
        raise Refused(WITHDRAWN)
    if kept.seal != (answer.seal if seal is None else seal):
        raise Refused(CHANGED)
    return kept


@transaction.atomic
def mark(answer: CallAnswer, state: str, seal: str | None = None) -> None:
    """Record what an editor decides of what they have read. Raises Refused, as `as_read`."""
    kept = as_read(answer, seal)
    kept.state = state
    kept.save(update_fields=["state"])
    answer.state = state


@transaction.atomic
def discard(answer: CallAnswer, seal: str | None = None) -> None:
    """Delete the answer that an editor has read. Raises Refused, as `as_read`."""
    as_read(answer, seal).delete()


def _is_still_open(call: CallPage) -> bool:
    """Return whether the call is published and open at this very moment, whenever it was read."""
    now_open = (
        CallPage.objects.live().filter(pk=call.pk).values_list("closes_at", flat=True).first()
    )
    call.closes_at = now_open or call.closes_at
    return now_open is not None and call.is_open


def _check_open(call: CallPage) -> None:
    if not _is_still_open(call):
        raise Refused(CLOSED)


def _rows(given: Sequence[Given]) -> list[dict[str, Any]]:
    return [one.as_row() for one in given]
