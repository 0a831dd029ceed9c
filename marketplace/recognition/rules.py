"""Saying thank you, showing it or not, and reading it before anybody else does."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.directory.queries import skills_of
from accounts.models import User
from accounts.words import fold
from marketplace.catalogue.moderation import is_read_by_platform
from marketplace.choices import ExchangeState, Transfer
from marketplace.exchanges import rights
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import ANSWERING, ASKING
from marketplace.exchanges.recording.rights import OTHER, organisation_of
from marketplace.exchanges.recording.telling import other_person
from marketplace.recognition import telling
from marketplace.recognition.models import ThankYou
from marketplace.refusals import Overtaken, Refused
from marketplace.words import NBSP

S = ThankYou.State
OVER = (ExchangeState.COMPLETED, ExchangeState.CLOSED)
_WORD = re.compile(r"\w+")
SHORTEST_NAME = 3  # letters: below, a name is also a word
TRANSITIONS: dict[str, frozenset[str]] = {
    S.PRIVATE: frozenset({S.TO_MODERATE, S.WITHDRAWN}),
    S.TO_MODERATE: frozenset({S.PRIVATE, S.PUBLIC, S.KEPT_PRIVATE, S.WITHDRAWN}),
    S.PUBLIC: frozenset({S.PRIVATE, S.KEPT_PRIVATE, S.WITHDRAWN}),
    S.KEPT_PRIVATE: frozenset({S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
}


def side_of(user: Any, exchange: Exchange) -> str:
    """Return the side for which `user` may thank; nobody thanks in somebody else's place."""
    side = rights.side_of(user, exchange)
    return side if side in (ASKING, ANSWERING) else ""


def receiving_side(exchange: Exchange) -> str:
    return ASKING if exchange.listing.is_offer else ANSWERING


def why_not_thank(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not say thank you here, or an empty text."""
    side = side_of(user, exchange)
    if not side:
        return "Un merci se dit entre les deux côtés de l’échange."
    if exchange.state not in OVER:
        return "Un merci se dit une fois que tout est fait."
    if ThankYou.objects.standing().filter(exchange=exchange, side=side).exists():
        return "Votre merci est déjà dit."
    return ""


def skills_to_confirm(user: Any, exchange: Exchange) -> list[str]:
    """Return what whoever received the time may confirm: what the person says they can do."""
    side = side_of(user, exchange)
    if exchange.transfer != Transfer.TIME or side != receiving_side(exchange):
        return []
    person = other_person(side, exchange)
    own = [exchange.listing.display_title] if exchange.listing.is_offer else []
    return list(dict.fromkeys([*own, *skills_of(person.skills)]))


@transaction.atomic
def thank(exchange: Exchange, actor: User, words: str, skill: str = "") -> ThankYou:
    """Return the thank-you, which the person of the other side reads at once. Raises Refused."""
    if refusal := why_not_thank(actor, exchange):
        raise Refused(refusal)
    if not words.strip():
        raise Refused("Écrivez quelques mots.")
    if skill and skill not in skills_to_confirm(actor, exchange):
        raise Refused("Choisissez un savoir-faire de la liste, ou aucun.")
    side = side_of(actor, exchange)
    person = other_person(side, exchange)
    try:
        with transaction.atomic():
            made = ThankYou.objects.create(
                exchange=exchange,
                side=side,
                author=actor,
                for_organisation=organisation_of(side, exchange),
                to=person,
                to_organisation=organisation_of(OTHER[side], exchange),
                words=words.strip()[:600],
                skill=skill,
            )
    except IntegrityError:
        raise Overtaken("Votre merci est déjà dit.") from None
    telling.thanked(made)
    return made


@transaction.atomic
def ask_public(made: ThankYou, actor: User, *, shows_name: bool) -> None:
    """Let whoever is thanked ask that others read it; the coordination reads it first.

    Raises Refused: not theirs to show, or the words say a name that is to stay hidden.
    """
    if made.to_id != actor.pk:
        raise Refused("C’est à la personne remerciée de le montrer ou non.")
    if not shows_name and (named := named_in(made.words, made.to)):
        raise Refused(
            f"Ces mots disent votre nom ({named}){NBSP}: acceptez qu’il paraisse, ou gardez ce "
            "merci entre vous."
        )
    _move(made, S.TO_MODERATE, shows_name=shows_name)
    telling.to_moderate(made)


@transaction.atomic
def take_back(made: ThankYou, actor: User) -> None:
    """Let whoever is thanked keep it between the two sides again. Raises Refused."""
    if made.to_id != actor.pk:
        raise Refused("C’est à la personne remerciée de le montrer ou non.")
    _move(made, S.PRIVATE, shows_name=False)


@transaction.atomic
def withdraw(made: ThankYou, actor: User) -> None:
    """Let its author take it back, wherever it was read. Raises Refused."""
    if made.author_id != actor.pk:
        raise Refused("Un merci est retiré par qui l’a écrit.")
    _move(made, S.WITHDRAWN, skill_shown=False)


@transaction.atomic
def show_skill(made: ThankYou, actor: User, *, shown: bool) -> None:
    """Show or hide the skill that was confirmed: the person alone decides. Raises Refused."""
    if made.to_id != actor.pk or not made.skill or made.state == S.WITHDRAWN:
        raise Refused("C’est à la personne remerciée de le montrer ou non.")
    ThankYou.objects.filter(pk=made.pk).update(skill_shown=shown)
    made.skill_shown = shown


@transaction.atomic
def report(made: ThankYou, actor: User, words: str) -> None:
    """Tell the coordination that something is wrong in it; it stays as it is until read.

    Whoever is thanked, or may read it because it is public. Raises Refused.
    """
    if made.state == S.WITHDRAWN or (made.state != S.PUBLIC and made.to_id != actor.pk):
        raise Refused("Ce merci ne vous est pas adressé.")
    told = made.reported_at is None
    report_words = f"{made.report}\n{words.strip()}".strip()[:1000]
    ThankYou.objects.filter(pk=made.pk).update(reported_at=timezone.now(), report=report_words)
    made.refresh_from_db()
    if told:
        telling.reported(made)


def why_not_moderate(user: Any, made: ThankYou) -> str:
    """Return why `user` may not decide of it: one's own thanks are read by somebody else."""
    if not ThankYou.objects.moderated_by(user).filter(pk=made.pk).exists():
        return "Ce merci revient à la coordination de l’organisme remercié."
    if user.pk in (made.to_id, made.author_id) and not is_read_by_platform(made.to_organisation):
        return "C’est un merci qui vous concerne : quelqu’un d’autre le relit."
    return ""


@transaction.atomic
def moderate(made: ThankYou, actor: User, decision: str) -> None:
    """Decide: `public`, `keep` (stays between the two sides) or `withdraw` (gone for everybody).

    Raises Refused, or Overtaken for who comes second.
    """
    if refusal := why_not_moderate(actor, made):
        raise Refused(refusal)
    if not ThankYou.objects.to_moderate().filter(pk=made.pk).exists():
        raise Overtaken("Quelqu’un d’autre vient de relire ce merci.")
    to = {"public": S.PUBLIC, "keep": S.KEPT_PRIVATE, "withdraw": S.WITHDRAWN}.get(decision)
    if to is None:
        raise Refused("Choisissez une des réponses.")
    read = {
        "moderated_by": actor,
        "moderated_at": timezone.now(),
        "reported_at": None,
        "report": "",
    }
    unchanged = made.state != S.TO_MODERATE and to != S.WITHDRAWN
    if unchanged and (to == S.PUBLIC) == (made.state == S.PUBLIC):
        # Of what was reported, nothing is to be changed.
        ThankYou.objects.filter(pk=made.pk, state=made.state).update(**read)
        return
    if to == S.WITHDRAWN:
        read["skill_shown"] = False
    _move(made, to, **read)
    telling.moderated(made)


def named_in(words: str, person: User) -> str:
    """Return the first name or the last name that the words say, or an empty text."""
    said = set(_WORD.findall(fold(words)))
    for name in (person.first_name, person.last_name):
        parts = _WORD.findall(fold(name))
        if len("".join(parts)) >= SHORTEST_NAME and set(parts) <= said:
            return name
    return ""


def _move(made: ThankYou, to: str, **changes: Any) -> None:
    if to not in TRANSITIONS[made.state]:
        raise Overtaken(f"Ce merci est maintenant « {made.get_state_display()} ».")
    moved = ThankYou.objects.filter(pk=made.pk, state=made.state).update(
        state=to, state_since=timezone.now(), **changes
    )
    if not moved:
        raise Overtaken
    made.refresh_from_db()
