"""Hours of working time that both sides confirmed; never one's own time, never somebody else's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace.exchanges.recording import rules as recording
from marketplace.exchanges.recording.models import Record
from marketplace.recognition.attestations import sheets_of, years_of
from tests.factories import member
from tests.marketplace.factories import World, completed, facts, skill, under_way

pytestmark = pytest.mark.django_db
PAGE = "/mes-echanges/attestation/"


def given(w: World, whose_time: str = "working", days_ago: int = 1, **kw):
    listing = skill(w.nadia, w.metropole, whose_time, title=f"Lire ({whose_time})")
    exchange = under_way(listing, w.odile, w.association, days_ago=days_ago)
    return completed(exchange, w.odile, w.nadia, **kw)


def test_it_says_what_both_confirmed(w: World) -> None:
    given(w, quantity="2.5")
    (sheet,) = sheets_of(w.nadia, timezone.localdate().year)
    (line,) = sheet.confirmed
    assert (sheet.organisation, sheet.total) == (w.metropole, "2\u00a0h\u00a030")
    assert (line.hours, line.receiver) == (Decimal("2.5"), "Lire en Moselle")
    assert "dit par Lire en Moselle, confirmé par Les Trois-Vallées" in line.by


def test_one_s_own_time_is_nobody_s_to_attest(w: World, client_for) -> None:
    given(w, "own")
    assert years_of(w.nadia) == []
    page = client_for(w.nadia).get(PAGE).text
    assert "Votre temps personnel n’y figure pas" in page
    assert "Lire (own)" not in page


def test_what_one_side_said_is_apart_and_not_counted(w: World) -> None:
    exchange = under_way(skill(w.nadia, w.metropole), w.odile, w.association)
    recording.say(exchange, w.nadia, facts(exchange))
    recording.settle_due(timezone.now() + timedelta(days=30))
    assert Record.objects.get().state == "uncontested"
    (sheet,) = sheets_of(w.nadia, timezone.localdate().year)
    assert sheet.confirmed == []
    assert len(sheet.one_sided) == 1
    assert sheet.total == "0\u00a0h"


def test_what_is_only_said_or_in_mediation_is_not_there(w: World) -> None:
    exchange = under_way(skill(w.nadia, w.metropole), w.odile, w.association)
    recording.say(exchange, w.nadia, facts(exchange))
    disputed = given(w)
    type(disputed).objects.filter(pk=disputed.pk).update(state="disputed")
    assert years_of(w.nadia) == []


def test_a_year_at_a_time(w: World, client_for) -> None:
    given(w)
    given(w, days_ago=400)
    now, then = timezone.localdate().year, (timezone.localdate() - timedelta(days=400)).year
    assert years_of(w.nadia) == [now, then]
    nadia = client_for(w.nadia)
    assert nadia.get(f"{PAGE}?annee={then}").status_code == 200
    for wrong in ("1999", "x", "²", "-1", "9" * 5000):
        assert nadia.get(f"{PAGE}?annee={wrong}").status_code == 404


def test_the_agent_and_the_coordination_of_their_employer_open_it(w: World, client_for) -> None:
    given(w)
    ref = w.nadia.memberships.get().ref
    desk = f"/coordination/attestations/{ref}/"
    assert "Nadia Merle" in client_for(w.chloe).get(desk).text
    elsewhere = member(w.partner, "coordinator")
    for user in (w.nadia, w.karim, w.odile, elsewhere, w.staff, w.gone):
        assert client_for(user).get(desk).status_code == 404
    assert "Lire (working)" not in client_for(w.karim).get(PAGE).text


def test_it_never_speaks_of_tax(w: World, client_for) -> None:
    given(w)
    page = client_for(w.nadia).get(PAGE).text.lower()
    assert "fiscal" not in page
    assert "impôt" not in page
