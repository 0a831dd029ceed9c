"""What was asked together is one row of the desks; what was reported is settled from its pile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Notice, Role
from accounts.todos.registry import COORDINATION, todos_for
from marketplace.exchanges.following import rules
from marketplace.models import Exchange, Participant, Reminder, Report, Series
from marketplace.reports import rules as reports
from tests.factories import DepartmentFactory, VerificationFactory, member
from tests.marketplace.factories import World, published
from tests.marketplace.insight.test_desk import aged, asked, in_pile
from tests.marketplace.series.test_rules import ask_all, dates, on_request

pytestmark = pytest.mark.django_db
REPORTS = "/coordination/suivi/signalements/"


def mondays(w: World) -> Series:
    """Return four Mondays asked of Nadia, for days without an answer."""
    series = ask_all(w, dates(on_request(w), weeks=4), who=w.paul, body=w.partner)
    Exchange.objects.update(state_since=timezone.now() - timedelta(days=6))
    return series


class TestSeries:
    @pytest.mark.parametrize("slug", ["nouveautes", "sans-reponse"])
    def test_is_one_row_of_a_pile_that_leads_to_all_its_dates(
        self, client_for: Any, w: World, slug: str
    ) -> None:
        series = mondays(w)
        asked(w, 6, title="Barnum seul")
        assert len(in_pile(slug, w)) == 2
        page = client_for(w.chloe).get(f"/coordination/suivi/{slug}/").content.decode()
        assert "et 3\u00a0autres dates" in page
        assert series.get_absolute_url() in page
        assert client_for(w.chloe).get(series.get_absolute_url()).status_code == 200

    def test_is_one_thing_to_do_and_one_open_exchange_on_the_first_page(
        self, client_for: Any, w: World
    ) -> None:
        mondays(w)
        todos = [one for one in todos_for(w.chloe, COORDINATION) if "Sans réponse" in one.text]
        assert ["4\u00a0dates" in one.detail for one in todos] == [True]
        page = client_for(w.chloe).get("/coordination/").content.decode()
        assert page.count('<li class="plain-item"><p class="plain-title">') == 1

    def test_is_called_to_mind_once_for_all_its_dates(self, w: World) -> None:
        series = mondays(w)
        first = series.exchanges.order_by("wanted_from").first()
        assert rules.remind(first, w.chloe) == 1
        assert Notice.objects.filter(kind="exchange_called_to_mind").count() == 1
        # Its first date answered, the next one stands for the others: it is not reminded again.
        aged(first, 0, state="confirmed")
        assert Reminder.objects.filter(exchange__series=series).count() == 4

    def test_is_one_row_of_the_team(self, client_for: Any, w: World) -> None:
        service = DepartmentFactory(organisation=w.metropole)
        Membership.objects.filter(user__in=[w.nadia, w.karim]).update(department=service)
        managing = Membership.objects.get(user=w.karim)
        Role.objects.create(membership=managing, kind="manager", department=service)
        series = mondays(w)
        for one in series.exchanges.all():
            Participant.objects.create(exchange=one, user=w.nadia)
        Exchange.objects.update(state="agreed", transfer="time", whose_time="working")
        page = client_for(w.karim).get("/mon-equipe/").content.decode()
        # Once among the exchanges, once among the absences.
        assert page.count("et 3\u00a0autres dates") == 2


class TestReports:
    def reported(self, w: World, title: str = "Barnum troué") -> Report:
        return reports.report(published(w.nadia, w.metropole, title=title), w.paul, "unsafe")

    def test_wait_in_their_pile_until_they_are_settled(self, client_for: Any, w: World) -> None:
        made = self.reported(w)
        assert in_pile("signalements", w) == ["Barnum troué"]
        browser = client_for(w.chloe)
        page = browser.get(REPORTS).content.decode()
        assert f"/coordination/signalements/{made.ref}/" in page
        assert str(w.paul) not in page
        reports.settle(made, w.chloe, Report.Outcome.MENDED)
        assert in_pile("signalements", w) == []

    def test_settled_ones_say_who_settled_them_and_when(self, client_for: Any, w: World) -> None:
        made = self.reported(w)
        reports.settle(made, w.chloe, Report.Outcome.MENDED)
        other = member(w.metropole, "coordinator")
        for path in (REPORTS, f"/coordination/signalements/{made.ref}/"):
            page = client_for(other).get(path).content.decode()
            assert "corrigé" in page.lower()
            assert str(w.chloe) in page

    def test_of_an_association_wait_where_it_is_verified_and_nowhere_else(self, w: World) -> None:
        need = published(w.odile, w.association, "need equipment loan", title="Tables")
        VerificationFactory(association=w.association, by=w.partner)
        reports.report(need, w.paul, "gone")
        reports.report(published(w.sonia, w.stranger), w.nadia, "gone")
        assert in_pile("signalements", w) == ["Tables"]
