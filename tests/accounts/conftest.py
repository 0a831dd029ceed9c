"""What the tests of people and organisations share."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.header import decode_header, make_header
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User


@pytest.fixture(autouse=True)
def _commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit runs at once: a test's transaction never commits."""

    def run(function: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
        function()

    monkeypatch.setattr(transaction, "on_commit", run)


@pytest.fixture
def mailbox() -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    return mail.outbox  # type: ignore[return-value]


def last_code() -> str:
    """Return the sign-in code of the last e-mail."""
    found = re.search(r"^\s{4}([A-Z0-9-]+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def confirmed(user: User) -> User:
    """Make the user's address a proven one."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def text_of(response: Any) -> str:
    """Return the page with ordinary spaces, to compare sentences."""
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def sender(letter: EmailMultiAlternatives) -> str:
    """Return who writes, as a mail reader shows it."""
    return str(make_header(decode_header(letter.from_email)))


def queries_of(browser: Any, path: str) -> int:
    """Return how many queries the page asks; it answers 200."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)
