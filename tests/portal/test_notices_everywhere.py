"""Every kind of notice, for every choice of rhythm: whole, from a collectivité, with a way to stop.

Kinds are read in the source, where each is told: a new one without its row here fails.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.models import Notice, Organisation, User
from accounts.notices.delivery import ALWAYS as SAID_OF_ALWAYS
from accounts.notices.digests import send_due
from accounts.notices.rules import tell
from accounts.people.models import DigestRhythm
from tests.accounts.conftest import sender
from tests.factories import member

ROOT = Path(__file__).parents[2]
ROOMS = ("accounts", "marketplace", "home", "search", "portal")
KIND = re.compile(r"[a-z]+(_[a-z]+)*")
# The demonstration repeats what the rooms tell.
LEFT_OUT = ("migrations", "demonstration")
# What cannot wait, and says so: an access, an account, a place at an event, a consent asked.
ALWAYS = {
    *("account_inactive", "membership_ended", "role_begun", "role_ended", "deputy_named"),
    *("consent_asked", "consent_answered", "consent_reminded"),
    *("launch_welcome", "intranet_opened"),
    *("event_place_found", "event_changed", "event_cancelled", "event_again"),
    *("event_withdrawn", "event_closed"),
}
# What follows the rhythm that each person chose.
CHOSEN = {
    *("booking_at_risk", "booking_moved", "call_answer_changed", "call_answers"),
    *("call_answers_erased", "consent_bounce", "consent_dates", "consent_dates_taken"),
    *("consent_expired", "consent_given", "consent_handed", "consent_nobody"),
    *("consent_refused", "consent_tacit", "consent_talk", "consent_withdrawn"),
    *("coordination_monday", "event_reminder", "event_signed_up", "exchange_accepted"),
    *("exchange_asked", "exchange_booked", "exchange_called_to_mind"),
    *("exchange_cancelled", "exchange_coming", "exchange_confirmed"),
    *("exchange_decision", "exchange_declined", "exchange_entered", "exchange_expired"),
    *("exchange_goes_on", "exchange_handed_over", "exchange_left"),
    *("exchange_left_to_do", "exchange_message", "exchange_offered"),
    *("exchange_one_less", "exchange_record_confirmed", "exchange_record_uncontested"),
    *("exchange_recorded", "exchange_stopped", "exchange_stopping"),
    *("exchange_to_follow", "exchange_to_record", "exchange_waiting"),
    *("hand_over_differs", "hand_over_noted", "incident_settled", "insurance_ends"),
    *("invitation_accepted", "join_accepted", "join_asked", "join_refused"),
    *("listing_about_departed", "listing_changed", "listing_ends_soon"),
    *("listing_entered", "listing_entrusted", "listing_handed_over"),
    *("listing_published", "listing_reported", "listing_returned"),
    *("listing_taken_back", "listing_to_review", "listing_withdrawn", "loan_late"),
    *("mediation_asked", "mediation_settled", "mediation_taken", "mediation_waits"),
    *("mediation_word", "page_about_departed", "page_comment"),
    *("page_not_published_on_time", "page_published_on_time", "page_reread"),
    *("page_sent_back", "page_to_reread", "page_to_review", "page_withdrawn_on_time"),
    *("page_words", "partnership_ended", "partnership_proposed", "report_settled"),
    *("search_found", "story_offered", "thanked", "thanks_moderated", "thanks_reported"),
    *("thanks_to_moderate", "verification_asked", "verification_ended"),
    *("verification_given", "verification_refused", "verification_settled"),
}
# Wrappers that name the organisation, or the page, for the call that they are given.
GIVEN_BY_ITS_CALLER = {
    "accounts/members/telling.py",
    "marketplace/catalogue/telling.py",
    "home/scheduling.py",
}


def _sources(rooms: tuple[str, ...] = ROOMS) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not set(LEFT_OUT) & set(path.parts):
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if "tell" in name:
                yield name, node


def kinds_told(*rooms: str) -> set[str]:
    """Return the kinds that the source of the rooms names where something is told."""
    found = set()
    for _, tree in _sources(rooms):
        for _, call in _calls(tree):
            named = [one.value for one in call.keywords if one.arg == "kind"]
            words = [one for one in call.args if isinstance(one, ast.Constant)]
            for value in [*named, *words]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found.add(value.value)
        found |= set(_assigned(tree))
    return {kind for kind in found if KIND.fullmatch(kind)}


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield what a variable called `kind` is given: `kind, action = "loan_late", "Voir"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            for target in node.targets:
                for name, value in zip(getattr(target, "elts", ()), node.value.elts, strict=False):
                    told = getattr(name, "id", "") == "kind" and isinstance(value, ast.Constant)
                    if told and "_" in str(value.value) and "tell" in ast.dump(tree):
                        yield value.value


def test_every_kind_has_its_row() -> None:
    assert kinds_told(*ROOMS) - ALWAYS - CHOSEN == set()
    assert (ALWAYS | CHOSEN) - kinds_told(*ROOMS) == set()


def test_every_notice_says_for_whom_it_speaks_and_where_it_leads() -> None:
    """Where it is told: `organisation` and `path`, or a wrapper that is given them."""
    wanting = []
    for name, tree in _sources():
        imported = {
            one.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "accounts.notices.rules"
            for one in node.names
        }
        for called, call in _calls(tree):
            said = {one.arg for one in call.keywords}
            if called in imported and not {"organisation", "path"} <= said:
                wanting.append((name, call.lineno))
    assert [one for one in wanting if one[0] not in GIVEN_BY_ITS_CALLER] == []


PARIS = ZoneInfo("Europe/Paris")
# A Monday and a Tuesday, after seven.
LEAVES = {
    DigestRhythm.DAILY: datetime(2026, 11, 24, 8, tzinfo=PARIS),
    DigestRhythm.WEEKLY: datetime(2026, 11, 23, 8, tzinfo=PARIS),
}
BEFORE = datetime(2026, 11, 22, 12, tzinfo=PARIS)


def _tell_all_kinds(person: User, organisation: Organisation) -> None:
    for kind in sorted(ALWAYS | CHOSEN):
        tell(
            person,
            kind=kind,
            subject=f"Objet de {kind}",
            body=f"Ce qu’il y a à savoir de {kind}.",
            path="/mes-echanges/",
            action="Voir",
            organisation=organisation,
            must_send=kind in ALWAYS,
        )


@pytest.mark.django_db
@pytest.mark.parametrize("rhythm", DigestRhythm)
def test_each_kind_reaches_a_person_as_they_chose(
    collectivite: Organisation,
    rhythm: DigestRhythm,
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = member(collectivite, "agent", notice_rhythm=rhythm)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        _tell_all_kinds(person, collectivite)
    Notice.objects.filter(sent_at=None).update(created_at=BEFORE)
    apart = ALWAYS | CHOSEN if rhythm == DigestRhythm.AT_ONCE else ALWAYS
    assert {one.subject for one in mail.outbox} == {f"Objet de {kind}" for kind in apart}
    for letter in mail.outbox:
        always = letter.subject.removeprefix("Objet de ") in ALWAYS
        assert "Ce qu’il y a à savoir" in letter.body
        assert letter.alternatives[0].mimetype == "text/html"
        assert "Les Vallées" in sender(letter)
        assert "http://vallees.localhost/mes-echanges/" in letter.body
        assert ("List-Unsubscribe" in letter.extra_headers) is not always
        assert (SAID_OF_ALWAYS in letter.body) is always
    mail.outbox.clear()
    send_due(LEAVES.get(rhythm, LEAVES[DigestRhythm.DAILY]))
    if rhythm not in LEAVES:
        assert mail.outbox == []
        assert Notice.objects.visible_to(person).count() == len(ALWAYS | CHOSEN)
        return
    (digest,) = mail.outbox
    for kind in CHOSEN:
        assert f"Objet de {kind}\n" in digest.body
    for kind in ALWAYS:
        assert f"Objet de {kind}\n" not in digest.body
    assert "List-Unsubscribe" in digest.extra_headers
    assert "Les Vallées" in sender(digest)
