"""A collectivité knows an association, or says why not; once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Notice, Organisation, User, Verification
from accounts.readers import forget_reader, reader_for
from accounts.rights import can_ask_verification, can_decide_verification
from accounts.todos.registry import COORDINATION, MINE, forget_todos, todos_for
from accounts.verifications import rules
from home.provisioning.sites import provision_platform
from home.provisioning.starter import install_platform_pages
from tests.accounts.conftest import queries_of, text_of
from tests.accounts.factories import AskedVerificationFactory
from tests.factories import AssociationFactory, OrganisationFactory, UserFactory, join, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Verification:
    association = AssociationFactory(name="Le Tournevis")
    president = member(association, "representative", first_name="Sven")
    return AskedVerificationFactory(
        association=association,
        by=OrganisationFactory(name="Métropole des Vallées"),
        asked_by=president,
        message="Nous réparons des grille-pain.",
    )


@pytest.fixture
def coordinator(asked: Verification) -> User:
    return member(asked.by, "coordinator")


def path_of(verification: Verification) -> str:
    return f"/coordination/verifications/{verification.ref}/"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("coordinator", True),
        ("agent", False),
        ("manager", False),
        ("editor", False),
        ("representative", False),
    ],
)
def test_who_decides(client_for: Any, asked: Verification, role: str, may: bool) -> None:
    user = member(asked.by, role)
    assert can_decide_verification(user, asked) is may
    assert client_for(user).get(path_of(asked)).status_code == (200 if may else 404)


def test_another_coordination_does_not_see_it(client_for: Any, asked: Verification) -> None:
    assert (
        client_for(member(OrganisationFactory(), "coordinator")).get(path_of(asked)).status_code
        == 404
    )
    assert client_for(asked.asked_by).get(path_of(asked)).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client_for: Any, asked: Verification) -> None:
    response = client_for().get(path_of(asked))
    assert response.url.startswith("/connexion/?next=")


def test_verifying_opens_doors_and_tells_the_association(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    page = text_of(client_for(coordinator).get(path_of(asked)))
    assert "Nous réparons des grille-pain." in page
    assert [todo.url for todo in todos_for(coordinator, COORDINATION)] == [path_of(asked)]
    assert not reader_for(asked.asked_by).is_verified
    client_for(coordinator).post(path_of(asked), {"decision": "verified", "reason": ""})
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("verified", coordinator)
    forget_reader(asked.asked_by)
    assert reader_for(asked.asked_by).is_verified
    forget_todos(coordinator)
    assert todos_for(coordinator, COORDINATION) == []
    assert Notice.objects.get(recipient=asked.asked_by).kind == "verification_given"


def test_refusing_needs_a_reason_which_the_association_reads(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    browser = client_for(coordinator)
    page = text_of(browser.post(path_of(asked), {"decision": "refused", "reason": "  "}))
    assert "Dites à l’association pourquoi vous refusez." in page
    asked.refresh_from_db()
    assert asked.state == "asked"
    browser.post(path_of(asked), {"decision": "refused", "reason": "Nous ne vous connaissons pas."})
    asked.refresh_from_db()
    assert asked.state == "refused"
    notice = Notice.objects.get(recipient=asked.asked_by)
    assert "Nous ne vous connaissons pas." in notice.body
    page = text_of(client_for(asked.asked_by).get(f"/mon-association/{asked.association.ref}/"))
    assert "Nous ne vous connaissons pas." in page


def test_choosing_nothing_is_said(client_for: Any, asked: Verification, coordinator: User) -> None:
    page = text_of(client_for(coordinator).post(path_of(asked), {"reason": "Bonne question"}))
    assert "Choisissez de vérifier ou de refuser." in page
    assert "Bonne question" in page


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    asked: Verification, coordinator: User
) -> None:
    colleague = member(asked.by, "coordinator")
    same = Verification.objects.get(pk=asked.pk)
    rules.decide(asked, coordinator, verified=True)
    with pytest.raises(rules.AlreadyDecided, match="vérifiée"):
        rules.decide(same, colleague, verified=False, reason="Inconnue")
    asked.refresh_from_db()
    assert asked.state == "verified"
    assert Notice.objects.filter(recipient=asked.asked_by).count() == 1


def test_late_on_the_page_one_is_told_kindly(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    rules.decide(asked, coordinator, verified=True)
    other = member(asked.by, "coordinator")
    response = client_for(other).post(
        path_of(asked), {"decision": "refused", "reason": "x"}, follow=True
    )
    assert "a déjà répondu" in text_of(response)


def test_a_refusal_without_a_reason_is_a_mistake_of_the_code(
    asked: Verification, coordinator: User
) -> None:
    with pytest.raises(ValueError, match="reason"):
        rules.decide(asked, coordinator, verified=False)


# Asking another one


@pytest.mark.parametrize(("role", "may"), [("representative", True), ("agent", False)])
def test_who_asks(client_for: Any, role: str, may: bool) -> None:
    association = AssociationFactory()
    user = member(association, role)
    city = OrganisationFactory()
    assert can_ask_verification(user, association) is may
    client_for(user).post(f"/mon-association/{association.ref}/demander/", {"by": city.pk})
    assert Verification.objects.filter(association=association, by=city).exists() is may


def test_the_same_collectivite_is_not_asked_twice(client_for: Any, asked: Verification) -> None:
    page = client_for(asked.asked_by).post(
        f"/mon-association/{asked.association.ref}/demander/",
        {"by": asked.by_id, "message": "Encore"},
    )
    assert "ne peut pas être choisie, ou l’a déjà été" in text_of(page)
    assert "Encore" in text_of(page)
    assert Verification.objects.count() == 1
    with pytest.raises(rules.AlreadyAsked):
        rules.ask(asked.association, asked.by, asked.asked_by, "")


def test_after_a_refusal_one_may_ask_again(asked: Verification, coordinator: User) -> None:
    rules.decide(asked, coordinator, verified=False, reason="Il manque les statuts.")
    again = rules.ask(asked.association, asked.by, asked.asked_by, "Les voici.")
    assert again.state == "asked"


def test_an_association_s_page_is_for_its_members_and_its_verifiers(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    path = f"/mon-association/{asked.association.ref}/"
    assert client_for(asked.asked_by).get(path).status_code == 200
    assert client_for(coordinator).get(path).status_code == 200
    assert client_for(UserFactory()).get(path).status_code == 404
    assert client_for(member(OrganisationFactory(), "coordinator")).get(path).status_code == 404


def test_no_address_of_a_person_is_on_the_pages(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    for path in (path_of(asked), f"/mon-association/{asked.association.ref}/"):
        assert asked.asked_by.email not in text_of(client_for(coordinator).get(path))


def test_the_coordination_ends_it_with_a_reason_that_the_association_reads(
    client_for: Any, asked: Verification, coordinator: User
) -> None:
    rules.decide(asked, coordinator, verified=True)
    browser, path = client_for(coordinator), path_of(asked)
    assert "Mettre fin à la vérification" in text_of(browser.get(path))
    without = browser.post(f"{path}fin/", {"reason": " "})
    assert without.status_code == 400
    assert "Dites à l’association pourquoi" in text_of(without)
    agent = client_for(member(asked.by, "agent"))
    assert agent.post(f"{path}fin/", {"reason": "Non."}).status_code == 404
    browser.post(f"{path}fin/", {"reason": "L’association s’est dissoute."})
    asked.refresh_from_db()
    assert asked.state == "ended"
    assert Notice.objects.filter(kind="verification_ended", body__contains="dissoute").exists()
    assert "avait déjà pris fin" in text_of(
        browser.post(f"{path}fin/", {"reason": "Encore."}, follow=True)
    )
    waiting = todos_for(User.objects.get(pk=asked.asked_by_id), MINE)
    assert [todo.kind for todo in waiting] == ["association_unverified"]


def test_a_verification_that_ends_closes_the_doors_again(
    asked: Verification, coordinator: User
) -> None:
    rules.decide(asked, coordinator, verified=True)
    assert rules.end(asked, coordinator, "Association dissoute.")
    assert not rules.end(asked, coordinator, "Association dissoute.")
    forget_reader(asked.asked_by)
    assert not reader_for(asked.asked_by).is_verified


def test_the_page_asks_as_much_for_few_and_many(client_for: Any, asked: Verification) -> None:
    browser = client_for(asked.asked_by)
    path = f"/mon-association/{asked.association.ref}/"

    def grow(number: int) -> int:
        for _ in range(number):
            member(asked.association, "agent")
            AskedVerificationFactory(association=asked.association, asked_by=asked.asked_by)
        return queries_of(browser, path)

    assert grow(2) == grow(30) <= 20


def test_a_closed_collectivite_is_not_offered() -> None:
    closed = OrganisationFactory(closed_at=timezone.now())
    assert closed not in rules.collectivites_to_ask()
    assert Organisation.objects.filter(pk=closed.pk).exists()


def test_who_waits_for_an_answer_reads_so_at_home_until_it_comes(
    client_for: Any, asked: Verification, coordinator: User, platform_site: Any
) -> None:
    install_platform_pages(provision_platform("localhost"))
    browser = client_for(asked.asked_by)
    assert "Le Tournevis attend sa vérification" in text_of(browser.get("/"))
    assert "attend sa vérification" not in text_of(client_for(coordinator).get("/"))
    rules.decide(asked, coordinator, verified=True)
    assert "attend sa vérification" not in text_of(browser.get("/"))


def test_the_menu_leads_to_one_s_association_or_to_the_list(
    client_for: Any, asked: Verification
) -> None:
    browser = client_for(asked.asked_by)
    assert "Mon association" in text_of(browser.get("/mes-pages/"))
    assert browser.get("/mon-association/").url == f"/mon-association/{asked.association.ref}/"
    join(asked.asked_by, AssociationFactory(), "agent")
    browser = client_for(User.objects.get(pk=asked.asked_by_id))
    assert "Mes associations" in text_of(browser.get("/mes-pages/"))
    assert browser.get("/mon-association/").url == "/mon-compte/#organismes"
    agent = client_for(member(asked.by, "agent"))
    assert "association</" not in text_of(agent.get("/mes-pages/")).split("<main")[0]
