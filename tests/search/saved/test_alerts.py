"""What is news, whom it is told, at which rhythm, and what is never told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership, Notice, Partnership, User
from accounts.people.models import DigestRhythm
from accounts.personal_data.erasure import erase
from marketplace.catalogue import lasting, transitions
from marketplace.catalogue import rules as listing_rules
from marketplace.models import Listing
from marketplace.refusals import Refused
from search.query import CatalogueQuery
from search.saved import rules
from search.saved.models import Finding, OnlineListing, SavedSearch
from search.saved.personal_data import kept_by
from search.saved.telling import tell_due
from search.saved.watching import find_due, take_as_seen
from tests.accounts.conftest import sender
from tests.factories import ListingFactory
from tests.marketplace.factories import World, draft, published

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
TENT = CatalogueQuery(text="barnum")


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    @contextmanager
    def committing() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return committing


def alert(w: World, person: User | None = None, rhythm: str = "at_once", **fields: Any):
    query = CatalogueQuery(**({"text": "barnum"} | fields))
    body = w.metropole if person in (None, w.karim, w.nadia) else None
    return rules.keep(person or w.karim, query, organisation=body, rhythm=rhythm)


def told(person: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=person, kind="search_found")
        .order_by("pk")
        .values_list("subject", flat=True)
    )


def test_what_comes_online_is_told_once(w: World, committed: Any) -> None:
    kept = alert(w)
    with committed():
        listing = published(w.nadia, w.metropole)
    (letter,) = [one for one in mail.outbox if one.to == [w.karim.email]]
    assert letter.subject == "1 nouvelle annonce : Barnum"
    assert sender(letter).startswith("Les Trois-Vallées (")
    assert "Barnum 3 × 6 m (offre des Trois-Vallées)" in letter.body
    assert listing.get_absolute_url() in letter.body
    assert "/courriels/arreter-alerte/" in letter.extra_headers["List-Unsubscribe"]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.alternatives[0].mimetype == "text/html"
    with committed():
        listing_rules.pause(listing, w.nadia)
        listing_rules.resume(Listing.objects.get(pk=listing.pk), w.nadia)
    assert len(told(w.karim)) == 1
    assert Finding.objects.get().search == kept


def test_an_edit_is_no_news_and_a_wider_scope_is(w: World, committed: Any) -> None:
    with committed():
        listing = published(w.nadia, w.metropole, scope="organisation")
    alert(w)
    alert(w, w.sonia)
    with committed():
        listing_rules.save(listing, w.nadia, {"description": "Avec ses piquets."})
    assert told(w.karim) == told(w.sonia) == []
    with committed():
        listing_rules.save(listing, w.nadia, {"scope": "verified"})
    assert len(told(w.sonia)) == 1
    # He had it already, before he kept the search; to be told once more does no harm.
    assert len(told(w.karim)) == 1


def test_what_came_by_another_way_is_no_news(w: World, committed: Any) -> None:
    listing = ListingFactory(organisation=w.metropole, author=w.nadia, keeper=w.nadia)
    take_as_seen()
    alert(w)
    with committed():
        transitions.say_changed(listing)
    assert told(w.karim) == []


def test_a_renewal_is_news_for_who_was_not_told(w: World, committed: Any) -> None:
    with committed():
        listing = published(w.nadia, w.metropole)
    alert(w)
    Listing.objects.filter(pk=listing.pk).update(expires_at=timezone.now() - timedelta(days=1))
    with committed():
        lasting.renew(Listing.objects.get(pk=listing.pk), w.nadia)
    assert len(told(w.karim)) == 1


def test_nobody_is_told_of_their_own(w: World, committed: Any) -> None:
    alert(w, w.nadia)
    with committed():
        published(w.nadia, w.metropole)
    assert told(w.nadia) == []


@pytest.mark.parametrize("scope", ["organisation", "partners"])
def test_what_one_may_not_see_is_not_told(w: World, committed: Any, scope: str) -> None:
    for person in (w.paul, w.sonia, w.odile, w.remi, w.gone, w.staff):
        alert(w, person)
    with committed():
        published(w.nadia, w.metropole, scope=scope)
    assert bool(told(w.paul)) is (scope == "partners")
    for person in (w.sonia, w.odile, w.remi, w.gone, w.staff):
        assert told(person) == []


@pytest.mark.parametrize("change", ["scope", "withdrawn", "partnership", "membership"])
def test_what_was_narrowed_before_it_was_told_is_not(w: World, committed: Any, change: str) -> None:
    """Found in the evening, told in the morning: the rule is asked again at the last moment."""
    alert(w, w.paul, rhythm="daily")
    with committed():
        listing = published(w.nadia, w.metropole, scope="partners")
    assert Finding.objects.count() == 1
    if change == "scope":
        listing_rules.save(listing, w.nadia, {"scope": "organisation"})
    elif change == "withdrawn":
        listing_rules.withdraw(Listing.objects.get(pk=listing.pk), w.chloe, "Cassé.")
    elif change == "partnership":
        Partnership.objects.update(state="ended")
    else:
        past = timezone.now() - timedelta(minutes=1)
        Membership.objects.filter(user=w.paul).update(
            starts_at=past - timedelta(days=1), ends_at=past
        )
    tell_due(timezone.now() + timedelta(days=1))
    assert told(w.paul) == []


def test_who_left_is_told_nothing(w: World, committed: Any) -> None:
    """Even of what everybody may see: the alert spoke in the name of the collectivité."""
    alert(w)
    past = timezone.now() - timedelta(minutes=1)
    Membership.objects.filter(user=w.karim).update(starts_at=past - timedelta(days=1), ends_at=past)
    alert(w, w.paul)
    User.objects.filter(pk=w.paul.pk).update(is_active=False)
    with committed():
        listing = published(w.chloe, w.metropole, scope="verified")
        listing_rules.save(listing, w.chloe, {"scope": "public"})
        listing_rules.approve(Listing.objects.get(pk=listing.pk), w.chloe)
    assert told(w.karim) == told(w.paul) == []


def test_rhythms(w: World, committed: Any) -> None:
    monday = datetime(2026, 11, 23, 6, 30, tzinfo=PARIS)
    for person, rhythm in ((w.karim, "daily"), (w.paul, "weekly"), (w.sonia, "never")):
        alert(w, person, rhythm=rhythm)
    with committed():
        published(w.nadia, w.metropole)
    sunday = monday - timedelta(hours=12)
    Finding.objects.update(found_at=sunday)
    assert tell_due(sunday + timedelta(hours=1)) == 0
    assert tell_due(monday - timedelta(hours=1)) == 0
    Finding.objects.update(found_at=monday + timedelta(hours=1))
    assert tell_due(monday + timedelta(hours=2)) == 0
    assert tell_due(monday + timedelta(days=1)) == 1
    assert len(told(w.karim)) == 1
    assert told(w.paul) == []
    assert tell_due(monday + timedelta(days=7)) == 1
    assert tell_due(monday + timedelta(days=7)) == 0
    assert len(told(w.paul)) == 1
    assert told(w.sonia) == []


def test_many_at_once_make_few_letters(w: World, committed: Any) -> None:
    kept = alert(w)
    with committed():
        for _ in range(12):
            published(w.nadia, w.metropole)
    assert len(told(w.karim)) == 1
    SavedSearch.objects.filter(pk=kept.pk).update(told_at=timezone.now() - timedelta(hours=1))
    tell_due()
    assert [subject.split("\u00a0")[0] for subject in told(w.karim)] == ["1", "11"]


def test_an_alert_leaves_apart_from_digests_but_never_against_a_no(
    w: World, committed: Any
) -> None:
    for person, wish in ((w.karim, DigestRhythm.WEEKLY), (w.paul, DigestRhythm.NEVER)):
        User.objects.filter(pk=person.pk).update(notice_rhythm=wish)
        person.refresh_from_db()
        alert(w, person)
    with committed():
        published(w.nadia, w.metropole)
    assert len(told(w.karim)) == len(told(w.paul)) == 1
    assert [one.to for one in mail.outbox] == [[w.karim.email]]


def test_a_lost_task_is_taken_up(w: World) -> None:
    """No commit is played here: as when the queue is down."""
    alert(w)
    published(w.nadia, w.metropole)
    assert told(w.karim) == []
    assert find_due() == 0
    assert find_due(timezone.now() + timedelta(minutes=5)) == 1
    assert len(told(w.karim)) == 1
    assert find_due(timezone.now() + timedelta(minutes=5)) == 0


def test_a_period_that_is_past_is_silent(w: World, committed: Any) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    alert(w, date_from=yesterday - timedelta(days=3), date_to=yesterday)
    with committed():
        published(w.nadia, w.metropole)
    assert told(w.karim) == []


def test_a_draft_is_nothing(w: World, committed: Any) -> None:
    alert(w)
    with committed():
        draft(w.nadia, w.metropole)
    assert not Finding.objects.exists()
    assert OnlineListing.objects.get().readers == ""


def test_a_theme_that_is_no_more_finds_nothing(w: World, committed: Any) -> None:
    alert(w, text="", categories=("disparue",))
    alert(w, text="", tags=("disparue",))
    with committed():
        published(w.nadia, w.metropole)
    assert told(w.karim) == []


def test_the_same_search_is_kept_once_and_not_for_ever(w: World, monkeypatch: Any) -> None:
    alert(w, directions=("offer", "need"))
    with pytest.raises(Refused, match="Vous gardez déjà cette recherche"):
        alert(w, text=" Barnum ", directions=("need", "offer"))
    monkeypatch.setattr(rules, "MOST", 1)
    with pytest.raises(Refused, match="enlevez-en"):
        alert(w, text="tente")


def test_erased_with_the_person(w: World, committed: Any) -> None:
    alert(w, text="ma maladie rare")
    assert kept_by(w.karim)[0]["Recherche"] == "«\u00a0ma maladie rare\u00a0»"
    erase(w.karim)
    assert not SavedSearch.objects.exists()
