"""The Monday letter: what is theirs first, once a week, nothing when nothing waits, a way out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, Notice, Role
from accounts.notices.digests import send_due
from accounts.people.models import DigestRhythm
from marketplace.insight import monday
from marketplace.models import Consent, DepartmentCoordinator, Exchange, Listing, MondayLetter
from tests.accounts.conftest import mailbox as _mailbox
from tests.accounts.conftest import sender
from tests.factories import DepartmentFactory, member
from tests.marketplace.exchanges.team import agreed, consent, team
from tests.marketplace.factories import World, ask, published

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
mailbox = _mailbox


def last_monday(hour: int = 7) -> datetime:
    """A moment of the last Monday that is over, on the clocks of Paris."""
    today = timezone.localdate()
    day = today - timedelta(days=today.weekday() or 7)
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _held_for_long(w: World) -> None:
    Role.objects.update(starts_at=last_monday() - timedelta(days=99))
    Membership.objects.filter(ends_at=None).update(starts_at=last_monday() - timedelta(days=99))


def silent(w: World, title: str = "Barnum", department: Any = None) -> Exchange:
    """A request to the métropole that nobody has answered for a fortnight."""
    listing = published(w.nadia, w.metropole, title=title)
    exchange = ask(listing, w.paul, w.partner)
    Listing.objects.filter(pk=listing.pk).update(department=department)
    since = timezone.now() - timedelta(days=14)
    Exchange.objects.filter(pk=exchange.pk).update(state_since=since, created_at=since)
    return exchange


def letters() -> list[Notice]:
    return list(Notice.objects.filter(kind="coordination_monday").order_by("pk"))


def test_each_coordinator_is_told_once_what_waits_and_a_second_tick_says_nothing(w: World) -> None:
    silent(w)
    assert monday.write_due(last_monday()) == 1
    assert monday.write_due(last_monday(8)) == 0
    letter = letters()[0]
    assert letter.recipient == w.chloe
    assert letter.organisation == w.metropole
    assert letter.subject == "Les Trois-Vallées\u00a0: 1\u00a0chose à suivre cette semaine"
    assert "Sans réponse (1)\n– Barnum (Les Trois-Vallées et Woippy" in letter.body
    assert letter.path == "/coordination/"
    assert "Paul" not in letter.body


def test_nothing_is_sent_when_nothing_waits_and_the_week_is_done_all_the_same(w: World) -> None:
    ask(published(w.nadia, w.metropole), w.paul, w.partner)  # new, and nobody is late
    assert monday.write_due(last_monday()) == 0
    silent(w)
    assert monday.write_due(last_monday(9)) == 0
    assert letters() == []


def test_the_next_monday_another_one_is_written(w: World) -> None:
    silent(w)
    assert monday.write_due(last_monday() - timedelta(days=7)) == 1
    assert monday.write_due(last_monday()) == 1


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (timedelta(hours=-2), 0),  # five o'clock: last week's Monday is too long ago
        (timedelta(hours=-1), 1),
        (timedelta(days=1), 1),  # the scheduler was down
        (timedelta(days=3), 0),
    ],
)
def test_it_is_written_on_monday_morning_and_hardly_later(
    w: World, when: timedelta, written: int
) -> None:
    silent(w)
    assert monday.write_due(last_monday() + when) == written


@pytest.mark.parametrize("year_day", [(2026, 3, 30), (2026, 10, 26)])
def test_six_o_clock_is_that_of_paris_after_a_change_of_hour(
    year_day: tuple[int, int, int],
) -> None:
    six = datetime(*year_day, 6, tzinfo=PARIS)
    assert monday.monday_of(six)[1] == six
    assert monday.monday_of(six - timedelta(minutes=1))[0] < six.date()


def test_whoever_became_coordinator_since_waits_for_the_next_one(w: World) -> None:
    silent(w)
    Role.objects.filter(kind="coordinator").update(starts_at=last_monday() + timedelta(hours=1))
    assert monday.write_due(last_monday(9)) == 0


def test_whoever_coordinates_no_more_is_written_to_no_more(w: World) -> None:
    silent(w)
    Role.objects.filter(kind="coordinator").update(ends_at=timezone.now())
    assert monday.write_due(last_monday()) == 0


class TestWhoseFirst:
    def test_a_service_goes_to_who_follows_it_and_the_rest_to_everybody(self, w: World) -> None:
        lucie = member(w.metropole, "coordinator")
        Role.objects.update(starts_at=last_monday() - timedelta(days=99))
        service = DepartmentFactory(organisation=w.metropole)
        below = DepartmentFactory(organisation=w.metropole, parent=service)
        DepartmentCoordinator.objects.create(department=service, coordinator=lucie)
        silent(w, "Du service", below)
        silent(w, "De personne", DepartmentFactory(organisation=w.metropole))
        silent(w, "Sans service")
        assert monday.write_due(last_monday()) == 2
        said = {one.recipient_id: one.body for one in letters()}
        assert "Du service" in said[lucie.pk]
        assert "Du service" not in said[w.chloe.pk]
        for body in said.values():
            assert "De personne" in body
            assert "Sans service" in body

    def test_the_deputy_stands_in_for_who_does_not_coordinate_any_more(self, w: World) -> None:
        service = DepartmentFactory(organisation=w.metropole)
        DepartmentCoordinator.objects.create(
            department=service, coordinator=w.karim, deputy=w.chloe
        )
        silent(w, "Du service", service)
        assert monday.write_due(last_monday()) == 1
        assert "Du service" in letters()[0].body


class TestReceiving:
    def test_the_letter_says_from_whom_and_how_to_stop(
        self, w: World, mailbox: list, django_capture_on_commit_callbacks: Any
    ) -> None:
        silent(w)
        with django_capture_on_commit_callbacks(execute=True):
            monday.write_due(last_monday())
        letter = next(one for one in mailbox if one.to == [w.chloe.email])
        assert sender(letter) == "Les Trois-Vallées (Entraide) <entraide@demo.example>"
        assert "/courriels/arreter/" in letter.body
        assert "Sans réponse (1)" in letter.body
        assert letter.alternatives

    def test_it_is_in_the_digest_of_that_very_morning(self, w: World, mailbox: list) -> None:
        w.chloe.notice_rhythm = DigestRhythm.WEEKLY
        w.chloe.save()
        silent(w)
        monday.write_due(last_monday(6))
        Notice.objects.filter(kind="coordination_monday").update(created_at=last_monday(6))
        mailbox.clear()
        assert send_due(last_monday(7)) == 1
        assert "Sans réponse (1)" in mailbox[-1].body

    def test_it_can_be_stopped_alone_and_taken_up_again(self, client_for: Any, w: World) -> None:
        silent(w)
        browser = client_for(w.chloe)
        assert "Ne plus la recevoir" in browser.get("/coordination/").content.decode()
        address, body = "/coordination/lettre-du-lundi/", {"pour": w.metropole.ref}
        browser.post(address, {**body, "recevoir": "0"})
        assert monday.write_due(last_monday()) == 0
        assert "La recevoir à nouveau" in browser.get("/coordination/").content.decode()
        browser.post(address, {**body, "recevoir": "1"})
        assert monday.write_due(last_monday()) == 1

    @pytest.mark.parametrize("who", ["nadia", "sonia", "odile", "gone", "staff"])
    def test_another_person_changes_nothing(self, client_for: Any, w: World, who: str) -> None:
        browser = client_for(getattr(w, who))
        answer = browser.post(
            "/coordination/lettre-du-lundi/", {"pour": w.metropole.ref, "recevoir": "0"}
        )
        assert answer.status_code == 403
        assert not MondayLetter.objects.exists()

    def test_of_two_schedulers_one_writes(self, w: World) -> None:
        week = last_monday().date()
        assert monday._take(w.chloe, w.metropole, week)
        assert not monday._take(w.chloe, w.metropole, week)


def test_consents_of_managers_come_the_oldest_first_and_lead_to_where_they_are_settled(
    w: World, client_for: Any
) -> None:
    people = team(w)
    # The nearest end is not the oldest.
    new, old = (consent(agreed(w, days=days, title=f"Dans {days} jours")) for days in (20, 40))
    Consent.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=12))
    monday.write_due(last_monday())
    body = letters()[0].body
    pile = body[body.index("Accords attendus (2)") :]
    assert pile.index("Dans 40 jours") < pile.index("Dans 20 jours")
    assert str(people.thomas) in pile
    page = client_for(w.chloe).get(old.get_absolute_url()).content.decode()
    assert f"{settings.PLATFORM_URL}{old.get_absolute_url()}" in pile
    assert new.get_absolute_url() in pile
    # From there, it is called to mind or asked of somebody else.
    assert "rappeler" in page
    assert "suppleance" in page
