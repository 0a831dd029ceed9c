"""A coordinator writes or answers for someone at the counter: recorded, told, taken back."""

from __future__ import annotations

import pytest

from accounts.models import Notice
from marketplace.catalogue import entering
from marketplace.catalogue import rules as listing_rules
from marketplace.models import Exchange, Listing
from marketplace.refusals import Refused
from tests.factories import CategoryFactory, CommuneFactory
from tests.marketplace.factories import hands, world

pytestmark = pytest.mark.django_db
KIND = {"direction": "offer", "nature": "equipment", "transfer": "loan"}


def entered(w):
    return entering.enter_for(w.chloe, w.metropole, w.karim, said_so=True, **KIND)


def test_it_is_the_persons_and_who_entered_it_is_recorded_and_told():
    w = world()
    draft = entered(w)
    assert (draft.author, draft.keeper, draft.entered_by) == (w.karim, w.karim, w.chloe)
    event = draft.events.get()
    assert (event.actor, event.reason) == (w.chloe, entering.ENTERED)
    assert Notice.objects.filter(recipient=w.karim, kind="listing_entered").count() == 1


def test_the_coordinator_writes_and_publishes_it_until_the_person_takes_it_back():
    w = world()
    draft = entered(w)
    fields = {
        "title": "Établi", "summary": "Un établi.", "category": CategoryFactory(),
        "commune": CommuneFactory(),
    }  # fmt: skip
    listing_rules.save(draft, w.chloe, fields, {})
    draft = Listing.objects.select_related("organisation").get(pk=draft.pk)
    listing_rules.publish(draft, w.chloe)
    with pytest.raises(Refused):
        entering.take_back(draft, w.chloe)
    entering.take_back(draft, w.karim)
    entering.take_back(draft, w.karim)
    assert draft.events.filter(actor=w.karim).count() == 1
    with pytest.raises(Refused):
        listing_rules.save(draft, w.chloe, {"title": "Autre"})
    listing_rules.archive(draft, w.karim)


def test_a_draft_taken_back_is_its_persons_alone_and_the_notice_leads_to_no_closed_door():
    w = world()
    draft = entered(w)
    entering.take_back(draft, w.karim)
    told = Notice.objects.get(recipient=w.chloe, kind="listing_taken_back")
    assert not Listing.objects.visible_to(w.chloe).filter(pk=draft.pk).exists()
    assert told.path == ""


def test_nobody_writes_for_another_without_the_role_and_their_say_so():
    w = world()
    with pytest.raises(Refused, match="réservé"):
        entering.enter_for(w.nadia, w.metropole, w.karim, said_so=True, **KIND)
    with pytest.raises(Refused, match="Cochez"):
        entering.enter_for(w.chloe, w.metropole, w.karim, said_so=False, **KIND)
    with pytest.raises(Refused):
        entering.enter_for(w.chloe, w.metropole, w.paul, said_so=True, **KIND)


def test_the_page_finds_the_person_by_name_or_address(client_for):
    w = world()
    client, url = client_for(w.chloe), "/coordination/annonces/saisir/"
    answers = {"direction": "offer", "kind": "equipment-loan", "said_so": "on"}
    for typed in ("karim aziz", w.karim.email.upper()):
        sent = client.post(url, {**answers, "person": typed})
        assert sent.status_code == 302, typed
    assert Listing.objects.filter(author=w.karim).count() == 2
    wrong = client.post(url, {**answers, "person": "Inconnue Personne"})
    assert "imprimez d’abord une invitation" in wrong.content.decode()
    unsaid = client.post(url, {**answers, "person": w.karim.email, "said_so": ""})
    assert unsaid.status_code == 400


def test_je_viens_is_said_for_somebody_who_hears_of_it_and_may_take_it_back(client_for):
    w = world()
    need = hands(w)
    url = f"/marche/besoins/{need.ref}/pour-quelqu-un/"
    data = {"person": "Karim Aziz", "whose_time": "own", "said_so": "on"}
    assert client_for(w.chloe).post(url, data).status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.asked_by, exchange.entered_by, exchange.place) == (w.karim, w.chloe, 1)
    assert exchange.events.order_by("pk").first().actor == w.chloe
    assert Notice.objects.filter(recipient=w.karim, kind="exchange_entered").exists()
    assert client_for(w.nadia).post(url, data).status_code == 403
    client_for(w.karim).post(f"/mes-echanges/{exchange.ref}/empechement/")
    exchange.refresh_from_db()
    assert exchange.state == "cancelled"
