"""The figures: what is counted, who may read them, and that nobody is recognisable in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.insight import charts, figure_words, figures
from marketplace.insight.discretion import Shares, Shown
from marketplace.models import Exchange, ExchangeEvent, Listing
from tests.factories import ExchangeFactory, ListingFactory, member
from tests.marketplace.factories import World

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year - 1
PARIS = timezone.get_default_timezone()
PAGE = "/coordination/chiffres/"
Browser = Callable[..., Client]


def day_of_last_year(month: int = 3, day: int = 10) -> datetime:
    return datetime(YEAR, month, day, 10, tzinfo=PARIS)


def request_of(
    listing: Listing, person: User, receiver: Organisation, *path: str, **fields: Any
) -> Exchange:
    """A request of last year that went through these states, a day apart."""
    at = fields.pop("at", day_of_last_year())
    reason = fields.pop("reason_code", "")
    exchange = ExchangeFactory(
        listing=listing, receiver=receiver, asked_by=person, created_at=at, **fields
    )
    states = ["proposed", *path]
    for rank, state in enumerate(states):
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=states[rank - 1] if rank else "",
            to_state=state,
            actor=fields.get("answered_by", listing.author) if rank else person,
            reason_code=reason if state in ("declined", "cancelled") else "",
            at=at + timedelta(days=2 * rank),
        )
    last = {"state": states[-1], "reason": "Pris" if states[-1] == "declined" else ""}
    Exchange.objects.filter(pk=exchange.pk).update(**last)
    return exchange


def people(organisation: Organisation, number: int) -> list[User]:
    return [member(organisation, "agent") for _ in range(number)]


def offer(w: World, **fields: Any) -> Listing:
    fields = {"organisation": w.metropole, "author": w.nadia} | fields
    return ListingFactory(**fields)


def count(shares: Shares, label: str) -> float | None:
    return shares.count_of(label)


class TestCounting:
    def test_what_was_given_received_and_stopped(self, w: World) -> None:
        listing, theirs = offer(w), offer(w, organisation=w.partner, author=w.paul)
        for person in people(w.partner, 6):
            request_of(listing, person, w.partner, "agreed", "confirmed")
        for person in people(w.metropole, 5):
            request_of(theirs, person, w.metropole, "agreed")
        for person in people(w.association, 5):
            request_of(listing, person, w.association, "expired")
        shown = figures.figures_of(w.metropole, YEAR).outcomes
        assert count(shown, figures.GIVEN) == 6
        assert count(shown, figures.RECEIVED) == 5
        assert count(shown, figures.EXPIRED) == 5
        assert count(shown, figures.DECLINED) == 0
        assert shown.total == 16

    def test_the_partner_reads_the_same_from_its_side(self, w: World) -> None:
        listing = offer(w)
        for person in people(w.partner, 6):
            request_of(listing, person, w.partner, "agreed")
        assert count(figures.figures_of(w.partner, YEAR).outcomes, figures.RECEIVED) == 6

    def test_one_person_who_asked_twenty_times_is_not_shown(self, w: World) -> None:
        for _ in range(20):
            request_of(offer(w), w.paul, w.partner, "agreed")
        shown = figures.figures_of(w.metropole, YEAR)
        assert shown.outcomes.total is None
        assert shown.months.total is None

    def test_the_time_that_one_agent_gave_to_ten_is_the_act_of_one(self, w: World) -> None:
        listing = offer(w, nature="skill", transfer="time")
        for person in people(w.association, 10):
            exchange = request_of(listing, person, w.association, "agreed")
            exchange.participants.create(user=w.nadia)
        assert figures.figures_of(w.metropole, YEAR).outcomes.total is None

    def test_months_are_those_of_paris(self, w: World) -> None:
        late = datetime(YEAR, 3, 31, 23, 30, tzinfo=PARIS)
        for person in people(w.partner, 5):
            request_of(offer(w), person, w.partner, at=late)
        for person in people(w.partner, 5):
            request_of(offer(w), person, w.partner, at=late + timedelta(hours=1))
        shown = figures.figures_of(w.metropole, YEAR).months
        assert (count(shown, "mars"), count(shown, "avril"), len(shown.cells)) == (5, 5, 12)

    def test_reasons_are_shown_when_enough_persons_declined(self, w: World) -> None:
        keepers = people(w.metropole, 6)
        for keeper, person in zip(keepers, people(w.partner, 6), strict=True):
            listing = offer(w, author=keeper)
            request_of(listing, person, w.partner, "declined", reason_code="taken")
        shown = figures.figures_of(w.metropole, YEAR)
        assert count(shown.refusals, "C’est déjà pris à ces dates") == 6
        assert shown.delay == 2.0

    def test_why_people_cancelled_is_shown_when_enough_of_them_did(self, w: World) -> None:
        keepers = people(w.metropole, 6)
        for keeper, person in zip(keepers, people(w.partner, 6), strict=True):
            listing = offer(w, author=keeper)
            request_of(listing, person, w.partner, "cancelled", reason_code="dates")
        shown = figures.figures_of(w.metropole, YEAR)
        assert count(shown.cancellations, "Les dates ne conviennent plus") == 6

    def test_the_refusals_of_one_keeper_are_not(self, w: World) -> None:
        listing = offer(w)
        for person in people(w.partner, 6):
            request_of(listing, person, w.partner, "declined", reason_code="taken")
        shown = figures.figures_of(w.metropole, YEAR)
        assert count(shown.outcomes, figures.DECLINED) == 6
        assert shown.refusals.total is None
        assert shown.delay is None

    def test_needs_are_ours_and_those_of_whom_we_verified(self, w: World) -> None:
        for rank in range(5):
            for author, body in (
                (member(w.association), w.association),
                (member(w.stranger), w.stranger),
            ):
                need = ListingFactory(
                    organisation=body,
                    author=author,
                    direction="need",
                    published_at=day_of_last_year(month=rank + 1),
                )
                if body == w.stranger:
                    request_of(need, author, w.stranger)
        shown = figures.figures_of(w.metropole, YEAR).needs
        assert (count(shown, figures.UNMET), count(shown, figures.ANSWERED)) == (5, 0)

    def test_territories_follow_the_commune_of_who_receives(self, w: World) -> None:
        for person in people(w.partner, 5):
            request_of(offer(w), person, w.partner)
        shown = figures.figures_of(w.metropole, YEAR).territories
        assert count(shown, "100 000 habitants et plus") == 5

    def test_this_week_is_not_counted_yet(self, w: World) -> None:
        for person in people(w.partner, 6):
            request_of(offer(w), person, w.partner, at=timezone.now())
        assert figures.figures_of(w.metropole, timezone.localdate().year).outcomes.total in (
            0,
            None,
        )
        assert figures.stops_at() <= timezone.now()
        assert timezone.localtime(figures.stops_at()).weekday() == 0

    def test_few_and_many_cost_the_same(self, w: World) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                figures.figures_of(w.metropole, YEAR)
            return len(queries)

        for person in people(w.partner, 2):
            request_of(offer(w), person, w.partner, "agreed")
        few = cost()
        for person in people(w.partner, 20):
            request_of(offer(w), person, w.partner, "agreed")
        assert cost() == few


class TestDrawing:
    shares = Shares((Shown("Prêts <b>", 12), Shown("Dons", None), Shown("Accueils", 0)), 15)

    @pytest.mark.parametrize("draw", [charts.columns, charts.bars])
    def test_nothing_that_our_policy_refuses(self, draw: Any) -> None:
        drawing = draw(self.shares, "Ce qui circule & le reste")
        for refused in ("<script", "<style", "style=", "http://github", "onclick", "<b>"):
            assert refused not in drawing
        assert 'role="img"' in drawing
        assert 'aria-label="Ce qui circule &amp; le reste"' in drawing

    def test_what_is_not_shown_is_not_drawn(self) -> None:
        assert (
            charts.bars(self.shares, "x").count("<rect")
            - charts.bars(Shares(self.shares.cells[:1], 12), "x").count("<rect")
            == 1
        )  # the zero, and no bar for the hidden one


class TestPage:
    @pytest.fixture
    def _year(self, w: World) -> None:
        listing = offer(w)
        for person in people(w.partner, 6):
            request_of(listing, person, w.partner, "agreed")
        request_of(listing, w.paul, w.association, "declined", reason_code="taken")

    @pytest.mark.usefixtures("_year")
    def test_coordination_managers_and_deciders_read_the_same(
        self, client_for: Browser, w: World
    ) -> None:
        pages = []
        for role in ("coordinator", "manager", "representative"):
            answer = client_for(member(w.metropole, role)).get(f"{PAGE}?annee={YEAR}")
            assert answer.status_code == 200
            page = answer.content.decode()
            pages.append(page[page.index('<h2 id="suites"') : page.index("</main>")])
        assert pages[0] == pages[1] == pages[2]
        assert "moins de cinq personnes" in pages[0]
        assert "<svg" in pages[0]

    @pytest.mark.parametrize("who", ["nadia", "sonia", "odile", "remi", "gone", "staff"])
    def test_nobody_else_opens_them(self, client_for: Browser, w: World, who: str) -> None:
        browser = client_for(getattr(w, who))
        assert browser.get(PAGE).status_code == 403
        assert browser.get(f"{PAGE}export.csv").status_code == 403

    def test_a_manager_finds_them_from_their_team(self, client_for: Browser, w: World) -> None:
        browser = client_for(member(w.metropole, "manager"))
        assert f'href="{PAGE}"' in browser.get("/mon-equipe/").content.decode()

    def test_an_empty_year_says_so_and_a_wrong_one_is_the_present(
        self, client_for: Browser, w: World
    ) -> None:
        page = client_for(w.chloe).get(f"{PAGE}?annee=1066").content.decode()
        assert f"Chiffres {timezone.localdate().year}" in page
        assert "Rien n’a encore de calendrier" in page

    @pytest.mark.usefixtures("_year")
    def test_the_file_says_no_more_than_the_page(self, client_for: Browser, w: World) -> None:
        answer = client_for(w.chloe).get(f"{PAGE}export.csv?annee={YEAR}")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        by_line = {(row[0], row[1]): row[2:] for row in rows}
        outcomes = "Ce qui a été demandé, et la suite"
        assert by_line[(outcomes, "Déclinées")] == ["", figure_words.NOT_SHOWN]
        assert by_line[(outcomes, "En tout")] == ["7", ""]
        assert client_for(w.chloe).get(f"{PAGE}export.xlsx").status_code == 200
        assert client_for(w.chloe).get(f"{PAGE}export.pdf").status_code == 404
