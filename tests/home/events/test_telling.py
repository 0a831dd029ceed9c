"""What those who signed up hear: once, and only what is new to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership, Notice, User
from accounts.people.models import DigestRhythm
from accounts.todos.registry import MINE, forget_todos, todos_for
from home.events.announcing import announce
from home.events.clock import remind_due
from home.events.rules import give_up, sign_up
from home.models import EventPage
from tests.factories import AssociationFactory, VerificationFactory, member
from tests.home.events.factories import event, publish
from tests.home.factories import Intranet


@pytest.fixture
def page(vallees: Intranet) -> EventPage:
    return event(vallees, title="Café des binômes", places=1, online_url="https://visio.test/x")


@pytest.fixture
def comer(vallees: Intranet, page: EventPage) -> User:
    person = vallees.person("agent", notice_rhythm=DigestRhythm.WEEKLY)
    sign_up(person, page)
    return person


@pytest.fixture
def waiter(vallees: Intranet, page: EventPage, comer: User) -> User:
    person = vallees.person("agent")
    sign_up(person, page)
    return person


def notices(kind: str) -> list[Any]:
    return list(Notice.objects.filter(kind=kind).order_by("pk"))


def eve_of(page: EventPage, hour: int, minute: int = 0) -> datetime:
    day = timezone.localdate(page.starts_at) - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def joined(message: Any) -> list[str]:
    """Return the texts of the calendar files of an e-mail, unfolded."""
    return [
        content.replace("\r\n ", "")
        for _, content, kind in message.attachments
        if kind == "text/calendar"
    ]


def test_who_signs_up_is_sent_their_place_with_the_appointment_and_the_way_out(
    vallees: Intranet, page: EventPage
) -> None:
    person = vallees.person("agent")
    with TestCase.captureOnCommitCallbacks(execute=True):
        sign_up(person, page)
        sign_up(person, page)
    [message] = mail.outbox
    assert message.to == [person.email]
    assert "Votre place est retenue" in message.subject
    assert page.when in message.body.lower()
    assert page.place in message.body
    assert "https://visio.test/x" in message.body
    assert f"/evenements/{page.ref}/#inscription" in message.body
    assert "rendez votre place" in message.body
    [appointment] = joined(message)
    assert "SUMMARY:Café des binômes" in appointment
    assert "visio.test" in appointment


def test_who_waits_is_sent_their_turn_and_no_appointment_yet(
    vallees: Intranet, page: EventPage, comer: User
) -> None:
    person = vallees.person("agent")
    with TestCase.captureOnCommitCallbacks(execute=True):
        sign_up(person, page)
    [message] = mail.outbox
    assert "En liste d’attente" in message.subject
    assert "à la 1re place" in message.body
    assert "visio.test" not in message.body
    assert not joined(message)
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        give_up(comer, page)
    [message] = mail.outbox
    assert "visio.test" in joined(message)[0]


def test_an_outsider_is_sent_their_place_on_the_host_where_they_work(vallees: Intranet) -> None:
    open_one = event(vallees, open_to_associations=True)
    association = AssociationFactory()
    VerificationFactory(association=association, by=vallees.organisation)
    person = member(association)
    with TestCase.captureOnCommitCallbacks(execute=True):
        sign_up(person, open_one)
    [message] = mail.outbox
    assert f"{settings.PLATFORM_URL.rstrip('/')}/evenements/{open_one.ref}/" in message.body
    assert "--\nLes Vallées\n" in message.body
    assert joined(message)


@pytest.mark.parametrize("rhythm", [DigestRhythm.DAILY, DigestRhythm.WEEKLY, DigestRhythm.NEVER])
def test_a_confirmation_follows_the_rhythm_that_the_person_chose(
    vallees: Intranet, page: EventPage, rhythm: str
) -> None:
    person = vallees.person("agent", notice_rhythm=rhythm)
    with TestCase.captureOnCommitCallbacks(execute=True):
        sign_up(person, page)
    assert not mail.outbox
    assert [one.recipient for one in notices("event_signed_up")] == [person]


def test_publishing_again_without_a_change_tells_nobody(page: EventPage, waiter: User) -> None:
    told = Notice.objects.count()
    publish(page, summary="Autrement dit.")
    assert Notice.objects.count() == told


def test_a_cancelled_event_is_told_to_all_with_its_reason_at_once(
    page: EventPage, comer: User, waiter: User
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(page, cancel_reason="La salle est inondée.")
    publish(page, summary="Toujours annulé.")
    told = notices("event_cancelled")
    assert {one.recipient for one in told} == {comer, waiter}
    assert all(one.must_send and "La salle est inondée." in one.body for one in told)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([comer.email, waiter.email])
    assert all("--\nLes Vallées\n" in message.body for message in mail.outbox)
    assert not notices("event_place_found")


def cancel(page: EventPage) -> None:
    publish(page, cancel_reason="La salle est inondée.")


def take_down(page: EventPage) -> None:
    page.unpublish()


def delete(page: EventPage) -> None:
    page.delete()


@pytest.mark.parametrize("goes", [cancel, take_down, delete])
def test_an_appointment_that_was_sent_is_taken_away_from_calendars(
    page: EventPage, comer: User, waiter: User, goes: Callable[[EventPage], None]
) -> None:
    """It would stay there, and somebody come; who only waits never had it."""
    stamp = page.last_published_at
    with TestCase.captureOnCommitCallbacks(execute=True):
        goes(page)
    sent = {message.to[0]: joined(message) for message in mail.outbox}
    assert sent[waiter.email] == []
    (entry,) = Calendar.from_ical(sent[comer.email][0]).walk("VEVENT")
    assert entry["status"] == "CANCELLED"
    assert entry["uid"].startswith(f"{page.ref}@")
    assert entry.decoded("dtstamp") >= stamp.replace(microsecond=0)
    assert "visio.test" not in sent[comer.email][0]


def test_an_event_that_takes_place_after_all_is_told_to_those_who_thought_it_did_not(
    page: EventPage, comer: User
) -> None:
    publish(page, cancel_reason="Tempête.")
    publish(page, cancel_reason="")
    assert [one.recipient for one in notices("event_again")] == [comer]
    assert not notices("event_changed")


def test_a_new_day_or_place_is_told_and_places_are_kept(
    page: EventPage, comer: User, waiter: User
) -> None:
    publish(
        page,
        starts_at=page.starts_at + timedelta(days=1),
        ends_at=page.ends_at + timedelta(days=1),
        place="Salle haute",
    )
    told = {one.recipient: one.body for one in notices("event_changed")}
    assert "Salle haute" in told[comer]
    assert "Votre place reste retenue" in told[comer]
    assert "au même rang" in told[waiter]
    assert "visio.test" not in told[waiter]
    publish(page)
    assert len(notices("event_changed")) == 2


def test_a_page_that_is_taken_down_or_deleted_tells_those_who_signed_up(
    page: EventPage, comer: User, waiter: User
) -> None:
    page.unpublish()
    told = notices("event_withdrawn")
    assert {one.recipient for one in told} == {comer, waiter}
    assert all(one.path == "" and "ne vous déplacez pas" in one.body for one in told)
    publish(page)
    assert len(notices("event_again")) == 2
    page.delete()
    assert len(notices("event_withdrawn")) == 4
    assert "effacée" in notices("event_withdrawn")[-1].body


def test_who_knows_that_it_is_off_is_not_told_again(page: EventPage, comer: User) -> None:
    publish(page, cancel_reason="Tempête.")
    page.unpublish()
    page.delete()
    assert not notices("event_withdrawn")


def test_what_is_over_is_put_away_in_silence(page: EventPage, comer: User) -> None:
    now = timezone.now()
    EventPage.objects.filter(pk=page.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )
    page.refresh_from_db()
    publish(page, place="Autre nom de la salle")
    page.unpublish()
    page.delete()
    assert not Notice.objects.exclude(kind="event_signed_up").exists()


def test_a_page_published_by_the_clock_tells_too(page: EventPage, comer: User) -> None:
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save()
    call_command("publish_scheduled", verbosity=0)
    assert [one.recipient for one in notices("event_withdrawn")] == [comer]
    assert announce(page.pk) == 0


def test_the_reminder_leaves_the_day_before_once_and_only_to_who_comes(
    page: EventPage, comer: User, waiter: User
) -> None:
    assert remind_due(eve_of(page, 6)) == 0
    assert remind_due(eve_of(page, 7)) == 1
    assert remind_due(eve_of(page, 7)) == 0
    (told,) = notices("event_reminder")
    assert told.recipient == comer
    assert not told.must_send
    assert "https://visio.test/x" in told.body


def test_a_late_clock_still_reminds_before_it_begins_and_never_after(
    page: EventPage, comer: User
) -> None:
    assert remind_due(page.starts_at + timedelta(minutes=1)) == 0
    assert remind_due(page.starts_at - timedelta(minutes=30)) == 1


def test_who_has_just_read_the_date_is_not_reminded(
    page: EventPage, comer: User, waiter: User
) -> None:
    page.sign_ups.filter(user=waiter).update(
        state="coming", placed_at=eve_of(page, 12), signed_up_at=eve_of(page, 12)
    )
    give_up(comer, page)
    assert remind_due(eve_of(page, 13)) == 0


@pytest.mark.parametrize("why", ["cancelled", "draft", "left"])
def test_nobody_is_reminded_of_what_they_cannot_attend(
    page: EventPage, comer: User, why: str
) -> None:
    if why == "left":
        Membership.objects.filter(user=comer).update(ends_at=timezone.now())
    elif why == "draft":
        page.unpublish()
    else:
        publish(page, cancel_reason="Tempête.")
    assert remind_due(eve_of(page, 8)) == 0


def test_tomorrow_is_among_what_waits_for_me(vallees: Intranet) -> None:
    person = vallees.person("agent")
    for slug, data in {
        "demain": {"in_days": 1, "from": "9:30"},
        "apres-demain": {"in_days": 3},
        "annule": {"in_days": 1},
    }.items():
        sign_up(person, event(vallees, slug, title=slug, **data))
    publish(vallees.page("agenda", "annule"), cancel_reason="Tempête.")
    (todo,) = todos_for(person, MINE)
    assert todo.text == "Demain, 9\u00a0h\u00a030\u00a0: demain"
    assert todo.url.startswith("/evenements/")
    forget_todos(person)
    give_up(person, vallees.page("agenda", "demain"))
    assert todos_for(person, MINE) == []
