"""The coordination's piles: what is in each, settled once, at the same cost for few and many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Notice
from marketplace.exchanges.answering import coordinator_for
from marketplace.exchanges.following import rules
from marketplace.exchanges.following.queries import followed_by
from marketplace.insight.piles import BY_SLUG, Desk
from marketplace.models import DepartmentCoordinator, Exchange, Listing, Reminder
from marketplace.refusals import Overtaken, Refused
from portal.desks.queries import unmet_needs
from tests.factories import DepartmentFactory, ListingFactory, join, member
from tests.marketplace.factories import World, ask, published, world

pytestmark = pytest.mark.django_db
PILE = "/coordination/suivi/sans-reponse/"


@pytest.fixture
def w() -> World:
    return world()


def aged(exchange: Exchange, days: int, **fields: Any) -> Exchange:
    """Return the exchange as if it had been in its state for so many days."""
    since = timezone.now() - timedelta(days=days)
    Exchange.objects.filter(pk=exchange.pk).update(state_since=since, **fields)
    exchange.refresh_from_db()
    return exchange


def asked(w: World, days: int = 0, **fields: Any) -> Exchange:
    listing = published(w.nadia, w.metropole, **fields)
    return aged(ask(listing, w.paul, w.partner), days)


def in_pile(slug: str, w: World, **narrowed: Any) -> list[str]:
    desk = Desk(w.chloe, frozenset({w.metropole.pk}), **narrowed)
    return [BY_SLUG[slug].line(one).title for one in BY_SLUG[slug].rows(desk)]


class TestPiles:
    def test_silence_counts_after_five_days_or_near_the_end(self, w: World) -> None:
        asked(w, 2, title="Hier")
        asked(w, 6, title="Depuis longtemps")
        soon = asked(w, 1, title="Bientôt finie")
        Exchange.objects.filter(pk=soon.pk).update(expires_at=timezone.now() + timedelta(days=1))
        over = asked(w, 30, title="Finie")
        Exchange.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(days=1))
        assert in_pile("sans-reponse", w) == ["Bientôt finie", "Depuis longtemps"]

    def test_an_agreement_is_stuck_two_weeks_later_unless_its_date_is_to_come(
        self, w: World
    ) -> None:
        later = timezone.now() + timedelta(days=60)
        aged(asked(w, title="Vieil accord"), 15, state="agreed")
        aged(asked(w, title="Accord d’hier"), 1, state="agreed")
        aged(asked(w, title="Pour dans deux mois"), 15, state="agreed", wanted_from=later)
        passed = timezone.now() - timedelta(days=1)
        aged(asked(w, title="Date passée"), 1, state="agreed", wanted_from=passed)
        aged(asked(w, title="Médiation"), 1, state="disputed")
        # A mediation has its own pile.
        assert set(in_pile("en-panne", w)) == {"Vieil accord", "Date passée"}

    def test_new_ones_are_those_of_the_week_that_are_still_open(self, w: World) -> None:
        asked(w, title="Neuve")
        aged(asked(w, title="Déjà annulée"), 0, state="cancelled")
        old = asked(w, title="Vieille")
        Exchange.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
        assert in_pile("nouveautes", w) == ["Neuve"]

    def test_a_need_is_unmet_after_a_week_without_any_answer(self, w: World) -> None:
        for title in ("Besoin ancien", "Besoin répondu", "Besoin d’ailleurs"):
            whose = w.stranger if "ailleurs" in title else w.association
            author = w.sonia if "ailleurs" in title else w.odile
            published(author, whose, "need equipment loan", title=title)
        Listing.objects.update(published_at=timezone.now() - timedelta(days=8))
        published(w.odile, w.association, "need equipment loan", title="Besoin neuf")
        offer = published(w.nadia, w.metropole)
        ask(Listing.objects.get(title="Besoin répondu"), w.nadia, w.metropole, offer=offer)
        assert in_pile("besoins", w) == ["Besoin ancien"]

    @pytest.mark.parametrize("state", ["declined", "cancelled", "expired"])
    def test_a_need_whose_answers_came_to_nothing_is_unmet_again(self, w: World, state: str):
        need = published(w.odile, w.association, "need equipment loan", title="Barnum")
        Listing.objects.update(published_at=timezone.now() - timedelta(days=8))
        first, second = (
            ask(need, user, body, offer=published(user, body))
            for user, body in ((w.nadia, w.metropole), (w.paul, w.partner))
        )
        Exchange.objects.filter(pk=first.pk).update(state=state, reason="Pris.")
        assert in_pile("besoins", w) == []
        assert list(unmet_needs(w.chloe, None)) == []
        Exchange.objects.filter(pk=second.pk).update(state=state, reason="Pris.")
        assert in_pile("besoins", w) == ["Barnum"]
        assert list(unmet_needs(w.chloe, None)) == [need]

    def test_what_is_between_others_is_not_on_this_desk(self, w: World) -> None:
        aged(ask(published(w.paul, w.partner), w.sonia, w.stranger), 6)
        assert in_pile("sans-reponse", w) == []

    def test_a_service_shows_those_below_it_and_nothing_else(self, client_for: Any, w: World):
        top = DepartmentFactory(organisation=w.metropole)
        below = DepartmentFactory(organisation=w.metropole, parent=top)
        for title, department in (("Du service", below), ("D’à côté", None)):
            exchange = asked(w, 6, title=title)
            Listing.objects.filter(pk=exchange.listing_id).update(department=department)
        browser = client_for(w.chloe)
        page = browser.get(f"{PILE}?service={top.ref}").content.decode()
        assert "Du service" in page
        assert "D’à côté" not in page
        page = browser.get(f"{PILE}?service=sans").content.decode()
        assert "Du service" not in page
        assert "D’à côté" in page
        assert "D’à côté" in browser.get(f"{PILE}?service=nimporte").content.decode()

    @pytest.mark.parametrize("slug", BY_SLUG)
    def test_each_pile_opens_empty_and_says_so(self, client_for: Any, w: World, slug: str) -> None:
        page = client_for(w.chloe).get(f"/coordination/suivi/{slug}/").content.decode()
        assert "Rien n’attend ici" in page

    @pytest.mark.parametrize("slug", ["sans-reponse", "en-panne", "besoins", "nouveautes"])
    def test_few_and_many_cost_the_same(self, client_for: Any, w: World, slug: str) -> None:
        state = {"en-panne": "agreed"}.get(slug, "proposed")
        passed = timezone.now() - timedelta(days=1)

        def more(number: int) -> None:
            for _ in range(number):
                exchange = aged(asked(w), 6, state=state, wanted_from=passed)
                department = DepartmentFactory(organisation=w.metropole)
                Listing.objects.filter(pk=exchange.listing_id).update(department=department)
                Reminder.objects.create(exchange=exchange, by=w.chloe)
                ListingFactory(
                    organisation=w.metropole,
                    direction="need",
                    department=department,
                    scope="organisation",
                    published_at=timezone.now() - timedelta(days=9),
                )

        def cost() -> int:
            browser = client_for(w.chloe)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(f"/coordination/suivi/{slug}/").status_code == 200
            return len(queries)

        more(2)
        few = cost()
        more(28)
        assert cost() == few


class TestReminding:
    def test_whoever_must_answer_hears_of_it_once_a_week(self, w: World) -> None:
        exchange = asked(w, 6)
        assert rules.remind(exchange, w.chloe) == 1
        assert (
            "On attend votre réponse" in Notice.objects.get(kind="exchange_called_to_mind").subject
        )
        with pytest.raises(Overtaken, match="déjà partie"):
            rules.remind(exchange, w.chloe)
        Reminder.objects.update(at=timezone.now() - timedelta(days=7))
        assert rules.remind(exchange, w.chloe) == 1

    def test_of_two_coordinators_the_second_is_told(self, client_for: Any, w: World) -> None:
        exchange = asked(w, 6)
        other = member(w.metropole, "coordinator")
        answers = [
            client_for(person).post(
                f"{PILE}ensemble/", {"faire": "relancer", "ref": exchange.ref}, follow=True
            )
            for person in (w.chloe, other)
        ]
        first, second = (answer.content.decode() for answer in answers)
        assert "1\u00a0relance est partie" in first
        assert "rien n’a changé. Une relance est déjà partie le" in second
        kind = "exchange_called_to_mind"
        assert Notice.objects.filter(kind=kind).count() == 1

    def test_both_hear_of_an_agreement_without_a_next_step(self, w: World) -> None:
        exchange = aged(asked(w), 15, state="agreed")
        assert rules.remind(exchange, w.chloe) == 2

    def test_many_at_once_and_one_that_moved_on_stops_no_other(
        self, client_for: Any, w: World
    ) -> None:
        waiting, done = asked(w, 6), asked(w, 6)
        aged(done, 0, state="declined", reason="Pas libre")
        answer = client_for(w.chloe).post(
            f"{PILE}ensemble/",
            {"faire": "relancer", "ref": [done.ref, waiting.ref, waiting.ref]},
            follow=True,
        )
        page = answer.content.decode()
        assert "1\u00a0relance est partie" in page
        assert "1\u00a0ligne n’attendait plus" in page

    def test_nothing_ticked_and_piles_without_reminders(self, client_for: Any, w: World) -> None:
        browser = client_for(w.chloe)
        answer = browser.post(f"{PILE}ensemble/", {"faire": "relancer"}, follow=True)
        assert "Cochez au moins une ligne" in answer.content.decode()
        needs = "/coordination/suivi/besoins/ensemble/"
        assert browser.post(needs, {"faire": "relancer"}).status_code == 404
        assert browser.get("/coordination/suivi/inconnue/").status_code == 404

    def test_only_the_coordination_of_a_side_reminds(self, client_for: Any, w: World) -> None:
        exchange = asked(w, 6)
        with pytest.raises(Refused, match="coordination"):
            rules.remind(exchange, w.nadia)
        stranger = member(w.stranger, "coordinator")
        answer = client_for(stranger).post(
            f"{PILE}ensemble/", {"faire": "relancer", "ref": exchange.ref}
        )
        assert answer.status_code == 302
        assert not Reminder.objects.exists()

    def test_a_mediation_is_listened_to_not_reminded(self, w: World) -> None:
        exchange = aged(asked(w), 6, state="disputed")
        with pytest.raises(Overtaken):
            rules.remind(exchange, w.chloe)


class TestWhoFollows:
    def test_a_new_exchange_goes_to_who_follows_the_service_or_one_above(self, w: World) -> None:
        top = DepartmentFactory(organisation=w.metropole)
        below = DepartmentFactory(organisation=w.metropole, parent=top)
        other, deputy = (member(w.metropole, "coordinator") for _ in range(2))
        rules.entrust(top, other, deputy, w.chloe)
        assert coordinator_for(w.metropole, w.partner, department=below) == other
        assert coordinator_for(w.metropole, w.partner) == w.chloe
        yesterday = timezone.now() - timedelta(days=1)
        Membership.objects.filter(user=other).update(
            starts_at=yesterday - timedelta(days=1), ends_at=yesterday
        )
        assert coordinator_for(w.metropole, w.partner, department=below) == deputy
        assert followed_by(deputy, [w.metropole.pk]) == {top.pk, below.pk}

    def test_only_those_who_coordinate_today_and_two_people(self, w: World) -> None:
        service = DepartmentFactory(organisation=w.metropole)
        for named, deputy, sentence in (
            (w.nadia, None, "n’assure plus"),
            (w.chloe, w.chloe, "quelqu’un d’autre"),
            (None, w.chloe, "d’abord"),
        ):
            with pytest.raises(Refused, match=sentence):
                rules.entrust(service, named, deputy, w.chloe)
        with pytest.raises(Refused, match="coordination"):
            rules.entrust(service, w.chloe, None, w.nadia)

    def test_the_page_names_and_frees(self, client_for: Any, w: World) -> None:
        service = DepartmentFactory(organisation=w.metropole)
        browser = client_for(w.chloe)
        sent = {"department": service.ref, f"{service.ref}-deputy": ""}
        named = sent | {f"{service.ref}-coordinator": str(w.chloe.pk)}
        page = browser.post("/coordination/repartition/", named, follow=True).content.decode()
        assert "C’est noté" in page
        assert DepartmentCoordinator.objects.get().coordinator == w.chloe
        browser.post("/coordination/repartition/", sent | {f"{service.ref}-coordinator": ""})
        assert not DepartmentCoordinator.objects.exists()
        forged = sent | {f"{service.ref}-coordinator": str(w.nadia.pk)}
        page = browser.post("/coordination/repartition/", forged).content.decode()
        assert "n’assure plus la coordination" in page

    def test_who_leaves_hands_over_to_the_deputy(self, w: World) -> None:
        service = DepartmentFactory(organisation=w.metropole)
        other = member(w.metropole, "coordinator")
        rules.entrust(service, w.chloe, other, w.chloe)
        rules.forget(w.chloe)
        one = DepartmentCoordinator.objects.get()
        assert (one.coordinator, one.deputy) == (other, None)
        rules.forget(other)
        assert not DepartmentCoordinator.objects.exists()


def test_the_first_page_of_the_desk_leads_to_each_pile_with_its_number(
    client_for: Any, w: World
) -> None:
    asked(w, 6)
    join(w.nadia, w.partner)
    page = client_for(w.chloe).get("/coordination/").content.decode()
    assert "Sans réponse (1)" in page
    for slug in BY_SLUG:
        assert f"/coordination/suivi/{slug}/" in page
