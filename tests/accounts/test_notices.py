"""A row first, then an e-mail as the person chose; nobody sees anybody's address."""

from __future__ import annotations

import itertools
import re
import smtplib
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.models import Site

from accounts.models import Membership, Notice, Organisation, Role, User
from accounts.notices.delivery import MOST_FAILURES, send_notice
from accounts.notices.digests import send_due
from accounts.notices.links import stop_path
from accounts.notices.rules import tell
from accounts.people.models import DigestRhythm
from tests.accounts.conftest import plain, queries_of, sender, text_of
from tests.accounts.factories import NoticeFactory
from tests.factories import OrganisationFactory, UserFactory, join, member

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


def told(user: User, **more: Any) -> Notice:
    more.setdefault("subject", "Le barnum est de retour")
    more.setdefault("body", "Il est propre & sec.\n\nMerci à vous.")
    return tell(user, kind="test", path="/mes-echanges/abc/", action="Voir l’échange", **more)


# Sending


@pytest.mark.parametrize(
    ("rhythm", "must_send", "leaves"),
    [
        (DigestRhythm.AT_ONCE, False, True),
        (DigestRhythm.DAILY, False, False),
        (DigestRhythm.WEEKLY, False, False),
        (DigestRhythm.NEVER, False, False),
        (DigestRhythm.DAILY, True, True),
        (DigestRhythm.NEVER, True, True),
    ],
)
def test_what_leaves_at_once(mailbox: list, rhythm: str, must_send: bool, leaves: bool) -> None:
    notice = told(UserFactory(notice_rhythm=rhythm), must_send=must_send)
    notice.refresh_from_db()
    assert bool(mailbox) is leaves
    assert bool(notice.sent_at) is leaves


def test_the_letter_leads_to_the_host_of_one_s_own_organisation(
    mailbox: list, collectivite: Organisation
) -> None:
    told(member(collectivite, "agent"), organisation=collectivite)
    letter = mailbox[-1]
    assert "http://vallees.localhost/mes-echanges/abc/" in letter.body
    assert sender(letter) == "Les Vallées (Entraide) <entraide@demo.example>"
    assert "Les Vallées" in letter.body.split("--")[1]


def test_without_an_intranet_it_leads_to_the_platform(
    mailbox: list, collectivite: Organisation
) -> None:
    told(member(OrganisationFactory(), "agent"), organisation=collectivite)
    assert "http://localhost/mes-echanges/abc/" in mailbox[-1].body
    assert sender(mailbox[-1]).startswith("Les Vallées (Entraide)")


def test_it_has_two_parts_and_a_way_to_stop(mailbox: list) -> None:
    told(UserFactory())
    letter = mailbox[-1]
    assert letter.alternatives[0].mimetype == "text/html"
    assert "propre &amp; sec" in letter.alternatives[0].content
    assert "propre & sec" in letter.body
    assert letter.extra_headers["List-Unsubscribe"].startswith("<http://localhost/courriels/")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "#rythme" in letter.body


def test_html_in_a_notice_is_text_in_the_letter(mailbox: list) -> None:
    told(UserFactory(), subject="<b>gras</b>", body="<script>alert(1)</script>")
    html = mailbox[-1].alternatives[0].content
    assert "<script>" not in html
    assert "<b>gras" not in html


def test_a_subject_on_two_lines_adds_no_header(mailbox: list) -> None:
    told(UserFactory(), subject="Bonjour\r\nBcc: x@y.test")
    assert mailbox[-1].message()["Bcc"] is None


def test_nobody_sees_the_address_of_another(mailbox: list) -> None:
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        told(person)
    assert [letter.to for letter in mailbox] == [[first.email], [second.email]]
    assert second.email not in mailbox[0].message().as_string()


def test_sent_twice_it_leaves_once(mailbox: list) -> None:
    notice = told(UserFactory())
    assert not send_notice(notice.pk)
    assert len(mailbox) == 1


def test_a_dead_mail_server_breaks_nothing_and_is_tried_again(
    mailbox: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    user = UserFactory()
    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMultiAlternatives, "send", refuse)
        notice = told(user)
    notice.refresh_from_db()
    assert notice.sent_at is None
    assert send_due(notice.created_at + timedelta(minutes=10)) == 1
    assert len(mailbox) == 1


def test_choosing_at_once_does_not_send_what_was_already_there(mailbox: list) -> None:
    user = UserFactory(notice_rhythm=DigestRhythm.NEVER)
    notice = told(user)
    User.objects.filter(pk=user.pk).update(notice_rhythm=DigestRhythm.AT_ONCE)
    assert send_due(notice.created_at + timedelta(hours=1)) == 0
    assert mailbox == []


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list:
    tries: list = []

    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        tries.append(self.to)
        raise error

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)
    return tries


def test_a_mailbox_refused_for_good_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = smtplib.SMTPRecipientsRefused({"x@y.test": (550, b"no such user")})
    tries = failing(monkeypatch, refusal)
    notice = told(UserFactory())
    for minutes in range(10, 3000, 60):
        send_due(notice.created_at + timedelta(minutes=minutes))
    assert len(tries) == 1
    notice.refresh_from_db()
    assert notice.sent_at is None


def test_a_letter_that_cannot_leave_is_tried_less_and_less_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = failing(monkeypatch, ValueError("a header"))
    first, second = told(UserFactory()), told(UserFactory())
    at: list[int] = []
    # As often as tick does while tries are close, then rarely: there is no more than that to see.
    for minutes in [*range(10, 180, 10), *range(180, 2880, 60), *range(2880, 14 * 1440, 1440)]:
        before = len(tries)
        send_due(first.created_at + timedelta(minutes=minutes))
        at += [minutes] * (len(tries) > before)
    waits = [later - sooner for sooner, later in itertools.pairwise(at)]
    assert len(waits) > 1
    assert waits == sorted(waits)
    for notice in (first, second):
        assert tries.count([notice.recipient.email]) == MOST_FAILURES


def test_a_server_that_is_down_costs_one_try_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = failing(monkeypatch, ConnectionRefusedError())
    notices = [told(UserFactory()) for _ in range(5)]
    tries.clear()
    send_due(notices[0].created_at + timedelta(minutes=10))
    assert len(tries) == 1


@pytest.mark.parametrize("rhythm", [DigestRhythm.AT_ONCE, DigestRhythm.DAILY])
def test_a_worker_killed_while_sending_loses_no_letter(
    mailbox: list, monkeypatch: pytest.MonkeyPatch, rhythm: str
) -> None:
    """Its claim lapses; until then nobody else sends, in case it is only slow."""
    killed = timezone.now()
    notice = NoticeFactory(
        recipient=UserFactory(notice_rhythm=rhythm),
        created_at=killed - timedelta(days=2),
        send_at_once=rhythm == DigestRhythm.AT_ONCE,
    )
    with monkeypatch.context() as broken:
        failing(broken, SystemExit())  # type: ignore[arg-type]
        with pytest.raises(SystemExit):
            send_due(killed)
    assert send_due(killed + timedelta(minutes=1)) == 0
    assert send_due(killed + timedelta(minutes=20)) == 1
    assert send_due(killed + timedelta(hours=10)) == 0
    assert len(mailbox) == 1
    notice.refresh_from_db()
    assert notice.sent_at


def test_a_name_on_two_lines_silences_no_letter(mailbox: list) -> None:
    told(UserFactory(), organisation=OrganisationFactory(short_name="Été\r\nBcc: x@y.test"))
    message = mailbox[-1].message()
    assert message["Bcc"] is None
    assert "\n" not in message["From"]


def test_a_closed_account_receives_nothing(mailbox: list) -> None:
    told(UserFactory(is_active=False))
    assert mailbox == []


# Digests


@pytest.mark.parametrize(
    ("rhythm", "told_at", "now", "leaves"),
    [
        (DigestRhythm.DAILY, at(24, 9), at(24, 20), False),
        (DigestRhythm.DAILY, at(24, 9), at(25, 6, 59), False),
        (DigestRhythm.DAILY, at(24, 9), at(25, 7), True),
        (DigestRhythm.WEEKLY, at(24, 9), at(29, 7), False),
        (DigestRhythm.WEEKLY, at(24, 9), at(30, 6, 59), False),
        (DigestRhythm.WEEKLY, at(24, 9), at(30, 7), True),
        (DigestRhythm.NEVER, at(24, 9), at(30, 7), False),
    ],
)
def test_when_a_digest_leaves(
    mailbox: list, rhythm: str, told_at: datetime, now: datetime, leaves: bool
) -> None:
    user = UserFactory(notice_rhythm=rhythm)
    NoticeFactory.create_batch(3, recipient=user, created_at=told_at)
    assert send_due(now) == (1 if leaves else 0)
    assert send_due(now) == 0
    if leaves:
        assert plain(mailbox[-1].subject) == "3 nouvelles pour vous"
        assert mailbox[-1].body.count("Le barnum est de retour.") == 3


def test_what_was_read_is_not_told_again(mailbox: list) -> None:
    user = UserFactory(notice_rhythm=DigestRhythm.DAILY)
    NoticeFactory(recipient=user, created_at=at(24, 9), read_at=at(24, 10))
    assert send_due(at(25, 8)) == 0


def test_last_season_s_news_stay_on_the_page(mailbox: list) -> None:
    NoticeFactory(recipient=UserFactory(notice_rhythm=DigestRhythm.DAILY), created_at=at(1, 9))
    assert send_due(at(25, 8)) == 0


class TestWhoIsNoLongerThere:
    """A member whose role ends loses it at once: what waits for a digest does not leave."""

    @pytest.fixture
    def editor(self) -> Membership:
        user = UserFactory(notice_rhythm=DigestRhythm.DAILY)
        membership = join(user, OrganisationFactory(), "agent", "editor")
        Membership.objects.update(starts_at=at(1, 8))
        Role.objects.update(starts_at=at(1, 8))
        membership.refresh_from_db()
        return membership

    def told(self, membership: Membership, **more: Any) -> Notice:
        more = {"organisation": membership.organisation, "created_at": at(24, 9)} | more
        return NoticeFactory(recipient=membership.user, **more)

    def end(self, period: Any, day: int = 24) -> None:
        type(period).objects.filter(pk=period.pk).update(ends_at=at(day, 12))

    def test_who_is_still_there_receives_it(self, mailbox: list, editor: Membership) -> None:
        self.told(editor)
        assert send_due(at(25, 8)) == 1

    def test_who_left_since_receives_nothing(self, mailbox: list, editor: Membership) -> None:
        self.told(editor)
        self.end(editor)
        assert send_due(at(25, 8)) == 0

    def test_nor_a_letter_that_waited_for_the_mail_server(
        self, mailbox: list, editor: Membership
    ) -> None:
        User.objects.update(notice_rhythm=DigestRhythm.AT_ONCE)
        self.told(editor, send_at_once=True)
        self.told(editor, send_at_once=True, must_send=True, subject="Vous ne faites plus partie")
        self.end(editor)
        assert send_due(at(25, 8)) == 1
        assert mailbox[-1].subject == "Vous ne faites plus partie"

    def test_who_writes_no_more_hears_no_more_of_the_desk(
        self, mailbox: list, editor: Membership
    ) -> None:
        self.told(editor)
        self.end(editor.roles.get(kind="editor"))
        assert send_due(at(25, 8)) == 0

    def test_who_got_the_role_back_hears_of_it(self, mailbox: list, editor: Membership) -> None:
        self.told(editor)
        role = editor.roles.get(kind="editor")
        self.end(role)
        Role.objects.create(membership=editor, kind="editor", starts_at=at(24, 12))
        assert send_due(at(25, 8)) == 1

    def test_what_is_told_after_the_end_leaves(self, mailbox: list, editor: Membership) -> None:
        self.told(editor)
        self.end(editor, day=23)
        assert send_due(at(25, 8)) == 1

    def test_an_exchange_is_told_by_the_other_side(self, mailbox: list, editor: Membership) -> None:
        self.told(editor, organisation=OrganisationFactory())
        self.end(editor)
        assert send_due(at(25, 8)) == 0

    def test_another_organisation_of_theirs_still_writes(
        self, mailbox: list, editor: Membership
    ) -> None:
        other = join(editor.user, OrganisationFactory(), "agent")
        self.end(editor)
        Membership.objects.filter(pk=other.pk).update(starts_at=at(1, 8))
        self.told(editor, organisation=other.organisation)
        assert send_due(at(25, 8)) == 1


# The page


def test_my_notices_are_mine(client_for: Any) -> None:
    mine, other = NoticeFactory(), NoticeFactory()
    browser = client_for(mine.recipient)
    page = text_of(browser.get("/mon-compte/nouvelles/"))
    assert mine.subject in page
    assert other.subject not in page
    assert browser.post(f"/mon-compte/nouvelles/{other.ref}/").status_code == 404


def test_opening_a_notice_marks_it_and_leads_there(client_for: Any) -> None:
    notice = NoticeFactory(path="/mes-echanges/abc/")
    response = client_for(notice.recipient).post(f"/mon-compte/nouvelles/{notice.ref}/")
    assert response.url == "/mes-echanges/abc/"
    notice.refresh_from_db()
    assert notice.read_at


def test_a_notice_never_leads_to_another_house(client_for: Any) -> None:
    notice = NoticeFactory(path="//ailleurs.example/")
    response = client_for(notice.recipient).post(f"/mon-compte/nouvelles/{notice.ref}/")
    assert response.url == "/mon-compte/nouvelles/"


def test_a_notice_of_another_intranet_of_mine_leads_there_by_a_plain_link(
    client_for: Any, collectivite: Organisation
) -> None:
    """A form may send nowhere but to this host (Content-Security-Policy), so a link leads there."""
    person = member(collectivite, "agent")
    home = Site.objects.get(is_default_site=True).root_page
    site = Site.objects.create(hostname="dunes.localhost", root_page=home)
    other = OrganisationFactory(site=site)
    join(person, other)
    there, here, nobody_s = (
        NoticeFactory(recipient=person, organisation=one, path=f"/salle/{rank}/")
        for rank, one in enumerate((other, collectivite, None))
    )
    browser = client_for(person, "vallees.localhost")
    page = text_of(browser.get("/mon-compte/nouvelles/"))
    assert re.findall(r'href="([^"]+/salle/[^"]+)"', page) == ["http://dunes.localhost/salle/0/"]
    assert page.count("Marquer comme lue") == 1

    def opened(notice: Notice) -> str:
        return browser.post(f"/mon-compte/nouvelles/{notice.ref}/").url

    assert opened(here) == "/salle/1/"
    assert opened(nobody_s) == "/salle/2/"
    assert opened(there) == "/mon-compte/nouvelles/"
    assert not Notice.objects.visible_to(person).unread().exists()
    page = text_of(browser.get("/mon-compte/nouvelles/"))
    assert "http://dunes.localhost/salle/0/" in page
    assert "Marquer comme lue" not in page


def test_all_read_at_once(client_for: Any) -> None:
    user = UserFactory()
    NoticeFactory.create_batch(3, recipient=user)
    client_for(user).post("/mon-compte/nouvelles/lues/")
    assert not Notice.objects.visible_to(user).unread().exists()


def test_an_empty_page_says_what_will_come(client_for: Any) -> None:
    assert "Pas encore de nouvelles" in text_of(
        client_for(UserFactory()).get("/mon-compte/nouvelles/")
    )


def test_the_page_asks_as_much_for_few_and_many(client_for: Any) -> None:
    user = UserFactory()
    browser = client_for(user)

    def hear(number: int) -> int:
        for _ in range(number):
            NoticeFactory(recipient=user, organisation=OrganisationFactory())
        return queries_of(browser, "/mon-compte/nouvelles/?page=1")

    assert hear(3) == hear(20) <= 15


# Stopping


def test_reading_the_stop_link_changes_nothing_and_posting_does(client_for: Any) -> None:
    user = UserFactory()
    browser = client_for()
    assert "Ne plus recevoir de courriels ?" in text_of(browser.get(stop_path(user)))
    user.refresh_from_db()
    assert user.notice_rhythm == DigestRhythm.AT_ONCE
    response = browser.post(stop_path(user), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    user.refresh_from_db()
    assert user.notice_rhythm == DigestRhythm.NEVER


def test_a_forged_stop_link_is_unknown(client_for: Any) -> None:
    assert client_for().post(stop_path(UserFactory())[:-3] + "xx/").status_code == 404


def test_each_line_of_a_digest_leads_to_the_intranet_that_says_it() -> None:
    """Who belongs to two collectivités has two of them in one letter."""
    person = UserFactory(notice_rhythm=DigestRhythm.DAILY)
    home = Site.objects.get(is_default_site=True).root_page
    for name in ("une", "deux"):
        site = Site.objects.create(hostname=f"{name}.example", root_page=home)
        organisation = OrganisationFactory(site=site)
        join(person, organisation)
        told(person, organisation=organisation)
    Notice.objects.update(created_at=at(23, 12))
    send_due(at(24, 8))
    for name in ("une", "deux"):
        assert f"{name}.example/mes-echanges/abc/" in mail.outbox[0].body.replace(":80", "")
