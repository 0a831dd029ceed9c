"""Comments on a page: told as notices, to those who follow it and may open it today."""

from __future__ import annotations

import html
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from wagtail.models import Comment

from accounts.models import Notice, Role, User
from accounts.people.models import DigestRhythm
from tests.factories import join
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide


def comment(text: str, **fields: Any) -> dict[str, Any]:
    """Return what the form sends for one comment, new or known."""
    start = "comments-0"
    return {
        "comments-TOTAL_FORMS": 1,
        "comments-INITIAL_FORMS": 1 if "id" in fields else 0,
        f"{start}-text": text,
        f"{start}-contentpath": "title",
        f"{start}-replies-TOTAL_FORMS": 0,
        f"{start}-replies-INITIAL_FORMS": 0,
        **{f"{start}-{name}": value for name, value in fields.items()},
    }


@pytest.fixture
def page(vallees: Intranet) -> Any:
    page = guide(vallees)
    page.owner = vallees.person("editor", first_name="Léa", last_name="")
    page.save_revision(user=page.owner).publish()
    return page


@pytest.fixture
def sylvie(vallees: Intranet) -> User:
    return vallees.person("coordinator", first_name="Sylvie", last_name="")


def test_the_author_is_told_and_then_who_commented(
    vallees: Intranet, page: Any, sylvie: User, client_for: Callable[..., Client]
) -> None:
    write(client_for(sylvie, vallees.host), page, **comment("Qui est concerné ?"))
    told = Notice.objects.get(kind="page_comment")
    assert told.recipient == page.owner
    assert told.organisation == vallees.organisation
    assert "Qui est concerné ?" in told.body
    assert "Sylvie a écrit" in told.body

    reply = {
        "id": Comment.objects.get().pk,
        "replies-TOTAL_FORMS": 1,
        "replies-0-text": "Les agents de la voirie.",
    }
    write(client_for(page.owner, vallees.host), page, **comment("Qui est concerné ?", **reply))
    answer = Notice.objects.filter(kind="page_comment").latest("pk")
    assert answer.recipient == sylvie
    assert "Les agents de la voirie." in answer.body


def test_wagtails_own_e_mails_do_not_leave(
    vallees: Intranet,
    page: Any,
    sylvie: User,
    client_for: Callable[..., Client],
    django_capture_on_commit_callbacks: Any,
) -> None:
    User.objects.update(notice_rhythm=DigestRhythm.AT_ONCE)
    with django_capture_on_commit_callbacks(execute=True):
        write(client_for(sylvie, vallees.host), page, **comment("Qui ?"))
    (message,) = mail.outbox
    assert message.subject.startswith("Commentaire sur")
    assert message.to == [page.owner.email]


def test_a_version_keeps_where_a_comment_stands_and_neither_its_words_nor_whose_it_is(
    vallees: Intranet, page: Any, sylvie: User, client_for: Callable[..., Client]
) -> None:
    browser = client_for(sylvie, vallees.host)
    write(browser, page, **comment("Qui donc ?", position="[3]"))
    said = Comment.objects.get()
    page.refresh_from_db()
    kept = page.get_latest_revision().content["wagtail_admin_comments"]
    assert kept == [{"pk": said.pk, "position": "[3]"}]
    # The form finds the comment again, where it stands, and saves it with the next version.
    form = browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "Qui donc ?" in html.unescape(form)
    again = page.get_latest_revision_as_object().wagtail_admin_comments.get()
    assert (again.text, again.user, again.position) == ("Qui donc ?", sylvie, "[3]")
    write(browser, page, "Un autre.", **comment("Qui ?", id=said.pk, position="[5]"))
    said.refresh_from_db()
    assert (said.text, said.user) == ("Qui ?", sylvie)
    page.refresh_from_db()
    page.get_latest_revision().publish()
    assert page.get_latest_revision_as_object().wagtail_admin_comments.get().position == "[5]"


def test_former_versions_lose_the_words_of_comments(page: Any, sylvie: User) -> None:
    said = Comment.objects.create(page=page, user=sylvie, text="Qui ?", contentpath="title")
    revision = page.save_revision()
    old = {"pk": said.pk, "text": "Qui ?", "user": sylvie.pk, "position": "[3]", "replies": []}
    bare = page.save_revision()
    revision.refresh_from_db()
    bare.refresh_from_db()
    for one, comments in ((revision, [old]), (bare, [])):
        one.content["wagtail_admin_comments"] = comments
        one.save()
    kept = revision.content
    import_module("home.migrations.0014_comments_out_of_versions").clean(apps, None)
    revision.refresh_from_db()
    assert revision.content == {
        **kept,
        "wagtail_admin_comments": [{"pk": said.pk, "position": "[3]"}],
    }


def test_who_left_is_not_told(
    vallees: Intranet, dunes: Intranet, page: Any, sylvie: User, client_for: Callable[..., Client]
) -> None:
    Role.objects.filter(membership__user=page.owner).delete()
    join(page.owner, dunes.organisation, "editor")
    write(client_for(sylvie, vallees.host), page, **comment("Qui est concerné ?"))
    assert not Notice.objects.filter(kind="page_comment").exists()


def test_anothers_comment_is_neither_shown_nor_changed(
    vallees: Intranet, dunes: Intranet, page: Any, sylvie: User, client_for: Callable[..., Client]
) -> None:
    other = guide(dunes)
    theirs = Comment.objects.create(
        page=other, user=dunes.person("editor"), text="Entre nous", contentpath="title"
    )
    browser = client_for(sylvie, vallees.host)
    answer = write(browser, page, **comment("Pris", id=theirs.pk))
    assert "Entre nous" not in answer.content.decode()
    theirs.refresh_from_db()
    assert (theirs.text, theirs.page_id) == ("Entre nous", other.pk)
