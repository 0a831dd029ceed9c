"""What one reads of the terms before asking, who answers, and how one comes to it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Notice
from marketplace.catalogue import guards, presentation
from marketplace.choices import Access
from tests.factories import CommuneFactory
from tests.marketplace.factories import draft, published, skill, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world()


def facts(listing):
    return {label: value for label, value in presentation.facts(listing) if value}


def where(**changes):
    return {
        "place": CommuneFactory().name,
        "remote": "on",
        "scope": "verified",
        "accepts_requests": "on",
    } | changes


def test_the_terms_of_a_loan_are_read_one_by_one(w):
    van = published(
        w.nadia,
        w.metropole,
        "offer vehicle loan",
        terms={
            "licence": "permis B",
            "fuel": "le plein au retour",
            "cleaning": "caisse balayée",
            "deposit": Decimal(300),
            "replacement_value": Decimal(18000),
            "insurance_required": True,
            "exclusive_use": True,
        },
    )
    said = facts(van)
    assert said["Permis"] == "permis B, montré au départ"
    assert said["Carburant ou recharge"] == "le plein au retour"
    assert said["Ménage et nettoyage"] == "caisse balayée"
    assert "300" in said["Caution"]
    assert "attestation" in said["Assurance"]
    assert "répond de la perte" in said["Qui s’en sert"]
    van.loan_terms.exclusive_use = False
    assert "usage partagé" in facts(van)["Qui s’en sert"]


def test_its_own_house_is_not_asked_for_a_certificate(client_for, w):
    van = published(
        w.nadia,
        w.metropole,
        "offer vehicle loan",
        terms={"licence": "permis B", "insurance_required": True},
    )
    certificate = "montrez l’attestation d’assurance"
    page = client_for(w.odile).get(van.get_absolute_url()).text
    assert certificate in page
    assert "permis montré" in page
    assert certificate not in client_for(w.karim).get(van.get_absolute_url()).text


def test_a_gift_says_what_one_and_all_are_worth(w):
    listing = published(
        w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": Decimal(40)}, quantity=5
    )
    assert "40" in facts(listing)["Valeur"]
    assert "200" in facts(listing)["Valeur"]


def test_a_gift_of_more_than_300_euros_is_refused_with_the_way_out(client_for, w):
    listing = draft(w.nadia, w.metropole, "offer equipment gift", terms={"unit_value": 20})
    data = {"title": "Scanner", "quantity": "1", "unit_value": "300,01"}
    page = client_for(w.nadia).post(f"/marche/publier/{listing.ref}/etape-2/", data)
    assert "limité à 300 €" in page.content.decode().replace("\xa0", " ")
    assert "prêter" in guards.GIFT_TOO_DEAR
    data["unit_value"] = "300"
    answer = client_for(w.nadia).post(f"/marche/publier/{listing.ref}/etape-2/", data)
    assert answer.status_code == 302


def test_access_is_explained_and_direct_waits_for_a_calendar(client_for, w):
    listing = draft(w.nadia, w.metropole)
    client, path = client_for(w.nadia), f"/marche/publier/{listing.ref}/etape-3/"
    page = client.get(path).content.decode()
    assert "Sur demande" in page
    assert "Rencontre d’abord" in page
    assert "En accès direct" not in page
    assert client.post(path, where(access="direct")).status_code == 200
    assert client.post(path, where(access="meet_first")).status_code == 302
    listing.refresh_from_db()
    assert listing.access == Access.MEET_FIRST


def test_time_is_never_booked_directly_nor_passed_on(client_for, w):
    listing = skill(w.nadia, w.metropole)
    page = client_for(w.nadia).get(f"/marche/publier/{listing.ref}/etape-3/").content.decode()
    assert "En accès direct" not in page
    assert "Qui répond aux demandes" not in page
    assert "Qui répond en son absence" in page


def test_who_stands_in_is_named_by_an_address_and_told(client_for, w):
    listing = draft(w.nadia, w.metropole)
    client, path = client_for(w.nadia), f"/marche/publier/{listing.ref}/etape-3/"
    unknown = client.post(path, where(deputy=w.sonia.email))
    assert "Personne de votre organisme" in unknown.content.decode()
    assert client.post(path, where(deputy=w.karim.email.upper())).status_code == 302
    listing.refresh_from_db()
    assert listing.deputy == w.karim
    assert Notice.objects.filter(kind="listing_entrusted", recipient=w.karim).count() == 1
    page = client.get(path).content.decode()
    assert w.karim.email not in page
    # Left empty, it stays; taken out, it goes.
    assert client.post(path, where()).status_code == 302
    listing.refresh_from_db()
    assert listing.deputy == w.karim
    client.post(path, where(no_deputy="on"))
    listing.refresh_from_db()
    assert listing.deputy is None
    assert (
        "revient à quelqu’un d’autre"
        in client.post(path, where(deputy=w.nadia.email)).content.decode()
    )


def test_who_takes_over_no_longer_stands_in(client_for, w):
    listing = draft(w.nadia, w.metropole)
    client, path = client_for(w.nadia), f"/marche/publier/{listing.ref}/etape-3/"
    client.post(path, where(deputy=w.karim.email))
    assert client.post(path, where(keeper=w.karim.email)).status_code == 302
    listing.refresh_from_db()
    assert (listing.keeper, listing.deputy) == (w.karim, None)


def test_reversed_dates_are_refused_and_what_was_typed_stays(client_for, w):
    listing = draft(w.nadia, w.metropole)
    page = client_for(w.nadia).post(
        f"/marche/publier/{listing.ref}/etape-3/",
        where(first_day="2030-06-10", last_day="2030-06-01", availability="<b>le matin</b>"),
    )
    text = page.content.decode()
    assert "La fin doit venir après le début." in text
    assert "&lt;b&gt;le matin" in text


NASTY = "<script>alert(1)</script>"


def test_html_in_every_field_is_shown_as_typed(client_for, w):
    listing = draft(w.nadia, w.metropole)
    client = client_for(w.nadia)
    words = ("title", "summary", "description", "tags", "to_plan", "cleaning", "fuel")
    typed = dict.fromkeys((*words, "conditions", "hand_over"), NASTY)
    data = typed | {"quantity": "1", "exclusive_use": "True", "category": listing.category.slug}
    step = f"/marche/publier/{listing.ref}/etape-"
    assert client.post(f"{step}2/", data).status_code == 302
    answer = client.post(f"{step}3/", where(place_label=NASTY, availability=NASTY))
    assert answer.status_code == 302
    for path in (f"{step}2/", f"{step}3/", f"{step}4/", listing.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page
    listing.refresh_from_db()
    assert listing.loan_terms.conditions == NASTY
