"""Somebody leaves for good: their time goes with them, their organisation's things stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Notice, Organisation, User
from accounts.personal_data.erasure import erase
from accounts.readers import forget_reader
from marketplace.catalogue import photos
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import rules
from marketplace.exchanges.models import Exchange, Message, Participant
from marketplace.models import Listing
from marketplace.signals import exchanges_changed, listings_changed
from tests.factories import join, member
from tests.marketplace.factories import World, ask, draft, picture, published, skill

pytestmark = pytest.mark.django_db
S = ExchangeState


def gone(person: User) -> None:
    """Erase the account; the person is read again as anybody would."""
    erase(person)
    person.refresh_from_db()
    forget_reader(person)


def fresh(thing: Any) -> Any:
    thing.refresh_from_db()
    return thing


def told(person: User, kind: str) -> list[str]:
    notices = Notice.objects.filter(recipient=person, kind=kind)
    return [f"{one.subject}\n{one.body}" for one in notices]


def need(w: World) -> Listing:
    """A need of the métropole, kept by Nadia, with Karim as her deputy."""
    listing = published(w.nadia, w.metropole, "need mission time")
    Listing.objects.filter(pk=listing.pk).update(deputy=w.karim)
    return fresh(listing)


# What they asked


def test_an_agent_s_request_stops_and_the_other_side_is_told(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.paul, w.partner)
    gone(w.paul)
    assert fresh(exchange).state == S.CANCELLED
    assert exchange.reason == "La personne n’utilise plus la plateforme."
    (letter,) = told(w.nadia, "exchange_cancelled")
    assert letter.startswith("Échange arrêté")
    assert "Weber" not in letter


def test_an_association_s_request_goes_on_with_another_volunteer(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association)
    sarah = member(w.association, "representative", first_name="Sarah", last_name="Lévy")
    gone(w.odile)
    exchange = fresh(exchange)
    assert (exchange.state, exchange.asked_by) == (S.PROPOSED, sarah)
    assert "Un échange vous revient" in told(sarah, "exchange_handed_over")[0]
    assert "Sarah Lévy prend la suite" in told(w.nadia, "exchange_handed_over")[0]
    # The successor is at home in it.
    rules.write(exchange, sarah, "Je prends la suite.")


def test_it_stops_when_the_successor_has_asked_already_or_there_is_none(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    sarah = member(w.association, "representative")
    first, second = ask(listing, w.odile, w.association), ask(listing, sarah, w.association)
    gone(w.odile)
    assert (fresh(first).state, fresh(second).state) == (S.CANCELLED, S.PROPOSED)
    gone(sarah)
    assert fresh(second).state == S.CANCELLED


def test_what_an_agent_borrowed_for_the_service_is_followed_by_the_coordination(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    boss = member(w.partner, "coordinator")
    exchange = ask(listing, w.paul, w.partner)
    rules.accept(exchange, w.nadia)
    gone(w.paul)
    exchange = fresh(exchange)
    assert (exchange.state, exchange.asked_by) == (S.AGREED, boss)


# What they kept


def test_things_of_the_organisation_find_somebody_else_to_answer(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association)
    gone(w.nadia)
    listing, exchange = fresh(listing), fresh(exchange)
    assert (listing.state, listing.keeper) == (ListingState.PUBLISHED, w.chloe)
    assert (exchange.state, exchange.keeper) == (S.PROPOSED, w.chloe)
    assert "Vous répondez désormais d’une annonce" in told(w.chloe, "listing_handed_over")[0]
    rules.accept(exchange, w.chloe)


def test_the_deputy_comes_first(w: World) -> None:
    listing = need(w)
    gone(w.nadia)
    assert fresh(listing).keeper == w.karim
    gone(w.karim)
    listing = fresh(listing)
    assert (listing.keeper, listing.deputy) == (w.chloe, None)


def test_the_asker_never_becomes_the_one_who_answers(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.chloe, w.metropole)
    gone(w.nadia)
    # Chloé coordinates, and is the one who asks: nobody is left on the other side.
    assert fresh(exchange).state == S.CANCELLED


def test_a_listing_that_nobody_can_answer_for_is_archived(w: World) -> None:
    listing = published(w.paul, w.partner)
    gone(w.paul)
    listing = fresh(listing)
    assert (listing.state, listing.keeper) == (ListingState.ARCHIVED, None)
    assert listing.events.last().actor is None


# Their own time


def test_an_offer_of_one_s_time_leaves_with_its_person(w: World) -> None:
    asked, alone = skill(w.nadia, w.metropole, description="Je joue"), skill(w.nadia, w.metropole)
    exchange = ask(asked, w.odile, w.association)
    gone(w.nadia)
    asked, exchange = fresh(asked), fresh(exchange)
    assert not Listing.objects.filter(pk=alone.pk).exists()
    assert asked.state == ListingState.ARCHIVED
    assert (asked.description, asked.skill_terms.wish) == ("", "")
    assert exchange.state == S.CANCELLED
    assert Participant.objects.get(exchange=exchange).state == Participant.State.LEFT
    assert "Échange arrêté" in told(w.odile, "exchange_cancelled")[0]


def test_who_answered_a_need_with_their_hands_leaves_it_open(w: World) -> None:
    listing = need(w)
    exchange = ask(listing, w.paul, w.partner, whose_time="own")
    member(w.partner, "coordinator")
    gone(w.paul)
    assert fresh(exchange).state == S.CANCELLED
    assert fresh(listing).state == ListingState.PUBLISHED


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        (S.INTRODUCTION, S.CANCELLED),
        (S.PROPOSED, S.CANCELLED),
        (S.WAITING, S.CANCELLED),
        (S.AGREED, S.CANCELLED),
        (S.CONFIRMED, S.CANCELLED),
        (S.UNDER_WAY, S.INTERRUPTED),
        (S.DISPUTED, S.INTERRUPTED),
        (S.COMPLETED, S.CLOSED),
        (S.CLOSED, S.CLOSED),
        (S.DECLINED, S.DECLINED),
    ],
)
def test_it_ends_by_the_table_of_transitions(w: World, state: str, ends: str) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(state=state, reason="Voilà.")
    gone(w.nadia)
    assert fresh(exchange).state == ends


def test_the_coordination_of_an_exchange_passes_to_the_next(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    assert exchange.coordinator == w.chloe
    next_one = member(w.metropole, "coordinator")
    gone(w.chloe)
    exchange = fresh(exchange)
    assert (exchange.state, exchange.coordinator) == (S.INTRODUCTION, next_one)
    assert told(next_one, "exchange_to_follow")
    gone(next_one)
    assert fresh(exchange).coordinator is None


# What is left


def test_drafts_go_with_their_photos(
    w: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    listing = draft(w.nadia, w.metropole)
    photo = photos.add(listing, w.nadia, picture(), "Un barnum")
    names = [file.name for file in photos.files_of(photo)]
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        gone(w.nadia)
    assert not Listing.objects.filter(pk=listing.pk).exists()
    assert not any(default_storage.exists(name) for name in names)


def test_the_conversation_stays_under_a_neutral_name(w: World, client_for: Any) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.paul, w.partner, message="Bonjour, c’est Paul Weber.\nPaul")
    rules.accept(exchange, w.nadia)
    rules.write(exchange, w.nadia, "Merci Paul, à lundi. Le vélo de Paule est là.")
    gone(w.paul)
    page = client_for(w.nadia).get(exchange.get_absolute_url()).content.decode()
    assert "Weber" not in page
    assert "Personne partie" in page
    assert Message.objects.last().body == (
        "Merci Personne partie, à lundi. Le vélo de Paule est là."
    )


def test_a_name_that_a_colleague_wrote_is_taken_out_and_a_namesake_is_left(w: World) -> None:
    other = published(
        w.karim, w.metropole, description="Demandez Nadia Merle, ou le marchand Merle."
    )
    heard: list[int] = []

    def hear(sender: Any, listing_ids: list[int], **kwargs: Any) -> None:
        heard.extend(listing_ids)

    listings_changed.connect(hear)
    gone(w.nadia)
    assert fresh(other).description == "Demandez Personne partie, ou le marchand Merle."
    assert other.pk in heard, "the index must be told"


def test_every_change_of_an_exchange_is_said(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association)
    heard: list[int] = []

    def hear(sender: Any, exchange_ids: list[int], **kwargs: Any) -> None:
        heard.extend(exchange_ids)

    exchanges_changed.connect(hear)
    gone(w.nadia)
    assert exchange.pk in heard


def test_a_person_of_two_houses_leaves_both(w: World) -> None:
    join(w.paul, w.association, "representative")
    forget_reader(w.paul)
    at_work = published(w.paul, w.partner)
    elsewhere = published(w.paul, w.association, "offer premises loan", scope="verified")
    gone(w.paul)
    owners: dict[Organisation, User | None] = {
        one.organisation: one.keeper for one in (fresh(at_work), fresh(elsewhere))
    }
    assert owners == {w.partner: None, w.association: w.odile}
