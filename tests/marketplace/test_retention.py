"""How long exchanges and listings are kept, and that what goes is gone: rows, words and files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Organisation
from accounts.personal_data.archive import archive_of
from accounts.personal_data.durations import choose
from accounts.personal_data.purging import due_for, purge
from marketplace.catalogue import photos
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange, Message
from marketplace.models import Listing
from marketplace.personal_data.kinds import FORGOTTEN
from marketplace.signals import listings_changed
from tests.accounts.conftest import text_of
from tests.factories import PartnershipFactory
from tests.marketplace.factories import World, ask, decision, draft, picture, published, skill

pytestmark = pytest.mark.django_db
S = ExchangeState


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def ended(exchange: Exchange, state: str, days: int) -> Exchange:
    """Put the exchange in a state, since so many days."""
    contact = None if state in (S.EXPIRED, S.DECLINED) else ago(days)
    Exchange.objects.filter(pk=exchange.pk).update(
        state=state, state_since=ago(days), reason="Trop loin, Nadia", contact_accepted_at=contact
    )
    exchange.refresh_from_db()
    return exchange


def counted(organisation: Organisation | None, key: str) -> int:
    return next(one.count for one in due_for(organisation) if one.kind.key == key)


def purged(key: str) -> int:
    return sum(one.count for one in purge() if one.kind.key == key)


@pytest.fixture
def exchange(w: World) -> Exchange:
    return ask(published(w.nadia, w.metropole), w.odile, w.association)


@pytest.mark.parametrize(
    ("state", "days", "due"),
    [
        (S.EXPIRED, 400, 1),
        (S.DECLINED, 400, 1),
        (S.EXPIRED, 300, 0),
        (S.CANCELLED, 400, 0),  # after they had agreed to meet: the dossier is kept
        (S.PROPOSED, 400, 0),
        (S.UNDER_WAY, 400, 0),
    ],
)
def test_a_request_without_a_follow_up_goes_after_a_year(
    w: World, exchange: Exchange, state: str, days: int, due: int
) -> None:
    ended(exchange, state, days)
    assert counted(w.metropole, "requests") == due
    assert purged("requests") == due
    assert Exchange.objects.exists() is not bool(due)


@pytest.mark.parametrize("state", [S.CLOSED, S.COMPLETED, S.CANCELLED, S.INTERRUPTED])
def test_messages_go_a_year_after_the_end_and_the_dossier_stays(
    w: World, client_for: Any, exchange: Exchange, state: str
) -> None:
    ended(exchange, state, 400)
    assert purged("messages") == 1
    assert not Message.objects.exists()
    exchange.refresh_from_db()
    assert exchange.reason == FORGOTTEN
    assert counted(w.metropole, "messages") == 0
    page = client_for(w.nadia).get(exchange.get_absolute_url())
    assert page.status_code == 200
    assert "Trop loin" not in text_of(page)


def test_what_is_not_over_keeps_its_messages(w: World, exchange: Exchange) -> None:
    ended(exchange, S.UNDER_WAY, 900)
    assert counted(w.metropole, "messages") == 0


def test_an_exchange_of_two_collectivites_follows_the_longer_rule(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.paul, w.partner)
    ended(exchange, S.CLOSED, 400)
    assert (counted(w.metropole, "messages"), counted(w.partner, "messages")) == (1, 0)
    choose(w.partner, w.paul, {"messages": 24})
    assert (counted(w.metropole, "messages"), counted(w.partner, "messages")) == (0, 0)
    ended(exchange, S.CLOSED, 800)
    assert (counted(w.metropole, "messages"), counted(w.partner, "messages")) == (0, 1)


def test_with_an_association_the_collectivite_s_choice_holds(w: World, exchange: Exchange) -> None:
    choose(w.metropole, w.chloe, {"messages": 2})
    ended(exchange, S.CLOSED, 90)
    assert (counted(w.metropole, "messages"), counted(None, "messages")) == (1, 0)


def test_between_associations_the_default_holds(w: World) -> None:
    PartnershipFactory(proposer=w.stranger, partner=w.metropole)
    listing = published(w.odile, w.association, "offer premises loan")
    exchange = ask(listing, w.sonia, w.stranger)
    Exchange.objects.filter(pk=exchange.pk).update(receiver=w.newcomers)
    ended(exchange, S.CLOSED, 400)
    assert (counted(None, "messages"), counted(w.stranger, "messages")) == (1, 0)


def test_a_signed_decision_is_kept_ten_years_with_its_dossier(
    w: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    rules.add_decision(exchange, w.nadia, decision())
    name = exchange.decision.name
    ended(exchange, S.CLOSED, 3600)
    assert (counted(w.metropole, "decisions"), counted(w.metropole, "dossiers")) == (0, 0)
    choose(w.metropole, w.chloe, {"dossiers": 24})
    assert counted(w.metropole, "dossiers") == 0, "not before its decision"
    ended(exchange, S.CLOSED, 3700)
    with django_capture_on_commit_callbacks(execute=True):
        assert purged("decisions") == 1
    assert not default_storage.exists(name)
    # And in the same night, the dossier that was only kept for it.
    assert not Exchange.objects.exists()


def test_a_dossier_goes_with_everything_that_hangs_on_it(w: World, exchange: Exchange) -> None:
    ended(exchange, S.CLOSED, 3700)
    assert purged("dossiers") == 1
    assert not Exchange.objects.exists()
    assert Listing.objects.exists()


# Listings


def aged(listing: Listing, days: int, **fields: Any) -> Listing:
    Listing.objects.filter(pk=listing.pk).update(updated_at=ago(days), **fields)
    listing.refresh_from_db()
    return listing


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"state": ListingState.ARCHIVED}, 1),
        ({"state": ListingState.WITHDRAWN}, 1),
        ({"state": ListingState.RETURNED, "return_reason": "Une photo ?"}, 1),
        ({"expires_at": ago(780)}, 1),
        ({"expires_at": ago(100)}, 0),
        ({}, 0),
    ],
)
def test_a_listing_that_serves_no_more_goes_after_two_years(
    w: World, fields: dict[str, Any], due: int
) -> None:
    aged(published(w.nadia, w.metropole), 800, **fields)
    assert counted(w.metropole, "listings") == due
    assert purged("listings") == due
    assert Listing.objects.exists() is not bool(due)


def test_a_draft_that_nobody_finished_goes_with_its_photos(
    w: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    listing = draft(w.nadia, w.metropole)
    photo = photos.add(listing, w.nadia, picture(), "Un barnum")
    names = [file.name for file in photos.files_of(photo)]
    aged(listing, 800)
    with django_capture_on_commit_callbacks(execute=True):
        assert purged("listings") == 1
    assert not any(default_storage.exists(name) for name in names)


def test_one_that_a_dossier_points_to_keeps_its_title_only_and_is_done_once(w: World) -> None:
    listing = skill(w.nadia, w.metropole, description="Je joue du piano")
    ask(listing, w.odile, w.association)
    aged(listing, 800, expires_at=ago(780))
    assert purged("listings") == 1
    listing.refresh_from_db()
    assert (listing.state, listing.description) == (ListingState.ARCHIVED, "")
    assert listing.title
    aged(listing, 800)
    assert counted(w.metropole, "listings") == 0


def test_the_index_is_told_of_each_listing_that_goes(w: World) -> None:
    listing = aged(published(w.nadia, w.metropole), 800, expires_at=ago(780))
    heard: list[int] = []

    def hear(sender: Any, listing_ids: list[int], **kwargs: Any) -> None:
        heard.extend(listing_ids)

    listings_changed.connect(hear)
    purged("listings")
    assert listing.pk in heard


def test_the_export_holds_what_i_wrote_and_not_what_i_was_answered(
    w: World, exchange: Exchange
) -> None:
    rules.write(exchange, w.nadia, "Ma réponse à moi")

    with ZipFile(BytesIO(archive_of(w.odile))) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "pour notre fête de juin" in whole
    assert "Ma réponse à moi" not in whole
    assert "Merle" not in whole
