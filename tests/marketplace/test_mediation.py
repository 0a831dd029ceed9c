"""A side calls the coordination: who reads what, who follows it, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Notice, User
from accounts.todos.registry import COORDINATION, todos_for
from marketplace.exchanges import departures, timeline
from marketplace.exchanges.interrupting import rules as stopping
from marketplace.exchanges.interrupting.rules import Stop
from marketplace.exchanges.mediation import rules
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Overtaken, Refused
from tests.factories import member
from tests.marketplace.factories import World, ask, published
from tests.marketplace.test_interrupting import heard, in_days, under_way

pytestmark = pytest.mark.django_db

WHY = "Le barnum est revenu déchiré."


def asked(w: World) -> Mediation:
    """Return a mediation that the association asked for, with its page's relations."""
    rules.ask(under_way(w), w.odile, WHY)
    return Mediation.objects.for_page().get()


def pages(client_for, people, path: str) -> list[str]:  # type: ignore[no-untyped-def]
    return [client_for(one).get(path).content.decode() for one in people]


def test_the_words_reach_one_side_and_the_coordination_only(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    mediation = asked(w)
    exchange = Exchange.objects.get()
    assert exchange.state == "disputed"
    assert WHY not in exchange.reason
    (to_desk,) = heard(w.chloe, "mediation_asked")
    assert WHY in to_desk.body
    (to_other,) = heard(w.nadia, "mediation_asked")
    assert WHY not in to_other.body + to_other.subject
    rules.speak(mediation, w.nadia, "Il l’était déjà.")
    mine, theirs = pages(client_for, [w.odile, w.nadia], exchange.get_absolute_url())
    assert WHY in mine
    assert "Il l’était déjà." not in mine
    assert WHY not in theirs
    assert "Il l’était déjà." in theirs
    (desk,) = pages(client_for, [w.chloe], mediation.get_absolute_url())
    assert WHY in desk
    assert "Il l’était déjà." in desk
    for person in (w.odile, w.nadia, w.paul, w.sonia, w.staff):
        assert client_for(person).get(mediation.get_absolute_url()).status_code == 404


def test_a_coordinator_who_is_a_side_does_not_judge(w: World) -> None:
    exchange = ask(published(w.chloe, w.metropole), w.odile, w.association)
    Exchange.objects.filter(pk=exchange.pk).update(state="under_way")
    exchange = Exchange.objects.for_page().get(pk=exchange.pk)
    with pytest.raises(Refused, match="Personne de la coordination"):
        rules.ask(exchange, w.odile, WHY)
    other = member(w.metropole, "coordinator")
    exchange.refresh_from_db()
    mediation = rules.ask(exchange, w.odile, WHY)
    with pytest.raises(Refused, match="revient à la coordination"):
        rules.take(mediation, w.chloe)
    assert not Mediation.objects.visible_to(w.chloe).exists()
    assert rules.take(mediation, other).mediator == other


def test_one_follows_it_and_both_sides_know_who(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    mediation = asked(w)
    other = member(w.metropole, "coordinator")
    with pytest.raises(Refused):
        rules.settle(mediation, w.chloe, "resumed", "On répare ensemble.")
    stale = Mediation.objects.for_page().get()
    rules.take(mediation, w.chloe)
    with pytest.raises(Overtaken, match="Chloé Roux suit déjà"):
        rules.take(stale, other)
    assert rules.take(stale, w.chloe).mediator == w.chloe  # a second click is the first one
    for person in (w.odile, w.nadia):
        assert "Chloé Roux" in heard(person, "mediation_taken")[0].body
    with pytest.raises(Refused, match="qui suit cette médiation"):
        rules.settle(stale, other, "resumed", "Non.")
    page = client_for(w.odile).get(mediation.exchange.get_absolute_url()).content.decode()
    assert "Chloé Roux" in page


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("resumed", "under_way"),
        ("completed", "completed"),
        ("interrupted", "interrupted"),
        ("closed", "closed"),
    ],
)
def test_the_way_out_is_a_sentence_that_both_read(w: World, outcome: str, state: str) -> None:
    mediation = rules.take(asked(w), w.chloe)
    with pytest.raises(Refused, match="convenu"):
        rules.settle(mediation, w.chloe, outcome, "  ")
    rules.settle(mediation, w.chloe, outcome, "Chacun paie la moitié de la toile.")
    exchange = Exchange.objects.for_page().get()
    assert exchange.state == state
    for person in (w.odile, w.nadia):
        assert "Chacun paie la moitié" in heard(person, "mediation_settled")[0].body
        assert any("Chacun paie" in one["detail"] for one in timeline.steps(exchange, person))
    with pytest.raises(Refused, match="déjà réglée"):
        rules.settle(Mediation.objects.for_page().get(), w.chloe, outcome, "Encore.")
    with pytest.raises(Overtaken):
        rules.speak(mediation, w.odile, "Trop tard.")


def test_after_the_end_it_neither_resumes_nor_stops(w: World) -> None:
    exchange = under_way(w)
    Exchange.objects.update(state="completed")
    exchange.refresh_from_db()
    mediation = rules.take(rules.ask(exchange, w.nadia, WHY), w.chloe)
    with pytest.raises(Refused, match="issue convenue"):
        rules.settle(mediation, w.chloe, "resumed", "On reprend.")
    rules.settle(mediation, w.chloe, "closed", "Rien à ajouter.")
    assert Exchange.objects.get().state == "closed"


def test_notes_say_who_reads_them(client_for, w: World) -> None:  # type: ignore[no-untyped-def]
    mediation = rules.take(asked(w), w.chloe)
    browser = client_for(w.chloe)
    path = mediation.get_absolute_url()
    browser.post(path, {"faire": "note", "body": "Appeler l’atelier.", "audience": "desk"})
    browser.post(path, {"faire": "note", "body": "On se voit mardi.", "audience": "both"})
    for page in pages(client_for, [w.odile, w.nadia], mediation.exchange.get_absolute_url()):
        assert "Appeler l’atelier." not in page
        assert "On se voit mardi." in page
    page = browser.get(path).content.decode()
    assert "la coordination des deux organismes" in page
    missing = browser.post(path, {"faire": "issue", "outcome": "resumed", "sentence": ""})
    assert missing.status_code == 400
    assert browser.post(path, {"faire": "autre"}).status_code == 302


def test_an_announced_end_waits_for_the_way_out(w: World) -> None:
    exchange = under_way(w)
    stopping.stop(exchange, w.odile, Stop("no_need", "", in_days(10)))
    mediation = rules.take(rules.ask(Exchange.objects.for_page().get(), w.odile, WHY), w.chloe)
    later = timezone.now() + timedelta(days=12)
    assert stopping.stop_due(later) == 0
    rules.settle(mediation, w.chloe, "resumed", "Jusqu’au bout.")
    assert stopping.stop_due(later) == 1


def test_it_is_asked_once_and_only_of_what_is_or_was_going_on(w: World) -> None:
    exchange = under_way(w)
    stale = Exchange.objects.for_page().get()
    rules.ask(exchange, w.odile, WHY)
    with pytest.raises(Overtaken):
        rules.ask(stale, w.nadia, "Moi aussi.")
    with pytest.raises(Refused):
        rules.ask(Exchange.objects.for_page().get(), w.nadia, "Moi aussi.")
    with pytest.raises(Refused):
        rules.ask(stale, w.paul, "Moi aussi.")
    assert Mediation.objects.count() == 1


def test_it_is_called_to_mind_once_a_week(w: World) -> None:
    mediation = asked(w)
    assert rules.remind_due() == 0
    later = timezone.now() + timedelta(days=3)
    assert rules.remind_due(later) == 1
    assert rules.remind_due(later) == 0
    assert len(heard(w.chloe, "mediation_waits")) == 1
    rules.take(mediation, w.chloe)
    assert rules.remind_due(later + timedelta(days=20)) == 1


def test_the_desk_has_its_pile_and_its_to_do(
    client_for,  # type: ignore[no-untyped-def]
    w: World,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    mediation = asked(w)

    def shown(person: User) -> list[str]:
        return [one.url for one in todos_for(User.objects.get(pk=person.pk), COORDINATION)]

    assert mediation.get_absolute_url() in shown(w.chloe)
    other = member(w.metropole, "coordinator")
    rules.take(mediation, w.chloe)
    assert mediation.get_absolute_url() in shown(w.chloe)
    assert mediation.get_absolute_url() not in shown(other)
    assert Notice.objects.filter(kind="mediation_taken").exists()
    with django_assert_max_num_queries(60):
        page = client_for(w.chloe).get("/coordination/suivi/mediations/")
    assert mediation.get_absolute_url() in page.content.decode()


def test_a_mediation_ends_with_an_exchange_that_a_party_leaves_for_good(w: World) -> None:
    mediation = rules.take(asked(w), w.chloe)
    departures.leave(w.odile)
    mediation = Mediation.objects.for_page().get()
    assert mediation.exchange.state == "interrupted"
    assert mediation.settled_at
    assert (mediation.outcome, mediation.sentence) == ("interrupted", departures.LEFT)
    assert heard(w.chloe, "mediation_settled")
    Notice.objects.all().delete()
    assert rules.remind_due(timezone.now() + timedelta(days=30)) == 0
    assert [one.kind for one in todos_for(w.chloe, COORDINATION) if "disputed" in one.kind] == []
