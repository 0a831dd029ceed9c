"""Asking, answering, writing: the rules of an exchange."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Fact, Notice
from accounts.todos.registry import MINE, todos_for
from marketplace import rights
from marketplace.catalogue import rules as listing_rules
from marketplace.exchanges import ending, rules, timeline
from marketplace.exchanges import rights as exchange_rights
from marketplace.exchanges.models import Exchange, ExchangeEvent
from marketplace.files import decision_guard
from marketplace.refusals import Overtaken, Refused
from tests.factories import (
    AssociationFactory,
    PartnershipFactory,
    VerificationFactory,
    join,
    member,
)
from tests.marketplace.factories import World, ask, decision, picture, published, skill


def test_asking_opens_a_dossier_with_who_for_whom_and_the_first_words(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    assert (exchange.giver, exchange.receiver) == (w.metropole, w.association)
    assert (exchange.asked_by, exchange.asked_for, exchange.keeper) == (
        w.odile,
        w.association,
        w.nadia,
    )
    event = exchange.events.get()
    assert (event.from_state, event.to_state, event.for_organisation) == (
        "",
        "proposed",
        w.association,
    )
    assert exchange.messages.get().body.startswith("Bonjour")
    assert (exchange.expires_at - exchange.created_at).days in (20, 21)


def test_answering_a_need_makes_the_answerer_the_giver(w: World) -> None:
    need = published(w.odile, w.association, "need equipment loan")
    exchange = ask(need, w.nadia, w.metropole, offer=published(w.nadia, w.metropole))
    assert (exchange.giver, exchange.receiver) == (w.metropole, w.association)


def test_people_meet_first_and_a_coordinator_of_the_giver_is_named(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.paul, w.partner)
    assert exchange.state == "introduction"
    assert exchange.coordinator == w.chloe
    assert exchange.participants.get().user == w.nadia
    rules.accept(exchange, w.nadia)
    assert exchange.state == "proposed"
    rules.accept(exchange, w.nadia)
    assert exchange.state == "agreed"  # her managers say yes next: exchanges/test_consents.py
    assert exchange.participants.get().state == "confirmed"


def test_the_same_person_asks_once(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    first = ask(listing, w.odile, w.association)
    with pytest.raises(rules.AlreadyAsked) as again:
        ask(listing, w.odile, w.association)
    assert again.value.exchange == first
    assert Exchange.objects.count() == 1
    assert first.messages.count() == 1


@pytest.mark.parametrize("state", ["pause", "archive"])
def test_a_listing_that_left_the_catalogue_is_not_asked_for(w: World, state: str) -> None:
    listing = published(w.nadia, w.metropole)
    getattr(listing_rules, state)(listing, w.nadia)
    with pytest.raises(Refused):
        ask(listing, w.odile, w.association)
    assert not Exchange.objects.exists()


def test_nobody_asks_for_their_own_listing(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    assert not rights.can_ask(w.nadia, listing)
    assert rights.can_ask(w.karim, listing)


def test_an_association_asks_those_that_verified_it_and_their_partners(w: World) -> None:
    assert rights.can_ask(w.odile, published(w.nadia, w.metropole))
    assert rights.can_ask(w.odile, published(w.paul, w.partner))
    elsewhere = published(w.sonia, w.stranger)
    assert not rights.can_ask(w.odile, elsewhere)
    assert "Les Moëres" in rights.why_not_ask(w.odile, elsewhere)


@pytest.mark.parametrize("scope", ["organisation", "partners"])
def test_an_association_never_asks_through_the_other_hat_of_its_member(
    w: World, scope: str
) -> None:
    join(w.nadia, w.association)
    join(w.odile, w.metropole, "agent")
    narrow = published(w.karim, w.metropole, scope=scope)
    assert w.association not in rights.asking(w.odile, narrow).organisations
    assert w.association not in rights.asking(w.nadia, narrow).organisations
    with pytest.raises(Refused):
        ask(narrow, w.odile, w.association)


def test_what_moderation_takes_off_can_no_longer_be_accepted_and_who_asked_is_told(
    w: World,
) -> None:
    listing = published(w.nadia, w.metropole)
    waiting = ask(listing, w.odile, w.association)
    agreed = rules.accept(ask(listing, w.paul, w.partner), w.nadia)
    seen = Exchange.objects.for_page().get(pk=waiting.pk)
    listing_rules.withdraw(listing, w.chloe, "Ce matériel n’est pas sûr.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (
        "declined",
        "La coordination a retiré cette annonce.",
    )
    assert Notice.objects.filter(recipient=w.odile, subject__startswith="Annonce retirée").exists()
    with pytest.raises((Refused, Overtaken)):
        rules.accept(seen, w.nadia)
    agreed.refresh_from_db()
    assert agreed.state == "confirmed"


def test_a_yes_that_comes_after_the_withdrawal_is_refused(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    exchange = ask(listing, w.odile, w.association)
    type(listing).objects.filter(pk=listing.pk).update(state="withdrawn")
    with pytest.raises(Refused, match="a retiré"):
        rules.accept(exchange, w.nadia)


def test_a_deputy_reads_and_answers_what_waits_for_the_keeper(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    type(listing).objects.filter(pk=listing.pk).update(deputy=w.karim)
    listing.refresh_from_db()
    exchange = ask(listing, w.odile, w.association)
    for person in (w.nadia, w.karim, w.odile, w.chloe):
        assert exchange_rights.side_of(person, exchange)
        assert Exchange.objects.visible_to(person).filter(pk=exchange.pk).exists()
    assert [todo.kind for todo in todos_for(w.karim, MINE)] == ["exchange_to_answer"]
    assert rules.accept(exchange, w.karim).state == "confirmed"


def test_a_deputy_never_commits_somebody_s_time_nor_gives_their_name(
    w: World, client_for: Any
) -> None:
    listing = skill(w.nadia, w.metropole)
    type(listing).objects.filter(pk=listing.pk).update(deputy=w.karim)
    listing.refresh_from_db()
    exchange = ask(listing, w.odile, w.association)
    with pytest.raises(Refused, match="elle seule peut dire oui"):
        rules.accept(exchange, w.karim)
    exchange.refresh_from_db()
    assert (exchange.state, exchange.contact_accepted_at) == ("introduction", None)
    page = client_for(w.karim).get(exchange.get_absolute_url()).text
    assert "elle seule peut dire oui" in page
    assert "Décliner" in page
    assert f"{exchange.get_absolute_url()}accord/" not in page
    assert rules.write(exchange, w.karim, "Nadia revient lundi.").pk
    assert rules.decline(exchange, w.karim, "not_now").state == "declined"
    # She answers for herself.
    assert rules.accept(ask(listing, w.paul, w.partner), w.nadia).state == "proposed"


def test_nobody_s_time_is_promised_in_their_place_when_they_are_gone(w: World) -> None:
    listing = skill(w.nadia, w.metropole)
    type(listing).objects.filter(pk=listing.pk).update(deputy=w.karim)
    listing.refresh_from_db()
    type(w.nadia).objects.filter(pk=w.nadia.pk).update(is_active=False)
    with pytest.raises(Refused, match="n’est plus ouverte"):
        ask(listing, w.paul, w.partner)


def test_an_unverified_association_is_told_why_it_cannot_ask(w: World) -> None:
    listing = listing_rules.approve(published(w.nadia, w.metropole, scope="public"), w.chloe)
    assert "vérifiée" in rights.why_not_ask(w.remi, listing)


def test_one_does_not_ask_for_more_than_there_is(w: World) -> None:
    listing = published(w.nadia, w.metropole, quantity=2)
    with pytest.raises(Refused, match="2"):
        ask(listing, w.odile, w.association, quantity=3)
    assert ask(listing, w.odile, w.association, quantity=2).quantity == 2


def test_past_or_reversed_dates_are_refused(w: World) -> None:
    listing, now = published(w.nadia, w.metropole), timezone.now()
    with pytest.raises(Refused, match="passées"):
        ask(listing, w.odile, w.association, wanted_until=now - timedelta(days=1))
    with pytest.raises(Refused, match="après le début"):
        ask(
            listing,
            w.odile,
            w.association,
            wanted_from=now + timedelta(days=3),
            wanted_until=now + timedelta(days=2),
        )


# --- Answering ---------------------------------------------------------------------------------


def test_declining_takes_a_reason_and_words(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    with pytest.raises(Refused):
        rules.decline(exchange, w.nadia, "")
    with pytest.raises(Refused, match="mots"):
        rules.decline(exchange, w.nadia, "other", " ")
    rules.decline(exchange, w.nadia, "taken", "Le 12, il part à Woippy.")
    assert exchange.reason == "C’est déjà pris à ces dates. Le 12, il part à Woippy."
    assert exchange.events.last().reason_code == "taken"


def test_who_asked_does_not_answer_themselves(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    for stranger in (w.odile, w.karim, w.paul, w.gone, w.staff):
        with pytest.raises(Refused):
            rules.accept(exchange, stranger)


def test_the_coordination_answers_for_things_never_for_a_persons_time(w: World) -> None:
    loan = ask(published(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(loan, w.chloe)
    assert loan.events.get(to_state="agreed").for_organisation == w.metropole
    time_given = ask(skill(w.nadia, w.metropole), w.paul, w.partner)
    with pytest.raises(Refused):
        rules.accept(time_given, w.chloe)


def test_of_accept_and_decline_at_once_one_wins_and_the_other_is_told(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    same = Exchange.objects.get(pk=exchange.pk)
    rules.accept(exchange, w.nadia)
    with pytest.raises(Overtaken):
        rules.decline(same, w.nadia, "taken")
    assert ExchangeEvent.objects.filter(exchange=exchange).count() == 3
    exchange.refresh_from_db()
    assert exchange.state == "confirmed"


def test_giving_up_after_agreement_takes_a_reason(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    with pytest.raises(Refused, match="pourquoi"):
        rules.cancel(exchange, w.odile)
    with pytest.raises(Refused, match="Choisissez une raison"):
        rules.cancel(exchange, w.odile, "", "never_mind")
    rules.cancel(exchange, w.odile, "La fête est reportée.", "dates")
    assert exchange.state == "cancelled"
    assert exchange.reason == "Les dates ne conviennent plus. La fête est reportée."
    event = exchange.events.get(to_state="cancelled")
    assert (event.reason_code, event.actor) == ("dates", w.odile)
    assert "Les dates ne conviennent plus" in timeline.steps(exchange, w.nadia)[-1]["detail"]


def test_the_page_asks_for_a_reason_of_the_list(w: World, client_for: Any) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    address = f"{exchange.get_absolute_url()}annuler/"
    browser = client_for(w.odile)
    assert "Une autre solution est trouvée" in browser.get(address).text
    assert "dites en quelques mots" in browser.post(address, {"words": ""}).text
    assert "Dites la raison" in browser.post(address, {"code": "other", "words": " "}).text
    assert browser.post(address, {"code": "elsewhere", "words": ""}).status_code == 302
    exchange.refresh_from_db()
    assert exchange.reason == "Une autre solution est trouvée."


def test_a_late_answer_is_refused_before_the_clock_command_has_passed(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    Exchange.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    exchange.refresh_from_db()
    with pytest.raises(Refused, match="sans réponse"):
        rules.accept(exchange, w.nadia)


def test_what_stays_unanswered_expires_once(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    later = timezone.now() + timedelta(days=22)
    assert ending.expire_due() == 0
    assert ending.expire_due(later) == 1
    assert ending.expire_due(later) == 0
    exchange.refresh_from_db()
    assert exchange.state == "expired"
    assert exchange.events.count() == 2
    assert exchange.events.last().actor is None


def test_a_person_who_left_answers_no_more_and_another_keeper_is_found(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    w.nadia.memberships.update(ends_at=timezone.now())
    assert ask(listing, w.odile, w.association).keeper == w.chloe
    own = skill(w.karim, w.metropole)
    w.karim.memberships.update(ends_at=timezone.now())
    with pytest.raises(Refused, match="quitté"):
        ask(own, w.paul, w.partner)


def test_writing_tells_the_other_side_only(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    Notice.objects.all().delete()
    rules.write(exchange, w.odile, "À quelle heure ouvre le dépôt ?")
    assert [notice.recipient for notice in Notice.objects.all()] == [w.nadia]
    with pytest.raises(Refused):
        rules.write(exchange, w.paul, "Et moi ?")
    with pytest.raises(Refused, match="Écrivez"):
        rules.write(exchange, w.odile, "   ")


# --- What the law asks -------------------------------------------------------------------------


def test_working_time_for_an_association_wants_the_signed_decision(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    rules.accept(exchange, w.nadia)  # they meet
    with pytest.raises(Refused, match="décision signée"):
        rules.accept(exchange, w.nadia)
    rules.add_decision(exchange, w.chloe, decision())
    assert exchange.decision_added_by == w.chloe
    rules.accept(exchange, w.nadia)
    assert exchange.state == "agreed"


def test_own_time_wants_no_decision(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole, "own"), w.odile, w.association)
    rules.accept(exchange, w.nadia)
    rules.accept(exchange, w.nadia)
    assert exchange.state == "confirmed"


def test_answering_a_need_with_time_says_whose_time(w: World) -> None:
    need = published(w.odile, w.association, "need mission time")
    with pytest.raises(Refused, match="quel temps"):
        ask(need, w.nadia, w.metropole)
    exchange = ask(need, w.nadia, w.metropole, whose_time="working")
    assert exchange.state == "introduction"
    rules.accept(exchange, w.odile)
    with pytest.raises(Refused, match="décision"):
        rules.accept(exchange, w.odile)


@pytest.mark.parametrize(
    "wrong",
    [decision(b"<script>alert(1)</script>"), decision(b"%PDF-1.4 half"), decision(b"")],
    ids=["html", "cut", "empty"],
)
def test_a_decision_is_a_real_pdf_or_picture(w: World, wrong: object) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    with pytest.raises(Refused, match="PDF"):
        rules.add_decision(exchange, w.nadia, wrong)
    assert not exchange.decision


def test_the_decision_comes_from_the_giver_and_names_nobody_to_the_other_side(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.odile, w.association)
    with pytest.raises(Refused):
        rules.add_decision(exchange, w.odile, decision())
    rules.add_decision(exchange, w.nadia, picture(name="Décision Nadia Merle.jpg"))
    path = exchange.decision.name
    assert path.startswith(f"decisions/{exchange.ref}/")
    assert "Nadia" not in path
    assert decision_guard(path, w.chloe, None)
    assert not decision_guard(path, w.odile, None)
    assert not decision_guard(path, w.paul, None)
    rules.accept(exchange, w.nadia)
    assert decision_guard(path, w.odile, None)


def test_an_ineligible_host_gets_rooms_and_loans_but_no_time_nor_gift(w: World) -> None:
    Fact.objects.create(
        organisation=w.association,
        kind=Fact.Kind.HOST_CATEGORY,
        value="ineligible",
        established_on=date(2026, 1, 1),
    )
    for listing in (
        skill(w.nadia, w.metropole, "own"),
        published(w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": 20}),
    ):
        with pytest.raises(Refused, match="loi"):
            ask(listing, w.odile, w.association)
    ask(published(w.nadia, w.metropole, "offer premises hosting"), w.odile, w.association)
    ask(published(w.nadia, w.metropole), w.odile, w.association)


def test_an_association_known_only_by_a_partner_may_ask(w: World) -> None:
    other = AssociationFactory()
    VerificationFactory(association=other, by=w.partner)
    volunteer = member(other, "representative")
    assert rights.can_ask(volunteer, published(w.nadia, w.metropole))


def test_one_who_belongs_to_two_says_for_which(w: World) -> None:
    join(w.paul, w.association)
    paul = type(w.paul).objects.get(pk=w.paul.pk)
    asking = rights.asking(paul, published(w.nadia, w.metropole))
    assert set(asking.organisations) == {w.partner, w.association}
    exchange = ask(published(w.nadia, w.metropole), paul, w.association)
    assert exchange_rights.acting_for(paul, exchange) == w.association


def test_partner_scope_is_not_opened_by_another_membership(w: World) -> None:
    join(w.paul, w.stranger)
    PartnershipFactory(
        proposer=w.stranger, partner=w.association.__class__.objects.get(pk=w.partner.pk)
    )
    paul = type(w.paul).objects.get(pk=w.paul.pk)
    listing = published(w.nadia, w.metropole, scope="partners")
    assert rights.asking(paul, listing).organisations == (w.partner,)


def test_a_yes_never_agrees_to_more_than_the_page_said(w: World) -> None:
    exchange = ask(skill(w.nadia, w.metropole), w.paul, w.partner)
    rules.accept(exchange, w.nadia, seen="introduction")
    with pytest.raises(Overtaken, match="déjà dit"):
        rules.accept(exchange, w.nadia, seen="introduction")
    assert exchange.state == "proposed"


def test_a_message_sent_by_two_clicks_is_one_message(w: World) -> None:
    exchange = ask(published(w.nadia, w.metropole), w.odile, w.association)
    first = rules.write(exchange, w.odile, "À quelle heure ?")
    assert rules.write(exchange, w.odile, "À quelle heure ? ") == first
    assert Notice.objects.filter(recipient=w.nadia, kind="exchange_message").count() == 1
    rules.write(exchange, w.nadia, "À dix heures.")
    assert rules.write(exchange, w.odile, "À quelle heure ?") != first


def test_between_two_services_the_organisation_is_named_once(w: World) -> None:
    listing = published(w.nadia, w.metropole)
    within = Exchange(listing=listing, giver=w.metropole, receiver=w.metropole)
    between = Exchange(listing=listing, giver=w.metropole, receiver=w.association)
    assert within.sides_words == w.metropole.short_name
    assert between.sides_words == f"{w.metropole.short_name} et {w.association.short_name}"
