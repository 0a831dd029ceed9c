"""Truly at once: an address is invited by two presses, or by two people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from accounts.invitations import rules
from accounts.models import Invitation, Organisation, Role, User
from home.launch.waves import invite_addresses
from tests.concurrency import at_once, only_in_memory, really_concurrent, run_on_a_sqlite_file
from tests.factories import OrganisationFactory, member

ADDRESS = "karim@courriel.test"


@only_in_memory
@pytest.mark.django_db(transaction=True)
def test_all_this_on_a_sqlite_file(tmp_path: Path) -> None:
    """The same tests, in a process of their own whose database is a file."""
    assert run_on_a_sqlite_file(__file__, tmp_path) == 3


def press(by: User, city: Organisation, key: str) -> Any:
    """Return what one press of the form does, as a function."""
    return lambda: rules.write_once(by, city, ADDRESS, key=key, roles=[Role.Kind.AGENT]).pk


@really_concurrent
def test_two_presses_of_one_form_invite_once(platform_site: Any) -> None:
    city = OrganisationFactory()
    coordinator = member(city, "coordinator")
    for _ in range(4):
        mail.outbox.clear()
        first, second = at_once(*[press(coordinator, city, "aaaaaaaaaa")] * 2)
        assert first == second == Invitation.objects.get().pk
        assert len(mail.outbox) == 1
        Invitation.objects.all().delete()


@really_concurrent
def test_of_two_people_who_invite_one_address_the_second_is_told(platform_site: Any) -> None:
    city = OrganisationFactory()
    people = [member(city, "coordinator") for _ in range(2)]
    for _ in range(4):
        keys = zip(people, ("aaaaaaaaaa", "bbbbbbbbbb"), strict=True)
        outcomes = at_once(*[press(one, city, key) for one, key in keys])
        (refused,) = [one for one in outcomes if isinstance(one, Exception)]
        assert str(refused) == rules.ALREADY_WAITS
        Invitation.objects.get().delete()


@really_concurrent
def test_a_wave_and_a_form_invite_an_address_once(platform_site: Any) -> None:
    city = OrganisationFactory()
    coordinator = member(city, "coordinator")

    def wave() -> int:
        return invite_addresses(city, coordinator, [ADDRESS], None).number_sent

    sent, pressed = at_once(wave, press(coordinator, city, "aaaaaaaaaa"))
    assert Invitation.objects.count() == 1
    assert (sent, isinstance(pressed, rules.InvitationRefused)) in {(1, True), (0, False)}
