"""Signing up, waiting, giving a place back: what each rule says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.members.settling import settle_ended
from accounts.models import Membership, Notice
from accounts.readers import forget_reader
from home.events.rights import signing_up
from home.events.rules import SignUpRefused, give_up, sign_up
from home.models import EventPage, SignUp
from tests.factories import (
    AssociationFactory,
    OrganisationFactory,
    UserFactory,
    VerificationFactory,
    join,
    member,
)
from tests.home.events.factories import event, publish
from tests.home.factories import Intranet


def states(page: EventPage) -> list[str]:
    return list(page.sign_ups.order_by("signed_up_at", "pk").values_list("state", flat=True))


def told(kind: str) -> list[Any]:
    return list(Notice.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_places_then_a_waiting_list_in_order(vallees: Intranet) -> None:
    page = event(vallees, places=2)
    people = [vallees.person("agent") for _ in range(4)]
    for person in people:
        sign_up(person, page)
    assert states(page) == ["coming", "coming", "waiting", "waiting"]


def test_without_a_number_there_is_room_for_all(vallees: Intranet) -> None:
    page = event(vallees)
    for _ in range(5):
        assert sign_up(vallees.person("agent"), page).is_coming


def test_signing_up_twice_is_the_same_place(vallees: Intranet) -> None:
    page, person = event(vallees, places=1), vallees.person("agent")
    assert sign_up(person, page) == sign_up(person, page)
    assert page.sign_ups.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(
            event=page, user=person, organisation=vallees.organisation, state="waiting", told=""
        )


def test_a_place_given_back_goes_to_who_waits_first_and_they_are_told(vallees: Intranet) -> None:
    page = event(vallees, places=1)
    first, second, third = (vallees.person("agent") for _ in range(3))
    for person in (first, second, third):
        sign_up(person, page)
    assert give_up(first, page)
    assert states(page) == ["coming", "waiting"]
    assert told("event_place_found") == [second.pk]
    assert not give_up(first, page)


def test_leaving_the_waiting_list_gives_nobody_a_place(vallees: Intranet) -> None:
    page = event(vallees, places=1)
    people = [vallees.person("agent") for _ in range(3)]
    for person in people:
        sign_up(person, page)
    give_up(people[1], page)
    assert states(page) == ["coming", "waiting"]
    assert told("event_place_found") == []


def test_who_left_the_organisation_is_passed_over_and_their_place_is_freed(
    vallees: Intranet,
) -> None:
    page = event(vallees, places=1)
    first, gone, third = (vallees.person("agent") for _ in range(3))
    for person in (first, gone, third):
        sign_up(person, page)
    Membership.objects.filter(user=gone).update(ends_at=timezone.now())
    give_up(first, page)
    assert told("event_place_found") == [third.pk]
    for person in (gone, third):
        Membership.objects.filter(user=person).update(ends_at=timezone.now())
    for _ in range(2):
        settle_ended()
        assert not page.sign_ups.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cancel_reason": "Tempête."}, "annulé"),
        ({"takes_sign_ups": False}, "sans s’inscrire"),
        ({"sign_up_opens_at": timedelta(days=1)}, "ouvrent"),
        ({"sign_up_closes_at": timedelta(hours=-1)}, "closes"),
        ({"starts_at": timedelta(hours=-1)}, "closes"),
        ({"starts_at": timedelta(hours=-3), "ends_at": timedelta(hours=-1)}, "passé"),
        ({"live": False}, "plus annoncé"),
    ],
    ids=["cancelled", "open door", "not yet", "closed", "begun", "over", "withdrawn"],
)
def test_an_event_that_takes_nobody_says_why(
    vallees: Intranet, changes: dict[str, Any], words: str
) -> None:
    page = event(vallees)
    now = timezone.now()
    EventPage.objects.filter(pk=page.pk).update(
        **{
            name: now + value if isinstance(value, timedelta) else value
            for name, value in changes.items()
        }
    )
    with pytest.raises(SignUpRefused, match=words):
        sign_up(vallees.person("agent"), page)
    assert not page.sign_ups.exists()


def test_what_is_kept_for_the_people_of_the_collectivite_is_refused_to_others(
    vallees: Intranet, dunes: Intranet
) -> None:
    page = event(vallees, audience="internal", open_to_associations=True)
    with pytest.raises(SignUpRefused, match="plus annoncé"):
        sign_up(dunes.person("agent"), page)
    assert sign_up(vallees.person("agent"), page).is_coming


def test_the_public_agenda_is_for_public_agents_and_associations_where_it_says_so(
    vallees: Intranet, dunes: Intranet
) -> None:
    page = event(vallees)
    assert sign_up(dunes.person("agent"), page).organisation == dunes.organisation
    association = AssociationFactory()
    volunteer = member(association, "representative")
    with pytest.raises(SignUpRefused, match="pas aux associations"):
        sign_up(volunteer, page)
    publish(page, open_to_associations=True)
    forget_reader(volunteer)
    with pytest.raises(SignUpRefused, match="pas encore vérifiée"):
        sign_up(volunteer, page)
    VerificationFactory(association=association, by=vallees.organisation)
    forget_reader(volunteer)
    assert sign_up(volunteer, page).organisation == association
    with pytest.raises(SignUpRefused, match="aucun organisme"):
        sign_up(UserFactory(), page)


def test_who_wears_two_hats_says_for_whom_they_come(vallees: Intranet) -> None:
    page = event(vallees, open_to_associations=True)
    verified, unverified = AssociationFactory(), AssociationFactory()
    VerificationFactory(association=verified, by=vallees.organisation)
    person = vallees.person("agent")
    join(person, verified)
    join(person, unverified)
    organisations = signing_up(person, page, vallees.organisation).organisations
    assert organisations == [vallees.organisation, verified]
    with pytest.raises(SignUpRefused, match="Choisissez"):
        sign_up(person, page, OrganisationFactory().ref)
    with pytest.raises(SignUpRefused, match="Choisissez"):
        sign_up(person, page, unverified.ref)
    assert sign_up(person, page, verified.ref).organisation == verified


def test_nobody_gives_a_place_back_once_it_is_over(vallees: Intranet) -> None:
    page, person = event(vallees), vallees.person("agent")
    sign_up(person, page)
    now = timezone.now()
    EventPage.objects.filter(pk=page.pk).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )
    with pytest.raises(SignUpRefused, match="passé"):
        give_up(person, page)


def test_fewer_places_than_people_throws_nobody_out(vallees: Intranet) -> None:
    page = event(vallees, places=3)
    people = [vallees.person("agent") for _ in range(4)]
    for person in people:
        sign_up(person, page)
    publish(page, places=1)
    assert states(page) == ["coming", "coming", "coming", "waiting"]
    give_up(people[0], page)
    assert states(page) == ["coming", "coming", "waiting"]
    publish(page, places=3)
    assert states(page) == ["coming"] * 3
    assert told("event_place_found") == [people[3].pk]


def test_nobody_reads_the_sign_ups_of_another(vallees: Intranet) -> None:
    page = event(vallees)
    mine, other = vallees.person("agent"), vallees.person("agent")
    sign_up(mine, page)
    sign_up(other, page)
    assert [one.user for one in SignUp.objects.visible_to(mine)] == [mine]
    assert not SignUp.objects.visible_to(AnonymousUser()).exists()
