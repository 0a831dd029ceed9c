"""A problem reported reaches the coordination, which settles it; nobody learns who reported it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from accounts.personal_data.erasure import erase
from accounts.todos.registry import COORDINATION, todos_for
from marketplace.catalogue import rules as listing_rules
from marketplace.refusals import Overtaken, Refused
from marketplace.reports import personal_data, rules
from marketplace.reports.models import Report
from tests.factories import member
from tests.marketplace.factories import World, published

Browser = Callable[..., Client]


def kinds(user: User) -> list[str]:
    return [todo.kind for todo in todos_for(User.objects.get(pk=user.pk), COORDINATION)]


def test_a_report_waits_for_the_coordination_and_is_settled_from_there(
    w: World, client_for: Browser
) -> None:
    listing = published(w.nadia, w.metropole)
    url = f"{listing.get_absolute_url()}signaler/"
    browser = client_for(w.odile)
    for _ in range(2):
        browser.post(url, {"reason": "unsafe", "words": "Un pied est cassé."})
    made = Report.objects.get()
    assert kinds(w.chloe) == ["listing_reported"]
    assert Notice.objects.filter(recipient=w.chloe, kind="listing_reported").count() == 1
    desk = client_for(w.chloe)
    assert (
        "Un pied est cassé" in desk.get(f"/coordination/signalements/{made.ref}/").content.decode()
    )
    desk.post(f"/coordination/signalements/{made.ref}/", {"decision": "mended"})
    assert kinds(w.chloe) == []
    told = Notice.objects.get(recipient=w.odile, kind="report_settled")
    assert "corriger" in told.body


def test_whoever_answers_for_it_learns_nothing_of_who_did(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    made = rules.report(listing, w.odile, "false", "Elle n’existe pas.")
    assert not Notice.objects.filter(recipient=w.nadia).exists()
    assert client_for(w.nadia).get(f"/coordination/signalements/{made.ref}/").status_code == 404
    own = published(w.chloe, w.metropole)
    made = rules.report(own, w.odile, "false", "Elle n’existe pas.")
    text = client_for(w.chloe).get(f"/coordination/signalements/{made.ref}/").content.decode()
    for words in ("Odile", "Kern", "Lire en Moselle"):
        assert words not in text


def test_the_coordination_reads_from_which_body_and_never_a_name(
    w: World, client_for: Browser
) -> None:
    made = rules.report(published(w.nadia, w.metropole), w.odile, "gone")
    text = client_for(w.chloe).get(f"/coordination/signalements/{made.ref}/").content.decode()
    assert "Lire en Moselle" in text
    assert "Kern" not in text


def test_another_coordinator_is_told_rather_than_the_one_who_wrote_it(w: World) -> None:
    other = member(w.metropole, "coordinator")
    rules.report(published(w.chloe, w.metropole), w.odile, "gone")
    told = Notice.objects.filter(kind="listing_reported")
    assert [one.recipient for one in told] == [other]


def test_who_wrote_it_neither_reads_nor_settles_it_while_another_coordinator_may(
    w: World, client_for: Browser
) -> None:
    made = rules.report(published(w.chloe, w.metropole), w.odile, "gone", "Introuvable.")
    assert Report.objects.visible_to(w.chloe).exists(), "nobody else would read it"
    assert Report.objects.visible_to(w.staff).exists()
    other = member(w.metropole, "coordinator")
    assert not Report.objects.visible_to(w.chloe).exists()
    assert kinds(w.chloe) == []
    page = f"/coordination/signalements/{made.ref}/"
    assert client_for(w.chloe).get(page).status_code == 404
    with pytest.raises(Refused, match="revient à la coordination"):
        rules.settle(made, w.chloe, Report.Outcome.UNCHANGED)
    assert kinds(other) == ["listing_reported"]
    rules.settle(made, other, Report.Outcome.UNCHANGED)


def test_of_an_association_it_goes_to_those_who_verified_it(w: World) -> None:
    made = rules.report(published(w.odile, w.association, "need equipment loan"), w.paul, "gone")
    assert kinds(w.chloe) == ["listing_reported"]
    assert not Report.objects.visible_to(w.sonia).exists()
    rules.withdraw(made, w.chloe, "Ce besoin n’est plus le vôtre.")
    made.refresh_from_db()
    assert (made.outcome, made.listing.state) == ("withdrawn", "withdrawn")


def test_withdrawing_settles_all_that_was_reported(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    first = rules.report(listing, w.odile, "gone")
    rules.report(listing, w.paul, "false")
    listing_rules.withdraw(listing, w.chloe, "Trop vieux.")
    assert not Report.objects.open().exists()
    with pytest.raises(Overtaken):
        rules.settle(first, w.chloe, Report.Outcome.UNCHANGED)
    assert Notice.objects.filter(kind="report_settled").count() == 2


def test_two_coordinators_settle_it_once(w: World) -> None:
    made = rules.report(published(w.nadia, w.metropole), w.odile, "gone")
    other = Report.objects.get(pk=made.pk)
    rules.settle(made, w.chloe, Report.Outcome.UNCHANGED)
    with pytest.raises(Overtaken):
        rules.settle(other, w.chloe, Report.Outcome.MENDED)
    with pytest.raises(Refused):
        rules.settle(other, w.nadia, Report.Outcome.MENDED)


def test_other_things_want_words_and_nothing_typed_is_lost(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    url = f"{listing.get_absolute_url()}signaler/"
    assert "ce qui ne va pas" in client_for(w.odile).post(url, {"reason": "other"}).content.decode()
    text = client_for(w.odile).post(url, {"words": "<b>gras</b>"}).content.decode()
    assert "&lt;b&gt;gras" in text
    assert not Report.objects.exists()


def test_one_does_not_report_ones_own_nor_without_end(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    url = f"{listing.get_absolute_url()}signaler/"
    assert client_for(w.nadia).get(url).headers["Location"] == listing.get_absolute_url()
    for _ in range(rules.MOST_OPEN):
        rules.report(published(w.nadia, w.metropole), w.odile, "gone")
    with pytest.raises(Refused):
        rules.report(listing, w.odile, "gone")


def test_it_is_exported_forgotten_and_purged(w: World) -> None:
    made = rules.report(published(w.nadia, w.metropole), w.karim, "gone", "Parti, dit Karim.")
    assert personal_data.said_by(w.karim)[0]["Mes mots"] == "Parti, dit Karim."
    erase(w.karim)
    made.refresh_from_db()
    assert (made.reported_by, made.words, made.settled_at) == (None, "", None)
    rules.settle(made, w.chloe, Report.Outcome.UNCHANGED)
    later = timezone.now() + timedelta(minutes=1)
    assert personal_data.erase(personal_data.due(w.metropole, later)) == 1
