"""What went wrong is said on a page, in words, with a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_address_of_a_form_says_that_nothing_was_sent(
    client_for: Callable[..., Client],
) -> None:
    """Whoever signs in again after an expired session is sent there: it must not be blank."""
    answer = client_for(UserFactory()).get(reverse("notices_read"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "<h1>Rien n’a été envoyé</h1>" in answer.content.decode()
