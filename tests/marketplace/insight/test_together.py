"""Several rows of a pile at once: each by its own rule, each once, whoever else is at work."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Notice, Verification
from accounts.verifications import rules as verifications
from marketplace.catalogue import rules as listings
from marketplace.insight.piles import BY_SLUG
from marketplace.insight.together import ACTS
from marketplace.models import Exchange, Listing, Report
from marketplace.reports import rules as reports
from tests.accounts.factories import AskedVerificationFactory
from tests.factories import member
from tests.marketplace.exchanges.team import agreed, consent, team
from tests.marketplace.factories import World, draft, published
from tests.marketplace.insight.test_desk import asked
from tests.marketplace.insight.test_series_and_reports import mondays

pytestmark = pytest.mark.django_db


def send(browser: Any, slug: str, act: str, *rows: Any, **more: str) -> str:
    """Tick these rows, press the button, and return the page that answers."""
    ticked = {"faire": act, "ref": [row.ref for row in rows]} | more
    answer = browser.post(f"/coordination/suivi/{slug}/ensemble/", ticked, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def to_review(w: World, title: str) -> Listing:
    return listings.publish(draft(w.nadia, w.metropole, scope="public", title=title), w.nadia)


def seen(*rows: Listing) -> dict[str, str]:
    return {f"vu-{row.ref}": row.version for row in rows}


class TestListings:
    def test_are_published_together_as_they_were_read(self, client_for: Any, w: World) -> None:
        first, second, third = (to_review(w, title) for title in ("Tables", "Bancs", "Tentes"))
        sent = seen(first, second, third)
        listings.save(third, w.nadia, {"title": "Tentes percées"}, {})
        page = send(client_for(w.chloe), "a-relire", "publier", first, second, third, **sent)
        assert "2\u00a0annonces sont en ligne" in page
        assert "Pour «\u00a0Tentes percées\u00a0», rien n’a changé. L’annonce a" in page
        third.refresh_from_db()
        assert third.state == "submitted"

    def test_are_sent_back_with_the_same_words(self, client_for: Any, w: World) -> None:
        rows = [to_review(w, title) for title in ("Tables", "Bancs")]
        browser = client_for(w.chloe)
        page = send(browser, "a-relire", "rendre", *rows)
        assert "Dites pourquoi" in page
        assert not Listing.objects.filter(state="returned").exists()
        page = send(browser, "a-relire", "rendre", *rows, reason="Ajoutez les dimensions.")
        assert "2\u00a0annonces sont rendues" in page
        returned = Listing.objects.filter(state="returned")
        assert {one.return_reason for one in returned} == {"Ajoutez les dimensions."}

    def test_what_a_colleague_settled_meanwhile_is_told_and_not_done_again(
        self, client_for: Any, w: World
    ) -> None:
        rows = [to_review(w, title) for title in ("Tables", "Bancs")]
        sent = seen(*rows)
        listings.send_back(rows[0], member(w.metropole, "coordinator"), "Trop court.")
        page = send(client_for(w.chloe), "a-relire", "publier", *rows, **sent)
        assert "1\u00a0annonce est en ligne" in page
        assert "1\u00a0ligne n’attendait plus" in page
        rows[0].refresh_from_db()
        assert rows[0].state == "returned"


class TestAssociations:
    def test_are_verified_together_once(self, client_for: Any, w: World) -> None:
        rows = [AskedVerificationFactory(by=w.metropole) for _ in range(3)]
        verifications.decide(rows[0], member(w.metropole, "coordinator"), verified=True)
        told = Notice.objects.filter(kind="verification_given").count()
        page = send(client_for(w.chloe), "a-verifier", "verifier", *rows)
        assert "2\u00a0associations sont vérifiées" in page
        assert "1\u00a0ligne n’attendait plus" in page
        assert Notice.objects.filter(kind="verification_given").count() == told + 2

    def test_are_refused_with_words(self, client_for: Any, w: World) -> None:
        row = AskedVerificationFactory(by=w.metropole)
        assert "Dites pourquoi" in send(client_for(w.chloe), "a-verifier", "refuser", row)
        send(client_for(w.chloe), "a-verifier", "refuser", row, reason="Le RNA manque.")
        row.refresh_from_db()
        assert (row.state, row.reason) == (Verification.State.REFUSED, "Le RNA manque.")

    def test_of_another_collectivite_are_not_there_to_verify(self, client_for: Any, w: World):
        row = AskedVerificationFactory(by=w.stranger)
        send(client_for(w.chloe), "a-verifier", "verifier", row)
        row.refresh_from_db()
        assert row.state == Verification.State.ASKED


class TestEntrusting:
    def test_makes_somebody_the_contact_of_each_and_tells_them(
        self, client_for: Any, w: World
    ) -> None:
        other = member(w.metropole, "coordinator", first_name="Inès")
        rows = [asked(w, 6), asked(w, 6)]
        page = send(client_for(w.chloe), "sans-reponse", "confier", *rows, person=other.ref)
        assert "2\u00a0échanges sont confiés" in page
        assert f"suivi par {other}" in page
        assert set(Exchange.objects.values_list("coordinator", flat=True)) == {other.pk}
        assert Notice.objects.filter(recipient=other, kind="exchange_to_follow").count() == 2

    def test_a_series_goes_whole(self, client_for: Any, w: World) -> None:
        other = member(w.metropole, "coordinator")
        series = mondays(w)
        first = series.exchanges.order_by("wanted_from").first()
        send(client_for(w.chloe), "sans-reponse", "confier", first, person=other.ref)
        assert set(series.exchanges.values_list("coordinator", flat=True)) == {other.pk}
        assert Notice.objects.filter(recipient=other, kind="exchange_to_follow").count() == 1

    def test_of_two_coordinators_the_second_is_told(self, client_for: Any, w: World) -> None:
        first, second = (member(w.metropole, "coordinator") for _ in range(2))
        row = asked(w, 6)
        send(client_for(first), "sans-reponse", "confier", row, person=first.ref)
        # Read before, as nobody's.
        page = send(client_for(second), "sans-reponse", "confier", row, person=second.ref)
        assert "vient d’être confié à quelqu’un d’autre" in page
        row.refresh_from_db()
        assert row.coordinator == first

    def test_only_to_who_coordinates_here_today(self, client_for: Any, w: World) -> None:
        row = asked(w, 6)
        for person in ("", w.nadia.ref):
            page = send(client_for(w.chloe), "sans-reponse", "confier", row, person=person)
            assert "Choisissez dans la liste" in page
        row.refresh_from_db()
        assert row.coordinator is None


def test_reports_are_settled_together_with_who_and_when(client_for: Any, w: World) -> None:
    rows = [reports.report(published(w.nadia, w.metropole), w.paul, "gone") for _ in range(2)]
    reports.settle(rows[0], w.staff, Report.Outcome.UNCHANGED)
    page = send(client_for(w.chloe), "signalements", "corrige", *rows)
    assert "1\u00a0signalement est réglé" in page
    assert "1\u00a0ligne n’attendait plus" in page
    rows[1].refresh_from_db()
    assert (rows[1].outcome, rows[1].settled_by) == ("mended", w.chloe)
    assert rows[1].settled_at is not None


def test_consents_are_called_to_mind_together_every_three_days(client_for: Any, w: World) -> None:
    team(w)
    consents = [consent(agreed(w, days=days)) for days in (20, 40)]
    browser = client_for(w.chloe)
    assert "2\u00a0rappels sont partis" in send(browser, "accords-attendus", "rappeler", *consents)
    assert "Déjà rappelé" in send(browser, "accords-attendus", "rappeler", *consents)


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_pile_has_its_own_buttons_and_no_other(client_for: Any, w: World, slug: str) -> None:
    browser = client_for(w.chloe)
    others = {act.slug for acts in ACTS.values() for act in acts} - {
        act.slug for act in BY_SLUG[slug].acts
    }
    for act in others:
        answer = browser.post(f"/coordination/suivi/{slug}/ensemble/", {"faire": act, "ref": "x"})
        assert answer.status_code == 404
