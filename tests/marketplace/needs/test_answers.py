"""A need is answered with an offer that one has, or with one that is written for it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import timezone

from marketplace.booking import setting_up
from marketplace.booking.models import Allocation
from marketplace.booking.setting_up import SetUp, WeeklyHours
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue import slot_rules
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.catalogue.protection.presentation import for_answering
from marketplace.exchanges import rules
from marketplace.exchanges.answers.rules import offers_for, start_offer
from marketplace.exchanges.coming import rules as coming
from marketplace.exchanges.coming.seating import seats_to_choose
from marketplace.models import Exchange, Listing
from marketplace.refusals import Refused
from tests.factories import CommuneFactory, member
from tests.marketplace.factories import ask, hands, published, world

pytestmark = pytest.mark.django_db


def a_need(w, kind="need equipment loan", **more):
    return published(w.odile, w.association, kind, title="Un barnum pour la fête", **more)


def days():
    start = (timezone.localtime() + timedelta(days=5)).replace(hour=0, minute=0, second=0)
    start = start.replace(microsecond=0)
    return start, start + timedelta(days=1)


def a_day():
    return f"{timezone.localdate() + timedelta(days=5):%Y-%m-%d}"


def test_the_answer_says_with_which_offer_and_agreeing_books_its_calendar():
    w = world()
    need, offer = a_need(w), published(w.nadia, w.metropole)
    setting_up.set_up(offer, w.nadia, SetUp(quantity=1))
    offer.refresh_from_db()
    starts, ends = days()
    exchange = ask(need, w.nadia, w.metropole, offer=offer, wanted_from=starts, wanted_until=ends)
    assert (exchange.offer, exchange.resource, exchange.giver) == (
        offer, offer.resource, w.metropole,
    )  # fmt: skip
    assert not Allocation.objects.exists(), "nothing is taken before the yes"
    rules.accept(exchange, w.odile)
    assert Allocation.objects.get().exchange == exchange


def test_an_offer_that_is_taken_then_is_refused_kindly():
    w = world()
    need, offer = a_need(w), published(w.nadia, w.metropole)
    setting_up.set_up(offer, w.nadia, SetUp(quantity=1))
    offer.refresh_from_db()
    starts, ends = days()
    first = ask(need, w.nadia, w.metropole, offer=offer, wanted_from=starts, wanted_until=ends)
    rules.accept(first, w.odile)
    other = a_need(w)
    with pytest.raises(Refused, match="déjà pris"):
        ask(other, w.nadia, w.metropole, offer=offer, wanted_from=starts, wanted_until=ends)
    with pytest.raises(Refused, match="Choisissez vos dates"):
        ask(other, w.nadia, w.metropole, offer=offer)


def test_nobody_answers_with_what_is_not_theirs_or_does_not_fit():
    w = world()
    need = a_need(w)
    theirs = published(w.karim, w.metropole)
    room = published(w.nadia, w.metropole, "offer premises hosting")
    paused = listing_rules.pause(published(w.nadia, w.metropole), w.nadia)
    for offer in (theirs, room, paused):
        with pytest.raises(Refused, match="Choisissez une offre"):
            ask(need, w.nadia, w.metropole, offer=offer)


def test_the_coordination_answers_with_things_of_its_organisation_never_with_a_persons_time():
    w = world()
    thing = published(w.karim, w.metropole)
    time = published(w.karim, w.metropole, "offer skill time", terms={"whose_time": "own"})
    assert list(offers_for(a_need(w), w.chloe, [w.metropole])) == [thing]
    need = a_need(w, "need skill time")
    assert list(offers_for(need, w.chloe, [w.metropole])) == []
    assert list(offers_for(need, w.karim, [w.metropole])) == [time]


def test_an_offer_written_for_a_need_leads_back_to_it(client_for):
    w = world()
    need = a_need(w)
    client = client_for(w.nadia)
    empty = client.get(f"/marche/besoins/{need.ref}/avec-une-offre/").content.decode()
    assert "Aucune de vos offres ne convient encore" in empty
    answer = client.post(f"/marche/besoins/{need.ref}/nouvelle-offre/")
    draft = Listing.objects.get(meant_for=need)
    assert answer["Location"] == f"/marche/publier/{draft.ref}/etape-2/"
    assert (draft.direction, draft.nature, draft.category) == ("offer", "equipment", need.category)
    assert start_offer(need, w.nadia, w.metropole) == draft, "twice is once"
    fields = {"title": "Barnum", "summary": "Blanc, 3 × 6 m.", "commune": CommuneFactory()}
    listing_rules.save(draft, w.nadia, fields, {})
    answer = client.post(f"/mes-annonces/{draft.ref}/publier/")
    assert answer["Location"] == f"/marche/besoins/{need.ref}/avec-une-offre/?offre={draft.ref}"
    page = client.get(answer["Location"]).content.decode()
    assert f'value="{draft.ref}" checked' in page.replace("required ", "") or "checked" in page
    sent = client.post(answer["Location"], {"offer": draft.ref, "message": "Bonjour, le voici."})
    exchange = Exchange.objects.get()
    assert sent["Location"] == exchange.get_absolute_url()
    for user in (w.nadia, w.odile):
        assert "Avec l’offre" in client_for(user).get(sent["Location"]).content.decode()


@pytest.mark.parametrize("kind", ["need equipment gift", "need equipment loan"])
def test_a_body_lends_and_gives_with_an_offer_never_by_a_message(client_for, kind):
    w = world()
    need = a_need(w, kind)
    with pytest.raises(Refused, match="avec une offre"):
        ask(need, w.nadia, w.metropole)
    terms = {"unit_value": 120} if "gift" in kind else {}
    offer = published(w.nadia, w.metropole, kind.replace("need", "offer"), terms=terms)
    exchange = ask(need, w.nadia, w.metropole, offer=offer)
    # One that began by a message before that rule is not agreed either.
    Exchange.objects.filter(pk=exchange.pk).update(offer=None)
    exchange = Exchange.objects.for_page().get(pk=exchange.pk)
    with pytest.raises(Refused, match="demandez à Les Trois-Vallées"):
        rules.accept(exchange, w.odile)
    page = client_for(w.odile).get(exchange.get_absolute_url()).content.decode()
    assert "Il manque l’offre" in page


def test_the_page_of_such_a_need_leads_to_the_offer_only(client_for):
    w = world()
    need = a_need(w, "need equipment gift")
    client = client_for(w.nadia)
    with_an_offer = f"/marche/besoins/{need.ref}/avec-une-offre/"
    asking = f"{need.get_absolute_url()}demander/"
    page = client.get(need.get_absolute_url()).content.decode()
    assert with_an_offer in page
    assert asking not in page
    assert client.get(asking)["Location"] == with_an_offer
    assert "Répondre par un message" not in client.get(with_an_offer).content.decode()
    kept = client.post(asking, {"message": "Je garde mes mots"}).content.decode()
    assert "écrivez-en une pour ce besoin" in kept
    assert "Je garde mes mots" in kept


def test_an_association_and_a_service_of_the_body_itself_answer_by_a_message():
    w = world()
    need = published(w.karim, w.metropole, "need equipment loan", title="Une perceuse")
    assert ask(need, w.odile, w.association).state == "proposed"
    exchange = ask(need, w.nadia, w.metropole)
    assert rules.accept(exchange, w.karim).state == "confirmed"


def test_what_was_typed_is_kept_when_no_offer_is_chosen(client_for):
    w = world()
    need = a_need(w)
    published(w.nadia, w.metropole)
    url = f"/marche/besoins/{need.ref}/avec-une-offre/"
    page = client_for(w.nadia).post(url, {"message": "Je garde mes mots"})
    assert page.status_code == 400
    assert "Je garde mes mots" in page.content.decode()


class TestWhen:
    """Each calendar asks when as it counts time, and nothing typed is lost on the way."""

    def page(self, w, need):
        return f"/marche/besoins/{need.ref}/avec-une-offre/"

    def hall(self, w):
        hall = published(w.nadia, w.metropole, "offer premises hosting", title="Salle Prévert")
        every_day = WeeklyHours(tuple(range(7)), time(8), time(20))
        fields = {"step": "hour", "kept_while_closed": False, "closed_on_public_holidays": False}
        setting_up.set_up(hall, w.nadia, SetUp(quantity=1, hours=(every_day,), fields=fields))
        return hall

    def test_an_offer_counted_in_hours_is_proposed_for_its_hours(self, client_for):
        w = world()
        need, hall, day = a_need(w, "need premises hosting"), self.hall(w), a_day()
        browser = client_for(w.nadia)
        form = browser.get(self.page(w, need)).context["form"]
        assert list(form.fields) == ["offer", "day", "from_hour", "to_hour", "message", "counted"]
        assert form.fields["day"].required
        typed = {"offer": hall.ref, "counted": "hour", "message": "La voici.", "day": day}
        missing = browser.post(self.page(w, need), typed)
        assert missing.status_code == 400
        assert set(missing.context["form"].errors) == {"from_hour", "to_hour"}
        closed = {**typed, "from_hour": "05:00", "to_hour": "07:00"}
        refused = browser.post(self.page(w, need), closed)
        assert refused.context["form"].non_field_errors()
        assert "La voici." in refused.text
        browser.post(self.page(w, need), {**typed, "from_hour": "10:00", "to_hour": "12:00"})
        exchange = Exchange.objects.get()
        assert timezone.localtime(exchange.wanted_from).hour == 10
        rules.accept(exchange, w.odile)
        assert Allocation.objects.get().exchange == exchange

    def test_whoever_has_several_calendars_chooses_the_offer_first(self, client_for):
        w = world()
        need, hall = a_need(w, "need premises hosting"), self.hall(w)
        other = published(w.nadia, w.metropole, "offer premises hosting", title="Cour")
        browser = client_for(w.nadia)
        first = browser.get(self.page(w, need))
        assert list(first.context["form"].fields) == ["offer", "counted"]
        assert "Continuer avec cette offre" in first.text
        second = browser.post(self.page(w, need), {"offer": hall.ref, "counted": "offer"})
        assert second.status_code == 200
        assert "Cette offre se réserve à l’heure" in second.text
        assert not second.context["form"].errors
        # They change their mind on the second page: the day and the words follow.
        typed = {"message": "Au choix.", "day": a_day(), "from_hour": "10:00"}
        changed = browser.post(
            self.page(w, need), {"offer": other.ref, "counted": "hour", **typed}
        ).context["form"]
        assert changed["first_day"].value() == typed["day"]
        assert changed["message"].value() == "Au choix."
        assert not Exchange.objects.exists()
        browser.post(
            self.page(w, need),
            {"offer": other.ref, "counted": "none", "message": "Au choix."},
        )
        assert Exchange.objects.get().offer == other

    def test_words_are_kept_when_the_offer_has_just_left_the_catalogue(self, client_for):
        w = world()
        need, hall = a_need(w, "need premises hosting"), self.hall(w)
        for title in ("Cour", "Préau"):
            gone = published(w.nadia, w.metropole, "offer premises hosting", title=title)
        listing_rules.pause(gone, w.nadia)
        sent = {"offer": gone.ref, "counted": "none", "message": "Mes mots."}
        page = client_for(w.nadia).post(self.page(w, need), sent)
        assert page.status_code == 400
        assert "n’est plus en ligne" in page.text
        assert "Mes mots." in page.text
        assert hall.title in page.text


class TestPlaces:
    """A message takes a place when the answer is yes, as «Je viens» does."""

    def answer(self, need, w, **wish):
        person = member(w.metropole, "agent")
        return ask(need, person, w.metropole, whose_time="own", **wish)

    def accept(self, exchange, w):
        """Meet, then agree: two yeses."""
        if exchange.state == "introduction":
            exchange = rules.accept(exchange, w.odile)
        return rules.accept(Exchange.objects.for_page().get(pk=exchange.pk), w.odile)

    def test_a_yes_takes_the_next_place_and_none_beyond(self):
        w = world()
        need = hands(w, places=2)
        coming.come(need, w.nadia, w.metropole, whose_time="own")
        first, second = self.answer(need, w), self.answer(need, w)
        assert self.accept(first, w).place == 2
        with pytest.raises(Refused, match="Toutes les places sont prises"):
            self.accept(second, w)
        second.refresh_from_db()
        assert (second.state, second.slot) == ("proposed", None)
        # Whoever taps now waits in line, like everybody.
        assert coming.come(need, w.karim, w.metropole, whose_time="own").state == "waiting"

    def test_it_takes_the_moment_of_its_dates_and_frees_it_when_it_stops(self):
        w = world()
        need = hands(w)
        start = timezone.now().replace(microsecond=0) + timedelta(days=5)
        for days in (0, 2):
            begins = start + timedelta(days=days)
            slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 1)
        wanted = {
            "wanted_from": start + timedelta(days=2),
            "wanted_until": start + timedelta(days=3),
        }
        exchange = self.accept(self.answer(need, w, **wanted), w)
        later = need.slots.order_by("starts_at").last()
        assert (exchange.slot, exchange.place) == (later, 1)
        assert exchange.wanted_until == later.ends_at
        rules.cancel(exchange, w.odile, "La collecte est reportée.")
        exchange.refresh_from_db()
        assert exchange.place is None
        assert coming.come(need, w.karim, w.metropole, slot=later.ref, whose_time="own").place == 1

    def test_the_choice_asks_as_many_queries_for_two_moments_as_for_ten(
        self, django_assert_num_queries
    ):
        w = world()
        need = hands(w)
        start = timezone.now().replace(microsecond=0) + timedelta(days=5)
        begin = [start + timedelta(days=days) for days in range(10)]
        for begins in begin[:2]:
            slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 2)
        exchange = Exchange.objects.for_page().get(pk=self.answer(need, w).pk)
        with django_assert_num_queries(3):
            assert len(seats_to_choose(exchange)) == 2
        for begins in begin[2:]:
            slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 2)
        with django_assert_num_queries(3):
            assert len(seats_to_choose(exchange)) == 10

    def test_a_place_that_was_kept_and_not_taken_in_time_is_one_that_is_left(self):
        w = world()
        need = hands(w)
        start = timezone.now().replace(microsecond=0) + timedelta(days=5)
        for days in (0, 1):
            begins = start + timedelta(days=days)
            slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 1)
        slot = need.slots.order_by("starts_at").first()
        first = coming.come(need, w.karim, w.metropole, slot=slot.ref, whose_time="own")
        waits = coming.come(need, w.chloe, w.metropole, slot=slot.ref, whose_time="own")
        coming.no_longer(first, w.karim)
        exchange = Exchange.objects.for_page().get(pk=self.answer(need, w).pk)
        assert slot.ref not in [seat["ref"] for seat in seats_to_choose(exchange)]
        past = timezone.now() - timedelta(minutes=1)
        Exchange.objects.filter(pk=waits.pk).update(place_held_until=past, expires_at=past)
        assert slot.ref in [seat["ref"] for seat in seats_to_choose(exchange)]

    def test_who_says_yes_chooses_the_moment_among_those_left(self, client_for):
        w = world()
        need = hands(w)
        start = timezone.now().replace(microsecond=0) + timedelta(days=5)
        first, second, full = (
            slot_rules.add(need, w.odile, begins, begins + timedelta(hours=3), 1)
            for begins in (start, start + timedelta(days=1), start + timedelta(days=2))
        )
        coming.come(need, w.karim, w.metropole, slot=full.ref, whose_time="own")
        exchange = self.answer(need, w)
        if exchange.state == "introduction":
            exchange = rules.accept(exchange, w.odile)
        url = exchange.get_absolute_url()
        page = client_for(w.odile).get(url).content.decode()
        assert page.count('name="slot"') == 2
        assert full.ref not in page
        # Who answered does not choose for who needs them.
        assert 'name="slot"' not in client_for(exchange.asked_by).get(url).content.decode()
        # On working time the decision comes before the yes: the moment waits with it.
        paid = ask(need, member(w.metropole, "agent"), w.metropole, whose_time="working")
        if paid.state == "introduction":
            paid = rules.accept(paid, w.odile)
        page = client_for(w.odile).get(paid.get_absolute_url()).content.decode()
        assert "parmi ceux qui ont encore une place" in page
        assert 'name="slot"' not in page
        said = {"state": "proposed", "slot": second.ref}
        client_for(w.odile).post(f"{url}accord/", said)
        exchange.refresh_from_db()
        assert (exchange.slot, exchange.wanted_from) == (second, second.starts_at)
        other = self.answer(need, w)
        if other.state == "introduction":
            other = rules.accept(other, w.odile)
        other = Exchange.objects.for_page().get(pk=other.pk)
        with pytest.raises(Refused, match="Toutes les places sont prises"):
            rules.accept(other, w.odile, slot=second.ref)
        with pytest.raises(Refused, match="Ce créneau n’est plus là"):
            rules.accept(other, w.odile, slot="ailleurs")
        assert rules.accept(other, w.odile, slot=first.ref).slot == first

    def test_a_need_for_one_precise_skill_has_no_places(self):
        w = world()
        need = published(w.odile, w.association, "need skill time")
        exchange = self.accept(self.answer(need, w), w)
        assert (exchange.state, exchange.slot) == ("confirmed", None)


class TestProtection:
    """Whoever is about to give their time reads first what protects them."""

    def test_an_agent_reads_it_beside_the_form_and_beside_the_tap(self, client_for):
        w = world()
        need = hands(w)
        ProtectionText.objects.create(
            organisation=w.metropole, whose_time="working",
            short="La métropole vous paie et couvre.",
            pay="a", accident="b", replacement="c", stopping="d",
            changed_by=w.chloe,
        )  # fmt: skip
        browser = client_for(w.nadia)
        for address in (
            need.get_absolute_url(),
            f"{need.get_absolute_url()}demander/",
            f"{need.get_absolute_url()}avec-une-offre/",
        ):
            page = browser.get(address, follow=True).text
            assert "Ce qui me protège" in page, address
            assert "La métropole vous paie et couvre." in page, address

    def test_a_volunteer_and_who_lends_a_thing_read_none(self, client_for):
        w = world()
        assert not for_answering(hands(w), [w.association])
        assert not for_answering(a_need(w), [w.metropole])
        assert len(for_answering(hands(w), [w.metropole])) == 2
