"""A charter is accepted once a version, by each person who asks."""

from __future__ import annotations

import pytest

from marketplace.catalogue.charters import rules
from marketplace.catalogue.charters.models import Charter, CharterAcceptance
from marketplace.exchanges import rules as exchange_rules
from marketplace.models import Exchange
from marketplace.refusals import Overtaken, Refused
from tests.marketplace.factories import ask, draft, published, world

pytestmark = pytest.mark.django_db

DESK = "/coordination/chartes/"


@pytest.fixture
def w():
    return world()


@pytest.fixture
def charter(w):
    return rules.create(w.metropole, w.chloe, "Charte des vélos", "Le casque, toujours.")


@pytest.fixture
def bike(w, charter):
    return published(w.nadia, w.metropole, charter=charter)


def revise(w, charter, text="Le casque, et les gants.", **kw):
    return rules.revise(charter, w.chloe, **{"title": charter.title, "text": text, "seen": 1} | kw)


def test_a_request_without_the_charter_is_refused_and_nothing_is_written(w, bike):
    with pytest.raises(Refused, match="Lisez la charte"):
        ask(bike, w.karim, w.metropole)
    assert not Exchange.objects.exists()
    assert not CharterAcceptance.objects.exists()


def test_it_is_accepted_once_and_written_down(w, bike, charter):
    ask(bike, w.karim, w.metropole, charter=1)
    accepted = CharterAcceptance.objects.get()
    assert accepted.user == w.karim
    assert accepted.for_organisation == w.metropole
    assert accepted.version.number == 1
    # The same charter on another listing is not asked again.
    other = published(w.nadia, w.metropole, charter=charter, title="Le second vélo")
    ask(other, w.karim, w.metropole)
    assert rules.to_accept(other, w.paul) is not None


def test_a_new_version_asks_again(w, bike, charter):
    ask(bike, w.karim, w.metropole, charter=1)
    version = revise(w, charter)
    assert version.number == 2
    assert rules.to_accept(bike, w.karim) == version
    other = published(w.nadia, w.metropole, charter=charter)
    with pytest.raises(Refused, match="a changé"):
        ask(other, w.karim, w.metropole, charter=1)
    ask(other, w.karim, w.metropole, charter=2)


def test_the_same_text_is_the_same_version_and_the_title_may_change(w, charter):
    version = revise(w, charter, text=" Le casque, toujours. ", title="Charte des vélos-cargos")
    assert version.number == 1
    charter.refresh_from_db()
    assert charter.title == "Charte des vélos-cargos"


def test_of_two_who_write_at_once_the_second_is_told(w, charter):
    revise(w, charter)
    with pytest.raises(Overtaken):
        revise(w, charter, text="Sans casque.")


@pytest.mark.parametrize("who", ["nadia", "sonia", "odile", "staff"])
def test_only_the_coordination_writes_charters(w, charter, who):
    with pytest.raises(Refused):
        rules.create(w.metropole, getattr(w, who), "Charte", "Texte")
    with pytest.raises(Refused):
        rules.revise(charter, getattr(w, who), title="a", text="b", seen=1)
    assert not rules.kept_by(getattr(w, who)).exists()


def test_the_form_shows_the_charter_until_it_is_accepted(client_for, w, bike, charter):
    client = client_for(w.paul)
    path = f"{bike.get_absolute_url()}demander/"
    assert "Le casque, toujours." in client.get(path).content.decode()
    refused = client.post(path, {"message": "Bonjour, pour samedi."})
    assert "Lisez la charte" in refused.content.decode()
    assert "Bonjour, pour samedi." in refused.content.decode()
    # A tick on the version before is none on this one, and nothing typed is lost.
    revise(w, charter, changes="Les gants aussi.")
    stale = client.post(path, {"message": "Bonjour.", "accepts_charter_1": "on"})
    assert "Les gants aussi." in stale.content.decode()
    assert not Exchange.objects.exists()
    done = client.post(path, {"message": "Bonjour.", "accepts_charter_2": "on"})
    assert done.status_code == 302
    other = published(w.nadia, w.metropole, charter=charter)
    assert "Le casque" not in client.get(f"{other.get_absolute_url()}demander/").content.decode()


class TestANeedAnsweredWithAnOffer:
    """Who receives it has not asked for it: they accept its charter when they agree."""

    @pytest.fixture
    def exchange(self, w, bike):
        need = published(w.odile, w.association, "need equipment loan", title="Un vélo")
        return ask(need, w.nadia, w.metropole, offer=bike)

    def test_the_yes_wants_the_charter(self, w, exchange):
        with pytest.raises(Refused, match="Lisez la charte"):
            exchange_rules.accept(exchange, w.odile)
        assert not CharterAcceptance.objects.exists()
        exchange_rules.accept(exchange, w.odile, charter=1)
        accepted = CharterAcceptance.objects.get()
        assert (accepted.user, accepted.for_organisation) == (w.odile, w.association)

    def test_the_page_shows_it_beside_the_yes(self, client_for, w, exchange):
        client = client_for(w.odile)
        assert "Le casque, toujours." in client.get(exchange.get_absolute_url()).content.decode()
        path = f"{exchange.get_absolute_url()}accord/"
        refused = client.post(path, {"state": "proposed"})
        assert refused.status_code == 400
        assert "Lisez la charte" in refused.content.decode()
        exchange.refresh_from_db()
        assert exchange.state == "proposed"
        done = client.post(path, {"state": "proposed", "accepts_charter_1": "on"})
        assert done.status_code == 302
        exchange.refresh_from_db()
        assert exchange.state == "confirmed"
        assert "Le casque" not in client.get(exchange.get_absolute_url()).content.decode()

    def test_who_answers_does_not_accept_it_for_the_other_side(self, client_for, w, exchange):
        page = client_for(w.nadia).get(exchange.get_absolute_url()).content.decode()
        assert "Le casque" not in page


def test_who_sees_the_listing_reads_its_charter(client_for, w, bike):
    path = f"{bike.get_absolute_url()}charte/"
    assert "Le casque, toujours." in client_for(w.odile).get(path).content.decode()
    assert client_for(None).get(path).status_code == 404
    without = published(w.nadia, w.metropole)
    assert client_for(w.odile).get(f"{without.get_absolute_url()}charte/").status_code == 404


def test_who_keeps_a_listing_chooses_among_the_charters_of_its_organisation(client_for, w, charter):
    theirs = Charter.objects.create(organisation=w.stranger, title="Charte des Moëres")
    listing = draft(w.nadia, w.metropole)
    client = client_for(w.nadia)
    path = f"/marche/publier/{listing.ref}/etape-2/"
    page = client.get(path).content.decode()
    assert "Charte des vélos" in page
    assert "Charte des Moëres" not in page
    data = {"title": "Vélo", "quantity": "1", "exclusive_use": "True", "charter": theirs.ref}
    assert client.post(path, data).status_code == 200
    assert client.post(path, data | {"charter": charter.ref}).status_code == 302
    listing.refresh_from_db()
    assert listing.charter == charter


def test_the_desk_lists_writes_and_revises(client_for, w, charter, bike):
    client = client_for(w.chloe)
    page = client.get(DESK).content.decode()
    assert "Charte des vélos" in page
    assert "1 annonce" in page
    answer = client.post(
        f"{DESK}?pour={w.metropole.ref}", {"title": "Salles", "text": "<i>On balaie.</i>"}
    )
    assert answer.status_code == 302
    made = Charter.objects.get(title="Salles")
    detail = client.get(f"{DESK}{made.ref}/").content.decode()
    assert "<i>On balaie" not in detail
    answer = client.post(
        f"{DESK}{made.ref}/", {"title": "Salles", "text": "On balaie et on aère.", "seen": "1"}
    )
    assert answer.status_code == 302
    assert rules.in_force(made).number == 2
    stale = client.post(f"{DESK}{made.ref}/", {"title": "Salles", "text": "Rien.", "seen": "1"})
    assert stale.status_code == 302
    assert rules.in_force(made).number == 2
    assert client_for(w.sonia).get(f"{DESK}{made.ref}/").status_code in (403, 404)
