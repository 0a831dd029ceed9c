"""No export tells a word of a page that the person may no longer read, whoever provides it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Comment, Page

from accounts.models import Membership, User
from accounts.personal_data.registry import exports
from accounts.readers import forget_reader
from home.bookmarks.models import Bookmark
from home.calls.rules import answer_named
from home.checklists.rules import keep_ticks, lines_of
from home.events.rules import sign_up
from home.feedback.models import PageFeedback
from home.queries import NO_LONGER
from tests.home.events.factories import event
from tests.home.factories import Intranet, call, given, guide

pytestmark = pytest.mark.django_db

CANARY = "Zibeline"
# Each export that speaks of pages, by its title; a new one is added here and to `person`.
OF_PAGES = {
    "Mes pages",
    "Versions de pages que j’ai écrites",
    "Mes commentaires de relecture",
    "Mes listes cochées",
    "Inscriptions aux événements",
    "Mes avis sur les pages",
    "Mes réponses aux appels",
    "Mes pages gardées",
}

# What was written to the person stays as it was sent: it is in their mailbox too.
SENT = "Mes nouvelles"


def exported(person: User) -> dict[str, str]:
    """Return the text of every export of the person."""
    forget_reader(person)
    return {
        one.title: json.dumps(one.rows(person), ensure_ascii=False, default=str)
        for one in exports()
    }


@pytest.fixture
def person(vallees: Intranet) -> Any:
    """An editor who left something on pages kept inside, in every way there is."""
    person = vallees.person("agent", "editor")
    inside: dict[str, Any] = {"audience": "internal"}
    page = guide(vallees, title=CANARY, body=[{"checklist": [f"Dire {CANARY}"]}], **inside)
    Page.objects.filter(pk=page.pk).update(owner=person)
    page.refresh_from_db()
    page.save_revision(user=person).publish()
    Comment.objects.create(page=page, user=person, text="À revoir", contentpath="title")
    keep_ticks(person, page, lines_of(page), lines_of(page))
    Bookmark.objects.create(page=page, user=person)
    PageFeedback.objects.create(page=page, user=person, answer="yes")
    sign_up(person, event(vallees, title=f"Café {CANARY}", **inside))
    asked = call(vallees, title=f"Appel {CANARY}", **inside)
    answer_named(asked, person, given(asked, "Mes mots."), "first_name")
    return person


def test_while_one_is_there_each_export_names_the_pages(person: User) -> None:
    named = {title for title, text in exported(person).items() if CANARY in text}
    assert named == OF_PAGES | {SENT}


def test_a_draft_of_ones_own_desk_is_named(vallees: Intranet, person: User) -> None:
    Page.objects.filter(owner=person).update(live=False)
    said = exported(person)
    assert CANARY in said["Mes pages"]
    assert CANARY in said["Versions de pages que j’ai écrites"]


def test_once_one_has_left_none_tells_a_word_of_them(person: User) -> None:
    Membership.objects.filter(user=person).update(ends_at=timezone.now())
    said = exported(person)
    assert [title for title, text in said.items() if CANARY.lower() in text.lower()] == [SENT]
    assert {title for title, text in said.items() if NO_LONGER in text} == OF_PAGES
