"""Truly at once: an answer is withdrawn while its story is being published."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Site

from accounts.models import User
from home.calls import rules
from home.calls.models import CallAnswer
from home.calls.personal_data import forget
from home.calls.stories import make_story
from home.models import StoryPage
from home.pages.stories import ConsentGone
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.home.factories import Intranet, call, given, intranet

A_WHILE = 0.7  # seconds: longer than a publication takes to meet the lock


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 4


def ready_to_publish(place: Intranet, slug: str) -> tuple[CallAnswer, PublishPageRevisionAction]:
    """Return a signed answer, and the publication of its story as an editor has read it."""
    page = call(place, slug)
    answer = rules.answer_named(page, place.person("agent"), given(page, "Oui."), "first_name")
    editor = User.objects.create_superuser(email=f"{slug}@demo.example", password="x")
    story = StoryPage.objects.get(pk=make_story(answer, editor).pk)
    story.consent_scope, story.consent_by = StoryPage.Consent.PUBLIC, "Karim"
    story.consent_at = timezone.now()
    return answer, PublishPageRevisionAction(story.save_revision())


def kept(publication: PublishPageRevisionAction) -> StoryPage:
    return StoryPage.objects.get(pk=publication.object.pk)


@really_concurrent
def test_a_publication_waits_for_a_withdrawal_that_came_first_and_is_refused(
    platform_site: Site,
) -> None:
    answer, publication = ready_to_publish(intranet(), "premier")
    begun = threading.Event()

    def withdraw() -> None:
        with transaction.atomic():
            rules.withdraw(answer)
            begun.set()
            time.sleep(A_WHILE)

    def publish() -> None:
        assert begun.wait(20)
        publication.execute()

    outcomes = at_once(withdraw, publish)
    assert isinstance(outcomes[1], ConsentGone), outcomes
    assert outcomes[0] is None
    story = kept(publication)
    assert (story.live, story.answer_withdrawn_at is None) == (False, False)


@really_concurrent
def test_a_withdrawal_waits_for_a_publication_that_came_first_and_is_kept(
    platform_site: Site,
) -> None:
    answer, publication = ready_to_publish(intranet(), "second")
    begun = threading.Event()

    def publish() -> None:
        with transaction.atomic():
            publication.execute()
            begun.set()
            time.sleep(A_WHILE)

    def withdraw() -> None:
        assert begun.wait(20)
        rules.withdraw(answer)

    assert at_once(publish, withdraw) == [None, None]
    story = kept(publication)
    assert (story.live, story.answer_withdrawn_at is None) == (True, False)
    assert story.awaits_new_consent


@really_concurrent
def test_whoever_comes_first_the_withdrawal_is_kept(platform_site: Site) -> None:
    place = intranet()
    for number in range(4):
        answer, publication = ready_to_publish(place, f"tour-{number}")
        published, withdrawn = at_once(publication.execute, lambda one=answer: rules.withdraw(one))
        assert withdrawn is None
        story = kept(publication)
        assert story.answer_withdrawn_at is not None
        assert story.live == (published is None)
        assert published is None or isinstance(published, ConsentGone), published


@really_concurrent
def test_a_story_made_while_its_author_is_erased_is_held_back_too(platform_site: Site) -> None:
    place = intranet()
    page = call(place, "effacee")
    author = place.person("agent")
    answer = rules.answer_named(page, author, given(page, "Oui."), "first_name")
    editor = User.objects.create_superuser(email="effacee@demo.example", password="x")
    begun = threading.Event()

    def tell() -> int:
        with transaction.atomic():
            story = make_story(answer, editor)
            begun.set()
            time.sleep(A_WHILE)
        return story.pk

    def erase() -> None:
        assert begun.wait(20)
        forget(author)

    made, erased = at_once(tell, erase)
    assert erased is None
    assert not CallAnswer.objects.exists()
    assert StoryPage.objects.get(pk=made).awaits_new_consent
