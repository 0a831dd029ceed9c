"""What is kept of who comes: for how long, what one reads of it, what is forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Notice
from accounts.personal_data.registry import erasures, exports, retention
from home.events.personal_data import export, forget
from home.events.rules import sign_up
from home.models import SignUp
from tests.home.events.factories import event
from tests.home.factories import Intranet


def test_sign_ups_are_erased_some_months_after_the_event(
    vallees: Intranet, dunes: Intranet
) -> None:
    kind = retention("event_sign_ups")
    mine, theirs = event(vallees), event(dunes)
    sign_up(vallees.person("agent"), mine)
    sign_up(dunes.person("agent"), theirs)
    before = mine.ends_at
    assert not kind.due(vallees.organisation, before).exists()
    due = kind.due(vallees.organisation, before + timedelta(seconds=1))
    assert kind.erase(due) == 1
    assert [one.event for one in SignUp.objects.all()] == [theirs]


def test_the_export_says_ones_own_sign_ups_and_nobody_elses(vallees: Intranet) -> None:
    page = event(vallees, title="Café", places=1)
    first, second = vallees.person("agent"), vallees.person("agent")
    sign_up(first, page)
    sign_up(second, page)
    (row,) = export(second)
    assert (row["Événement"], row["Pour"]) == ("Café", vallees.organisation.name)
    assert row["État"] == "liste d’attente"
    assert "Inscriptions aux événements" in [one.title for one in exports()]


def test_an_account_that_is_erased_gives_its_places_to_those_who_wait(vallees: Intranet) -> None:
    page = event(vallees, places=1)
    past = event(vallees, "passe", in_days=-2)
    gone, waiting = vallees.person("agent"), vallees.person("agent")
    sign_up(gone, page)
    sign_up(waiting, page)
    SignUp.objects.create(
        event=past,
        user=gone,
        organisation=vallees.organisation,
        state="coming",
        placed_at=timezone.now(),
        told=past.announcement,
    )
    forget(gone)
    assert forget in list(erasures())
    assert not SignUp.objects.filter(user=gone).exists()
    assert page.sign_ups.get().is_coming
    assert Notice.objects.get(kind="event_place_found").recipient == waiting
