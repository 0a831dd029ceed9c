"""«Je viens»: one tap, as many people as places, a line that is served in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue import slot_rules
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import Slot
from marketplace.exchanges import ending
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.coming import rules
from marketplace.exchanges.coming.presentation import card, roll
from marketplace.exchanges.coming.writing import write_to_all
from marketplace.exchanges.consents import rules as consents
from marketplace.exchanges.models import Exchange, Participant
from marketplace.refusals import Refused
from marketplace.rights import asking
from tests.factories import member
from tests.marketplace.exchanges.team import consent, team
from tests.marketplace.factories import decision, hands, published, world

pytestmark = pytest.mark.django_db


def come(need, person, body, **more):
    return rules.come(need, person, body, **{"whose_time": "own"} | more)


def test_one_tap_keeps_a_place_and_shares_the_name_with_who_counts_on_it():
    w = world()
    need = hands(w, places=2)
    exchange = come(need, w.nadia, w.metropole)
    assert (exchange.state, exchange.place) == ("confirmed", 1)
    assert exchange.contact_accepted_at is not None
    assert list(exchange.participants.values_list("user", "state")) == [(w.nadia.pk, "confirmed")]
    said = Notice.objects.get(recipient=w.odile)
    assert "Nadia Merle vient" in said.body


def test_twice_is_once():
    w = world()
    need = hands(w)
    first = come(need, w.nadia, w.metropole)
    with pytest.raises(rules.AlreadyComing) as again:
        come(need, w.nadia, w.metropole)
    assert again.value.exchange == first
    assert Exchange.objects.count() == 1


def test_ten_pairs_of_hands_are_ten_participants():
    w = world()
    need = hands(w, places=10)
    for _ in range(10):
        come(need, member(w.metropole, "agent"), w.metropole)
    assert Participant.objects.filter(exchange__listing=need).count() == 10
    assert sorted(Exchange.objects.values_list("place", flat=True)) == list(range(1, 11))


def test_when_it_is_full_one_waits_in_line_and_is_told_when_a_place_falls_free():
    w = world()
    need = hands(w, places=1)
    nadia = come(need, w.nadia, w.metropole)
    karim, paul = come(need, w.karim, w.metropole), come(need, w.paul, w.partner)
    assert (karim.state, karim.place, karim.contact_accepted_at) == ("waiting", None, None)
    rules.no_longer(nadia, w.nadia)
    karim.refresh_from_db()
    paul.refresh_from_db()
    assert (karim.place, paul.place) == (1, None), "in the order in which they asked"
    assert Notice.objects.filter(recipient=w.karim, kind="exchange_offered").count() == 1
    assert rules.take_place(karim, w.karim).state == "confirmed"


def test_who_does_not_answer_lets_the_place_go_to_the_one_after():
    w = world()
    need = hands(w, places=1)
    nadia = come(need, w.nadia, w.metropole)
    karim, paul = come(need, w.karim, w.metropole), come(need, w.paul, w.partner)
    rules.no_longer(nadia, w.nadia)
    past = timezone.now() - timedelta(minutes=1)
    Exchange.objects.filter(pk=karim.pk).update(place_held_until=past, expires_at=past)
    ending.expire_due()
    karim.refresh_from_db()
    paul.refresh_from_db()
    assert (karim.state, karim.place) == ("expired", None)
    assert paul.place == 1
    with pytest.raises(Refused):
        rules.take_place(karim, w.karim)


def test_a_place_held_for_who_did_not_answer_in_time_is_no_longer_theirs_before_tick_passes():
    w = world()
    need = hands(w, places=1)
    nadia, karim = come(need, w.nadia, w.metropole), come(need, w.karim, w.metropole)
    rules.no_longer(nadia, w.nadia)
    past = timezone.now() - timedelta(minutes=1)
    Exchange.objects.filter(pk=karim.pk).update(place_held_until=past, expires_at=past)
    karim.refresh_from_db()
    with pytest.raises(Refused, match="n’est plus gardée"):
        rules.take_place(karim, w.karim)


def test_who_comes_along_does_not_pass_before_the_line_when_a_place_lapses():
    w = world()
    need = hands(w, places=1)
    nadia = come(need, w.nadia, w.metropole)
    karim, paul = come(need, w.karim, w.metropole), come(need, w.paul, w.partner)
    rules.no_longer(nadia, w.nadia)
    past = timezone.now() - timedelta(minutes=1)
    Exchange.objects.filter(pk=karim.pk).update(place_held_until=past, expires_at=past)
    passer_by = come(need, w.chloe, w.metropole)
    paul.refresh_from_db()
    assert (paul.place, passer_by.place) == (1, None), "before tick has passed, too"


def test_places_that_are_added_go_to_who_waits():
    w = world()
    need = hands(w, places=1)
    tomorrow = timezone.now() + timedelta(days=1)
    slot = slot_rules.add(need, w.odile, tomorrow, tomorrow + timedelta(hours=3), 1)
    come(need, w.nadia, w.metropole, slot=slot.ref)
    karim = come(need, w.karim, w.metropole, slot=slot.ref)
    slot_rules.change_places(need, w.odile, slot.ref, 2)
    karim.refresh_from_db()
    assert karim.place == 2


def test_fewer_places_than_people_takes_nobodys_place_and_says_so(client_for):
    w = world()
    need = hands(w, places=3)
    tomorrow = timezone.now() + timedelta(days=1)
    slot = slot_rules.add(need, w.odile, tomorrow, tomorrow + timedelta(hours=3), 3)
    there = [come(need, one, w.metropole, slot=slot.ref) for one in (w.nadia, w.karim)]
    answer = client_for(w.odile).post(
        reverse("listing_slot", args=[need.ref, slot.ref]), {"places": "1"}, follow=True
    )
    page = answer.content.decode().replace("\u00a0", " ")
    assert "2 personnes ont déjà une place, pour 1 : toutes la gardent" in page
    for one in there:
        one.refresh_from_db()
        assert (one.state, one.place is not None) == ("confirmed", True)
    # One leaves: the other still has the only place, and whoever comes waits.
    rules.no_longer(there[0], w.nadia)
    assert come(need, w.paul, w.partner, slot=slot.ref).state == "waiting"


def test_each_slot_has_its_places_and_one_may_come_to_several():
    w = world()
    need = hands(w)
    tomorrow = timezone.now() + timedelta(days=1)
    morning = slot_rules.add(need, w.odile, tomorrow, tomorrow + timedelta(hours=3), 1)
    later = tomorrow + timedelta(hours=5)
    evening = slot_rules.add(need, w.odile, later, later + timedelta(hours=2), 1)
    first = come(need, w.nadia, w.metropole, slot=morning.ref)
    second = come(need, w.nadia, w.metropole, slot=evening.ref)
    waits = [come(need, w.karim, w.metropole, slot=one.ref) for one in (morning, evening)]
    assert first.wanted_from == morning.starts_at
    assert second.wanted_from == later
    assert {one.state for one in waits} == {"waiting"}
    with pytest.raises(Refused, match="choisissez un créneau"):
        come(need, w.paul, w.partner)
    with pytest.raises(Refused, match="écrivez-lui"):
        slot_rules.remove(need, w.odile, morning.ref)


def test_a_withdrawal_locks_slots_in_one_order_whoever_answered_first():
    """As whoever leaves does: two who lock several slots never wait for each other."""
    w = world()
    need = hands(w, welcome_at_once=False)
    start = timezone.now() + timedelta(days=5)
    for days in range(3):
        begins = start + timedelta(days=days)
        slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 1)
    slots = list(need.slots.order_by("pk"))
    for slot, who in zip(slots, (w.karim, w.nadia, w.chloe), strict=True):
        come(need, who, w.metropole, slot=slot.ref)
    with CaptureQueriesContext(connection) as queries:
        listing_rules.withdraw(need, w.chloe, "Doublon.")
    locks = [one["sql"] for one in queries if f'FROM "{Slot._meta.db_table}"' in one["sql"]]
    locked = [slot.pk for sql in locks for slot in slots if f'"id" = {slot.pk} ' in sql]
    first_time = list(dict.fromkeys(locked))
    assert first_time == [slot.pk for slot in slots]
    assert set(need.exchanges.values_list("state", flat=True)) == {"declined"}


def test_working_time_keeps_its_place_and_waits_for_the_decision():
    w = world()
    need = hands(w, places=1)
    exchange = come(need, w.nadia, w.metropole, whose_time="working")
    assert (exchange.state, exchange.place) == ("proposed", 1)
    exchange_rules.add_decision(exchange, w.nadia, decision())
    exchange.refresh_from_db()
    assert exchange.state in ("agreed", "confirmed")


def test_who_counts_on_somebody_does_not_say_that_they_cannot_come(client_for):
    w = world()
    need = hands(w, places=1)
    exchange = come(need, w.nadia, w.metropole)
    with pytest.raises(Refused, match="à la personne qui vient"):
        rules.no_longer(exchange, w.odile)
    client_for(w.odile).post(f"/mes-echanges/{exchange.ref}/empechement/", {"reason": "Non"})
    exchange.refresh_from_db()
    assert (exchange.state, exchange.place) == ("confirmed", 1)
    # They cancel, and say why.
    with pytest.raises(Refused, match="pourquoi"):
        exchange_rules.cancel(exchange, w.odile)
    exchange_rules.cancel(exchange, w.odile, "La collecte n’a pas lieu.")
    assert "a annulé" in Notice.objects.get(recipient=w.nadia, kind="exchange_cancelled").body


def test_working_time_taken_back_is_told_to_who_agreed_to_it():
    w = world()
    t = team(w)
    exchange = come(hands(w, places=1), w.nadia, w.metropole, whose_time="working")
    exchange_rules.add_decision(exchange, w.nadia, decision())
    consents.agree(consent(exchange), t.thomas)
    rules.no_longer(Exchange.objects.for_page().get(pk=exchange.pk), w.nadia)
    told = Notice.objects.filter(kind="exchange_cancelled")
    assert {one.recipient for one in told} == {w.odile, w.chloe, t.thomas}
    assert "Nadia" not in told.get(recipient=t.thomas).body
    # Own time concerns the two sides alone.
    told.delete()
    own = come(hands(w, places=1), w.nadia, w.metropole)
    rules.no_longer(own, w.nadia)
    assert {one.recipient for one in told.all()} == {w.odile}


def test_a_body_says_on_whose_time_its_agent_comes():
    w = world()
    with pytest.raises(Refused, match="sur quel temps"):
        come(hands(w), w.nadia, w.metropole, whose_time="")


def test_where_the_need_answers_each_person_the_name_waits_for_its_yes():
    w = world()
    need = hands(w, places=1, welcome_at_once=False)
    exchange = come(need, w.nadia, w.metropole)
    assert (exchange.state, exchange.place, exchange.contact_accepted_at) == ("proposed", 1, None)
    assert roll(need, w.odile)[0]["coming"][0]["name"] != "Nadia Merle"
    exchange_rules.accept(exchange, w.odile)
    exchange.refresh_from_db()
    assert exchange.contact_accepted_at is not None
    assert roll(need, w.odile)[0]["coming"][0]["name"] == "Nadia Merle"


def test_nobody_is_agreed_beyond_the_places():
    w = world()
    need = hands(w, places=1, welcome_at_once=False)
    come(need, w.nadia, w.metropole)
    waiting = come(need, w.karim, w.metropole)
    with pytest.raises(Refused, match="Toutes les places sont prises"):
        exchange_rules.accept(waiting, w.odile)


def test_who_may_not_see_it_or_keeps_it_does_not_come():
    w = world()
    need = hands(w)
    with pytest.raises(Refused, match="votre annonce"):
        come(need, w.odile, w.association)
    with pytest.raises(Refused):
        come(need, w.remi, w.newcomers)
    with pytest.raises(Refused):
        come(need, w.gone, w.metropole)


def test_a_need_that_is_paused_or_over_takes_nobody():
    w = world()
    need = hands(w)
    listing_rules.pause(need, w.odile)
    with pytest.raises(Refused, match="en pause"):
        come(need, w.nadia, w.metropole)


def test_who_waits_without_a_date_is_told_when_the_need_is_over():
    w = world()
    need = hands(w, places=1)
    comes, waits = come(need, w.nadia, w.metropole), come(need, w.karim, w.metropole)
    assert (waits.state, waits.expires_at) == (
        "waiting",
        Listing.objects.get(pk=need.pk).expires_at,
    )
    Notice.objects.all().delete()
    listing_rules.archive(need, w.odile)
    waits.refresh_from_db()
    comes.refresh_from_db()
    assert (waits.state, comes.state) == ("expired", "confirmed")
    said = Notice.objects.get(recipient=w.karim)
    assert "Aucune place ne se libérera" in said.body
    assert not Notice.objects.filter(recipient=w.nadia).exists()


def test_who_is_offered_a_place_may_still_take_it_once_the_need_is_archived():
    w = world()
    need = hands(w, places=1)
    first, next_one = come(need, w.nadia, w.metropole), come(need, w.karim, w.metropole)
    rules.no_longer(first, w.nadia)
    listing_rules.archive(need, w.odile)
    next_one.refresh_from_db()
    assert rules.take_place(next_one, w.karim).state == "confirmed"


def test_a_word_to_everybody_reaches_who_comes_and_not_who_waits():
    w = world()
    need = hands(w, places=2)
    for person, body in ((w.nadia, w.metropole), (w.paul, w.partner), (w.karim, w.metropole)):
        come(need, person, body)
    assert write_to_all(need, w.odile, "Merci à vous, rendez-vous à 9 h.") == 2
    with pytest.raises(Refused):
        write_to_all(need, w.nadia, "Bonjour")


def test_the_card_asks_as_many_queries_for_one_as_for_thirty(django_assert_num_queries):
    w = world()
    need = hands(w, places=60)
    for _ in range(30):
        come(need, member(w.metropole, "agent"), w.metropole)
    need = Listing.objects.for_page().get(pk=need.pk)
    rights = asking(w.nadia, need)
    with django_assert_num_queries(4):
        shown = card(need, w.nadia, rights)
    assert shown["moments"][0]["left"] == "30\u00a0places libres sur 60"


def test_the_page_in_one_tap_and_back(client_for):
    w = world()
    need = hands(w, places=1)
    client = client_for(w.nadia)
    page = client.get(need.get_absolute_url()).content.decode()
    assert "Je viens, sur mon temps personnel" in page
    url = f"/marche/besoins/{need.ref}/je-viens/"
    for _ in range(2):
        answer = client.post(url, {"whose_time": "own", "slot": ""}, follow=True)
        assert answer.status_code == 200
    exchange = Exchange.objects.get()
    assert "Je ne peux plus venir" in answer.content.decode()
    back = client.post(f"/mes-echanges/{exchange.ref}/empechement/", follow=True)
    assert "merci d’avoir prévenu" in back.content.decode()
    exchange.refresh_from_db()
    assert (exchange.state, exchange.place) == ("cancelled", None)
    assert client_for(w.odile).get(f"/mes-annonces/{need.ref}/qui-vient/").status_code == 200
    assert client.get(f"/mes-annonces/{need.ref}/qui-vient/").status_code == 404
    assert client_for(None).post(url).status_code == 302


def test_who_only_moderates_a_public_need_does_not_read_who_comes(client_for):
    w = world()
    theirs = hands(w)
    terms = {"places": 3, "for_whom": "les habitants"}
    of_nobody = published(w.sonia, w.stranger, "need mission time", terms=terms)
    Listing.objects.filter(pk__in=[theirs.pk, of_nobody.pk]).update(scope="public")
    come(theirs, w.karim, w.metropole)
    # Chloé moderates for an association that hers verified, the staff where nobody coordinates.
    for moderator, need, keeper in ((w.chloe, theirs, w.odile), (w.staff, of_nobody, w.sonia)):
        assert Listing.objects.moderated_by(moderator).filter(pk=need.pk).exists()
        url = f"/mes-annonces/{need.ref}/qui-vient/"
        assert client_for(moderator).get(url).status_code == 404
        assert client_for(keeper).get(url).status_code == 200
