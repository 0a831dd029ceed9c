"""Comments on a page: told as notices, to those who follow it and may open it today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
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
