"""The life of a listing, told as its rules."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.organisations.models import Role
from marketplace import rights, words
from marketplace.catalogue import guards, photos, rules
from marketplace.catalogue.models import Listing, ListingEvent
from marketplace.catalogue.terms import GiftTerms
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import listings_changed
from tests.factories import CategoryFactory, MembershipFactory
from tests.marketplace.factories import World, draft, picture, published, skill


def test_a_complete_draft_is_published_at_once_when_it_is_not_public(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    assert listing.state == "published"
    assert listing.published_at is not None


def test_a_public_listing_waits_for_the_coordination_which_is_told(w: World) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    assert listing.state == "submitted"
    assert Notice.objects.filter(recipient=w.chloe, kind="listing_to_review").count() == 1
    rules.approve(listing, w.chloe)
    assert listing.state == "published"
    assert Notice.objects.filter(recipient=w.nadia, kind="listing_published").exists()


def test_an_author_may_not_approve_their_own_public_listing(w: World) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    with pytest.raises(Refused, match="coordination"):
        rules.approve(listing, w.nadia)


def test_a_moderator_publishes_only_the_text_that_they_read(w: World) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    read = listing.version
    rules.save(listing, w.nadia, {"title": "Tout autre chose"})
    with pytest.raises(Overtaken, match="modifiée"):
        rules.approve(Listing.objects.get(pk=listing.pk), w.chloe, read)
    now = Listing.objects.get(pk=listing.pk)
    assert rules.approve(now, w.chloe, now.version).state == "published"


def test_words_that_change_online_stay_there_and_who_read_them_is_told_once(w: World) -> None:
    listing = rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    for title in ("Perceuse", "Perceuse à percussion"):
        listing = rules.save(listing, w.nadia, {"title": title})
    assert (listing.state, listing.title) == ("published", "Perceuse à percussion")
    told = Notice.objects.filter(kind="listing_changed")
    assert [notice.recipient for notice in told] == [w.chloe]
    told.update(read_at=timezone.now())
    rules.save(listing, w.nadia, {"title": "Tout autre chose"})
    assert told.unread().count() == 1
    rules.save(listing, w.nadia, {"availability": "le mardi"})
    assert told.count() == 2


@pytest.mark.parametrize(
    ("fields", "terms", "tags"),
    [
        ({"title": "Perceuse"}, {}, None),
        ({"place_label": "Chez Untel"}, {}, None),
        ({"availability": "le mardi"}, {}, None),
        ({}, {"wish": "Parler de moi."}, None),
        ({}, {"call_me_for": "Tout."}, None),
        ({}, {"conditions": "Aucune."}, None),
        ({}, {}, ["bois"]),
    ],
)
@pytest.mark.parametrize("paused", [False, True])
def test_who_read_it_is_told_of_all_that_is_read(
    w: World, fields: dict, terms: dict, tags: list | None, paused: bool
) -> None:
    listing = rules.approve(skill(w.nadia, w.metropole, scope="public"), w.chloe)
    if paused:
        rules.pause(listing, w.nadia)
    told = Notice.objects.filter(kind="listing_changed")
    rules.save(listing, w.nadia, {"quantity": 2}, {"whose_time": "own"}, tags=[])
    assert not told.exists()
    rules.save(listing, w.nadia, fields, terms, tags=tags)
    assert [notice.recipient for notice in told] == [w.chloe]


def test_who_read_it_is_told_of_a_new_photo(w: World) -> None:
    hidden = published(w.nadia, w.metropole)
    listing = rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    photos.add(hidden, w.nadia, picture(), "Un barnum.")
    assert not Notice.objects.filter(kind="listing_changed").exists()
    photos.add(listing, w.nadia, picture(), "Un barnum.")
    assert Notice.objects.get(kind="listing_changed").recipient == w.chloe


def test_who_coordinates_publishes_without_waiting_for_themselves(w: World) -> None:
    assert published(w.chloe, w.metropole, scope="public").state == "published"


def test_where_nobody_coordinates_the_platform_reads(w: World) -> None:
    listing = published(w.sonia, w.stranger, scope="public")
    assert listing.state == "submitted"
    assert not rights.can_moderate(w.chloe, listing)
    assert rights.can_moderate(w.staff, listing)
    assert Listing.objects.moderated_by(w.staff).filter(pk=listing.pk).exists()
    assert not Listing.objects.moderated_by(w.chloe).filter(pk=listing.pk).exists()


def test_an_association_is_read_by_those_that_verified_it(w: World) -> None:
    listing = published(w.odile, w.association, "need equipment loan", scope="public")
    assert listing.state == "submitted"
    assert rights.can_moderate(w.chloe, listing)
    assert Listing.objects.visible_to(w.chloe).filter(pk=listing.pk).exists()


def test_what_is_returned_has_a_reason_and_its_author_hears_it(w: World) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    with pytest.raises(Refused, match="pourquoi"):
        rules.send_back(listing, w.chloe, "  ")
    rules.send_back(listing, w.chloe, "Enlevez le numéro de téléphone.")
    assert listing.state == "returned"
    assert "téléphone" in Notice.objects.get(recipient=w.nadia, kind="listing_returned").body


@pytest.mark.parametrize(
    "change", [{"scope": "partners"}, {"transfer": "gift"}, {"legal_basis": "x"}]
)
def test_changing_what_decides_of_a_public_listing_sends_it_back_to_be_read(
    w: World, change: dict
) -> None:
    listing = rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    terms = {"unit_value": Decimal(20)} if "transfer" in change else None
    listing = rules.save(listing, w.nadia, change, terms)
    assert listing.state == "submitted"


def test_changing_words_of_a_public_listing_leaves_it_online(w: World) -> None:
    listing = rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    assert rules.save(listing, w.nadia, {"title": "Barnum"}).state == "published"


def test_opening_an_online_listing_to_everybody_submits_it(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    assert rules.save(listing, w.nadia, {"scope": "public"}).state == "submitted"


def test_pause_resume_archive_are_each_an_event(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    rules.pause(listing, w.nadia)
    rules.resume(listing, w.nadia)
    rules.archive(listing, w.nadia)
    states = list(listing.events.values_list("from_state", "to_state"))
    assert states == [
        ("", "draft"),
        ("draft", "published"),
        ("published", "paused"),
        ("paused", "published"),
        ("published", "archived"),
    ]
    assert ListingEvent.objects.filter(actor=w.nadia, for_organisation=w.metropole).count() == 5


def test_of_two_who_act_at_once_the_second_is_told(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    same = Listing.objects.get(pk=listing.pk)
    rules.pause(listing, w.nadia)
    with pytest.raises(Overtaken):
        rules.archive(same, w.nadia)
    assert same.events.count() == 3


def test_a_gift_above_300_euros_is_refused_with_the_alternative(w: World) -> None:
    dear = draft(w.nadia, w.metropole, "offer equipment gift", {"unit_value": Decimal("300.01")})
    with pytest.raises(Refused, match="prêter"):
        rules.publish(dear, w.nadia)
    fine = draft(w.nadia, w.metropole, "offer equipment gift", {"unit_value": Decimal("300")})
    assert rules.publish(fine, w.nadia).state == "published"


def test_an_online_gift_cannot_become_dearer_than_the_cap(w: World) -> None:
    gift = published(w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": Decimal(9)})
    with pytest.raises(Refused, match="300"):
        rules.save(gift, w.nadia, {}, {"unit_value": Decimal(900)})
    gift.gift_terms.refresh_from_db()
    assert gift.gift_terms.unit_value == 9


def test_transfer_suits_nature(w: World) -> None:
    with pytest.raises(Refused):
        rules.create_draft(w.nadia, w.metropole, direction="offer", nature="skill", transfer="gift")


def test_people_meet_before_any_form(w: World) -> None:
    assert skill(w.nadia, w.metropole).access == "meet_first"
    assert published(w.nadia, w.metropole).access == "on_request"


def test_an_unverified_association_prepares_drafts_and_is_told_why(w: World) -> None:
    need = draft(w.remi, w.newcomers, "need equipment loan")
    assert need.state == "draft"
    with pytest.raises(Refused, match="brouillon"):
        rules.publish(need, w.remi)


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("need mission time", True),
        ("need equipment gift", True),
        ("offer equipment loan", True),
        ("offer premises hosting", True),
        ("offer equipment gift", False),
        ("offer skill time", False),
        ("offer vehicle loan", False),
    ],
)
def test_an_association_says_needs_and_offers_things_or_places(
    w: World, kind: str, allowed: bool
) -> None:
    direction, nature, transfer = kind.split()
    if allowed:
        assert published(w.odile, w.association, kind).state == "published"
    else:
        with pytest.raises(Refused, match="association"):
            rules.create_draft(
                w.odile, w.association, direction=direction, nature=nature, transfer=transfer
            )


def test_only_those_who_answer_for_it_edit_it(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    for other in (w.karim, w.chloe, w.paul, w.odile, w.gone, w.staff):
        with pytest.raises(Refused):
            rules.save(listing, other, {"title": "À moi"})
    MembershipFactory(user=w.sonia, organisation=w.metropole).roles.create(
        kind=Role.Kind.REPRESENTATIVE
    )
    # To commit a public body is not to answer for what its agents write.
    with pytest.raises(Refused):
        rules.save(listing, w.sonia, {"title": "À moi"})


def test_who_left_the_organisation_edits_nothing(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    w.nadia.memberships.update(ends_at=listing.created_at)
    nadia = type(w.nadia).objects.get(pk=w.nadia.pk)
    assert not rights.can_edit(nadia, listing)
    assert not Listing.objects.kept_by(nadia).exists()


def test_what_is_missing_is_said_with_its_step(w: World) -> None:
    bare = rules.create_draft(
        w.nadia, w.metropole, direction="offer", nature="equipment", transfer="loan"
    )
    bare.commune = None
    assert [step for step, _ in guards.missing(bare)] == [2, 2, 2, 3]
    with pytest.raises(Refused, match="titre"):
        rules.publish(bare, w.nadia)


def test_the_search_is_told_of_every_change(w: World) -> None:
    heard: list[int] = []

    def listen(sender: object, listing_ids: list[int], **kwargs: object) -> None:
        heard.extend(listing_ids)

    listings_changed.connect(listen)
    try:
        listing = published(w.nadia, w.metropole)
        heard.clear()
        rules.save(listing, w.nadia, {"category": CategoryFactory()})
        rules.pause(listing, w.nadia)
    finally:
        listings_changed.disconnect(listen)
    assert heard == [listing.pk, listing.pk]


def test_only_a_draft_is_deleted(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    with pytest.raises(Refused, match="archivée"):
        rules.delete_draft(listing, w.nadia)
    rules.delete_draft(draft(w.nadia, w.metropole), w.nadia)
    assert Listing.objects.count() == 1


def test_what_goes_online_is_judged_as_it_is_now_not_as_an_old_page_saw_it(w: World) -> None:
    """A second tab opened the listing to everybody: the first one's button still submits it."""
    listing = draft(w.nadia, w.metropole)
    old_page = Listing.objects.get(pk=listing.pk)
    rules.save(listing, w.nadia, {"scope": "public"})
    rules.publish(old_page, w.nadia)
    assert old_page.state == "submitted"


def test_what_is_approved_is_judged_as_it_is_now(w: World) -> None:
    listing = draft(
        w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": 20}, scope="public"
    )
    rules.publish(listing, w.nadia)
    old_page = Listing.objects.select_related("gift_terms").get(pk=listing.pk)
    assert old_page.gift_terms.unit_value == 20
    GiftTerms.objects.filter(listing=listing).update(unit_value=301)
    with pytest.raises(Refused, match="300"):
        rules.approve(old_page, w.chloe)


def test_a_period_is_said_once() -> None:
    year = timezone.localdate().year + 1

    def period(first: tuple[int, int], end: tuple[int, int]) -> str:
        days = [datetime(year, month, day, tzinfo=timezone.get_default_timezone())
                for month, day in (first, end)]  # fmt: skip
        return words.period_words(*days)

    assert period((6, 1), (6, 13)).count("juin") == 1
    assert period((6, 1), (6, 13)).count(str(year)) == 1
    assert "juin au" in period((6, 30), (7, 3))
    assert period((6, 30), (7, 3)).count(str(year)) == 1


def test_thousands_are_apart() -> None:
    assert words.counted(1000, "exemplaire", "exemplaires") == "1\u202f000\u00a0exemplaires"
