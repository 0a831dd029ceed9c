"""Somebody leaves for good: their time goes with them, their organisation's things stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, Organisation, User
from accounts.personal_data.erasure import erase
from accounts.readers import forget_reader
from marketplace.catalogue import photos
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import rules
from marketplace.exchanges.departures import forget_words
from marketplace.exchanges.models import Exchange, Message, Participant
from marketplace.models import Listing
from marketplace.signals import exchanges_changed, listings_changed
from tests.factories import DepartmentFactory, join, member
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
    assert (exchange.state, exchange.asked_by) == (S.CONFIRMED, boss)


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
    rules.write(exchange, w.nadia, "Merci Paul Weber, à lundi. Le vélo de Paule est là.")
    gone(w.paul)
    page = client_for(w.nadia).get(exchange.get_absolute_url()).content.decode()
    assert "Weber" not in page
    assert "Personne partie" in page
    assert [one.body for one in Message.objects.order_by("pk")] == [
        "Bonjour, c’est Personne partie.\nPersonne partie",
        "Merci Personne partie, à lundi. Le vélo de Paule est là.",
    ]


def test_a_single_name_that_others_wrote_stays(w: World) -> None:
    """It may be anybody's: only in one's own words is it a signature."""
    exchange = ask(published(w.nadia, w.metropole), w.paul, w.partner, message="Bonjour. Paul")
    rules.accept(exchange, w.nadia)
    rules.write(exchange, w.nadia, "Merci. Demandez Paul à l’accueil, il est de chez nous.")
    rules.cancel(exchange, w.nadia, "Paul est malade")
    gone(w.paul)
    assert [one.body for one in Message.objects.order_by("pk")] == [
        "Bonjour. Personne partie",
        "Merci. Demandez Paul à l’accueil, il est de chez nous.",
    ]
    assert fresh(exchange).reason == "Paul est malade"


def test_what_colleagues_wrote_stays_and_they_are_told_without_the_name(w: World) -> None:
    words = "Demandez Nadia Merle, ou le marchand Merle."
    other = published(w.karim, w.metropole, description=words)
    published(w.karim, w.metropole, description="Le marchand Merle.")
    far = published(w.paul, w.partner, description=words)
    gone(w.nadia)
    assert (fresh(other).description, fresh(far).description) == (words, words)
    (letter,) = told(w.karim, "listing_about_departed")
    assert "Merle" not in letter
    assert other.title in letter
    assert not told(w.paul, "listing_about_departed"), "not in the person's organisations"


def test_a_homonym_is_left_alone_here_and_elsewhere(w: World) -> None:
    """Erasing one Nadia Merle changes nothing of the others: their dossiers, what they are told."""
    same, far = (
        member(place, "agent", first_name="Nadia", last_name="Merle")
        for place in (w.metropole, w.partner)
    )
    hers = published(same, w.metropole, description="Moi, Nadia Merle.", place_label="Chez Merle")
    there = ask(published(far, w.partner), w.karim, w.metropole, message="Chère Nadia Merle,")
    rules.accept(there, far)
    rules.write(there, far, "Bonjour,\nNadia Merle")
    before = told(w.karim, "exchange_message")
    gone(w.nadia)
    hers = fresh(hers)
    assert (hers.description, hers.place_label) == ("Moi, Nadia Merle.", "Chez Merle")
    assert [one.body for one in Message.objects.order_by("pk")] == [
        "Chère Nadia Merle,",
        "Bonjour,\nNadia Merle",
    ]
    assert told(w.karim, "exchange_message") == before != []


def test_a_name_that_is_a_word_takes_nothing_from_services_and_places(w: World) -> None:
    DepartmentFactory(organisation=w.metropole, name="Service des sports")
    person = member(w.metropole, "agent", first_name="Rose", last_name="Service")
    listing = published(
        person,
        w.metropole,
        title="Salle du Service des sports",
        description="Une salle rose, au Service des sports. Demandez Rose Service.",
    )
    exchange = ask(listing, w.paul, w.partner, message="Le Service des sports est loin ?")
    rules.accept(exchange, person)
    rules.write(exchange, person, "Non. Rose, du Service des sports")
    gone(person)
    listing = fresh(listing)
    assert listing.title == "Salle du Service des sports"
    assert listing.description == (
        "Une salle rose, au Service des sports. Demandez Personne partie."
    )
    assert [one.body for one in Message.objects.order_by("pk")] == [
        "Le Service des sports est loin ?",
        "Non. Personne partie, du Service des sports",
    ]


def test_a_listing_that_one_answered_for_loses_the_name_and_the_index_is_told(w: World) -> None:
    thing = published(w.karim, w.metropole, description="Demandez Nadia Merle.")
    Listing.objects.filter(pk=thing.pk).update(keeper=w.nadia)
    heard: list[int] = []

    def hear(sender: Any, listing_ids: list[int], **kwargs: Any) -> None:
        heard.extend(listing_ids)

    listings_changed.connect(hear)
    gone(w.nadia)
    assert fresh(thing).description == "Demandez Personne partie."
    assert thing.pk in heard


def test_words_are_cleaned_in_as_many_queries_for_few_and_for_many(w: World) -> None:
    counts = []
    for number, name in ((1, "Alma"), (6, "Berthe")):
        person = member(w.metropole, "agent", first_name=name, last_name="Toile")
        for _ in range(number):
            published(person, w.metropole, description="Sans nom")
        with CaptureQueriesContext(connection) as asked:
            forget_words(person, [])
        counts.append(len(asked))
    assert counts[0] == counts[1]


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
