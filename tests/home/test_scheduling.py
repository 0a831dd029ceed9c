"""A page that appears, or disappears, at the date that its author chose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Revision

from accounts.models import Notice, Role, User
from accounts.people.models import DigestRhythm
from home.models import EditorialImage, GuidePage
from home.scheduling import settle_due
from portal.ticking import DUE
from tests.home.desk_forms import write
from tests.home.factories import Intranet, guide, picture

PUBLISH = {"action-publish": "1"}


@pytest.fixture
def lea(vallees: Intranet) -> User:
    return vallees.person("editor", first_name="Léa", last_name="")


@pytest.fixture
def page(vallees: Intranet, lea: User) -> Any:
    page = guide(vallees)
    page.owner = lea
    page.save_revision(user=lea).publish()
    return page


def choose(browser: Client, page: Page, text: str, **dates: str) -> Any:
    return write(browser, page, text, **dates, **PUBLISH)


def hour_has_come(page: Page) -> None:
    """Have the chosen date be past, as it is when the clock strikes."""
    past = timezone.now() - timedelta(minutes=1)
    for revision in Revision.page_revisions.filter(
        object_id=str(page.pk), approved_go_live_at__isnull=False
    ):
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()


def text(page: Page) -> str:
    return GuidePage.objects.get(pk=page.pk).search_text()


def test_an_editor_chooses_an_hour_of_paris_and_the_page_waits_for_it(
    vallees: Intranet, lea: User, page: Any, client_for: Callable[..., Client]
) -> None:
    browser = client_for(lea, vallees.host)
    choose(browser, page, "Le premier janvier.", go_live_at="01/01/2050 09:00")
    waiting = Revision.page_revisions.get(approved_go_live_at__isnull=False)
    assert waiting.approved_go_live_at == datetime(2050, 1, 1, 8, tzinfo=UTC)
    assert settle_due() == 0
    assert "Le premier janvier." not in text(page)
    form = browser.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "01/01/2050 09:00" in form
    # And back: nothing appears any more.
    browser.post(f"/cms/pages/{page.pk}/revisions/{waiting.pk}/unschedule/")
    assert not Revision.page_revisions.filter(approved_go_live_at__isnull=False).exists()


def test_the_clock_publishes_and_tells_who_wrote(
    vallees: Intranet,
    lea: User,
    page: Any,
    client_for: Callable[..., Client],
    django_capture_on_commit_callbacks: Any,
) -> None:
    User.objects.update(notice_rhythm=DigestRhythm.AT_ONCE)
    choose(client_for(lea, vallees.host), page, "Le jour venu.", go_live_at="01/01/2050 09:00")
    hour_has_come(page)
    with django_capture_on_commit_callbacks(execute=True):
        assert settle_due() == 1
    assert "Le jour venu." in text(page)
    assert settle_due() == 0
    (message,) = mail.outbox
    assert message.to == [lea.email]
    assert message.subject == "Parue comme prévu : Guide premier-pas"
    assert "/guides/premier-pas/" in message.body
    assert vallees.organisation.name in message.body
    assert "Ne plus en recevoir" in message.body


def test_the_clock_withdraws_and_tells_the_author(lea: User, page: Any) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert settle_due() == 1
    assert settle_due() == 0
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    told = Notice.objects.get(kind="page_withdrawn_on_time")
    assert told.recipient == lea
    assert told.path == f"/cms/pages/{page.pk}/edit/"


def test_who_no_longer_writes_here_is_not_told(lea: User, page: Any) -> None:
    Role.objects.filter(membership__user=lea).delete()
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert settle_due() == 1
    assert not Notice.objects.exists()


@pytest.mark.parametrize("slug", [None, "convoitee"])
def test_the_editors_are_told_when_who_chose_the_date_has_left(
    vallees: Intranet, dunes: Intranet, lea: User, page: Any, slug: str | None
) -> None:
    scheduled(page, lea, **({"slug": slug} if slug else {}))
    if slug:
        guide(vallees, slug)  # so that it cannot appear
    kind = "page_not_published_on_time" if slug else "page_published_on_time"
    Role.objects.filter(membership__user=lea).delete()
    editors = {vallees.person("editor"), vallees.person("editor")}
    vallees.person("coordinator")
    dunes.person("editor")
    settle_due()
    notices = Notice.objects.filter(kind=kind)
    assert {one.recipient for one in notices} == editors
    assert all("n’écrit plus ici" in one.body for one in notices)
    assert "vous aviez" not in notices[0].body


def test_a_page_that_fails_keeps_no_other_waiting(
    vallees: Intranet, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = guide(vallees, "autre")
    past = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk__in=[page.pk, other.pk]).update(expire_at=past)
    stock = Page.unpublish

    def failing(self: Page, *args: Any, **kwargs: Any) -> None:
        if self.pk == page.pk:
            raise OSError("no disk")
        stock(self, *args, **kwargs)

    monkeypatch.setattr(Page, "unpublish", failing)
    assert settle_due() == 1
    assert not Page.objects.get(pk=other.pk).live
    assert Page.objects.get(pk=page.pk).live


def scheduled(page: Any, lea: User | None, **fields: Any) -> Revision:
    page = GuidePage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(user=lea).publish()
    hour_has_come(page)
    return Revision.page_revisions.get(object_id=str(page.pk), approved_go_live_at__isnull=False)


def test_a_page_that_cannot_appear_leaves_the_schedule_and_its_author_is_told(
    vallees: Intranet, dunes: Intranet, lea: User, page: Any
) -> None:
    stuck = scheduled(page, lea, slug="convoitee")
    guide(vallees, "convoitee")  # its address has been taken since
    elsewhere = guide(dunes)
    scheduled(elsewhere, None, title="Le jour venu")
    over = guide(dunes, "finie")
    Page.objects.filter(pk=over.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert settle_due() == 2
    assert Page.objects.get(pk=elsewhere.pk).title == "Le jour venu"
    assert not Page.objects.get(pk=over.pk).live
    stuck.refresh_from_db()
    assert stuck.approved_go_live_at is None
    told = Notice.objects.get(kind="page_not_published_on_time")
    assert told.recipient == lea
    assert told.organisation == vallees.organisation
    assert "a déjà cette adresse" in told.body
    assert told.path == f"/cms/pages/{page.pk}/edit/"
    assert settle_due() == 0
    assert Notice.objects.filter(kind="page_not_published_on_time").count() == 1


def test_the_clock_shows_nobody_a_picture_whose_people_were_not_asked(
    vallees: Intranet, lea: User, page: Any
) -> None:
    image = picture(vallees, "Portrait")
    scheduled(page, lea, image=image)
    image.consent = EditorialImage.Consent.TO_ASK
    image.save()
    assert settle_due() == 0
    assert GuidePage.objects.get(pk=page.pk).image is None
    assert "Portrait" in Notice.objects.get(kind="page_not_published_on_time").body


def test_tick_watches_the_dates() -> None:
    assert "home.scheduling.settle_due" in {work.function for work in DUE}


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"go_live_at": "demain"}, "Écrivez la date et l’heure en chiffres"),
        ({"expire_at": "01/01/2020 09:00"}, "Cette date est déjà passée"),
        ({"go_live_at": "02/01/2050 09:00", "expire_at": "01/01/2050 09:00"}, "avant"),
    ],
)
def test_a_wrong_date_is_refused_and_nothing_typed_is_lost(
    vallees: Intranet,
    lea: User,
    page: Any,
    client_for: Callable[..., Client],
    dates: dict[str, str],
    words: str,
) -> None:
    answer = choose(client_for(lea, vallees.host), page, "Mon texte.", **dates).content.decode()
    assert words in answer
    assert "Mon texte." in answer
    assert all(value in answer for value in dates.values())
    assert "Mon texte." not in text(page)


def test_a_page_on_which_the_site_stands_has_neither_date_nor_address(
    vallees: Intranet, lea: User, client_for: Callable[..., Client]
) -> None:
    browser = client_for(lea, vallees.host)
    for kept in (vallees.root, vallees.page("guides"), vallees.page("interne")):
        form = browser.get(f"/cms/pages/{kept.pk}/edit/").context["form"]
        assert not {"go_live_at", "expire_at", "slug"} & set(form.fields), kept
