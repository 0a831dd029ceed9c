"""An event that its people alone may read from now on: those of elsewhere are let go, and told."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page, PageViewRestriction

from accounts.models import Notice, User
from home.events.clock import remind_due
from home.events.rules import sign_up
from home.events.todos import tomorrow
from home.models import EventPage, InternalPage, SignUp
from tests.home.events.factories import event, publish
from tests.home.factories import Intranet


def move_inside(intranet: Intranet, page: Page) -> EventPage:
    """Move it below the restricted branch as Wagtail's own screen does."""
    inside = InternalPage.objects.get(path__startswith=intranet.site.root_page.path)
    moved = Page.objects.get(pk=page.pk)
    MovePageAction(moved, inside, pos="last-child").execute(skip_permission_checks=True)
    return EventPage.objects.get(pk=page.pk)


@pytest.fixture
def page(vallees: Intranet) -> EventPage:
    return event(vallees, places=1, in_days=1, online_url="https://visio.test/secret")


@pytest.fixture
def outsider(dunes: Intranet, page: EventPage) -> User:
    person = dunes.person("agent")
    assert sign_up(person, page).is_coming
    return person


def test_an_outsider_is_told_and_their_place_goes_to_who_waits_first_and_may_read(
    vallees: Intranet, dunes: Intranet, page: EventPage, outsider: User
) -> None:
    other, ours, last = dunes.person("agent"), *(vallees.person("agent") for _ in range(2))
    for person in (other, ours, last):
        sign_up(person, page)
    move_inside(vallees, page)
    left = {one.user: one.is_coming for one in SignUp.objects.filter(event=page)}
    assert left == {ours: True, last: False}
    told = list(Notice.objects.filter(kind="event_closed"))
    assert {one.recipient for one in told} == {outsider, other}
    assert all(one.path == "" and "visio.test" not in one.body for one in told)
    assert [one.recipient for one in Notice.objects.filter(kind="event_place_found")] == [ours]


@pytest.mark.parametrize("by", ["section", "restriction"])
def test_so_it_is_with_the_section_above_and_with_a_restriction(
    by: str, vallees: Intranet, page: EventPage, outsider: User
) -> None:
    section = page.get_parent()
    if by == "section":
        move_inside_section(vallees, section)
    else:
        PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert not SignUp.objects.filter(event=page).exists()
    assert Notice.objects.get(kind="event_closed").recipient == outsider


def move_inside_section(intranet: Intranet, section: Page) -> None:
    inside = InternalPage.objects.get(path__startswith=intranet.site.root_page.path)
    section.slug = "agenda-garde"
    section.save()
    MovePageAction(section, inside, pos="last-child").execute(skip_permission_checks=True)


def test_what_was_left_from_before_is_told_nothing(
    vallees: Intranet, page: EventPage, outsider: User
) -> None:
    ours = SignUp.objects.get(event=page)
    page = move_inside(vallees, page)
    Notice.objects.all().delete()
    ours.save(force_insert=True)
    assert not list(tomorrow(outsider))
    assert remind_due(page.reminded_from) == 0
    publish(page, place="Salle gardée")
    page.unpublish()
    assert not Notice.objects.filter(recipient=outsider).exists()


def test_an_upgrade_lets_go_whom_a_move_had_left_and_again_nobody(
    vallees: Intranet, dunes: Intranet, page: EventPage, outsider: User
) -> None:
    """Moved before the rule: told once, and the place goes to who waits; others keep theirs."""
    theirs = SignUp.objects.get(event=page)
    page = move_inside(vallees, page)
    theirs.save(force_insert=True)
    Notice.objects.all().delete()
    ours = vallees.person("agent")
    sign_up(ours, page)
    assert not SignUp.objects.get(user=ours).is_coming
    elsewhere = event(vallees, "ouvert")
    sign_up(outsider, elsewhere)
    said = [call_complete_sites() for _ in range(2)]
    assert ["dehors" in one for one in said] == [True, False]
    assert SignUp.objects.get(event=page).user == ours
    assert SignUp.objects.get(event=page).is_coming
    assert SignUp.objects.get(event=elsewhere).user == outsider
    assert Notice.objects.get(kind="event_closed").recipient == outsider


def call_complete_sites() -> str:
    said = StringIO()
    call_command("complete_sites", stdout=said)
    return said.getvalue()


def test_who_knows_that_it_is_off_hears_nothing_more(
    vallees: Intranet, page: EventPage, outsider: User
) -> None:
    publish(page, cancel_reason="Tempête.")
    move_inside(vallees, page)
    assert not SignUp.objects.filter(event=page).exists()
    assert not Notice.objects.filter(kind="event_closed").exists()
