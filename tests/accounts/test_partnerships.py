"""Two public bodies open their catalogues to each other; both accept, either ends it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Notice, Organisation, Partnership, User
from accounts.partnerships import rules
from accounts.readers import forget_reader, reader_for
from accounts.todos.registry import COORDINATION, todos_for
from tests.accounts.conftest import queries_of, text_of
from tests.factories import (
    AssociationFactory,
    OrganisationFactory,
    PartnershipFactory,
    member,
)

pytestmark = pytest.mark.django_db
DESK = "/coordination/partenariats/"


@pytest.fixture
def metropole() -> Organisation:
    return OrganisationFactory(name="Métropole des Vallées", short_name="Vallées")


@pytest.fixture
def village() -> Organisation:
    return OrganisationFactory(name="Saint-Quentin", short_name="Saint-Quentin")


@pytest.fixture
def coordinator(metropole: Organisation) -> User:
    return member(metropole, "coordinator")


@pytest.fixture
def neighbour(village: Organisation) -> User:
    return member(village, "coordinator")


@pytest.mark.parametrize("role", ["agent", "manager", "editor", "representative"])
def test_the_desk_is_for_coordination(client_for: Any, metropole: Organisation, role: str) -> None:
    assert client_for(member(metropole, role)).get(DESK).status_code == 403


def test_an_association_has_no_partnerships(client_for: Any) -> None:
    assert client_for(member(AssociationFactory(), "coordinator")).get(DESK).status_code == 403


def test_proposed_by_one_accepted_by_the_other(
    client_for: Any,
    metropole: Organisation,
    village: Organisation,
    coordinator: User,
    neighbour: User,
) -> None:
    client_for(coordinator).post(DESK, {"proposer": metropole.pk, "partner": village.pk})
    partnership = Partnership.objects.get()
    assert Notice.objects.get(recipient=neighbour).kind == "partnership_proposed"
    assert [todo.kind for todo in todos_for(neighbour, COORDINATION)] == ["partnership"]
    assert reader_for(neighbour).partner_ids == frozenset()
    answer = f"{DESK}{partnership.ref}/"
    assert client_for(coordinator).post(answer, {"answer": "accept"}).status_code == 403
    client_for(neighbour).post(answer, {"answer": "accept"})
    forget_reader(neighbour)
    forget_reader(coordinator)
    assert reader_for(neighbour).partner_ids == {metropole.pk}
    assert reader_for(coordinator).partner_ids == {village.pk}
    assert Notice.objects.get(recipient=coordinator).kind == "partnership_accepted"
    client_for(coordinator).post(answer, {"answer": "end"})
    forget_reader(neighbour)
    assert reader_for(neighbour).partner_ids == frozenset()
    assert Notice.objects.filter(recipient=neighbour, kind="partnership_ended").exists()


def test_declined_nothing_opens(
    client_for: Any, metropole: Organisation, village: Organisation, neighbour: User
) -> None:
    partnership = PartnershipFactory(proposer=metropole, partner=village, state="proposed")
    client_for(neighbour).post(f"{DESK}{partnership.ref}/", {"answer": "decline"})
    partnership.refresh_from_db()
    assert partnership.state == "declined"


def test_one_partnership_for_two_in_either_direction(
    metropole: Organisation, village: Organisation, coordinator: User, neighbour: User
) -> None:
    rules.propose(metropole, village, coordinator)
    with pytest.raises(rules.AlreadyLinked):
        rules.propose(village, metropole, neighbour)


def test_not_with_an_association_nor_with_oneself(
    client_for: Any, metropole: Organisation, coordinator: User
) -> None:
    association = AssociationFactory()
    for other in (association, metropole):
        page = client_for(coordinator).post(DESK, {"proposer": metropole.pk, "partner": other.pk})
        assert "ne peut pas être choisie" in text_of(page)
        with pytest.raises(ValueError, match="public bodies"):
            rules.propose(metropole, other, coordinator)
    assert not Partnership.objects.exists()


def test_nobody_proposes_in_the_name_of_others(
    client_for: Any, village: Organisation, coordinator: User
) -> None:
    third = OrganisationFactory()
    client_for(coordinator).post(DESK, {"proposer": village.pk, "partner": third.pk})
    assert not Partnership.objects.exists()


def test_a_stranger_s_partnership_is_unknown(client_for: Any, coordinator: User) -> None:
    partnership = PartnershipFactory()
    response = client_for(coordinator).post(f"{DESK}{partnership.ref}/", {"answer": "end"})
    assert response.status_code == 404


def test_of_two_answers_at_once_one_wins_and_the_other_is_told(
    metropole: Organisation, village: Organisation, neighbour: User
) -> None:
    partnership = PartnershipFactory(proposer=metropole, partner=village, state="proposed")
    same = Partnership.objects.get(pk=partnership.pk)
    rules.answer(partnership, neighbour, accepted=False)
    with pytest.raises(rules.TooLate, match="décliné"):
        rules.answer(same, neighbour, accepted=True)
    partnership.refresh_from_db()
    assert partnership.state == "declined"


def test_the_desk_asks_as_much_for_few_and_many(
    client_for: Any, metropole: Organisation, coordinator: User
) -> None:
    browser = client_for(coordinator)
    PartnershipFactory.create_batch(3, proposer=metropole)
    few = queries_of(browser, DESK)
    PartnershipFactory.create_batch(40, proposer=metropole)
    assert queries_of(browser, DESK) == few <= 20
